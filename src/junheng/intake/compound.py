"""The file system inside an old workbook (OLE compound file), walked strictly and within bounds.

Every chain of sectors is followed once from its beginning: one that leads outside the file, into
itself or into another chain is refused, and so is a stream whose size is not what its chain holds.
Layout: Microsoft, [MS-CFB] Compound File Binary File Format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from junheng.intake.limits import LIMITS, Limits
from junheng.intake.refusing import Refused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""What old workbooks begin with, and new ones that have a password."""
_HEADER, _ENTRY, _LISTED, _SMALL, _CUTOFF = 512, 128, 109, 64, 4096
_SHIFTS = {3: 9, 4: 12}
_LAST, _END, _FREE = 0xFFFFFFFA, 0xFFFFFFFE, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_LONGEST_NAME = 64


@dataclass(frozen=True)
class Entry:
    """One name in the directory."""

    name: str
    kind: int
    first: int
    size: int


class Compound:
    """The directory of a compound file, and its streams; raises Refused for what is not sound."""

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        if len(data) < _HEADER or not data.startswith(OLE):
            raise Refused("broken")
        version, order, shift, small = struct.unpack_from("<26x4H", data)
        if _SHIFTS.get(version) != shift or order != 0xFFFE or small != 6:  # noqa: PLR2004
            raise Refused("broken")
        self.data, self.sector, self.limits = data, 1 << shift, limits
        self.sectors = -(-(len(data) - self.sector) // self.sector)
        self.taken = bytearray(max(0, self.sectors))
        fields = struct.unpack_from("<44x2L8x4L", data)
        tables, folder, small_table, _, more, lists = fields
        self.next = self._table(tables, more, lists)
        self.entries = self._entries(self._chain(folder))
        root = next((each for each in self.entries if each.kind == _ROOT), None)
        if root is None:
            raise Refused("broken")
        self.small_next = _numbers(self._chain(small_table)) if small_table != _END else ()
        self.small = self._chain(root.first)[: root.size] if root.first < _LAST else b""
        self.small_taken = bytearray(len(self.small_next))

    def stream(self, *names: str) -> bytes:
        """Give a stream by one of its names; raises Refused when there is not one of it."""
        found = [each for each in self.entries if each.name in names and each.kind == _STREAM]
        if len(found) != 1:
            raise Refused("broken")
        return self._content(found[0])

    def _content(self, entry: Entry) -> bytes:
        if entry.size >= _CUTOFF:
            held = self._chain(entry.first)
        else:
            held = b"".join(self._small_pieces(entry.first)) if entry.size else b""
        if len(held) < entry.size:
            raise Refused("broken")
        return held[: entry.size]

    def _table(self, tables: int, more: int, lists: int) -> tuple[int, ...]:
        """Read which sector follows which."""
        listed = [at for at in struct.unpack_from(f"<{_LISTED}L", self.data, 76) if at != _FREE]
        for _ in range(lists):
            *places, more = _numbers(self._take(more))
            listed += [at for at in places if at != _FREE]
        if more not in (_END, _FREE) or len(listed) != tables:
            raise Refused("broken")
        return _numbers(b"".join(self._take(at) for at in listed))

    def _take(self, at: int) -> bytes:
        """Give a sector, which nothing else may be in."""
        if at >= self.sectors or self.taken[at]:
            raise Refused("broken")
        self.taken[at] = 1
        return self.data[(at + 1) * self.sector : (at + 2) * self.sector]

    def _chain(self, at: int) -> bytes:
        found = []
        while at != _END:
            found.append(self._take(at))
            if at >= len(self.next):
                raise Refused("broken")
            at = self.next[at]
        return b"".join(found)

    def _small_pieces(self, at: int) -> Iterator[bytes]:
        while at != _END:
            if at >= len(self.small_next) or self.small_taken[at]:
                raise Refused("broken")
            self.small_taken[at] = 1
            yield self.small[at * _SMALL : (at + 1) * _SMALL]
            at = self.small_next[at]

    def _entries(self, folder: bytes) -> list[Entry]:
        if len(folder) // _ENTRY > self.limits.entries:
            limit = self.limits.entries
            raise Refused("guard_entries", found=len(folder) // _ENTRY, limit=limit)
        pieces = (folder[at : at + _ENTRY] for at in range(0, len(folder) - _ENTRY + 1, _ENTRY))
        return [_entry(piece, len(self.data)) for piece in pieces if piece[66]]


def _entry(piece: bytes, most: int) -> Entry:
    length, kind = struct.unpack_from("<64xHB", piece)
    first, size = struct.unpack_from("<116x2L", piece)
    if kind not in (_STORAGE, _STREAM, _ROOT) or length > _LONGEST_NAME or length % 2:
        raise Refused("broken")
    if kind != _STORAGE and size > most:
        raise Refused("broken")
    return Entry(piece[: max(0, length - 2)].decode("utf-16-le", "replace"), kind, first, size)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}L", data[: len(data) // 4 * 4])
