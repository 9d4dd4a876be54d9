"""Hostile and damaged files, made from a seed: five families, each file with what it must be told.

Nothing here is downloaded: every file is a sound workbook with one thing turned against its reader.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from handed_in import grid, sound, workbook_of
from zip_maker import Part, zip_of

Parts = dict[str, bytes]
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, BOOK_RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Attack:
    """A file, and the code of the sentence it must be refused with (none: it is harmless)."""

    family: str
    name: str
    data: bytes
    code: str | None
    suffix: str = ".xlsx"


def sound_parts() -> Parts:
    """Give the parts of a sound workbook."""
    with TemporaryDirectory() as folder:
        tables = {name: grid(rows) for name, rows in sound().items()}
        path = workbook_of(Path(folder, "county.xlsx"), tables)
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    return zip_of([Part(name, data) for name, data in parts.items()])


def all_attacks(seed: int) -> list[Attack]:
    """Make every named attack."""
    rng = random.Random(seed)  # noqa: S311  # not for secrets
    good = sound_parts()
    families: dict[str, Callable[[Parts, random.Random], Iterator[tuple[str, bytes, str | None]]]]
    families = {"xml": _xml, "zip": _zip, "sheet": _sheet, "active": _active, "business": _business}
    found = [
        Attack(family, name, data, code)
        for family, make in families.items()
        for name, data, code in make(good, rng)
    ]
    return [*found, *_other_files(good, rng)]


def few_attacks() -> list[Attack]:
    """Make some that a reader alone lets in, or that end it."""
    good = sound_parts()
    parts = [Part(name, data) for name, data in good.items()]
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    formula = b"<row><c r=\"Z9\"><f>cmd|'/c calc'!A0</f><v>1</v></c></row>"
    files = {
        "macros": packed(good | {"xl/vbaProject.bin": b"x"}),
        "DDE": _in_rows(good, formula),
        "path": zip_of([*parts, Part("../../etc/cron.d/x", b"x")]),
        "bomb": zip_of([*parts, Part("xl/media/a.png", bytes(2**24))]),
        "corner": _in_rows(good, far),
    }
    return [Attack("few", name, data, None) for name, data in files.items()]


def _xml(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
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
        deep = _noise(rng, b"<a>", 30_000)
        yield f"deep nesting in {part}", packed(good | {part: DECLARED + deep}), "guard_xml"
    for name, bad in (("cut in a character", b"\xe5\xad"), ("never UTF-8", b"\xff\xc0\xaf")):
        text = _in_rows(good, b'<row r="9"><c r="A9" s="x"><v>' + bad + b"</v></c></row>")
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
    yield "tag of 3 MB", _in_rows(good, b'<row r="9" x="' + long + b'"/>'), "guard_xml"
    yield "comment of 3 MB", _in_rows(good, b"<!--" + long + b"-->"), "guard_xml"
    yield "cut off", packed(good | {SHEET: good[SHEET][:-30]}), "guard_xml"
    yield "two roots", packed(good | {SHEET: good[SHEET] + b"<x/>"}), "guard_xml"
    yield "no text at all", packed(good | {SHEET: b""}), "guard_xml"
    hiding = b'<!-<c r="A9"><v>1</v></c>-<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>-->'
    yield "comment made by taking a cell out", _in_rows(good, hiding), "guard_xml"
    yield "attribute twice", _in_rows(good, b'<row r="9" r="10"/>'), "guard_xml"


def _zip(  # noqa: PLR0915  # a list
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


def _sheet(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    def cell(place: str, text: str = "<v>1</v>", more: str = "") -> bytes:
        return f'<row><c r="{place}"{more}>{text}</c></row>'.encode()

    for place in ("XFD1048576", "A1048576", "XFD1", "SG9", "A50001", "ZZZ9999999"):
        yield f"cell {place}", _in_rows(good, cell(place)), "guard_far"
    yield "row told far", _in_rows(good, b'<row r="1048570"><c><v>1</v></c></row>'), "guard_far"
    wide = b'<row r="9">' + b"<c><v>%d</v></c>" * 16_384 % tuple(range(16_384)) + b"</row>"
    yield "16,384 columns", _in_rows(good, wide), "guard_far"
    yield "two corners", _in_rows(good, cell("A1") + cell("SF50000")), "guard_far"
    long = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * n) for n in
                    range(9, 60_000))  # fmt: skip
    yield "60,000 rows", _in_rows(good, long), "guard_far"
    yield "place no one knows", _in_rows(good, cell("1A")), "guard_xml"
    yield "place below zero", _in_rows(good, cell("A-5")), "guard_xml"

    def merged(*refs: str) -> bytes:
        text = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
        return _behind_rows(good, f"<mergeCells>{text}</mergeCells>".encode())

    for ref in ("A1:XFD1048576", "A1:A1048576", "A1:XFD9", "B2:XFE9", "Z9:A1", "nonsense"):
        yield f"merge {ref}", merged(ref), "guard_merge"
    yield "10,001 merges", merged(*(f"Z{n}:AA{n}" for n in range(1, 10_002))), "guard_merge"
    sheet = good[SHEET]
    for ref in ("A1:XFE9", "A1:A9999999", "A0:B2", "nonsense", "C3:A1"):
        dimension = sheet.replace(b'ref="A1:', b'ref="%s" x="' % ref.encode(), 1)
        yield f"dimension {ref}", packed(good | {SHEET: dimension}), "guard_dimension"
    lie = sheet.replace(b'ref="A1:', b'ref="A1:XFD1048576" x="', 1)
    yield "dimension lies within the sheet", packed(good | {SHEET: lie}), None
    for index in ("99999999", "-1", "4294967296", "1e3", "x", "9" * 400):
        told = _in_rows(good, cell("Z9", f"<v>{index}</v>", ' t="s"'))
        yield f"shared string {index[:20]}", told, "guard_strings"
    styles = b"".join(b'<xf numFmtId="%d"/>' % rng.randrange(99) for _ in range(70_000))
    styled = good[STYLES].replace(b"</cellXfs>", styles + b"</cellXfs>")
    yield "70,000 styles", packed(good | {STYLES: styled}), "guard_many"
    named = "".join(f'<sheet name="s{n}" sheetId="{n + 9}" r:id="rId1"/>' for n in range(10_000))
    book = good[BOOK].replace(b"</sheets>", named.encode() + b"</sheets>")
    yield "10,000 sheets", packed(good | {BOOK: book}), "guard_many"
    twice = good[BOOK].replace(b'name="sections"', b'name="schools"')
    yield "two sheets of one name", packed(good | {BOOK: twice}), "workbook_broken"
    nowhere = good[BOOK_RELATIONS].replace(b"sheet1.xml", b"sheet7.xml")
    yield "sheet that is not there", packed(good | {BOOK_RELATIONS: nowhere}), "workbook_broken"
    wrong = b"".join(b'<c r="Z%d" t="e"><v>#N/A</v></c>' % n for n in range(1, 20_002))
    yield "20,001 errors", _in_rows(good, b"<row>" + wrong + b"</row>"), "guard_errors"
    shared = b'<f t="shared" ref="Z2:Z3" si="0">Z3</f><v>1</v>'
    yield "formulas in a circle", _in_rows(good, cell("Z2", shared.decode())), None
    yield "text of 32,768", _replaced(good, b"<v>5210.5</v>", b"", "x" * 32_768), "not_a_number"
    yield "10 to the 999", _replaced(good, b"5210.5", b"1e999"), "not_finite"
    yield "10 to the 308", _replaced(good, b"5210.5", b"1e308"), None
    yield "NaN", _replaced(good, b"5210.5", b"NaN"), "not_finite"
    yield "hidden sheet", _replaced(good, b"", b"", part=BOOK, hidden=True), None


def _active(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    def part(name: str, data: bytes = b"x") -> bytes:
        return packed(good | {name: data})

    for name in (
        "xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/vbaData.xml", "xl/macrosheets/sheet1.xml",
        "xl/dialogsheets/sheet1.xml", "xl/externalLinks/externalLink1.xml", "xl/activeX/activeX1.bin",
        "xl/ctrlProps/ctrlProp1.xml", "xl/embeddings/oleObject1.bin", "xl/connections.xml",
        "xl/queryTables/queryTable1.xml", "customUI/customUI14.xml", "xl/webextensions/t.xml",
        "xl/model/item.data",
    ):  # fmt: skip
        yield f"part {name}", part(name, b"<x/>"), "guard_active"
    for kind in (
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-office.vbaProject",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
    ):
        types = good[TYPES].replace(
            b"</Types>", f'<Override PartName="/x" ContentType="{kind}"/></Types>'.encode()
        )
        yield f"type {kind}", part(TYPES, types), "guard_active"

    def related(kind: str, mode: str = "", target: str = "x.bin") -> bytes:
        more = f'<Relationship Id="r99" Type="{kind}" Target="{target}"{mode}/></Relationships>'
        text = good[BOOK_RELATIONS].replace(b"</Relationships>", more.encode())
        return part(BOOK_RELATIONS, text)

    outside = ' TargetMode="External"'
    for kind in ("externalLink", "oleObject", "package", "control", "connections", "queryTable"):
        yield f"relation {kind}", related(f"{OFFICE}/{kind}"), "guard_active"
    yield "picture from outside", related(f"{OFFICE}/image", outside, "http://x/"), "guard_active"
    yield "file from a share", related(f"{OFFICE}/x", outside, "\\\\evil\\x"), "guard_active"
    yield "hyperlink", related(f"{OFFICE}/hyperlink", outside, "http://x/"), None
    for name, formula in (("cmd", "cmd|'/c calc'!A0"), ("excel", 'DDE|"x"&amp;msexcel|x!A1')):
        cell = f'<row><c r="Z9"><f>{formula}</f><v>1</v></c></row>'.encode()
        yield f"DDE in a formula, {name}", _in_rows(good, cell), "guard_active"
    for element in ("ddeLink", "oleObjects><oleObject", "controls><control", "x><connection"):
        text = b"".join(b"<%s>" % each.encode() for each in element.split("><"))
        text += b"".join(b"</%s>" % each.encode() for each in reversed(element.split("><")))
        yield f"element {element}", _behind_rows(good, text), "guard_active"
    mashup = b'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>'
    yield "Power Query", part("customXml/item1.xml", mashup), "guard_active"


def _business(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    for to in ("无", "3亩", "85%", "1,00", "12O0", "1200左右", "=1+1", "√"):
        expected = {"无": "number_none", "3亩": "number_unit", "85%": "number_percent",
                    "1200左右": "number_unit"}  # fmt: skip
        yield f"a cell {to}", _replaced(good, b"5210.5", b"", to), expected.get(to, "not_a_number")
    yield (
        "sheet renamed",
        _replaced(good, b'name="sections"', b'name="xueduan"', part=BOOK),
        ("table_missing"),
    )
    for heading, code in ((b">kind<", "column_missing"), (b">year<", "column_missing")):
        yield f"heading {heading!r}", _replaced(good, heading, b">?<", part=STRINGS), code
    yield (
        "school of another county",
        _replaced(good, b">0990101002<", b">0550101002<", part=STRINGS, shared=True),
        None,
    )
    merged = _behind_rows(good, b'<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')
    yield "cells of rows merged", merged, "cells_merged"
    empty = _replaced(good, b"<v>5210.5</v>", b"", formula=True)
    yield "formula without a value", empty, "formula_no_value"


def _other_files(good: Parts, rng: random.Random) -> Iterator[Attack]:
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    locked = ole + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    yield Attack("other", "workbook with a password", locked, "guard_locked")
    yield Attack("other", "old workbook under a new name", ole + bytes(999), "workbook_broken")
    yield Attack("other", "old: password", locked, "guard_locked", ".xls")
    macros = ole + bytes(600) + "_VBA_PROJECT".encode("utf-16-le") + bytes(600)
    yield Attack("other", "old: macros", macros, "guard_active", ".xls")
    yield Attack("other", "old: empty", b"", "workbook_broken", ".xls")
    yield Attack("other", "old: no such file", b"<html/>", "workbook_broken", ".xls")
    yield Attack("other", "old: zeros", ole + bytes(5000), "workbook_broken", ".xls")
    yield Attack("other", "old: noise", ole + rng.randbytes(9000), "workbook_broken", ".xls")
    csv = Part("schools.csv", b"year\n")
    for name, parts, code in (
        ("path", [csv, Part("../x.csv", b"")], "guard_name"),
        ("symlink", [Part("schools.csv", b"/etc/passwd", mode=0o120777)], "guard_link"),
        ("bomb", [Part("schools.csv", bytes(30 * 2**20))], "guard_ratio"),
        ("password", [replace(csv, flags=1)], "guard_locked"),
        ("nothing inside", [], "no_tables"),
    ):
        yield Attack("other", f"zip: {name}", zip_of(parts), code, ".zip")
    yield Attack("other", "zip: noise", rng.randbytes(999), "zip_broken", ".zip")
    laced = packed(good | {"xl/vbaProject.bin": b"x"})
    inner = zip_of([Part("县/county.xlsx", laced)])
    yield Attack("other", "zip: a workbook with macros", inner, "guard_active", ".zip")


def _noise(rng: random.Random, text: bytes, times: int) -> bytes:
    """Repeat a tag, with spaces between, so that it does not pack too well."""
    return b"".join(text + b" " * rng.randrange(1, 9) for _ in range(times))


def _in_rows(good: Parts, text: bytes) -> bytes:
    return packed(good | {SHEET: good[SHEET].replace(b"</sheetData>", text + b"</sheetData>")})


def _behind_rows(good: Parts, text: bytes) -> bytes:
    return packed(good | {SHEET: good[SHEET].replace(b"</sheetData>", b"</sheetData>" + text)})


def _replaced(
    good: Parts, old: bytes, new: bytes, text: str = "", part: str = "", **how: bool
) -> bytes:
    """Replace something in one part; or a figure of the first sheet by text."""
    parts = dict(good)
    if how.get("hidden"):
        parts[BOOK] = parts[BOOK].replace(b'sheetId="1"', b'sheetId="1" state="veryHidden"')
    elif part:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
    else:
        parts |= _figure(good, new, text, formula=how.get("formula", False))
    return packed(parts)


def _figure(good: Parts, new: bytes, text: str, *, formula: bool) -> Parts:
    """Change the teaching area of the first school, which is text at first."""
    sheet = good[SHEET]
    start = sheet.index(b'<c r="J2"')
    end = sheet.index(b"</c>", start) + 4
    inside = f"<is><t>{text}</t></is>".encode() if text else b"<v>" + new + b"</v>"
    kind = b' t="inlineStr"' if text else b""
    if formula:
        kind, inside = b"", b"<f>SUM(A1:A2)</f><v></v>"
    return {SHEET: sheet[:start] + b'<c r="J2"' + kind + b">" + inside + b"</c>" + sheet[end:]}


def mutated(good: Parts, rng: random.Random) -> bytes:
    """Damage a sound workbook at random: in its bytes, or in one of its parts packed anew."""
    if rng.random() < 0.7:
        return _damaged(packed(good), rng)
    name = rng.choice([SHEET, SHEET, STRINGS, BOOK, STYLES, *good])
    return packed(good | {name: _damaged(good[name], rng)})


def _damaged(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 5, 30])):
        at = rng.randrange(len(out) or 1)
        what = rng.randrange(6)
        if what == 0:
            out[at : at + 1] = bytes([rng.randrange(256)])
        elif what == 1:
            out[at : at + 1] = bytes([(out[at] if out else 0) ^ (1 << rng.randrange(8))])
        elif what == 2:
            del out[at : at + rng.choice([1, 1, 4, 50])]
        elif what == 3:
            out[at:at] = rng.choice([b"<", b">", b'"', b"&#0;", b"9" * 20, b"<c>", b"\0", b"-"])
        elif what == 4:
            out[at:at] = out[at : at + rng.choice([3, 30, 300])]
        else:
            there = rng.randrange(len(out) or 1)
            out[at : at + 9], out[there : there + 9] = out[there : there + 9], out[at : at + 9]
    return bytes(out)
