"""Made-up exports of the statistics, in the layouts seen in practice: no real file is used.

Either a workbook for each school with a sheet for each table, or one workbook for the county with
a sheet for each table and a row for each school. Titles and headings are merged, lines numbered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import xlsxwriter
import xlwt
from export_tables import TOTAL, Head, Row, Table, identity, tables


class Book:
    """A workbook being written, with merged headings."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(path)
        self.style = self.book.add_format({"border": 1})

    def put(self, sheet, row: int, column: int, value: object) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.style)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self.style)
        else:
            sheet.write_number(row, column, value, self.style)

    def heads(self, sheet, top: int, left: int, heads: Sequence[Head]) -> int:
        """Write headings in as many rows as they have steps, like ones merged; gives the next row."""
        depth = max(len(head) for head in heads)
        for level in range(depth):
            at = 0
            while at < len(heads):
                prefix, end = heads[at][: level + 1], at
                while end + 1 < len(heads) and heads[end + 1][: level + 1] == prefix:
                    end += 1
                if len(heads[at]) > level:
                    last = depth - 1 if len(heads[at]) == level + 1 else level
                    self.merge(
                        sheet, (top + level, left + at), (top + last, left + end), prefix[-1]
                    )
                at = end + 1
        return top + depth

    def merge(self, sheet, first: tuple[int, int], last: tuple[int, int], text: str) -> None:
        if first == last:
            sheet.write_string(*first, text, self.style)
        else:
            sheet.merge_range(*first, *last, text, self.style)


def one_school(path: Path, school: Row, rows: Mapping[str, Row], *, new: bool) -> Path:
    """Write the workbook of one school: a sheet for each table, and who it is on the first."""
    book = Book(path)
    sheet = book.book.add_worksheet("教基1001" if new else "基础基111")
    book.merge(sheet, (0, 0), (0, 3), "学校（机构）基本信息")
    for at, (label, value) in enumerate(identity(school), 2):
        for column, cell in enumerate((label, f"{at - 1:02}", value)):
            book.put(sheet, at, column, cell)
    for table in tables(school, rows, new=new):
        _form(book, table, str(school["school"]))
    book.book.close()
    return path


def _form(book: Book, table: Table, code: str) -> None:
    sheet = book.book.add_worksheet(table.number)
    labels = max(len(line) for line in table.lines)
    left = labels + 1
    book.merge(sheet, (0, 0), (0, left + len(table.heads)), f"{table.title}")
    sheet.write_string(1, 0, f"学校（机构）标识码：{code}")
    sheet.write_string(1, left + len(table.heads), f"表号：{table.number}")
    sheet.write_string(2, left, table.unit)
    body = book.heads(sheet, 3, left, table.heads)
    for column, cell in enumerate(["甲"] + [""] * (labels - 1) + ["乙"]):
        book.put(sheet, body, column, cell)
    for column in range(len(table.heads)):
        book.put(sheet, body, left + column, str(column + 1))
    before: Head = ()
    for at, line in enumerate(table.lines, 1):
        same = len([1 for a, b in zip(before[:-1], line[:-1], strict=False) if a == b])
        for column, step in enumerate(line[same:], same):
            sheet.write_string(body + at, column, step)
        book.put(sheet, body + at, labels, f"{at:02}")
        for column, head in enumerate(table.heads):
            book.put(sheet, body + at, left + column, table.cells.get((line, head)))
        before = line
    sheet.write_string(body + len(table.lines) + 2, 0, "填表人：          审核人：")


Extra = Mapping[str, Mapping[str, object]]


def county(path: Path, schools: Sequence[tuple[Row, Mapping[str, Row]]], *, new: bool,
           extra: Extra | None = None) -> Path:  # fmt: skip
    """Write the workbook of a county: a sheet for each table, a row for each school."""
    book = Book(path)
    more = sorted({name for each in (extra or {}).values() for name in each})
    _list(book, "学校名单", [("学校名单",)], [], [])
    listed = [(school, list(tables(school, rows, new=new))) for school, rows in schools]
    names = [label for label, _ in identity(schools[0][0])]
    held = [[*(value for _, value in identity(school)),
             *((extra or {}).get(str(school["school"]), {}).get(name) for name in more)]
            for school, _ in listed]  # fmt: skip
    _list(book, "学校信息", [(name,) for name in (*names, *more)], held, ["", "合计"])
    for place, table in enumerate(listed[0][1]):
        keys = sorted(
            _keys(table), key=lambda key: [line[0] for line in table.lines].index(key[0][0])
        )
        shown = [_shown(table, *key) for key in keys]
        rows = []
        for school, own in listed:
            cells = [
                own[place].cells.get(key, 0 if "学生" in table.title else None) for key in keys
            ]
            rows.append([school["school"], school["name"], *cells])
        _list(book, table.number, [("学校标识码",), ("学校名称",), *shown], rows, ["", "合计"])
    book.book.close()
    return path


def _keys(table: Table) -> list[tuple[Head, Head]]:
    """Say which cells a list shows: all columns of the total, or all lines and the courses of it."""
    if table.lines[0] == TOTAL:
        return [(TOTAL, head) for head in table.heads]
    totals = [line for line in table.lines if line[-1] == "合计"]
    courses = [(line, head) for line in totals for head in table.heads[1:] if len(head) > 1]
    return [*((line, table.heads[0]) for line in table.lines), *courses]


def _shown(table: Table, line: Head, head: Head) -> Head:
    """Give the heading of a list over a cell."""
    if line == TOTAL:
        return head
    above = (head[0],) if head[0].startswith("本学年") else ()
    block = line[:-1] if head != table.heads[0] else line
    return (*above, *block, *(head if head != table.heads[0] else ()))


def _list(
    book: Book, name: str, heads: Sequence[Head], rows: Sequence[Sequence[object]], total
) -> None:
    sheet = book.book.add_worksheet(name)
    if not rows:
        sheet.write_string(0, 0, "本表由统计系统导出")
        return
    book.merge(sheet, (0, 0), (0, len(heads) - 1), f"{name} 导出")
    body = book.heads(sheet, 2, 0, heads)
    for at, row in enumerate([total, *rows], body):
        for column, cell in enumerate(row):
            book.put(sheet, at, column, cell)
    sheet.set_row(body + 1, None, None, {"hidden": True})


def as_old(path: Path) -> Path:
    """Write the same sheets as an .xls workbook beside it, merged cells and hidden rows too."""
    made = xlwt.Workbook(encoding="utf-8")
    for sheet in openpyxl.load_workbook(path):
        old = made.add_sheet(sheet.title, cell_overwrite_ok=True)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    old.write(cell.row - 1, cell.column - 1, cell.value)
        for joined in sheet.merged_cells.ranges:
            value = sheet.cell(joined.min_row, joined.min_col).value
            rows = joined.min_row - 1, joined.max_row - 1
            old.write_merge(*rows, joined.min_col - 1, joined.max_col - 1, value)
        for number, row in sheet.row_dimensions.items():
            old.row(number - 1).hidden = bool(row.hidden)
    made.save(str(path.with_suffix(".xls")))
    return path.with_suffix(".xls")
