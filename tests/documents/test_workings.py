"""The hand calculation: LibreOffice works every formula out again and finds what we found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from office_tools import cells, converted
from small_county import bundled, write

from junheng.report import workings
from junheng.report.bundle import Bundle

_PRINTED = {"0": 0, "0.00": 2, "0.000": 3, "0.0000": 4, "0.00##": 4, "0.000000": 6}


def without_results(path: Path) -> Path:
    """Take the results out of a workbook, so that only its formulas are left."""
    bare = path.with_name(f"{path.parent.name}.xlsx")
    openpyxl.load_workbook(path).save(bare)
    return bare


def printed(value: Any, form: str) -> Any:
    return f"{value:.{_PRINTED[form]}f}" if isinstance(value, int | float) else value


@pytest.mark.xdist_group("office")
def test_libreoffice_finds_the_same_to_the_printed_digit(
    small: Bundle, small_basic: Bundle, tmp_path: Path
) -> None:
    written = []
    for bundle in (small, small_basic):
        folder = tmp_path / bundle.standard.id
        folder.mkdir()
        written += workings.write(bundle, folder)
    bare = [without_results(path) for path in written]
    for path, found in zip(written, converted(bare, "xlsx", tmp_path), strict=True):
        assert compared(path, cells(found)) > 400


def compared(path: Path, theirs: dict[str, list[list[Any]]]) -> int:
    """Compare every formula's result with ours, as printed; say how many there are."""
    ours, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    number = 0
    for sheet in ours:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if formulas[sheet.title][cell.coordinate].data_type == "f":
                found = theirs[sheet.title][cell.row - 1][cell.column - 1]
                form = cell.number_format
                assert printed(found, form) == printed(cell.value, form), (sheet.title, cell)
                number += 1
    return number


def test_the_sheets_are_the_coefficients_of_the_verdict(small: Bundle, tmp_path: Path) -> None:
    (path,) = workings.write(small, tmp_path)
    rows = cells(path)["汇总"][3:]
    balance = small.county.balance
    assert [row[4] for row in rows] == [
        "?" if cv is None else pytest.approx(cv, rel=1e-11) for cv in balance["cv"]
    ]
    assert {row[5] for row in rows} == {"一致", "?"}
    words = {"met": "符合", "unmet": "超过限值", "not_assessed": "?"}
    assert [row[7] for row in rows] == [words[verdict] for verdict in balance["verdict"]]


def test_an_unknown_amount_leaves_the_coefficient_unknown_not_zero(
    small: Bundle, tmp_path: Path
) -> None:  # fmt: skip
    (path,) = workings.write(small, tmp_path)
    sheet = cells(path)["小学L5"]
    assert [row[-1] for row in sheet[5:10]] == ["?"] * 5
    assert "?" in [cell for row in sheet[10:] for cell in row]


def test_the_shares_of_a_combined_school_are_formulas(small: Bundle, tmp_path: Path) -> None:
    (path,) = workings.write(small, tmp_path)
    sheet = openpyxl.load_workbook(path)["小学L6"]
    share = next(cell for row in sheet.iter_rows() for cell in row
                 if isinstance(cell.value, str) and "COUNTIF" in cell.value)  # fmt: skip
    assert "$D$3*D" in share.value
    assert "SQRT(" in "".join(str(c.value) for row in sheet.iter_rows() for c in row)


def test_a_level_without_schools_has_no_sheet(small: Bundle, tmp_path: Path) -> None:
    has = small.county.sections.filter(pl.col("level") == "junior").height
    assert has
    (path,) = workings.write(small, tmp_path)
    assert not [name for name in openpyxl.load_workbook(path).sheetnames if name.startswith("高中")]


def test_visiting_teachers_are_in_the_formula_only_where_they_were_counted(tmp_path: Path) -> None:
    data = write(tmp_path / "data", year=2020, visiting=("9901010001", "9901010007"))
    bundle = bundled(data)
    (path,) = workings.write(bundle, tmp_path)
    sheet = openpyxl.load_workbook(path)["小学L3"]
    amounts = {row[1].value: row[4].value for row in sheet.iter_rows(min_row=6, max_row=10)}
    assert "+D" in amounts["9901010007"]  # a rural point of 60 pupils, in the three years
    assert "+D" not in amounts["9901010001"]
    assert cells(path)["小学L3"][9][4] == 3  # two of its own and the visiting one
