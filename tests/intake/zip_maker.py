"""Zips byte by byte, so that they can lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=200)
def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


@dataclass(frozen=True)
class Part:
    """One entry; what is None is told truly."""

    name: str
    data: bytes
    method: int = 8
    flags: int = 0
    crc: int | None = None
    packed: int | None = None
    size: int | None = None
    mode: int = 0
    body: bytes | None = None
    local: dict[str, Any] = field(default_factory=dict)
    """What the local header says otherwise than the directory."""
    at: int | None = None
    written: bool = True

    @property
    def raw(self) -> bytes:
        if self.body is not None:
            return self.body
        if self.method != 8:
            return self.data
        return _deflated(self.data)

    def told(self) -> tuple[int, int, int, int, int]:
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        packed = len(self.raw) if self.packed is None else self.packed
        size = len(self.data) if self.size is None else self.size
        return self.flags, self.method, crc, packed, size

    def header(self) -> bytes:
        part = replace(self, **self.local)
        flags, method, crc, packed, size = part.told()
        name = part.name.encode()
        return (
            struct.pack(
                "<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 0, crc, packed, size, len(name), 0
            )
            + name
        )

    def entry(self, offset: int) -> bytes:
        flags, method, crc, packed, size = self.told()
        name, made = self.name.encode(), (3 << 8) | 20
        head = struct.pack("<4s6H3L", b"PK\1\2", made, 20, flags, method, 0, 0, crc, packed, size)
        place = self.at if self.at is not None else offset
        return head + struct.pack("<5H2L", len(name), 0, 0, 0, 0, self.mode << 16, place) + name


def zip_of(
    parts: list[Part],
    *,
    before: bytes = b"",
    after: bytes = b"",
    locator: bytes = b"",
    **end: int,
) -> bytes:
    """Write a zip; `end` is what its last record tells otherwise."""
    out, entries = bytearray(before), bytearray()
    for part in parts:
        entries += part.entry(len(out))
        if part.written:
            out += part.header() + part.raw
    start = len(out)
    out += entries + locator
    told = {
        "disk": 0,
        "count": len(parts) & 0xFFFF,
        "size": len(entries),
        "start": start,
        "comment": 0,
    } | end
    return bytes(out) + struct.pack(
        "<4s4H2LH",
        b"PK\5\6",
        told["disk"],
        told["disk"],
        told["count"],
        told["count"],
        told["size"],
        told["start"],
        told["comment"],
    ) + after  # fmt: skip
