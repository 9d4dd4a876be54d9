"""junheng gaps, project and whatif, called as a person calls them, on the demo county."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

from junheng.cli.main import cli
from junheng.demo import Wanted, write

QUALITY = ("--standard", "cn-quality-2017")


def called(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planning") / "demo"
    write(folder, Wanted(years=range(2024, 2026), detail=True))
    return folder


@pytest.fixture(scope="module")
def answer(demo: Path) -> Any:
    said = called("gaps", demo, *QUALITY, "--format", "json")
    assert said.exit_code == 0, said.stderr
    return json.loads(said.stdout)


def test_gaps_look_at_the_latest_year_and_say_what_they_rest_on(answer: Any) -> None:
    (county,) = answer["counties"]
    assert (county["county"], county["year"]) == ("990101", 2025)
    assert answer["costs"]["id"] == "example"
    assert answer["illustrative"] is True
    assert {row["indicator"] for row in county["amounts"]} <= {
        "above_degree_teachers", "backbone_teachers", "pe_arts_teachers", "teaching_area",
        "sports_area", "equipment_value", "multimedia_rooms",
    }  # fmt: skip


def test_the_money_is_units_times_price(answer: Any) -> None:
    for row in answer["counties"][0]["totals"]:
        if row["price"] is not None:
            assert row["yuan"] == pytest.approx(row["add"] * row["price"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_gaps_warns_of_prices_that_are_made_up(demo: Path, language: str) -> None:
    said = called("gaps", demo, *QUALITY, "--language", language, "--ahead", 0)
    assert said.exit_code == 0
    assert ("虚构" if language == "zh" else "made up") in said.stdout


def test_the_workbook_of_gaps_holds_numbers_as_numbers(
    demo: Path, tmp_path: Path, answer: Any
) -> None:
    out = tmp_path / "gaps.xlsx"
    assert called("gaps", demo, *QUALITY, "--out", out).exit_code == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["合计", "学校缺口", "校园应补", "专用教室", "班级", "销号台账"]
    sheet = book["学校缺口"]
    headings = [cell.value for cell in sheet[2]]
    values = [row[headings.index("指标值")].value for row in sheet.iter_rows(min_row=3)]
    assert len(values) == len(answer["counties"][0]["amounts"])
    assert all(value == "?" or isinstance(value, int | float) for value in values)
    assert called("gaps", demo, *QUALITY, "--out", out).exit_code == 2


def test_gaps_as_parquet_can_be_written_again_but_never_over_something_else(
    demo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "gaps"
    for _ in range(2):
        assert called("gaps", demo, *QUALITY, "--ahead", 0, "--out", out).exit_code == 0
    assert pl.read_parquet(out / "amounts.parquet").height > 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    assert called("gaps", demo, *QUALITY, "--ahead", 0, "--out", tmp_path / "mine").exit_code == 2


def test_costs_of_ones_own_with_slips_are_refused_with_all_of_them(
    demo: Path, tmp_path: Path
) -> None:
    costs = tmp_path / "costs.yaml"
    costs.write_text("id: mine\nlabel: {zh: 一, en: one}\ncosts: [{of: castles}]\n", "utf-8")
    refused = called("gaps", demo, *QUALITY, "--costs", costs, "--language", "en")
    assert refused.exit_code == 3
    assert "castles" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) > 3


def test_the_projection_uses_both_years_and_reads_inputs_under_chinese_names(
    demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "招生片区.csv").write_text(
        "统计年份,学校标识码,学段,适龄儿童数\n2026,9901010001,小学,77\n", "gb18030"
    )
    said = called("project", demo, "--years", 2, "--inputs", tmp_path, "--format", "json")
    assert said.exit_code == 0, said.stderr
    found = json.loads(said.stdout)
    assert found["base"] == 2025
    assert {row["scenario"] for row in found["pupils"]} == {"low", "middle", "high"}
    assert not any("升级率" in note for note in found["notes"])


def test_the_projection_is_written_whole_as_csv_or_parquet(demo: Path, tmp_path: Path) -> None:
    for name in ("pupils.csv", "pupils.parquet"):
        assert called("project", demo, "--years", 1, "--out", tmp_path / name).exit_code == 0
    assert (
        pl.read_csv(tmp_path / "pupils.csv").height
        == pl.read_parquet(tmp_path / "pupils.parquet").height
    )
    assert called("project", demo, "--out", tmp_path / "pupils.txt").exit_code == 2


@pytest.mark.parametrize(
    "wrong",
    [
        ("--years", 16),
        ("--county", "000000"),
        ("--year", 1999),
        ("--inputs", "nowhere"),
        ("--spread", 2),
    ],
    ids=lambda wrong: str(wrong[0]),
)
def test_what_cannot_be_projected_is_refused(demo: Path, wrong: tuple[object, ...]) -> None:
    assert called("project", demo, *wrong).exit_code == 2


def test_the_page_of_a_projection_says_what_was_taken_instead(demo: Path) -> None:
    said = called("project", demo, "--years", 1, "--language", "en")
    assert said.exit_code == 0
    assert "as many enter primary as last year" in said.stderr
    assert "by grade" in said.stdout


def test_what_if_shows_before_and_after_and_leaves_the_data_as_they_are(demo: Path) -> None:
    before = {path.name: path.read_bytes() for path in demo.iterdir()}
    edit = "school=9901010006,level=primary,backbone+=30"
    said = called("whatif", demo, *QUALITY, "--edit", edit, "--format", "json")
    assert said.exit_code == 0, said.stderr
    found = json.loads(said.stdout)
    (values,) = [row for row in found["values"] if row["indicator"] == "backbone_teachers"]
    assert values["amount_after"] == values["amount_before"] + 30
    assert found["edits"][0]["at"] == edit
    assert len(found["balance"]) == 14
    assert {path.name: path.read_bytes() for path in demo.iterdir()} == before


def test_what_if_prints_a_page_and_writes_parquet(demo: Path, tmp_path: Path) -> None:
    edits = tmp_path / "edits.csv"
    edits.write_text("action,school,other\nclose,9901010010,\n", "utf-8")
    page = called("whatif", demo, *QUALITY, "--edits", edits, "--language", "en")
    assert page.exit_code == 0, page.stderr
    assert "your data are unchanged" in page.stdout
    out = tmp_path / "out"
    assert called("whatif", demo, *QUALITY, "--edits", edits, "--out", out).exit_code == 0
    assert "verdict_after" in pl.read_parquet(out / "sections.parquet").columns


def test_every_wrong_edit_is_told_in_one_go(demo: Path) -> None:
    refused = called("whatif", demo, *QUALITY, "--edit", "nonsense", "--edit", "close=1")
    assert refused.exit_code == 3
    assert len(refused.stderr.strip().splitlines()) >= 2
    assert called("whatif", demo, *QUALITY).exit_code == 2


@pytest.mark.parametrize("command", ["gaps", "project", "whatif", "rotate"])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    said = called(command, "--help")
    assert said.exit_code == 0
    assert f"junheng {command} out/demo" in said.stdout


def test_gaps_of_a_year_to_come_are_marked_as_projected_and_leave_classes_unknown(
    demo: Path,
) -> None:
    said = called("gaps", demo, *QUALITY, "--target-year", 2027, "--format", "json")
    assert said.exit_code == 0, said.stderr
    found = json.loads(said.stdout)
    (county,) = found["counties"]
    assert (found["projected"], county["year"]) == (True, 2027)
    (rooms,) = [row for row in county["totals"] if row["what"] == "music_room"]
    assert (rooms["add"], rooms["yuan"]) == (None, None)
    assert called("gaps", demo, *QUALITY, "--target-year", 2025).exit_code == 2
