"""Which characters a font has: its cmap table, read as OpenType 1.9 describes it."""

from __future__ import annotations

import struct
from pathlib import Path


def characters(font: Path) -> set[int]:
    """Give the code points that an OpenType font has glyphs for (subtables of format 4 and 12)."""
    raw = font.read_bytes()
    tables = struct.unpack(">H", raw[4:6])[0]
    at = next(
        struct.unpack(">I", raw[start + 8 : start + 12])[0]
        for start in range(12, 12 + 16 * tables, 16)
        if raw[start : start + 4] == b"cmap"
    )
    many = struct.unpack(">H", raw[at + 2 : at + 4])[0]
    found: set[int] = set()
    for place in range(at + 4, at + 4 + 8 * many, 8):
        begin = at + struct.unpack(">I", raw[place + 4 : place + 8])[0]
        if raw[begin : begin + 2] == b"\x00\x0c":
            found |= _groups(raw, begin)
    assert found, "the font has no subtable of format 12"
    return found


def _groups(raw: bytes, begin: int) -> set[int]:
    many = struct.unpack(">I", raw[begin + 12 : begin + 16])[0]
    found: set[int] = set()
    for at in range(begin + 16, begin + 16 + 12 * many, 12):
        first, last, _ = struct.unpack(">III", raw[at : at + 12])
        found |= set(range(first, last + 1))
    return found
