"""Attacks in what a sheet holds: cells far away, merges, styles, strings; and slips of business."""

from __future__ import annotations

import random
from collections.abc import Iterator

from workbook_parts import (
    BOOK,
    BOOK_RELATIONS,
    SHEET,
    STRINGS,
    STYLES,
    Parts,
    behind_rows,
    in_rows,
    packed,
    replaced,
)  # fmt: skip


def of_sheets(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    def cell(place: str, text: str = "<v>1</v>", more: str = "") -> bytes:
        return f'<row><c r="{place}"{more}>{text}</c></row>'.encode()

    for place in ("XFD1048576", "A1048576", "XFD1", "SG9", "A50001", "ZZZ9999999"):
        yield f"cell {place}", in_rows(good, cell(place)), "guard_far"
    yield "row told far", in_rows(good, b'<row r="1048570"><c><v>1</v></c></row>'), "guard_far"
    wide = b'<row r="9">' + b"<c><v>%d</v></c>" * 16_384 % tuple(range(16_384)) + b"</row>"
    yield "16,384 columns", in_rows(good, wide), "guard_far"
    yield "two corners", in_rows(good, cell("A1") + cell("SF50000")), "guard_far"
    long = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * n) for n in
                    range(9, 60_000))  # fmt: skip
    yield "60,000 rows", in_rows(good, long), "guard_far"
    yield "place no one knows", in_rows(good, cell("1A")), "guard_xml"
    yield "place below zero", in_rows(good, cell("A-5")), "guard_xml"

    def merged(*refs: str) -> bytes:
        text = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
        return behind_rows(good, f"<mergeCells>{text}</mergeCells>".encode())

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
        told = in_rows(good, cell("Z9", f"<v>{index}</v>", ' t="s"'))
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
    yield "20,001 errors", in_rows(good, b"<row>" + wrong + b"</row>"), "guard_errors"
    shared = b'<f t="shared" ref="Z2:Z3" si="0">Z3</f><v>1</v>'
    yield "formulas in a circle", in_rows(good, cell("Z2", shared.decode())), None
    yield "text of 32,768", replaced(good, b"<v>5210.5</v>", b"", "x" * 32_768), "not_a_number"
    yield "10 to the 999", replaced(good, b"5210.5", b"1e999"), "not_finite"
    yield "10 to the 308", replaced(good, b"5210.5", b"1e308"), None
    yield "NaN", replaced(good, b"5210.5", b"NaN"), "not_finite"
    yield "hidden sheet", replaced(good, b"", b"", part=BOOK, hidden=True), None


def of_much(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    """Make sheets of which each part is within bounds, and the whole is not."""
    cells = b"".join(b'<c r="%s%%d"><v>%%d</v></c>' % name for name in LETTERS)
    many = b"".join(cells % ((row,) * 2 * len(LETTERS)) for row in range(1, 5002))
    yield "2,000,400 cells", in_rows(good, b"<row>" + many + b"</row>"), "guard_cells"
    text = bytes(rng.choices(b"abcdefgh", k=30_000))
    known = good[STRINGS].count(b"<si>")
    strings = good[STRINGS].replace(b"</sst>", b"<si><t>" + text + b"</t></si></sst>")
    cell = b'<c r="%s%d" t="s"><v>%d</v></c>'
    again = b"".join(cell % (name, row, known) for row in range(9, 109) for name in LETTERS)
    told = b"<row>" + again + b"</row></sheetData>"
    parts = good | {STRINGS: strings, SHEET: good[SHEET].replace(b"</sheetData>", told)}
    yield "one long text in 40,000 cells", packed(parts), "workbook_stopped"


LETTERS = [
    (chr(65 + n // 26 - 1) if n >= 26 else "").encode() + bytes([65 + n % 26]) for n in range(400)
]


def of_business(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    for to in ("无", "3亩", "85%", "1,00", "12O0", "1200左右", "=1+1", "√"):
        expected = {"无": "number_none", "3亩": "number_unit", "85%": "number_percent",
                    "1200左右": "number_unit"}  # fmt: skip
        yield f"a cell {to}", replaced(good, b"5210.5", b"", to), expected.get(to, "not_a_number")
    yield (
        "sheet renamed",
        replaced(good, b'name="sections"', b'name="xueduan"', part=BOOK),
        ("table_missing"),
    )
    for heading, code in ((b">kind<", "column_missing"), (b">year<", "column_missing")):
        yield f"heading {heading!r}", replaced(good, heading, b">?<", part=STRINGS), code
    yield (
        "school of another county",
        replaced(good, b">0990101002<", b">0550101002<", part=STRINGS, shared=True),
        None,
    )
    merged = behind_rows(good, b'<mergeCells><mergeCell ref="B2:B3"/></mergeCells>')
    yield "cells of rows merged", merged, "cells_merged"
    empty = replaced(good, b"<v>5210.5</v>", b"", formula=True)
    yield "formula without a value", empty, "formula_no_value"
