"""What the reader of old workbooks leaves out: errors, hidden rows, cells joined.

Runs only in the limited process that reads workbooks.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from junheng.intake.compound import Compound
from junheng.intake.guard_old import BEGIN, BOOK, END, MERGED, SHEET, merges, name_in, records

_ROW, _CELL, _FORMULA = 0x208, 0x205, 0x06
_HIDDEN = 0x20
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
Facts = dict[str, Any]


def facts_of(path: Path) -> dict[str, Facts]:
    """Tell of each sheet what the guard tells of newer ones."""
    book = Compound(path.read_bytes()).stream(*BOOK)
    sheets = {}
    for kind, data in _of_sheet(book, 0):
        if kind == SHEET:
            sheets[name_in(data)] = _sheet(book, struct.unpack_from("<L", data)[0])
    return sheets


def _sheet(book: bytes, at: int) -> Facts:
    odd: dict[int, list[tuple[int, str]]] = defaultdict(list)
    hidden: list[int] = []
    joined: list[tuple[int, ...]] = []
    for kind, data in _of_sheet(book, at):
        if kind == _CELL and data[7]:
            _note(odd, data, data[6])
        elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:  # noqa: PLR2004
            _note(odd, data, data[8])
        elif kind == _ROW and data[12] & _HIDDEN:
            hidden.append(int.from_bytes(data[:2], "little"))
        elif kind == MERGED:
            joined += ((first, left, last, right) for first, last, left, right in merges(data))
    return {
        "precise": True,
        "plain": False,
        "odd": list(odd.items()),
        "hidden": hidden,
        "merges": joined,
    }


def _note(odd: dict[int, list[tuple[int, str]]], data: bytes, code: int) -> None:
    row, column = struct.unpack_from("<2H", data)
    odd[column].append((row, _ERRORS.get(code, "#N/A")))


def _of_sheet(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Give the records of the sheet that begins at a place."""
    depth = 0
    for kind, data in records(book, at):
        depth += (kind == BEGIN) - (kind == END)
        yield kind, data
        if depth <= 0:
            return
