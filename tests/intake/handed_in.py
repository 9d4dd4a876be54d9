"""A small sound county, and ways to hand it in."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path

import polars as pl
import xlsxwriter

from junheng import intake
from junheng.errors import DataNeedsMending
from junheng.model.tables import TABLES

Rows = list[dict[str, object]]
Tables = dict[str, Rows]

SOUND: Tables = {
    "schools": [
        {
            "year": "2025",
            "county": "990101",
            "school": "0990101001",
            "name": "第一小学",
            "kind": "primary",
            "sponsor": "7",
            "setting": "urban",
            "boarding": "0",
            "lon": "116.4",
            "teaching_area": "5210.5",
            "built": "1958",
        },
        {
            "year": "2025",
            "county": "990101",
            "school": "0990101002",
            "name": "河湾九年一贯制学校",
            "kind": "nine_year",
            "sponsor": "7",
            "setting": "rural",
            "boarding": "1",
            "lon": "",
            "teaching_area": "8034",
            "built": "",
        },
    ],
    "sections": [
        {
            "year": "2025",
            "school": "0990101001",
            "level": "primary",
            "pupils": "1000",
            "teachers": "62",
        },
        {
            "year": "2025",
            "school": "0990101002",
            "level": "primary",
            "pupils": "500",
            "teachers": "",
        },
        {"year": "2025", "school": "0990101002", "level": "junior", "pupils": "", "teachers": "31"},
    ],
}


def sound() -> Tables:
    return deepcopy(SOUND)


def in_chinese(tables: Tables) -> Tables:
    """Give tables, headings and choices their Chinese names."""

    def word(table: str, name: str, cell: object) -> object:
        return TABLES[table].column(name).choices.get(str(cell), cell)

    return {
        TABLES[table].zh: [
            {TABLES[table].column(name).zh: word(table, name, cell) for name, cell in row.items()}
            for row in rows
        ]
        for table, rows in tables.items()
    }


def grid(rows: Sequence[Mapping[str, object]]) -> list[list[object]]:
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def folder_of(folder: Path, tables: Tables, *, encoding: str = "utf-8") -> Path:
    """Write a folder of CSV files."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(grid(rows))
    return folder


def parquet_of(folder: Path, frames: Mapping[str, pl.DataFrame]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


def workbook_of(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """Write a workbook; a cell that begins with = is a formula whose value follows after a bar."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(
                            row, column, cell.split("|")[0], None, cell.split("|")[1]
                        )
                    elif isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return path


def refusal(path: Path) -> DataNeedsMending:
    """Hand in what must be refused, and give what is said."""
    try:
        intake.read(path)
    except DataNeedsMending as refused:
        return refused
    raise AssertionError("it was let in")


def codes(refused: DataNeedsMending) -> list[str]:
    return [problem.code for problem in refused.problems]


def rows_of(dataset: intake.Dataset, table: str) -> list[dict[str, object]]:
    return dataset.tables[table].collect().rows(named=True)


def said(dataset: intake.Dataset, language: str = "zh") -> str:
    return "\n".join(notice.say(language) for notice in dataset.notices)
