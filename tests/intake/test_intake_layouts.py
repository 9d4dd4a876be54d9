from __future__ import annotations

from pathlib import Path

import pytest
from handed_in import codes, folder_of, refusal, rows_of, said, sound, workbook_of
from layout_tools import each, grids, numbers, old_book
from layouts import LAYOUTS

from junheng import intake


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_sound_layout_says_the_same_as_plain_files(name: str, tmp_path: Path) -> None:
    plain = intake.read(folder_of(tmp_path / "plain", sound()))
    (tmp_path / "odd").mkdir()
    odd = intake.read(LAYOUTS[name](tmp_path / "odd"))
    for table in ("schools", "sections"):
        assert rows_of(odd, table) == rows_of(plain, table)


def test_there_are_layouts_enough() -> None:
    assert len(LAYOUTS) >= 30


@pytest.mark.parametrize("name", ["zip_of_csv", "zip_of_a_workbook", "csv_below_titles"])
def test_what_was_read_can_be_read_again_when_the_file_is_gone(name: str, tmp_path: Path) -> None:
    dataset = intake.read(path := LAYOUTS[name](tmp_path))
    before = rows_of(dataset, "sections")
    path.unlink() if path.is_file() else None
    assert rows_of(dataset, "sections") == before


def test_hidden_rows_and_sheets_are_read_and_said(tmp_path: Path) -> None:
    hidden = intake.read(LAYOUTS["hidden_rows_and_columns"](tmp_path))
    assert "《学校》表有1行是隐藏的（第一处是第2行），也一样读取" in said(hidden)
    hidden = intake.read(LAYOUTS["hidden_sheet"](tmp_path))
    assert "有隐藏的工作表，也一样读取：“学段”" in said(hidden)


def test_hidden_sheets_of_an_old_workbook_are_read_and_said(tmp_path: Path) -> None:
    import xlwt

    made = xlwt.Workbook(encoding="utf-8")
    for name, rows in grids().items():
        sheet = made.add_sheet(name)
        sheet.visibility = 1 if name == "学段" else 0
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(at, place, cell)
    made.save(str(tmp_path / "a.xls"))
    hidden = intake.read(tmp_path / "a.xls")
    assert len(rows_of(hidden, "sections")) == 3
    assert "有隐藏的工作表，也一样读取：“学段”" in said(hidden)


def test_rows_below_titles_are_told_as_a_person_sees_them(tmp_path: Path) -> None:
    def wrong(rows: list[list[object]]) -> list[list[object]]:
        return [["标题"], [], *rows[:-1], [*rows[-1][:-1], "x"]]

    told = {path.suffix: [each.fields["row"] for each in refusal(path).problems]
            for path in (workbook_of(tmp_path / "a.xlsx", each(wrong)),
                         old_book(tmp_path, each(wrong)))}  # fmt: skip
    assert told == {".xlsx": [5, 6], ".xls": [5, 6]}


def test_an_old_workbook_tells_formulas_gone_wrong_and_cells_joined(tmp_path: Path) -> None:
    import xlwt

    made = xlwt.Workbook(encoding="utf-8")
    for name, rows in grids().items():
        sheet = made.add_sheet(name, cell_overwrite_ok=True)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if not (name == "学校" and (at, place) == (2, 9)):
                    sheet.write(at, place, cell)
        if name == "学校":
            sheet.row(2).set_cell_error(9, "#DIV/0!")
            sheet.row(1).hidden = True
        else:
            sheet.merge(2, 3, 4, 4)
    made.save(str(tmp_path / "a.xls"))
    refused = refusal(tmp_path / "a.xls")
    assert codes(refused) == ["intake.cells_merged", "intake.formula_error"]
    assert "第3行“教学及辅助用房面积”的公式出错，显示为“#DIV/0!”" in refused.say("zh")
    assert "《学段》第3行有合并单元格（E3:E4）" in refused.say("zh")


def test_what_cannot_be_read_in_a_folder_does_not_hide_the_rest(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"sections": sound()["sections"]})
    (folder / "schools.xlsx").write_bytes(b"x")
    assert codes(refusal(folder)) == ["intake.workbook_broken"]


def test_figures_in_a_mixed_column_keep_every_digit(tmp_path: Path) -> None:
    tables = each(numbers)
    tables["学校"][1][9] = 1 / 3
    tables["学校"][2][9] = "8,034.5"
    rows = rows_of(intake.read(workbook_of(tmp_path / "a.xlsx", tables)), "schools")
    assert [row["teaching_area"] for row in rows] == [float(f"{1 / 3:.16g}"), 8034.5]
