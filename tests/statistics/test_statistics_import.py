"""What an import does beside reading: campuses, parts, units, originals, conflicts, what is missing."""

from __future__ import annotations

import csv
import hashlib
import stat
from pathlib import Path

import exports
import pytest
import xlsxwriter
from click.testing import CliRunner

from junheng.cli.main import cli
from junheng.errors import DataNeedsMending
from junheng.intake.statistics import Wanted, bring_in


def run(*arguments: object):
    return CliRunner().invoke(cli, ["import", *map(str, arguments), "--language", "zh"])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def two(demo):
    """Two primary schools and a nine-year one."""
    primary = [each for each in demo if each[0]["kind"] == "primary"][:2]
    return [*primary, next(each for each in demo if each[0]["kind"] == "nine_year")]


def book(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell not in (None, ""):
                        sheet.write(row, column, cell)
    return path


def test_a_campus_joins_its_main_school_and_amounts_add_up(tmp_path: Path, demo) -> None:
    (main, of_main), (campus, of_campus), _ = two(demo)
    extra = {campus["school"]: {"是否计校数": "0", "主校标识码": main["school"]},
             main["school"]: {"是否计校数": "1"}}  # fmt: skip
    file = exports.county(tmp_path / "a.xlsx", two(demo), new=True, extra=extra)
    done = run(file, tmp_path / "out", "--year", 2023)
    assert done.exit_code == 0, done.output
    schools = {row["school"]: row for row in rows_of(tmp_path / "out/schools.csv")}
    sections = {(r["school"], r["level"]): r for r in rows_of(tmp_path / "out/sections.csv")}
    assert campus["school"] not in schools
    both = of_main["primary"]["pupils"] + of_campus["primary"]["pupils"]
    assert float(sections[main["school"], "primary"]["pupils"]) == both
    assert float(schools[main["school"]]["books"]) == main["books"] + campus["books"]
    assert schools[main["school"]]["name"] == main["name"]
    assert "已并入" in done.output


def test_a_campus_without_its_main_school_stays_and_is_said(tmp_path: Path, demo) -> None:
    campus = two(demo)[1][0]["school"]
    file = exports.county(
        tmp_path / "a.xlsx", two(demo), new=True, extra={campus: {"是否计校数": "0"}}
    )
    done = run(file, tmp_path / "out", "--year", 2023)
    assert campus in {row["school"] for row in rows_of(tmp_path / "out/schools.csv")}
    assert f"校区{campus}不计校数，但没有找到所属学校" in done.output


def test_rows_of_the_parts_of_a_school_go_to_their_levels(tmp_path: Path) -> None:
    head = ["学校标识码", "学校名称", "在校生数", "班数"]
    code = "9901010001"
    file = book(
        tmp_path / "a.xlsx",
        教基3112=[["小学学生数"], head[:3], [code, "模拟一贯制学校小学部", 410], [code, "模拟一贯制学校初中部", 0]],
        教基3115=[["初中学生数"], head[:3], [code, "模拟一贯制学校（小学部）", 0], [code, "模拟一贯制学校（初中部）", 205]],
        教基5176=[["学校标识码", "学校名称", "图书（册）"], [code, "模拟一贯制学校小学部", 3000], [code, "模拟一贯制学校初中部", 2500]],
    )  # fmt: skip
    values = bring_in(Wanted((file,), 2022, "990101")).values
    found = {(v.column, v.level): v.text for v in values}
    assert found["pupils", "primary"] == "410"
    assert found["pupils", "junior"] == "205"
    assert found["books", ""] == "5500"


def test_units_are_read_where_they_are_told(tmp_path: Path) -> None:
    head = ["学校标识码", "学校名称"]
    told = {"教学仪器设备资产值（万元）": "1234500", "教学仪器设备资产值（元）": "123.45",
            "教学仪器设备资产值": "1234500"}  # fmt: skip
    for at, (heading, expected) in enumerate(told.items()):
        rows = [[*head, heading], ["9901010001", "模拟小学", 123.45]]
        file = book(tmp_path / f"{at}.xlsx", 教基5176=rows)
        values = bring_in(Wanted((file,), 2022, "990101")).values
        assert [v.text for v in values if v.column == "equipment_value"] == [expected]


def test_an_empty_cell_is_unknown_unless_one_says_that_it_is_0(tmp_path: Path) -> None:
    rows = [
        ["学校标识码", "学校名称", "图书（册）", "网络多媒体教室"],
        ["9901010001", "模拟小学", "—", 5],
    ]
    file = book(tmp_path / "a.xlsx", 教基5176=rows)
    read = {v.column: v.text for v in bring_in(Wanted((file,), 2022, "990101")).values}
    zero = {v.column: v.text for v in bring_in(Wanted((file,), 2022, "990101", True)).values}
    assert (read["books"], zero["books"], zero["multimedia_rooms"]) == ("", "0", "5")


def test_several_tables_in_one_sheet_are_told_by_their_group(tmp_path: Path) -> None:
    rows = [
        ["", "", "教基3112", "", "教基3115", "教基1102续"],
        ["学校标识码", "学校名称", "在校生数", "", "在校生数", "县级以上骨干教师(小学)"],
        ["", "", "合计", "其中：女", "合计", ""],
        ["9901010001", "模拟学校", 300, 140, 150, 4],
    ]
    values = bring_in(Wanted((book(tmp_path / "a.xlsx", 全部=rows),), 2022, "990101")).values
    found = {(v.column, v.level): v.text for v in values if v.table == "sections"}
    assert found == {("pupils", "primary"): "300", ("pupils", "junior"): "150",
                     ("backbone", "primary"): "4"}  # fmt: skip


def test_what_fits_several_places_is_not_taken(tmp_path: Path) -> None:
    rows = [["学校标识码", "学校名称", "图书", "图书"], ["9901010001", "模拟小学", 10, 20]]
    found = bring_in(Wanted((book(tmp_path / "a.xlsx", 教基5176=rows),), 2022, "990101"))
    assert "books" not in {v.column for v in found.values}
    said = [notice.say("zh") for notice in found.notices]
    assert any("不止一处" in text and "图书" in text for text in said)
    assert any("没有找到“小学在校生数”：文件里没有教基3112" in text for text in said)


def test_a_senior_block_is_never_taken_for_junior(tmp_path: Path) -> None:
    rows = [["学校标识码", "学校名称", "高中"], ["", "", "合计"], ["9901010001", "模拟中学", 88]]
    found = bring_in(Wanted((book(tmp_path / "a.xlsx", 教基4156=rows, 教基5176=[
        ["学校标识码", "学校名称", "图书"], ["9901010001", "模拟中学", 10]]),), 2022, "990101"))  # fmt: skip
    assert "teachers" not in {v.column for v in found.values}


def test_kindergartens_and_senior_schools_are_left_out_and_said(tmp_path: Path) -> None:
    rows = [["学校标识码", "学校名称", "办学类型"], ["9901010001", "模拟幼儿园", "111幼儿园"],
            ["9901010002", "模拟教学点", "小学教学点"], ["9901010003", "模拟某校", "外星学校"]]  # fmt: skip
    found = bring_in(Wanted((book(tmp_path / "a.xlsx", 学校=rows),), 2022, "990101"))
    kinds = {v.school: v.text for v in found.values if v.column == "kind"}
    assert kinds == {"9901010002": "teaching_point"}
    said = "\n".join(notice.say("zh") for notice in found.notices)
    assert "9901010001是111幼儿园" in said
    assert "外星学校" in said


def test_originals_are_kept_read_only_and_sources_name_every_cell(tmp_path: Path, demo) -> None:
    file = exports.county(tmp_path / "a.xlsx", two(demo), new=True)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert run(file, tmp_path / "out", "--year", 2023).exit_code == 0
    copy = tmp_path / f"out/originals/{digest}.xlsx"
    assert copy.read_bytes() == file.read_bytes()
    assert not copy.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    manifest = rows_of(tmp_path / "out/originals/manifest.csv")
    assert [(row["file"], row["sha256"]) for row in manifest] == [("a.xlsx", digest)]
    sources = rows_of(tmp_path / "out/sources.csv")
    filled = sum(
        bool(cell)
        for name in ("schools", "sections")
        for row in rows_of(tmp_path / f"out/{name}.csv")
        for column, cell in row.items()
        if column not in ("year", "school", "level")
    )
    assert len(sources) == filled
    assert {row["origin"] for row in sources} == {"statistics"}
    assert {row["file_sha256"] for row in sources} == {digest}
    assert all(row["cell"] for row in sources)


def test_importing_again_changes_nothing(tmp_path: Path, demo) -> None:
    file = exports.county(tmp_path / "a.xlsx", two(demo), new=True)
    run(file, tmp_path / "out", "--year", 2023)
    before = {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    again = run(file, tmp_path / "out", "--year", 2023)
    assert again.exit_code == 0
    assert before == {p: p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}


def test_a_value_that_is_there_is_never_overwritten(tmp_path: Path, demo) -> None:
    file = exports.county(tmp_path / "a.xlsx", two(demo), new=True)
    out = tmp_path / "out"
    run(file, out, "--year", 2023)
    rows = rows_of(out / "schools.csv")
    rows[0]["books"], rows[1]["books"], rows[0]["public_funds"] = "1", "", "777"
    with (out / "schools.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    refused = run(file, out, "--year", 2023)
    assert refused.exit_code == 3
    assert "“图书”已有的值是“1”" in refused.output
    assert before == {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    rows[0]["books"] = ""
    with (out / "schools.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run(file, out, "--year", 2023).exit_code == 0
    assert rows_of(out / "schools.csv")[0]["public_funds"] == "777"
    assert rows_of(out / "schools.csv")[0]["books"]


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    rows = [["学校标识码", "学校名称", "图书"], ["9901010001", "模拟小学", "约3000"]]
    file = book(tmp_path / "a.xlsx", 教基5176=rows)
    refused = run(file, tmp_path / "b.xlsx", tmp_path / "out", "--year", 2022, "--county", 990101)
    assert refused.exit_code == 3
    assert "C2格是“约3000”" in refused.output
    assert "b.xlsx" in refused.output
    assert not (tmp_path / "out").exists()


def test_two_files_that_differ_are_a_problem(tmp_path: Path) -> None:
    head = ["学校标识码", "学校名称", "图书"]
    files = [
        book(tmp_path / f"{books}.xlsx", 教基5176=[head, ["9901010001", "模拟小学", books]])
        for books in (10, 20)
    ]
    with pytest.raises(DataNeedsMending) as refused:
        bring_in(Wanted(tuple(files), 2022, "990101"))
    assert "10（10.xlsx 教基5176!C2）；20（20.xlsx 教基5176!C2）" in refused.value.say("zh")


def test_a_folder_of_others_is_left_alone(tmp_path: Path, demo) -> None:
    file = exports.county(tmp_path / "a.xlsx", two(demo), new=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.docx").write_text("x")
    assert run(file, tmp_path / "out", "--year", 2023).exit_code == 2


def test_no_form_of_that_year_is_wrong_use(tmp_path: Path, demo) -> None:
    file = exports.county(tmp_path / "a.xlsx", two(demo), new=True)
    assert run(file, tmp_path / "out", "--year", 2005).exit_code == 2


def test_names_that_a_spreadsheet_would_calculate_are_refused(tmp_path: Path) -> None:
    rows = [["学校标识码", "学校名称", "图书"], ["9901010001", "=1+1", 10]]
    file = book(tmp_path / "a.xlsx", 教基5176=rows)
    refused = run(file, tmp_path / "out", "--year", 2022, "--county", 990101)
    assert refused.exit_code == 3
    assert "公式" in refused.output
