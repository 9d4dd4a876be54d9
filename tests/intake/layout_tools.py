"""How the layouts of workbooks are made, and the list of them all."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from handed_in import grid, in_chinese, sound, workbook_of
from workbook_parts import packed

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


def numbers(rows: list[list[Any]]) -> list[list[Any]]:
    typed = [
        [float(cell) if str(cell)[:1] in set("123456789") else cell or None for cell in row]
        for row in rows[1:]
    ]
    return [rows[0], *typed]


def decorated(path: Path, do: Callable[[Any, Any], object], **options: Any) -> Path:
    with xlsxwriter.Workbook(path / "县.xlsx", options) as made:
        for name, rows in each(numbers).items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            do(made, sheet)
    return path / "县.xlsx"


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


def sheets_of(path: Path, change: Callable[[bytes], bytes]) -> Path:
    return changed(
        path,
        lambda parts: {
            name: change(data) if name.startswith("xl/worksheets/sheet") else data
            for name, data in parts.items()
        },
    )


def filled(text: bytes) -> bytes:
    """Give every cell left of another an element, so that places can be counted."""

    def row(found: re.Match[bytes]) -> bytes:
        at, out = 0, b""
        for cell in re.finditer(rb'<c r="([A-Z]+)\d+".*?(?:/>|</c>)', found[2]):
            place = ord(cell[1]) - ord("A") if len(cell[1]) == 1 else 26
            out += b"<c/>" * (place - at) + cell[0]
            at = place + 1
        return found[1] + out + b"</row>"

    return re.sub(rb"(<row[^>]*>)(.*?)</row>", row, text)
