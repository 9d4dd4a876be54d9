"""One table of a template: headings with notes, cells that say what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook

from junheng.model.tables import Column, Table
from junheng.report.template_words import UNITS, heading
from junheng.report.workbook import write_cell

LAST = 5000
"""Rows up to this one are checked while they are typed."""
FONT = "微软雅黑"
COLOURS = {"required": "#F8CBAD", "optional": "#DDEBF7", "given": "#E7E6E6"}
_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
_WIDTHS = {"name": 28, "school": 15, "item": 34, "equipment_value": 17, "kind": 17}
_PROTECTED = {"insert_rows": True, "delete_rows": True, "sort": True, "autofilter": True,
              "format_columns": True, "format_rows": True, "objects": True}  # fmt: skip
_NOTE = {"font_name": FONT, "font_size": 9, "x_scale": 3.2, "color": "#FFFFE1"}
_LINE, _LINE_HEIGHT = 29, 16
"""Characters that fit into a line of a note, and how high it is."""
_LONG, _WIDE = 9, 52


class Styles:
    """The formats of a template."""

    def __init__(self, book: Workbook) -> None:
        def made(**more: Any) -> Any:
            return book.add_format({**_BASE, **more})

        self.heading = {
            name: made(bold=True, text_wrap=True, align="center", border=1, bg_color=colour)
            for name, colour in COLOURS.items()
        }
        self.text = made(num_format="@", locked=False, indent=1)
        self.centred = made(num_format="General", locked=False, align="center")
        self.number = made(num_format="General", locked=False)
        self.fixed = made(bg_color="#F2F2F2", text_wrap=True, align="left", indent=1)
        self.plain = made(text_wrap=True, valign="top")
        self.bold = made(bold=True, text_wrap=True, valign="top")
        self.title = made(bold=True, font_size=16)
        self.banner = made(bold=True, font_color="#C00000", bg_color="#FFF2CC")
        self.cell = made(border=1, num_format="@", indent=1, text_wrap=True)
        self.figure = made(border=1)

    def of(self, column: Column) -> Any:
        """Give the format of the cells that people fill in."""
        if column.kind in ("text", "choice"):
            return self.text
        return (
            self.centred
            if column.kind in ("year", "flag") or column.unit == "year"
            else self.number
        )


Extra = tuple[str, str, int]
"""Name, heading and width of a column that helps to fill in a row and is not read back."""
_FACT_HEADINGS: tuple[Extra, ...] = (
    ("label", "项目名称", 44),
    ("unit", "单位", 9),
    ("form", "申报表位置", 12),
    ("asked", "谁要、依据", 92),
)


class TableSheet:
    """The sheet of one table, protected but for the cells to fill in."""

    def __init__(self, book: Workbook, styles: Styles, table: Table) -> None:
        self.styles, self.table = styles, table
        self.extra: tuple[Extra, ...] = _FACT_HEADINGS if table.name == "facts" else ()
        self.sheet = book.add_worksheet(table.zh)
        self.sheet.protect("", _PROTECTED)
        self.sheet.freeze_panes(1, 3 if table.name in ("schools", "sections") else 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(8)  # A3
        self.sheet.set_default_row(18)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.set_row(0, 54)

    @property
    def given(self) -> tuple[str, ...]:
        """Columns that the program fills in and nobody should change."""
        return ("year", "county", "item") if self.table.name == "facts" else ()


def header(sheet: TableSheet, notes: Sequence[str]) -> None:
    """Write the headings with their notes, and what may be typed below each."""
    for place, (column, note) in enumerate(zip(sheet.table.columns, notes, strict=True)):
        kind = "required" if column.required else "optional"
        style = sheet.styles.heading["given" if column.name == "item" else kind]
        write_cell(sheet.sheet, (0, place), heading(column), style)
        sheet.sheet.write_comment(0, place, note, _NOTE | {"height": _height(note)})
        width = _WIDTHS.get(column.name, 12 if len(column.zh) < _LONG else 15)
        sheet.sheet.set_column(place, place, width, sheet.styles.of(column))
        if rule := _rule(column):
            sheet.sheet.data_validation(1, place, LAST, place, rule)
    for place, (_, zh, width) in enumerate(sheet.extra, len(sheet.table.columns)):
        write_cell(sheet.sheet, (0, place), zh, sheet.styles.heading["given"])
        sheet.sheet.set_column(place, place, width)


def rows(sheet: TableSheet, known: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows that are known."""
    for row, cells in enumerate(known, 1):
        for place, column in enumerate(sheet.table.columns):
            value = worded(column, cells.get(column.name))
            locked = column.name in sheet.given and value is not None
            style = sheet.styles.fixed if locked else sheet.styles.of(column)
            write_cell(sheet.sheet, (row, place), value, style)
        for place, (name, _, _) in enumerate(sheet.extra, len(sheet.table.columns)):
            write_cell(sheet.sheet, (row, place), cells.get(name), sheet.styles.fixed)
        if len(str(cells.get("asked", ""))) > _WIDE:
            sheet.sheet.set_row(row, 34)


def _height(note: str) -> int:
    lines = sum(1 + len(line) // _LINE for line in note.split("\n"))
    return _LINE_HEIGHT * (lines + 1)


def worded(column: Column, value: Any) -> Any:
    """Give a cell as it is typed: choices by their Chinese label, whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return column.choices.get(value, value) if isinstance(value, str) else value


def _rule(column: Column) -> dict[str, Any] | None:
    """Say what may be typed, with a word before and a word after a slip."""
    unit = f"（单位：{UNITS[column.unit]}）" if column.unit in UNITS else ""
    told = {"ignore_blank": True, "input_title": column.zh[:30]}
    if column.choices:
        stop = "stop" if column.kind == "choice" else "information"
        wrong = "请从下拉列表中选一项。" if stop == "stop" else "列表里没有的用途请照实填写。"
        return told | {"validate": "list", "source": list(column.choices.values()), "error_type": stop,
                       "input_message": "请从下拉列表中选择。", "error_message": wrong}  # fmt: skip
    if column.kind == "flag":
        return told | {"validate": "list", "source": ["1", "0"], "error_message": "只能填1（是）或0（否）。",
                       "input_message": "1 是，0 否；不知道的留空。"}  # fmt: skip
    if column.name == "county":
        return told | {"validate": "length", "criteria": "==", "value": 6,
                       "error_message": "县代码是6位数字，例如990101。", "input_message": "6位县级行政区划代码。"}  # fmt: skip
    return _limits(column, told, unit) if column.kind != "text" else None


def _limits(column: Column, told: dict[str, Any], unit: str) -> dict[str, Any]:
    whole = column.kind in ("year", "whole")
    rule = told | {"validate": "integer" if whole else "decimal"}
    kind = "整数" if whole else "数字"
    blank = "" if column.required and column.kind == "year" else "；不知道的留空"
    if column.low is not None and column.high is not None:
        rule |= {"criteria": "between", "minimum": column.low, "maximum": column.high}
        span = f"{column.low:g}到{column.high:g}之间的{kind}"
    else:
        rule |= {"criteria": ">=", "value": 0}
        span = f"不小于0的{kind}"
    return rule | {
        "input_message": f"填{span}{unit}{blank}。",
        "error_message": f"应为{span}{unit}。",
    }
