"""Sound workbooks as people and programs really lay them out; all say what `sound()` says."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from handed_in import folder_of, grid, in_chinese, sound, workbook_of
from hostile import STRINGS, packed
from zip_maker import Part, zip_of

Grids = dict[str, list[list[Any]]]
LAYOUTS: dict[str, Callable[[Path], Path]] = {}


def layout(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
    LAYOUTS[make.__name__] = make
    return make


def grids(*, chinese: bool = True) -> Grids:
    tables = in_chinese(sound()) if chinese else sound()
    return {name: grid(rows) for name, rows in tables.items()}


def each(change: Callable[[list[list[Any]]], list[list[Any]]]) -> Grids:
    return {name: change(rows) for name, rows in grids().items()}


def book(path: Path, sheets: Grids) -> Path:
    return workbook_of(path / "县.xlsx", sheets)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(path: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Path:
    file = book(path, grids())
    file.write_bytes(packed(change(parts_of(file))))
    return file


def cells(change: Callable[[str, str], str]) -> Grids:
    """Change the cells below the headings, by what heads them."""
    return each(
        lambda rows: (
            [rows[0]]
            + [
                [change(over, cell) for over, cell in zip(rows[0], row, strict=True)]
                for row in rows[1:]
            ]
        )
    )


@layout
def title(path: Path) -> Path:
    return book(path, each(lambda rows: [["某县义务教育学校基本情况表"], *rows]))


@layout
def titles_blank_rows_and_a_note(path: Path) -> Path:
    head = [["附件1"], [], ["某县2025年统计表"], ["填报单位：", "某县教育局", "", "单位：平方米"]]
    return book(path, each(lambda rows: [*head, *rows]))


@layout
def groups_above_the_headings(path: Path) -> Path:
    return book(path, each(lambda rows: [["学校情况", "", "", "其中"], *rows]))


@layout
def headings_in_two_rows(path: Path) -> Path:
    def split(rows: list[list[Any]]) -> list[list[Any]]:
        upper = [*rows[0][:3], "基本数据", *[""] * (len(rows[0]) - 4)]
        return [["标题"], upper, ["", "", "", *rows[0][3:]], *rows[1:]]

    return book(path, each(split))


@layout
def title_merged(path: Path) -> Path:
    with xlsxwriter.Workbook(path / "县.xlsx") as made:
        for name, rows in grids().items():
            sheet = made.add_worksheet(name)
            sheet.merge_range(0, 0, 1, len(rows[0]) - 1, "合并的标题")
            for at, row in enumerate(rows):
                sheet.write_row(at + 2, 0, row)
    return path / "县.xlsx"


@layout
def columns_shuffled(path: Path) -> Path:
    def shuffled(rows: list[list[Any]]) -> list[list[Any]]:
        order = list(range(len(rows[0])))
        random.Random(3).shuffle(order)  # noqa: S311
        return [[row[at] for at in order] for row in rows]

    return book(path, each(shuffled))


@layout
def headings_broken_over_lines(path: Path) -> Path:
    broken = lambda head: f" {head[:2]}\n {head[2:]} "  # noqa: E731
    return book(path, each(lambda rows: [[broken(head) for head in rows[0]], *rows[1:]]))


@layout
def headings_with_stars(path: Path) -> Path:
    return book(path, each(lambda rows: [[f"*{head}" for head in rows[0]], *rows[1:]]))


@layout
def headings_with_units(path: Path) -> Path:
    units = {"教学及辅助用房面积": "（平方米）", "在校生数": "(人)", "专任教师数": "（人）"}
    heads = lambda row: [head + units.get(head, "") for head in row]  # noqa: E731
    return book(path, each(lambda rows: [heads(rows[0]), *rows[1:]]))


@layout
def more_columns(path: Path) -> Path:
    return book(path, each(lambda rows: [[*row, "备注"] for row in rows]))


@layout
def empty_columns_before(path: Path) -> Path:
    return book(path, each(lambda rows: [[None, None, *row] for row in rows]))


@layout
def empty_rows_between(path: Path) -> Path:
    return book(path, each(lambda rows: [rows[0], [], *[x for row in rows[1:] for x in (row, [])]]))


@layout
def sheets_of_notes(path: Path) -> Path:
    notes: Grids = {"说明": [["怎样填"]], "示例（学校）": grids()["学校"], "notes 1": [["x"]]}
    return book(path, notes | grids())


@layout
def full_width(path: Path) -> Path:
    wide = {ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("."): "．", ord("-"): "－"}
    kept = ("学校标识码", "学校名称")
    return book(path, cells(lambda over, cell: cell if over in kept else str(cell).translate(wide)))


@layout
def thousands(path: Path) -> Path:
    def apart(over: str, cell: str) -> str:
        return f"{float(cell):,}" if over in ("教学及辅助用房面积", "在校生数") and cell else cell

    return book(path, cells(apart))


@layout
def units(path: Path) -> Path:
    behind = {"教学及辅助用房面积": "㎡", "在校生数": " 人", "专任教师数": "名", "统计年份": "年",
              "经度": "°", "建校年份": "年"}  # fmt: skip
    return book(path, cells(lambda over, cell: f"{cell}{behind.get(over, '')}" if cell else cell))


@layout
def dashes_for_unknown(path: Path) -> Path:
    dashes = iter(["—", "-", "/", "——", "－", " — ", "--"] * 9)
    return book(path, cells(lambda _, cell: cell or next(dashes)))


@layout
def spaces(path: Path) -> Path:
    return book(path, cells(lambda _, cell: f"\u3000 {cell}\u00a0"))


def numbers(rows: list[list[Any]]) -> list[list[Any]]:
    typed = [
        [float(cell) if str(cell)[:1] in set("123456789") else cell or None for cell in row]
        for row in rows[1:]
    ]
    return [rows[0], *typed]


@layout
def numbers_as_numbers(path: Path) -> Path:
    return book(path, each(numbers))


@layout
def numbers_and_text_mixed(path: Path) -> Path:
    return book(path, each(lambda rows: [*numbers(rows)[:2], *rows[2:]]))


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


def decorated(path: Path, do: Callable[[Any, Any], object], **options: Any) -> Path:
    with xlsxwriter.Workbook(path / "县.xlsx", options) as made:
        for name, rows in each(numbers).items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            do(made, sheet)
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
def formulas_with_values(path: Path) -> Path:
    def formula(over: str, cell: str) -> str:
        return f"=SUM({cell},0)|{cell}" if over == "在校生数" and cell else cell

    return book(path, cells(formula))


@layout
def styles_to_the_last_row(path: Path) -> Path:
    rows = b"".join(b'<row r="%d" s="1"><c r="A%d" s="0"/></row>' % (n, n) for n in
                    range(9, 2**20, 999))  # fmt: skip
    last = b'<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'
    return _sheets(path, lambda text: text.replace(b"</sheetData>", rows + last + b"</sheetData>"))


@layout
def dimension_lies(path: Path) -> Path:
    return _sheets(path, lambda text: re.sub(rb'ref="A1:\w+"', b'ref="A1:XFD1048576"', text))


@layout
def no_dimension(path: Path) -> Path:
    return _sheets(path, lambda text: re.sub(rb"<dimension[^>]*>", b"", text))


@layout
def cells_without_places(path: Path) -> Path:
    return _sheets(path, lambda text: re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", _filled(text)))


@layout
def attributes_in_another_order(path: Path) -> Path:
    return _sheets(path, lambda text: re.sub(rb'<c (r="\w+") (t="\w+")', rb"<c \2 \1", text))


@layout
def single_quotes(path: Path) -> Path:
    return _sheets(path, lambda text: re.sub(rb'<c r="(\w+)"', rb"<c  r='\1'", text))


@layout
def a_line_for_each_element(path: Path) -> Path:
    return _sheets(path, lambda text: text.replace(b"><c", b">\n  <c").replace(b"<row", b"\n<row"))


@layout
def byte_order_mark(path: Path) -> Path:
    return _sheets(path, lambda text: b"\xef\xbb\xbf" + text)


@layout
def rich_text(path: Path) -> Path:
    def safe(parts: dict[str, bytes]) -> dict[str, bytes]:
        text = parts[STRINGS].replace("<t>第一小学</t>".encode(),
                                      "<r><t>第一</t></r><r><rPr><b/></rPr><t>小学</t></r>".encode())  # fmt: skip
        return parts | {STRINGS: text}

    return changed(path, safe)


@layout
def nothing_packed(path: Path) -> Path:
    file = book(path, grids())
    file.write_bytes(zip_of([Part(n, data, method=0) for n, data in parts_of(file).items()]))
    return file


@layout
def packed_as_a_stream(path: Path) -> Path:
    class Pipe(io.RawIOBase):
        """A file that cannot be wound back: sizes come behind what they are of."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(bytes(data))

    file, pipe = book(path, grids()), Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, data in parts_of(file).items():
            archive.writestr(name, data)
    file.write_bytes(pipe.data)
    return file


@layout
def large_file_headers(path: Path) -> Path:
    file = book(path, grids())
    parts = parts_of(file)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(data)
    return file


def old_book(path: Path, sheets: Grids) -> Path:
    made = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = made.add_sheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, place, cell)
    made.save(str(path / "县.xls"))
    return path / "县.xls"


@layout
def old_workbook(path: Path) -> Path:
    return old_book(path, each(numbers))


@layout
def old_workbook_with_titles_and_notes(path: Path) -> Path:
    sheets = each(lambda rows: [["标题"], [], *rows])
    return old_book(path, {"说明": [["怎样填"]]} | sheets)


@layout
def zip_of_csv(path: Path) -> Path:
    folder = folder_of(path / "in", in_chinese(sound()))
    files = [Part(f"某县/{file.name}", file.read_bytes()) for file in sorted(folder.iterdir())]
    (path / "县.zip").write_bytes(zip_of([*files, Part("__MACOSX/._学校.csv", b"x")]))
    return path / "县.zip"


@layout
def zip_with_names_in_gbk(path: Path) -> Path:
    folder = folder_of(path / "in", in_chinese(sound()), encoding="gb18030")
    made = path / "县.zip"
    made.write_bytes(zip_of([RawName(file.name, file.read_bytes()) for file in folder.iterdir()]))
    return made


class RawName(Part):
    """An entry named as programs in China name it: without saying in which encoding."""

    def header(self) -> bytes:
        name = self.name.encode("gb18030")
        return super().header()[:26] + len(name).to_bytes(2, "little") + b"\0\0" + name

    def entry(self, offset: int) -> bytes:
        name = self.name.encode("gb18030")
        head = super().entry(offset)[:46]
        return head[:28] + len(name).to_bytes(2, "little") + head[30:] + name


@layout
def zip_of_a_workbook(path: Path) -> Path:
    file = book(path, grids())
    (path / "县.zip").write_bytes(zip_of([Part("in/县.xlsx", file.read_bytes())]))
    return path / "县.zip"


@layout
def a_workbook_for_each_table(path: Path) -> Path:
    folder = path / "in"
    folder.mkdir()
    for name, rows in grids().items():
        workbook_of(folder / f"{name}.xlsx", {"Sheet1": [["标题"], *rows]})
    (folder / "说明.txt").write_text("怎样填", "utf-8")
    return folder


@layout
def csv_below_titles(path: Path) -> Path:
    folder = folder_of(path / "in", in_chinese(sound()))
    for file in folder.iterdir():
        file.write_text(f'"某县,""基本\n情况"""\n\n单位：,人\n{file.read_text("utf-8")}', "utf-8")
    (folder / "README.txt").write_text("x", "utf-8")
    return folder


def _filled(text: bytes) -> bytes:
    """Give every cell left of another an element, so that places can be counted."""

    def row(found: re.Match[bytes]) -> bytes:
        at, out = 0, b""
        for cell in re.finditer(rb'<c r="([A-Z]+)\d+".*?(?:/>|</c>)', found[2]):
            place = ord(cell[1]) - ord("A") if len(cell[1]) == 1 else 26
            out += b"<c/>" * (place - at) + cell[0]
            at = place + 1
        return found[1] + out + b"</row>"

    return re.sub(rb"(<row[^>]*>)(.*?)</row>", row, text)


def _sheets(path: Path, change: Callable[[bytes], bytes]) -> Path:
    return changed(
        path,
        lambda parts: {
            name: change(data) if name.startswith("xl/worksheets/sheet") else data
            for name, data in parts.items()
        },
    )
