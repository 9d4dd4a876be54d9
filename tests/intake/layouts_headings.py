"""Where headings stand, and what stands around the table."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import xlsxwriter
from layout_tools import Grids, book, each, grids, layout


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
