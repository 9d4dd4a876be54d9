"""The directory of a zip, read strictly: what two readers could understand differently is refused.

Nothing is unpacked to disk, and never more than an entry declares.
"""

from __future__ import annotations

import stat
import struct
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from junheng.intake.limits import LIMITS, Limits
from junheng.intake.refusing import Refused

PIECE = 2**20
_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENDS, _CENTRALS, _LOCALS, _LOCATOR = b"PK\5\6", b"PK\1\2", b"PK\3\4", b"PK\6\7"
_FULL_LOCATOR = 20
_LARGE = 0xFFFFFFFF
_ENCRYPTED, _DESCRIBED, _UTF8, _MASKED = 0x1, 0x8, 0x800, 0x2000
_STORED, _DEFLATED = 0, 8
_UNIX = 3


@dataclass(frozen=True)
class Entry:
    """One file inside a zip, as both of its headers tell it."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int

    @property
    def is_folder(self) -> bool:
        """Say whether it only stands for a folder."""
        return self.name.endswith("/")


def entries(data: bytes, limits: Limits = LIMITS) -> list[Entry]:
    """Read the directory; raises Refused for whatever is not plain about it."""
    start, count = _end(data)
    if count > limits.entries:
        raise Refused("guard_entries", found=count, limit=limits.entries)
    found = list(_directory(data, start, count))
    for entry in found:
        _check(entry, limits)
    _check_names(found)
    _check_places(data, found, start)
    total = sum(entry.size for entry in found)
    if total > limits.expanded:
        raise Refused("guard_expanded", found=total // 2**20, limit=limits.expanded // 2**20)
    return found


def pieces(data: bytes, entry: Entry) -> Iterator[bytes]:
    """Unpack an entry piece by piece; raises Refused as soon as it is not what it declares."""
    start = entry.offset + _LOCAL.size + sum(_LOCAL.unpack_from(data, entry.offset)[-2:])
    packed = memoryview(data)[start : start + entry.packed]
    size = crc = 0
    for piece in _stored(packed) if entry.method == _STORED else _inflated(packed, entry):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        if size > entry.size:
            raise Refused("guard_zip", part=entry.name)
        yield piece
    if size != entry.size or crc != entry.crc:
        raise Refused("guard_zip", part=entry.name)


def _stored(packed: memoryview) -> Iterator[bytes]:
    for at in range(0, len(packed), PIECE):
        yield bytes(packed[at : at + PIECE])


def _inflated(packed: memoryview, entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), PIECE):
            rest: bytes | memoryview = packed[at : at + PIECE]
            while rest:
                yield inflater.decompress(rest, PIECE)
                rest = inflater.unconsumed_tail
        while not inflater.eof and (last := inflater.decompress(b"", PIECE)):
            yield last
    except zlib.error as error:
        raise Refused("guard_zip", part=entry.name) from error
    if not inflater.eof or inflater.unused_data:
        raise Refused("guard_zip", part=entry.name)


def _end(data: bytes) -> tuple[int, int]:
    """Find where the directory begins and how many entries it has."""
    at = data.rfind(_ENDS, max(0, len(data) - _END.size - 0xFFFF))
    if at < 0 or at + _END.size > len(data):
        raise Refused("broken")
    _, disk, first, here, count, size, start, comment = _END.unpack_from(data, at)
    if at + _END.size + comment != len(data):
        raise Refused("broken")
    if data[max(0, at - _FULL_LOCATOR) : at].startswith(_LOCATOR) or count == 0xFFFF:  # noqa: PLR2004
        raise Refused("guard_zip", part="zip64")
    if disk or first or here != count or start + size != at:
        raise Refused("guard_zip", part="PK")
    return start, count


def _directory(data: bytes, at: int, count: int) -> Iterator[Entry]:
    end = len(data)
    for _ in range(count):
        if at + _CENTRAL.size > end or data[at : at + 4] != _CENTRALS:
            raise Refused("guard_zip", part="PK")
        fields = _CENTRAL.unpack_from(data, at)
        _, made, _, flags, method, _, _, crc, packed, size, name, extra, note, *place = fields
        disk, _, outside, offset = place
        raw = data[at + _CENTRAL.size : at + _CENTRAL.size + name]
        mode = outside >> 16 if made >> 8 == _UNIX else 0
        if disk or _LARGE in (packed, size, offset):
            raise Refused("guard_zip", part="zip64")
        yield Entry(_name(raw, flags), raw, flags, method, crc, packed, size, offset, mode)
        at += _CENTRAL.size + name + extra + note
    if data[at : at + 4] != _ENDS:
        raise Refused("guard_zip", part="PK")


def _name(raw: bytes, flags: int) -> str:
    """Read a name: many programs write Chinese names without saying in which encoding."""
    for encoding in ("utf-8",) if flags & _UTF8 else ("utf-8", "gb18030"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Two bytes a letter are Greek or Russian in UTF-8, but Chinese in GB18030.
        if flags & _UTF8 or not any("\x80" <= each < "\u0800" for each in name):
            return name
    raise Refused("guard_name", part=raw.decode("latin-1"))


def _check(entry: Entry, limits: Limits) -> None:
    if entry.flags & (_ENCRYPTED | _MASKED):
        raise Refused("guard_locked")
    parts = entry.name.split("/")
    strange = any(not each.isprintable() or each in "\\:" for each in entry.name)
    if strange or not entry.name or ".." in parts or parts[0] == "":
        raise Refused("guard_name", part=entry.name)
    if len(entry.raw_name) > limits.name:
        raise Refused("guard_name", part=entry.name)
    if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("guard_link", part=entry.name)
    stored = entry.method == _STORED and entry.packed == entry.size
    if not stored and entry.method != _DEFLATED:
        raise Refused("guard_zip", part=entry.name)
    if entry.size > limits.ratio_after and entry.size > limits.ratio * entry.packed:
        raise Refused("guard_ratio", part=entry.name, limit=limits.ratio)


def _check_names(found: Sequence[Entry]) -> None:
    seen = set()
    for entry in found:
        name = unicodedata.normalize("NFC", entry.name).casefold()
        if name in seen:
            raise Refused("guard_twice", part=entry.name)
        seen.add(name)


def _check_places(data: bytes, found: Sequence[Entry], end: int) -> None:
    """See that entries lie one behind the other, from the first byte to the directory."""
    free = 0
    for entry in sorted(found, key=lambda entry: entry.offset):
        if entry.offset < free:
            raise Refused("guard_overlap", part=entry.name)
        if not free and entry.offset:  # something lies before the first
            raise Refused("guard_zip", part="PK")
        if entry.offset + _LOCAL.size > end:
            raise Refused("guard_zip", part=entry.name)
        free = _end_of(data, entry)
        if free > end:
            raise Refused("guard_overlap", part=entry.name)


def _end_of(data: bytes, entry: Entry) -> int:
    """Hold the header that stands before the content against the directory; give where it ends."""
    sign, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack_from(
        data, entry.offset
    )
    told = (packed, size) == (entry.packed, entry.size) and crc == entry.crc
    later = flags & _DESCRIBED or _LARGE in (packed, size)
    head = entry.offset + _LOCAL.size
    same = data[head : head + name] == entry.raw_name and method == entry.method
    if sign != _LOCALS or not same or not (told or later):
        raise Refused("guard_zip", part=entry.name)
    if (flags ^ entry.flags) & _ENCRYPTED:
        raise Refused("guard_locked")
    return int(head + name + extra + entry.packed)
