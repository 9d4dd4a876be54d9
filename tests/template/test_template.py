"""Templates: filled in and read back they give the same tables."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from junheng.cli.main import cli
from junheng.demo import Wanted, write
from junheng.errors import StandardNeedsMending
from junheng.intake import read
from junheng.model.catalogue import FILE, catalogue, read_catalogue
from junheng.model.load import SHIPPED, load_standard, shipped
from junheng.model.strict import Slips
from junheng.model.tables import TABLES
from junheng.report.template import Template, book_name
from junheng.report.template import write as write_template
from junheng.report.template_words import heading

STANDARD = "cn-quality-2017"


def run(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(cli, [*map(str, arguments)])
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "county"
    write(folder, Wanted(counties=1))
    return folder


def test_every_column_has_its_meaning_in_both_languages() -> None:
    for table in TABLES.values():
        for column in table.columns:
            about = catalogue()[table.name, column.name]
            for label in filter(None, (about.meaning, about.asked_by, about.trap)):
                assert label.zh.strip()
                assert label.en.strip()


def test_a_column_without_a_meaning_is_a_slip(tmp_path: Path) -> None:
    text = (SHIPPED / FILE).read_text("utf-8").replace("  books:", "  boooks:")
    (tmp_path / FILE).write_text(text, "utf-8")
    slips = Slips()
    read_catalogue(tmp_path / FILE, slips)
    with pytest.raises(StandardNeedsMending, match="books"):
        slips.raise_if_any()


def test_a_template_filled_with_a_county_reads_back_the_same(tmp_path: Path, demo: Path) -> None:
    run("template", tmp_path / "c.xlsx", "--standard", STANDARD, "--data", demo)
    given, found = read(demo).tables, read(tmp_path / "c.xlsx").tables
    for name in TABLES:
        before, after = given[name].collect(), found[name].collect()
        if name == "facts":
            key = ["year", "county", "item"]
            after = after.filter(after["value"].is_not_null()).sort(key)
            before = before.filter(before["value"].is_not_null()).sort(key)
        assert after.equals(before), name


@pytest.mark.parametrize("standard", shipped())
def test_the_facts_that_a_standard_needs_are_listed_empty(tmp_path: Path, standard: str) -> None:
    run("template", tmp_path / "c.xlsx", "--standard", standard, "--county", 990101, "--year", 2025)
    rows = list(openpyxl.load_workbook(tmp_path / "c.xlsx")["县级填报"].iter_rows(min_row=2))
    wanted = load_standard(standard).facts
    assert [row[2].value for row in rows] == list(wanted)
    assert all(row[3].value is None and not row[3].protection.locked for row in rows)
    assert all(row[2].protection.locked for row in rows)
    assert [row[4].value for row in rows] == [fact.label.zh for fact in wanted.values()]


def test_every_column_says_what_it_is_where_from_and_who_asks(tmp_path: Path) -> None:
    write_template(Template(load_standard(STANDARD), "990101", 2025), tmp_path / "c.xlsx")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    for table in TABLES.values():
        sheet = book[table.zh]
        assert sheet.protection.sheet
        assert sheet.freeze_panes
        for place, column in enumerate(table.columns, 1):
            cell = sheet.cell(1, place)
            assert cell.value == heading(column)
            assert "【含义】" in cell.comment.text
            assert "【用途】" in cell.comment.text
    assert "（元）" in book["学校"].cell(1, 16).value
    note = book["学校"].cell(1, 16).comment.text
    assert "教基5176" in note
    assert "基础基522" in note
    assert "指标L6" in note
    assert "教督〔" in note or "《县域义务教育优质均衡发展督导评估办法》" in note


def test_choices_and_limits_are_checked_while_typing(tmp_path: Path) -> None:
    write_template(Template(load_standard(STANDARD)), tmp_path / "c.xlsx")
    book = openpyxl.load_workbook(tmp_path / "c.xlsx")
    for table in TABLES.values():
        rules = {str(rule.sqref): rule for rule in book[table.zh].data_validations.dataValidation}
        ruled = [c for c in table.columns if c.kind != "text" or c.choices or c.name == "county"]
        assert len(rules) == len(ruled)
        assert all(rule.prompt and rule.error for rule in rules.values())


def test_the_example_says_that_it_is_made_up(tmp_path: Path) -> None:
    write_template(Template(load_standard(STANDARD)), tmp_path / "c.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["示例（模拟）"]
    firsts = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert sum("模拟数据" in str(text) for text in firsts) == len(TABLES)


def test_a_workbook_for_each_school_holds_only_its_rows(tmp_path: Path, demo: Path) -> None:
    run("template", "--standard", STANDARD, "--data", demo, "--per-school", tmp_path / "forms")
    given = read(demo).tables["schools"].collect()
    files = sorted((tmp_path / "forms").iterdir())
    assert len(files) == given.height
    one = read(files[0]).tables
    code = one["schools"].collect()["school"].to_list()
    assert len(code) == 1
    assert set(one["sections"].collect()["school"]) == set(code)
    assert set(one["classes"].collect()["school"]) == set(code)


def test_another_year_keeps_only_what_lasts(tmp_path: Path, demo: Path) -> None:
    run("template", tmp_path / "c.xlsx", "--standard", STANDARD, "--data", demo, "--year", 2026)
    schools = read(tmp_path / "c.xlsx").tables["schools"].collect()
    assert set(schools["year"]) == {2026}
    assert schools["books"].null_count() == schools.height
    assert schools["name"].null_count() == 0


def test_a_template_never_replaces_a_file(tmp_path: Path) -> None:
    (tmp_path / "c.xlsx").write_text("filled in")
    run("template", tmp_path / "c.xlsx", "--standard", STANDARD, status=2)
    assert (tmp_path / "c.xlsx").read_text() == "filled in"
    run("template", "--standard", STANDARD, status=2)
    run("template", "--standard", STANDARD, "--per-school", tmp_path / "forms", status=2)


def test_a_name_of_a_school_cannot_leave_the_folder() -> None:
    assert book_name("../../etc/1", "a/b\\c") == "etc1-abc.xlsx"
