"""The guard of old workbooks (.xls): their file system, and the records in it, within limits.

No cell is read here: only where it stands, how much there is, and what could act.
Layout: Microsoft, [MS-XLS] Excel Binary File Format (BIFF8).
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from junheng.intake.compound import Compound
from junheng.intake.guard_active import refuse_what_acts
from junheng.intake.limits import LIMITS, Limits
from junheng.intake.plain_cells import letters
from junheng.intake.refusing import Refused

BOOK = ("Workbook", "WORKBOOK")
BEGIN, END, SHEET = 0x809, 0x0A, 0x85
_BIFF8 = 0x0600
_LONGEST = 8224
"""Bytes that a record may hold."""
_PASSWORD, _STYLE, _STRINGS, _LINK, MERGED = 0x2F, 0xE0, 0xFC, 0x1AE, 0xE5
_CELLS = (0x06, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x27E)
"""Formula, text with formats, shared string, number, text, truth or error, packed number."""
_MANY = 0xBD
_QUERIES = (0xDC, 0x876)
_OWN = (0x0401, 0x3A01)
"""The links of a workbook to itself and to its functions."""
_UNUSED = (b"\0", b" ")
_HIDDEN = 3
_MACROS = 1
"""The kind of a sheet of macros."""
_HURRY = 4096
_ACTIVE_NAMES = ("_VBA_PROJECT_CUR", "VBA", "Macros", "_VBA_PROJECT")
_EMBEDDED = ("MBD", "LNK", "\x01Ole10Native")
_LOCKED = ("EncryptedPackage", "EncryptionInfo")


def records(book: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Give kind and content of each record, from a place to the last; raises Refused if one is cut."""
    end = len(book)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<2H", book, at)
        if size > _LONGEST or at + 4 + size > end:
            raise Refused("broken")
        if not kind:  # the rest is filled up with zeros
            if book[at:].strip(b"\0"):
                raise Refused("broken")
            return
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def merges(content: bytes) -> Iterator[tuple[int, ...]]:
    """Give first row, last row, first column and last column of what a record joins."""
    many = int.from_bytes(content[:2], "little")
    return struct.iter_unpack("<4H", content[2 : 2 + many * 8])


def name_in(content: bytes) -> str:
    """Read the name of a sheet from the record that tells of it."""
    length, wide = content[6], content[7] & 1
    text = content[8 : 8 + length * (1 + wide)]
    return text.decode("utf-16-le" if wide else "latin-1")


def inspect(data: bytes, until: float, limits: Limits = LIMITS) -> list[str]:
    """See that an old workbook is sound, within limits, and holds nothing that acts.

    Gives the names of the sheets that are hidden.
    """
    files = Compound(data, limits)
    for entry in files.entries:
        if entry.name in _LOCKED:
            raise Refused("guard_locked")
        if entry.name in _ACTIVE_NAMES:
            refuse_what_acts("vbaproject", entry.name)
        if entry.name.startswith(_EMBEDDED):
            refuse_what_acts("oleobject", entry.name)
    book = files.stream(*BOOK)
    _Walk(until, limits).walk(book)
    told = takewhile(lambda record: record[0] != END, records(book))
    return [name_in(content) for kind, content in told if kind == SHEET and content[4] & _HIDDEN]


@dataclass
class _Walk:
    """One walk over the records of a workbook, and what has been met on it."""

    until: float
    limits: Limits
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("cells", "styles"), 0))
    part: str = "Workbook"
    row: int = 0
    column: int = 0
    merges: int = 0
    depth: int = 0

    def walk(self, book: bytes) -> None:
        """Look at every record."""
        first = next(records(book), None)
        if first is None or first[0] != BEGIN or first[1][:2] != _BIFF8.to_bytes(2, "little"):
            raise Refused("broken")
        starts = [*_sheets(book, self.limits), len(book)]
        if any(later <= earlier for earlier, later in pairwise(starts)):
            raise Refused("broken")
        if any(struct.unpack_from("<H", book, at)[0] != BEGIN for at in starts[:-1]):
            raise Refused("broken")
        for number, (kind, content) in enumerate(records(book)):
            if not number % _HURRY and time.monotonic() > self.until:
                raise Refused("guard_slow")
            if seen := _SEEN.get(kind):
                seen(self, content)
        if self.depth:
            raise Refused("broken")

    def begin(self, _: bytes) -> None:
        """Begin a sheet."""
        if not self.depth:
            self.row = self.column = self.merges = 0
        self.depth += 1

    def end(self, _: bytes) -> None:
        """End a sheet."""
        self.depth -= 1
        if self.depth < 0:
            raise Refused("broken")

    def cell(self, content: bytes) -> None:
        """Note where a cell stands."""
        row, column = struct.unpack_from("<2H", content)
        self._at(row + 1, column + 1, 1)

    def cells(self, content: bytes) -> None:
        """Note where many cells of a row stand."""
        row, first = struct.unpack_from("<2H", content)
        last = int.from_bytes(content[-2:], "little")
        self._at(row + 1, last + 1, max(0, last - first) + 1)

    def _at(self, row: int, column: int, many: int) -> None:
        limits = self.limits
        self.row, self.column = max(self.row, row), max(self.column, column)
        far = row > limits.rows or column > limits.columns
        if far or self.row * self.column > limits.area:
            bounds = {"rows": limits.rows, "columns": limits.columns}
            cell = f"{letters(column)}{row}"
            raise Refused("guard_far", part=self.part, cell=cell, **bounds)
        self.counts["cells"] += many
        if self.counts["cells"] > limits.cells:
            raise Refused("guard_cells", limit=limits.cells)

    def style(self, _: bytes) -> None:
        """Count a style."""
        self.counts["styles"] += 1
        if self.counts["styles"] > self.limits.styles:
            raise Refused("guard_many", part=self.part, limit=self.limits.styles)

    def strings(self, content: bytes) -> None:
        """See how many strings are told."""
        if struct.unpack_from("<4xL", content)[0] > self.limits.strings:
            raise Refused("guard_many", part=self.part, limit=self.limits.strings)

    def merged(self, content: bytes) -> None:
        """See what is merged."""
        for first, last, left, right in merges(content):
            self.merges += 1
            area = (last - first + 1) * (right - left + 1)
            if last < first or right < left or area > self.limits.merged:
                ref = f"{letters(left + 1)}{first + 1}:{letters(right + 1)}{last + 1}"
                raise Refused("guard_merge", part=self.part, cells=ref)
        if self.merges > self.limits.merges:
            raise Refused("guard_merge", part=self.part, cells=str(self.merges))

    def link(self, content: bytes) -> None:
        """Refuse links to other files and programs."""
        length = struct.unpack_from("<2xH", content)[0]
        unused = length == 1 and content[-1:] in _UNUSED
        if length not in _OWN and not unused:
            refuse_what_acts("externallink", self.part)

    def locked(self, _: bytes) -> None:
        """Refuse what has a password."""
        raise Refused("guard_locked")

    def query(self, _: bytes) -> None:
        """Refuse what asks another source for its data."""
        refuse_what_acts("connection", self.part)


_SEEN: dict[int, Callable[[_Walk, bytes], None]] = {
    BEGIN: _Walk.begin,
    END: _Walk.end,
    **dict.fromkeys(_CELLS, _Walk.cell),
    _MANY: _Walk.cells,
    _STYLE: _Walk.style,
    _STRINGS: _Walk.strings,
    MERGED: _Walk.merged,
    _LINK: _Walk.link,
    _PASSWORD: _Walk.locked,
    **dict.fromkeys(_QUERIES, _Walk.query),
}


def _sheets(book: bytes, limits: Limits) -> list[int]:
    """Give where each sheet begins, in the order of their places."""
    starts = []
    for kind, content in records(book):
        if kind == SHEET:
            at, shape = struct.unpack_from("<LxB", content)
            if shape == _MACROS:
                refuse_what_acts("macrosheet", "Workbook")
            starts.append(at)
        elif kind == END:
            break
    if len(starts) > limits.sheets:
        raise Refused("guard_many", part="Workbook", limit=limits.sheets)
    return sorted(starts)
