"""What Excel, WPS, LibreOffice and libraries write around the same table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
from layout_tools import changed, decorated, each, filled, layout, numbers, sheets_of
from workbook_parts import STRINGS


@layout
def written_by_openpyxl(path: Path) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in each(numbers).items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.freeze_panes, sheet.auto_filter.ref = "B2", sheet.dimensions
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
    made.save(path / "县.xlsx")
    return path / "县.xlsx"


@layout
def written_piece_by_piece(path: Path) -> Path:
    made = openpyxl.Workbook(write_only=True)
    for name, rows in each(numbers).items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path / "县.xlsx")
    return path / "县.xlsx"


@layout
def hidden_rows_and_columns(path: Path) -> Path:
    def hide(_: Any, sheet: Any) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})

    return decorated(path, hide)


@layout
def lists_comments_links_and_colours(path: Path) -> Path:
    def decorate(made: Any, sheet: Any) -> None:
        sheet.data_validation("E2:E99", {"validate": "list", "source": ["小学", "教学点"]})
        sheet.write_comment("A1", "怎样填")
        sheet.write_url("Z1", "https://example.org", string="网址")
        sheet.conditional_format("A1:D9", {"type": "no_blanks", "format": made.add_format()})
        sheet.freeze_panes(1, 2)
        sheet.protect("x")

    return decorated(path, decorate)


@layout
def chart(path: Path) -> Path:
    def draw(made: Any, sheet: Any) -> None:
        shown = made.add_chart({"type": "column"})
        shown.add_series({"values": [sheet.get_name(), 1, 0, 2, 0]})
        sheet.insert_chart("Z9", shown)

    return decorated(path, draw)


@layout
def years_from_1904(path: Path) -> Path:
    return decorated(path, lambda made, sheet: None, date_1904=True)


@layout
def without_shared_strings(path: Path) -> Path:
    return decorated(path, lambda made, sheet: None, constant_memory=True)


@layout
def hidden_sheet(path: Path) -> Path:
    def hide(made: Any, sheet: Any) -> None:
        if sheet.get_name() == "学段":
            sheet.very_hidden()

    return decorated(path, hide)


@layout
def styles_to_the_last_row(path: Path) -> Path:
    rows = b"".join(b'<row r="%d" s="1"><c r="A%d" s="0"/></row>' % (n, n) for n in
                    range(9, 2**20, 999))  # fmt: skip
    last = b'<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'
    return sheets_of(
        path, lambda text: text.replace(b"</sheetData>", rows + last + b"</sheetData>")
    )


@layout
def dimension_lies(path: Path) -> Path:
    return sheets_of(path, lambda text: re.sub(rb'ref="A1:\w+"', b'ref="A1:XFD1048576"', text))


@layout
def no_dimension(path: Path) -> Path:
    return sheets_of(path, lambda text: re.sub(rb"<dimension[^>]*>", b"", text))


@layout
def cells_without_places(path: Path) -> Path:
    return sheets_of(path, lambda text: re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", filled(text)))


@layout
def attributes_in_another_order(path: Path) -> Path:
    return sheets_of(path, lambda text: re.sub(rb'<c (r="\w+") (t="\w+")', rb"<c \2 \1", text))


@layout
def single_quotes(path: Path) -> Path:
    return sheets_of(path, lambda text: re.sub(rb'<c r="(\w+)"', rb"<c  r='\1'", text))


@layout
def a_line_for_each_element(path: Path) -> Path:
    return sheets_of(
        path, lambda text: text.replace(b"><c", b">\n  <c").replace(b"<row", b"\n<row")
    )


@layout
def byte_order_mark(path: Path) -> Path:
    return sheets_of(path, lambda text: b"\xef\xbb\xbf" + text)


@layout
def rich_text(path: Path) -> Path:
    def safe(parts: dict[str, bytes]) -> dict[str, bytes]:
        text = parts[STRINGS].replace("<t>第一小学</t>".encode(),
                                      "<r><t>第一</t></r><r><rPr><b/></rPr><t>小学</t></r>".encode())  # fmt: skip
        return parts | {STRINGS: text}

    return changed(path, safe)
