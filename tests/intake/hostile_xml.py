"""Attacks in the XML of a workbook."""

from __future__ import annotations

import random
from collections.abc import Iterator

from workbook_parts import (
    BOOK,
    DECLARED,
    SHEET,
    STRINGS,
    STYLES,
    TYPES,
    Parts,
    in_rows,
    noise,
    packed,
)  # fmt: skip


def of_xml(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    def with_type(part: str, declared: bytes) -> bytes:
        text = good[part].partition(b"?>")[2]
        return packed(good | {part: DECLARED + declared + text})

    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]>"
    for part in (SHEET, STRINGS, BOOK, STYLES, TYPES):
        yield f"billion laughs in {part}", with_type(part, bomb), "guard_doctype"
    yield (
        "quadratic",
        with_type(SHEET, b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]>'),
        ("guard_doctype"),
    )
    for name, place in (("file", b"file:///etc/passwd"), ("http", b"http://127.0.0.1:9/x")):
        entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "' + place + b'">]>'
        yield f"entity from {name}", with_type(STRINGS, entity), "guard_doctype"
    yield "DTD elsewhere", with_type(SHEET, b'<!DOCTYPE x SYSTEM "x.dtd">'), "guard_doctype"
    yield (
        "parameter entity",
        with_type(SHEET, b'<!DOCTYPE x [<!ENTITY % p "x">%p;]>'),
        ("guard_doctype"),
    )
    for part in (SHEET, STRINGS):
        deep = noise(rng, b"<a>", 30_000)
        yield f"deep nesting in {part}", packed(good | {part: DECLARED + deep}), "guard_xml"
    for name, bad in (("cut in a character", b"\xe5\xad"), ("never UTF-8", b"\xff\xc0\xaf")):
        text = in_rows(good, b'<row r="9"><c r="A9" s="x"><v>' + bad + b"</v></c></row>")
        yield name, text, "guard_xml"
    for encoding in ("utf-7", "gb18030", "utf-16", "iso-8859-1"):
        changed = good[SHEET].replace(b"UTF-8", encoding.encode())
        yield f"says {encoding}", packed(good | {SHEET: changed}), "guard_encoding"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        changed = good[SHEET].decode().encode(encoding)
        yield f"is {encoding}", packed(good | {SHEET: changed}), "guard_encoding"
    mixed = b"\xef\xbb\xbf" + good[SHEET].decode().encode("utf-16-le")
    yield "byte-order marks mixed", packed(good | {SHEET: mixed}), "guard_xml"
    long = bytes(rng.choices(b"abcdefgh", k=3 * 2**20))
    yield "tag of 3 MB", in_rows(good, b'<row r="9" x="' + long + b'"/>'), "guard_xml"
    yield "comment of 3 MB", in_rows(good, b"<!--" + long + b"-->"), "guard_xml"
    yield "cut off", packed(good | {SHEET: good[SHEET][:-30]}), "guard_xml"
    yield "two roots", packed(good | {SHEET: good[SHEET] + b"<x/>"}), "guard_xml"
    yield "no text at all", packed(good | {SHEET: b""}), "guard_xml"
    hiding = b'<!-<c r="A9"><v>1</v></c>-<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>-->'
    yield "comment made by taking a cell out", in_rows(good, hiding), "guard_xml"
    yield "attribute twice", in_rows(good, b'<row r="9" r="10"/>'), "guard_xml"
