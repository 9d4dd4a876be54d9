"""How much a file may be and may ask for, all in one place."""

from __future__ import annotations

from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True)
class Limits:
    """What is refused beyond; generous for the tables of a province, tight for a bomb."""

    size: int = 20 * MB
    """Bytes of a workbook or a zip."""
    entries: int = 2_000
    """Files inside it."""
    expanded: int = 300 * MB
    """Bytes of all of them, unpacked."""
    ratio: int = 100
    """How many times its packed size a file inside may grow."""
    ratio_after: int = 100_000
    """Smaller files inside may grow as they like."""
    name: int = 200
    """Bytes of the name of a file inside."""
    rows: int = 50_000
    columns: int = 500
    cells: int = 2_000_000
    """Cells that hold something, in the whole workbook."""
    area: int = 6_000_000
    """Cells of the rectangle around them, in one sheet: a reader fills it with nothing."""
    merges: int = 10_000
    merged: int = 50_000
    """Cells that may be merged into one."""
    errors: int = 20_000
    """Cells whose formula went wrong or has no value, in one sheet."""
    sheets: int = 200
    styles: int = 65_490
    strings: int = 2_000_000
    elements: int = 5_000_000
    """Elements of one part that are no plain cells."""
    depth: int = 100
    token: int = MB
    """Bytes of one tag, comment or name."""
    seconds: float = 20.0
    """For the guard and the reader together."""
    memory: int = 400 * MB
    """Of the reader, besides the programs themselves."""
    mapped: int = 1024 * MB
    """All that the reader maps, most of it programs."""
    written: int = 400 * MB
    """Bytes of one file that the reader writes for us."""
    heading_rows: int = 15
    """So many rows are looked at for headings."""


LIMITS = Limits()
