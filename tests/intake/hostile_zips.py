"""Attacks in the zip that a workbook is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from workbook_parts import SHEET, Parts, packed
from zip_maker import Part, zip_of


def of_zips(  # noqa: PLR0915  # a list
    good: Parts, rng: random.Random
) -> Iterator[tuple[str, bytes, str | None]]:
    parts = [Part(name, data) for name, data in good.items()]
    sheet = next(part for part in parts if part.name == SHEET)
    others = [part for part in parts if part is not sheet]

    def other(**told: object) -> bytes:
        return zip_of([*others, replace(sheet, **told)])  # type: ignore[arg-type]

    yield "ratio", zip_of([*parts, Part("xl/media/a.png", bytes(60 * 2**20))]), "guard_ratio"
    yield "ratio of the sheet", packed(good | {SHEET: good[SHEET] + b" " * 2**25}), "guard_ratio"
    kernel = Part("xl/media/k.bin", rng.randbytes(2**18), method=0)
    copies = [replace(kernel, name=f"xl/media/{n}.bin", at=0, written=False) for n in range(100)]
    yield "overlap, full", zip_of([kernel, *copies, *parts]), "guard_overlap"
    inner = zip_of([kernel])[:-22]
    quoted = Part("xl/media/q.bin", inner, method=0)
    within = replace(kernel, at=len(quoted.header()), written=False)
    yield "overlap, quoted", zip_of([quoted, within, *parts]), "guard_overlap"
    yield "size told too small", other(size=len(sheet.data) - 9), "guard_zip"
    yield "size told too large", other(size=len(sheet.data) + 9), "guard_zip"
    yield "size told otherwise in the two places", other(local={"size": 7}), "guard_zip"
    yield "checksum wrong", other(crc=1), "guard_zip"
    yield "packed size beyond the end", other(packed=2**24), "guard_overlap"
    yield "local name another", other(local={"name": "xl/worksheets/sheet9.xml"}), "guard_zip"
    yield "local method another", other(local={"method": 0}), "guard_zip"
    yield "name twice", zip_of([*parts, sheet]), "guard_twice"
    yield (
        "name twice in capitals",
        zip_of([*parts, replace(sheet, name=SHEET.upper())]),
        ("guard_twice"),
    )
    for name in ("../../etc/cron.d/x", "/etc/passwd", "..\\x.xml", "C:/x.xml", "a\nb", "x\0.png"):
        yield f"name {name!r}", zip_of([*parts, Part(name, b"x")]), "guard_name"
    yield "name of 300 letters", zip_of([*parts, Part("a" * 300, b"x")]), "guard_name"
    yield (
        "symlink",
        zip_of([*parts, Part("xl/media/l", b"/etc/passwd", mode=0o120777)]),
        ("guard_link"),
    )
    yield "device", zip_of([*parts, Part("xl/media/d", b"", mode=0o020666)]), "guard_link"
    yield "encrypted", other(flags=1), "guard_locked"
    yield "encrypted in the local header only", other(local={"flags": 1}), "guard_locked"
    yield "directory masked", other(flags=0x2000), "guard_locked"
    for method in (1, 9, 12, 14, 93, 99):
        yield f"method {method}", other(method=method), "guard_zip"
    yield "stored, told larger", other(method=0, packed=len(sheet.data) - 5), "guard_zip"
    many = [Part(f"xl/media/{n}", b"", method=0) for n in range(65_536)]
    yield "3,000 entries", zip_of([*parts, *many[:3000]]), "guard_entries"
    yield "65,536 entries", zip_of(many), "guard_zip"
    yield "entries told fewer", zip_of(parts, count=3), "guard_zip"
    yield "entries told more", zip_of(parts, count=len(parts) + 1), "guard_zip"
    yield "zip64 size", other(size=0xFFFFFFFF), "guard_zip"
    yield "zip64 locator", zip_of(parts, locator=b"PK\6\7" + bytes(16)), "guard_zip"
    swollen = [Part(f"xl/media/{n}", b"x" * 600_000, method=0) for n in range(8)]
    swollen = [replace(part, method=8, body=part.data, size=40 * 2**20) for part in swollen]
    yield "320 MB in all", zip_of([*parts, *swollen]), "guard_expanded"
    yield (
        "21 MB",
        zip_of([*parts, Part("xl/media/a.png", bytes(21 * 2**20), method=0)]),
        ("guard_size"),
    )
    yield "junk before", zip_of(parts, before=rng.randbytes(99)), "guard_zip"
    yield "junk after", zip_of(parts, after=rng.randbytes(99)), "workbook_broken"
    yield "another end in the comment", zip_of(parts, after=zip_of([])), "guard_zip"
    yield "second disk", zip_of(parts, disk=1), "guard_zip"
    yield "directory told elsewhere", zip_of(parts, start=0), "guard_zip"
    whole = packed(good)
    for keep in (0, 4, len(whole) // 2, len(whole) - 1):
        yield f"truncated to {keep}", whole[:keep], "workbook_broken"
    yield "first half lost", whole[len(whole) // 2 :], "guard_zip"
    yield "no workbook inside", zip_of([Part("a.txt", b"a")]), "workbook_broken"
    yield "stream with something behind it", other(body=sheet.raw + b"xx"), "guard_zip"
    yield "stream cut short", other(body=sheet.raw[:-9]), "guard_zip"
    yield "stream of noise", other(body=rng.randbytes(500)), "guard_zip"
