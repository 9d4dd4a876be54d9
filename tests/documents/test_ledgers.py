"""The ledgers: a line for everything that is not met, what a person decides left blank."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import yaml
from reading import workbook_rows
from small_county import LONG, NAMES, bundled

from junheng.model.tables import TABLES
from junheng.report import ledgers
from junheng.report.bundle import Bundle
from junheng.report.kinds import KINDS
from junheng.report.ledgers_guide import FOLDER, guide_of

Sheets = dict[str, list[list[str]]]


@pytest.fixture(scope="module")
def path(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledgers.write(small, tmp_path_factory.mktemp("ledgers"))[0]


@pytest.fixture(scope="module")
def sheets(path: Path) -> Sheets:
    return workbook_rows(path)


def test_the_workbook_is_the_golden_one(sheets: Sheets) -> None:
    golden = yaml.safe_load((Path(__file__).parent / "ledgers.yaml").read_text("utf-8"))
    found = {name: [" | ".join(row) for row in rows] for name, rows in sheets.items()}
    assert found == golden


def test_the_schools_that_do_not_pass_are_listed_the_worst_first(sheets: Sheets) -> None:
    rows = [row for row in sheets["未达标学校"][2:] if row[0].isdigit()]
    assert [(row[1], row[10]) for row in rows] == [
        (NAMES[4], "未达标"),
        (f"{LONG}（小学部）", "未达标"),
        (NAMES[0], "未达标"),
        (NAMES[1], "待定"),
    ]
    assert "L1\u00a04.76<5.3" in rows[0][9]
    assert rows[3][9] == "L4缺数据；L5缺数据"


def test_a_class_over_size_is_listed_with_the_year_in_which_it_ends(sheets: Sheets) -> None:
    row = sheets["超额班级和学校"][2]
    assert row[1:3] == ["模拟第1学校", "1年级 11班"]
    assert row[4:7] == ["46", "45", "1"]
    assert row[7].startswith("2031学年")


def test_gaps_are_whole_teachers_and_unknown_gaps_are_marked(sheets: Sheets) -> None:
    rows = {(row[1], row[2]): row for row in sheets["缺口"][2:] if len(row) > 2}
    short = rows[NAMES[4], "L1 每百名学生拥有高于规定学历教师数"]
    assert short[3:5] == ["4.76", "5.30"]
    assert (short[5], short[8]) == ("1.13", "2")  # 5.3 % of 210 is 11.13 teachers, there are 10
    unknown = rows[NAMES[1], "L5 生均体育运动场馆面积"]
    assert unknown[5] == "?"


def test_every_task_has_department_and_state_and_a_blank_deadline(
    path: Path, sheets: Sheets
) -> None:
    rows = [row for row in sheets["整改任务"][2:] if row[0].isdigit()]
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert all(row[4] and row[8] == "未开始" and row[7] == "" for row in rows)
    problems = " ".join(row[2] for row in rows)
    assert "拥有高于规定学历教师数）：0.540，要求不高于0.500" in problems
    assert "）无法计算：有学校缺数据" in problems
    assert "建设标准统一：否" in problems
    rules = openpyxl.load_workbook(path)["整改任务"].data_validations.dataValidation
    assert {rule.type for rule in rules} == {"list", "date"}
    assert "已销号" in next(rule.formula1 for rule in rules if rule.type == "list")


def test_the_list_of_evidence_says_what_is_there_and_what_lacks(sheets: Sheets) -> None:
    rows = [row for row in sheets["印证材料目录"][2:] if row[0].isdigit()]
    assert len(rows) == 33
    found = {row[0]: row for row in rows}
    assert found["2"][3] == "可由本程序生成：申报表"
    assert "《专用教室》表" in found["7"][4]
    assert "《班级》表" in found["9"][3]
    assert found["6"][4] == "教师编制标准统一；生均公用经费基准定额统一；基本装备配置标准统一"


@pytest.mark.parametrize("standard", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_guides_name_only_items_tables_and_indicators_that_there_are(
    standard: str, small: Bundle, small_basic: Bundle
) -> None:
    bundle = {b.standard.id: b for b in (small, small_basic)}[standard]
    guide = guide_of(standard)
    items = {item.id for _, item in bundle.standard.every_item()}
    known = items | {indicator.id for indicator in bundle.standard.indicators}
    assert set(guide.departments) <= known
    assert {name for line in guide.evidence for name in line.items} <= items
    assert {name for line in guide.evidence for name in line.tables} <= set(TABLES)
    assert len(guide.evidence) == 33


def test_names_that_look_like_formulas_stay_text(path: Path) -> None:
    kinds = {cell.data_type for sheet in openpyxl.load_workbook(path)
             for row in sheet.iter_rows() for cell in row}  # fmt: skip
    assert kinds <= {"s", "n"}


def test_the_basic_standard_has_ledgers_too(small_basic: Bundle, tmp_path: Path) -> None:
    found = workbook_rows(ledgers.write(small_basic, tmp_path)[0])
    schools = [row for row in found["未达标学校"][2:] if row[0].isdigit()]
    assert {row[1] for row in schools} == {NAMES[4], f"{NAMES[5]}（初中部）"}
    assert "距60%线缺口" in found["缺口"][1]
    assert len([row for row in found["印证材料目录"] if row[0].isdigit()]) == 33


def test_every_kind_that_the_lists_of_evidence_name_is_made_here() -> None:
    made = {line.made for path in FOLDER.glob("*.yaml") for line in guide_of(path.stem).evidence}
    assert made - {""} <= set(KINDS)


def test_without_a_list_every_item_is_a_line(small_data: Path, tmp_path: Path) -> None:
    bundle = bundled(small_data, "cn-five-dimensions")
    rows = workbook_rows(ledgers.write(bundle, tmp_path)[0])["印证材料目录"]
    items = bundle.standard.every_item()
    assert len([row for row in rows if row[0].isdigit()]) == len(items)
