"""CSV: text recognised, headings apart from rows, and what a broken file is told.

Polars reads the rows and refuses any that it cannot; only then does Python's reader go over the
file, to tell the rows by number.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake.dataset import Raw
from junheng.intake.heading_row import LOOKED_AT, Headings, locate, meant
from junheng.intake.labels import capped, of, quoted
from junheng.model.tables import Table

_IN_MEMORY = 64 * 2**20
"""Files up to this size are read once and kept; larger ones are read where they lie."""

NUMBERS = ("year", "whole", "number", "degrees", "flag")


@dataclass(frozen=True)
class Text:
    """A text file: where its UTF-8 is to be read, its fingerprint, the encoding it came in."""

    source: Path | bytes
    digest: str
    encoding: str

    def open(self) -> io.TextIOBase:
        """Open it from the start, line ends as they are."""
        stream = (
            self.source.open("rb") if isinstance(self.source, Path) else io.BytesIO(self.source)
        )
        return io.TextIOWrapper(stream, "utf-8-sig", newline="")


def recognise(path: Path, *, keep: bool = False) -> Text:
    """Recognise UTF-8, else GB18030; raises DataNeedsMending for what is neither.

    With `keep`, the text is kept in memory however large, so that the file may go away.
    """
    hasher, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    utf8, breaks, marked = True, False, False
    with path.open("rb") as stream:
        while block := stream.read(2**20):
            hasher.update(block)
            breaks = breaks or b"\n" in block
            marked = marked or b"\0" in block
            utf8 = utf8 and _decodes(decoder, block)
    if marked:
        raise DataNeedsMending([Problem("intake.not_text", file=path.name)])
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    if utf8 and breaks and not keep and path.stat().st_size > _IN_MEMORY:
        return Text(path, hasher.hexdigest(), "utf-8")
    return Text(_recoded(path, utf8=utf8), hasher.hexdigest(), "utf-8" if utf8 else "gb18030")


def raw(path: Path, text: Text, table: Table) -> Raw:
    """Take the headings from where they stand; leave all rows below them to be read."""
    headings = _headings(text, table)
    before = headings.top + headings.depth
    names = tuple((f"cell{place}", heading) for place, heading in enumerate(headings.cells))

    def scan(*, cut: bool = False, numbers: Collection[str] = ()) -> pl.LazyFrame:
        return pl.scan_csv(
            text.source,
            has_header=False,
            skip_rows=before,
            schema={name: pl.Float64() if name in numbers else pl.String() for name, _ in names},
            missing_columns="insert",
            extra_columns="ignore" if cut else "raise",
            truncate_ragged_lines=cut,
            glob=False,
        )

    def mend() -> pl.LazyFrame:
        if problems := _wrong_rows(text, asked):
            raise DataNeedsMending(problems)
        return scan(cut=True)  # all that stood beyond the headings was empty

    asked = Raw(table, path.name, names, scan(), before + 1, lines=True, mend=mend)
    if not isinstance(text.source, Path):
        return asked
    return replace(asked, frame=scan(numbers=_numbers(names, table)), as_text=asked)


def _numbers(names: Sequence[tuple[str, str]], table: Table) -> list[str]:
    """Say which columns of a large file are worth reading as numbers at once."""
    meaning = ((name, meant(table, heading)) for name, heading in names)
    return [name for name, column in meaning if column and column.kind in NUMBERS]


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(path: Path, *, utf8: bool) -> bytes:
    data = path.read_bytes()
    if not utf8:
        try:
            data = data.decode("gb18030").encode()
        except UnicodeDecodeError as error:
            raise DataNeedsMending([Problem("intake.not_text", file=path.name)]) from error
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _headings(text: Text, table: Table) -> Headings:
    """Find the headings among the first rows."""
    rows: list[list[str]] = []
    with text.open() as stream:
        try:
            rows += islice(csv.reader(stream, strict=True), LOOKED_AT)
        except csv.Error as error:
            raise DataNeedsMending([of(table, "quote_open", row=len(rows) + 1)]) from error
    if found := locate(rows, table):
        return found
    raise DataNeedsMending([of(table, "table_empty")])


def _wrong_rows(text: Text, raw: Raw) -> list[Problem]:
    """Tell the rows that Polars stumbled over; none if all it met were empty cells too many."""
    width, row, spare = len(raw.headings), 0, False
    long: list[Problem] = []
    stray: list[Problem] = []
    with text.open() as stream:
        try:
            for row, cells in enumerate(csv.reader(stream, strict=True), start=1):
                spare = spare or len(cells) > width
                if beyond := [cell for cell in cells[width:] if cell.strip()]:
                    fields = {"found": quoted(beyond), "cells": len(cells), "width": width}
                    long.append(of(raw.table, "row_too_long", row=row, **fields))
                elif any(cell.count('"') % 2 for cell in cells):
                    stray.append(of(raw.table, "quote_stray", row=row))
        except csv.Error:
            long.append(of(raw.table, "quote_open", row=row + 1))
    if long or spare:
        return capped(long)
    return capped(stray) or [Problem("intake.file_broken", file=raw.origin)]
