"""Attacks in old workbooks: their file system, and the records in it."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from io import BytesIO

import xlwt
from handed_in import grid, in_chinese, sound
from workbook_parts import Attack

SECTOR, LAST, OUTSIDE = 512, 0xFFFFFFFE, 0x00FFFFFF
Made = Callable[[xlwt.Worksheet], object]


def book(change: Made | None = None) -> bytes:
    """Make a sound old workbook, or one whose first sheet was changed before it was written."""
    made, stream = xlwt.Workbook(encoding="utf-8"), BytesIO()
    for name, rows in in_chinese(sound()).items():
        sheet = made.add_sheet(name, cell_overwrite_ok=True)
        for at, row in enumerate(grid(rows)):
            for place, cell in enumerate(row):
                sheet.write(at, place, cell)
        if change:
            change(sheet)
            change = None
    made.save(stream)
    return stream.getvalue()


def old_workbooks(rng: random.Random) -> Iterator[Attack]:
    good = book()
    for name, data, code in [*_files(good), *_records(good), *_contents(), *_noise(good, rng)]:
        yield Attack("old", f"old: {name}", data, code, ".xls")


def _files(good: bytes) -> Iterator[tuple[str, bytes, str | None]]:
    """Turn the table of sectors and the directory against who follows them."""
    table = _table_at(good)
    folder = (struct.unpack_from("<L", good, 48)[0] + 1) * SECTOR
    entry = next(at for at in range(folder, len(good), 128) if _name(good, at) == "Workbook")
    first = struct.unpack_from("<L", good, entry + 116)[0]
    for name, to in (("in a circle", first), ("out of the file", OUTSIDE), ("cut short", LAST)):
        yield f"chain {name}", _patched(good, table + first * 4, "<L", to), "workbook_broken"
    into = struct.unpack_from("<L", good, 48)[0]
    yield "chain into another", _patched(good, table + first * 4, "<L", into), "workbook_broken"
    folder_next = table + struct.unpack_from("<L", good, 48)[0] * 4
    around = struct.unpack_from("<L", good, 48)[0]
    yield "directory in a circle", _patched(good, folder_next, "<L", around), "workbook_broken"
    for name, size in (("larger than its chain", len(good) - 9), ("larger than the file", 2**31)):
        yield f"stream {name}", _patched(good, entry + 120, "<L", size), "workbook_broken"
    for name, at, kind, value in (
        ("sectors of 64 KB", 30, "<H", 16),
        ("sectors of no size", 30, "<H", 0),
        ("small sectors too large", 32, "<H", 9),
        ("version 9", 26, "<H", 9),
        ("table of tables out of the file", 68, "<L", OUTSIDE),
        ("a million lists of tables", 72, "<L", 1_000_000),
        ("table told twice", 44, "<L", 2),
        ("directory out of the file", 48, "<L", OUTSIDE),
    ):
        yield name, _patched(good, at, kind, value), "workbook_broken"
    for name, code in (
        ("VBA", "guard_active"),
        ("MBD0001", "guard_active"),
        ("EncryptionInfo", "guard_locked"),
        ("Buch", "workbook_broken"),
    ):
        yield f"stream {name}", _named(good, entry, name), code


def _records(good: bytes) -> Iterator[tuple[str, bytes, str | None]]:
    """Turn single records against who reads them."""
    at = {kind: place for place, kind, _ in reversed(list(_walk(good)))}
    unused = at[0x5C]  # who wrote it: nobody reads that
    for name, kind, code in (
        ("password", 0x2F, "guard_locked"),
        ("link to another file", 0x1AE, "guard_active"),
        ("query", 0xDC, "guard_active"),
        ("connection", 0x876, "guard_active"),
        ("end too early", 0x0A, "workbook_broken"),
        ("begin without end", 0x809, "workbook_broken"),
        ("zeros before the end", 0, "workbook_broken"),
    ):
        yield f"record: {name}", _patched(good, unused, "<H", kind), code
    yield "record too long", _patched(good, unused + 2, "<H", 9000), "workbook_broken"
    last = max(place for place, _, _ in _walk(good))
    yield "record beyond the end", _patched(good, last + 2, "<H", 8000), "workbook_broken"
    yield "older than 1997", _patched(good, at[0x809] + 4, "<H", 0x0500), "workbook_broken"
    yield "sheet of macros", _patched(good, at[0x85] + 9, "<B", 1), "guard_active"
    yield "sheet outside", _patched(good, at[0x85] + 4, "<L", 2**31), "workbook_broken"
    yield "sheet within another", _patched(good, at[0x85] + 4, "<L", 30), "workbook_broken"
    yield "strings without end", _patched(good, at[0xFC] + 8, "<L", 2**31), "guard_many"


def _contents() -> Iterator[tuple[str, bytes, str | None]]:
    """Make old workbooks of too much."""
    yield "sound", book(), None
    yield "cell far down", book(lambda sheet: sheet.write(60_000, 1, 1)), "guard_far"
    wide = book(lambda sheet: (sheet.write(49_000, 0, 1), sheet.write(3, 255, 1)))
    yield "two corners", wide, "guard_far"
    joined = book(lambda sheet: sheet.merge(9, 9, 20, 21))
    merge = next(place for place, kind, _ in _walk(joined) if kind == 0xE5)
    yield "whole sheet merged", _patched(joined, merge + 8, "<H", 65_535), "guard_merge"

    def merges(sheet: xlwt.Worksheet) -> None:
        for row in range(10_001):
            sheet.merge(row + 9, row + 9, 40, 41)

    yield "10,001 merges", book(merges), "guard_merge"


def _noise(good: bytes, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    for keep in (600, len(good) // 2, len(good) - 600):
        yield f"cut to {keep}", good[:keep], "workbook_broken"
    table = _table_at(good)
    yield (
        "table of noise",
        good[:table] + rng.randbytes(SECTOR) + good[table + SECTOR :],
        ("workbook_broken"),
    )


def _walk(good: bytes) -> Iterator[tuple[int, int, int]]:
    """Give place, kind and size of each record: xlwt writes them in one piece behind the header."""
    at = SECTOR
    while at < len(good):
        kind, size = struct.unpack_from("<2H", good, at)
        if not kind:
            return
        yield at, kind, size
        at += 4 + size


def _table_at(good: bytes) -> int:
    return (struct.unpack_from("<L", good, 76)[0] + 1) * SECTOR


def _name(good: bytes, at: int) -> str:
    length = struct.unpack_from("<H", good, at + 64)[0]
    return good[at : at + max(0, length - 2)].decode("utf-16-le", "replace")


def _named(good: bytes, at: int, name: str) -> bytes:
    text = name.encode("utf-16-le")
    entry = text + bytes(64 - len(text)) + struct.pack("<H", len(text) + 2)
    return good[:at] + entry + good[at + len(entry) :]


def _patched(good: bytes, at: int, kind: str, value: int) -> bytes:
    out = bytearray(good)
    struct.pack_into(kind, out, at, value)
    return bytes(out)
