"""What the reader of old workbooks leaves out: errors, hidden rows, cells joined.

An .xls file is a small file system (OLE) with a stream of records (BIFF8) in it. Runs only in the
limited process that reads workbooks.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FREE = 0xFFFFFFFA
_ENTRY = 128
_HEADER = 512
_LISTED = 109
_SHEET, _END, _BEGIN, _ROW, _CELL, _FORMULA, _MERGED = 0x85, 0x0A, 0x809, 0x208, 0x205, 0x06, 0xE5
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
    book = _Files(path.read_bytes()).stream("Workbook")
    sheets = {}
    for kind, data in _records(book, 0):
        if kind == _SHEET:
            at, length, wide = struct.unpack_from("<L2xBB", data)
            text = data[8 : 8 + length * (1 + (wide & 1))]
            sheets[text.decode("utf-16-le" if wide & 1 else "latin-1")] = _sheet(book, at)
    return sheets


def _sheet(book: bytes, at: int) -> Facts:
    odd: dict[int, list[tuple[int, str]]] = defaultdict(list)
    hidden: list[int] = []
    merges: list[tuple[int, ...]] = []
    for kind, data in _records(book, at):
        if kind == _CELL and data[7]:
            _note(odd, data, data[6])
        elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:  # noqa: PLR2004
            _note(odd, data, data[8])
        elif kind == _ROW and data[12] & _HIDDEN:
            hidden.append(int.from_bytes(data[:2], "little"))
        elif kind == _MERGED:
            ranges = struct.iter_unpack("<4H", data[2 : 2 + data[0] * 8])
            merges += ((first, left, last, right) for first, last, left, right in ranges)
    return {
        "precise": True,
        "plain": False,
        "odd": list(odd.items()),
        "hidden": hidden,
        "merges": merges,
    }


def _note(odd: dict[int, list[tuple[int, str]]], data: bytes, code: int) -> None:
    row, column = struct.unpack_from("<2H", data)
    odd[column].append((row, _ERRORS.get(code, "#N/A")))


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Give the records from a place to the end of what begins there."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<2H", book, at)
        depth += (kind == _BEGIN) - (kind == _END)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size
        if depth <= 0:
            return


class _Files:
    """The streams of an OLE file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sector = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self.cutoff = struct.unpack_from("<L", data, 56)[0]
        first, small, more = (struct.unpack_from("<L", data, at)[0] for at in (48, 60, 68))
        self.next = self._table(more)
        self.folder = self._chain(first)
        self.small = _numbers(self._chain(small)) if small < _FREE else ()

    def stream(self, name: str) -> bytes:
        """Give a stream by its name; KeyError if there is none."""
        root = b""
        for at in range(0, len(self.folder), _ENTRY):
            entry = self.folder[at : at + _ENTRY]
            length, first, size = *struct.unpack_from("<H", entry, 64), *_place(entry)
            root = root or (self._chain(first) if first < _FREE else b"")
            if entry[: max(0, length - 2)] == name.encode("utf-16-le"):
                if size >= self.cutoff:
                    return self._chain(first)[:size]
                return self._small(root, first)[:size]
        raise KeyError(name)

    def _table(self, more: int) -> tuple[int, ...]:
        """Read which sector follows which."""
        listed = list(_numbers(self.data[76 : 76 + _LISTED * 4]))
        for _ in range(len(self.data) // self.sector):
            if more >= _FREE:
                break
            *places, more = _numbers(self._sector(more))
            listed += places
        table = b"".join(self._sector(each) for each in listed if each < _FREE)
        return _numbers(table)

    def _sector(self, at: int) -> bytes:
        start = _HEADER if self.sector == _HEADER else self.sector
        return self.data[start + at * self.sector : start + (at + 1) * self.sector]

    def _chain(self, at: int) -> bytes:
        found: list[bytes] = []
        while at < _FREE and len(found) <= len(self.next):
            found.append(self._sector(at))
            at = self.next[at]
        return b"".join(found)

    def _small(self, root: bytes, at: int) -> bytes:
        found: list[bytes] = []
        while at < _FREE and len(found) <= len(self.small):
            found.append(root[at * 64 : at * 64 + 64])
            at = self.small[at]
        return b"".join(found)


def _place(entry: bytes) -> tuple[int, int]:
    """Give where a stream begins, and its size."""
    first, size = struct.unpack_from("<2L", entry, 116)
    return first, size


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4])
