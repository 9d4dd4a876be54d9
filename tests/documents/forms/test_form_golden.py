"""The application form, cell by cell, against files a person can check; workbook and Word agree."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import yaml
from reading import word_tables, workbook_rows
from small_county import NAMES, bundled, write

from junheng.report.bundle import Bundle
from junheng.report.forms import writing as forms

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def quality(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    found = forms.write(small, tmp_path_factory.mktemp("quality"))
    return found[0], found[1]


@pytest.fixture(scope="module")
def basic(small_basic: Bundle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    found = forms.write(small_basic, tmp_path_factory.mktemp("basic"))
    return found[0], found[1]


def lines(rows: list[list[str]]) -> list[str]:
    return [" | ".join(row).replace("\n", "/") for row in rows]


@pytest.mark.parametrize("form", ["quality", "basic"])
def test_the_workbook_is_the_golden_form(form: str, request: pytest.FixtureRequest) -> None:
    golden = yaml.safe_load((HERE / f"{form}.yaml").read_text("utf-8"))
    found = workbook_rows(request.getfixturevalue(form)[0])
    assert {sheet: lines(rows) for sheet, rows in found.items()} == golden


@pytest.mark.parametrize("form", ["quality", "basic"])
def test_the_word_file_shows_the_same_cells(form: str, request: pytest.FixtureRequest) -> None:
    book, document = request.getfixturevalue(form)
    sheets = list(workbook_rows(book).values())[1:]
    tables = word_tables(document)
    assert len(tables) == len(sheets)
    for table, sheet in zip(tables, sheets, strict=True):
        assert table == sheet[1 : 1 + len(table)]


def test_numbers_in_the_workbook_are_numbers(quality: tuple[Path, Path]) -> None:
    sheet = openpyxl.load_workbook(quality[0])["表Ⅲ"]
    cv = sheet["D5"]
    assert cv.number_format == "0.000"
    # 780 pupils; 2 backbone teachers in each of five sections: by hand S ÷ mean, squared terms.
    pupils = [200, 180, 100, 240, 60]
    mean = 100 * 10 / 780
    s2 = sum(p / 780 * (200 / p - mean) ** 2 for p in pupils)
    assert cv.value == pytest.approx(s2**0.5 / mean, abs=1e-11)


def test_a_failing_value_of_the_basic_form_is_dark_and_a_failing_school_empty(
    basic: tuple[Path, Path],
) -> None:
    sheet = openpyxl.load_workbook(basic[0])["表Ⅱ-2"]
    dark = {(cell.row, cell.column) for row in sheet.iter_rows() for cell in row
            if cell.fill.fgColor.rgb == "FFA6A6A6"}  # fmt: skip
    # Worked by hand: computers and books of the combined school (7, 10), teachers and those with a
    # degree or a title of the junior school (11), computers and books of the complete school (12).
    assert dark == {
        (7, 8),
        (7, 9),
        (10, 8),
        (10, 9),
        (11, 10),
        (11, 11),
        (11, 12),
        (12, 8),
        (12, 9),
    }
    assert [sheet.cell(row, 13).value for row in (5, 6, 7, 8)] == ["1", "1", "1", "1"]
    assert [sheet.cell(row, 13).value for row in (10, 11, 12)] == ["1", None, None]


def test_what_is_unknown_is_marked_and_never_zero(quality: tuple[Path, Path]) -> None:
    rows = workbook_rows(quality[0])
    school = next(row for row in rows["表Ⅱ-2"] if row[0] == NAMES[1])
    assert school[8:10] == ["?", "?"]
    assert any("未知" in row[0] for row in rows["表Ⅱ-2"])


def test_a_province_has_its_own_layout(small: Bundle, tmp_path: Path) -> None:
    book, document = forms.write(replace(small, layout=HERE / "province.yaml"), tmp_path)
    rows = workbook_rows(book)
    assert rows["封面"][2] == ["模拟省人民政府教育督导室制"]
    assert rows["基本情况"][3] == ["3", "1", "123456", "3"]
    assert rows["学校"][2] == ["模拟第1学校", "8.0", "√"]
    assert rows["学校"][-2:] == [["人口123456人"], rows["学校"][-1]]
    assert len(word_tables(document)) == 2


def test_another_number_gives_another_mark(small: Bundle, tmp_path: Path) -> None:
    data = write(tmp_path / "data")
    text = (data / "sections.csv").read_text("utf-8")
    (data / "sections.csv").write_text(text.replace(",200,", ",201,", 1), "utf-8")
    assert bundled(data).digest != small.digest


def test_a_share_that_is_not_all_is_never_written_as_a_hundred(
    small_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(small_data, data)
    with (data / "facts.csv").open("a", encoding="utf-8") as facts:
        facts.write(
            "2025,990101,zoned_primary_pupils,10000\n2025,990101,zoned_primary_nearby_pupils,9996\n"
        )
    rows = workbook_rows(forms.write(bundled(data), tmp_path)[0])["表Ⅳ"]
    row = next(row for row in rows if row[0] == "13")
    assert "小学99.96%" in row[2]
