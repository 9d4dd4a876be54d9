"""A whole county: the register, wishes and exclusions in; moves that satisfy the rule out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner, Result

from junheng.cli.main import cli
from junheng.demo import Wanted, WantedRegisters, write, write_registers
from junheng.derive import load_definitions
from junheng.errors import DataNeedsMending, WrongUse, say
from junheng.inmemory import hold
from junheng.intake import read
from junheng.intake.registers import read_registers
from junheng.intake.side import typed_side
from junheng.model.load import load_standard
from junheng.plan.gaps import gaps
from junheng.plan.rotate import County, Rotation, county_of, rotate
from junheng.plan.rotate_exchange import Rule, rule_of
from junheng.plan.rotate_staff import AREAS, WISHES, next_year
from junheng.plan.whatif import what_if
from junheng.plan.whatif_edits import from_table

STANDARD = load_standard("cn-quality-2017").on(dt.date(2025, 9, 1))
RULE = Rule(0.5, 0.0)
SECTION = {"year": 2025, "county": "990101", "level": "primary"}


def row(name: str, at: str, **cells: Any) -> dict[str, Any]:
    plain = {"full_time": 1, "employment": "staff", "degree": "bachelor", "backbone_rank": "none",
             "course": "music", "moved": 0, "years_in_school": 8}  # fmt: skip
    return SECTION | {"school": at, "teacher": name} | plain | cells


def moved(
    rows: list[dict[str, Any]], rule: Rule | None = RULE, sponsors: str = "777", **sides: Any
) -> Rotation:
    places = {(code, "primary"): sponsor for code, sponsor in zip("abc", sponsors, strict=True)}
    county = County({"pe_arts": dict.fromkeys(places, 0)}, places, 2025)
    tables = {
        name: typed_side(pl.DataFrame(given), {"wishes": WISHES, "areas": AREAS}[name])
        for name, given in sides.items()
    }
    registers = {"teachers": pl.DataFrame(rows).lazy()}
    return rotate(county, registers, load_definitions(), rule, sides=tables)


PAIR = [row("1", "a"), row("2", "b")]


def test_two_equals_change_places() -> None:
    found = moved(PAIR)
    assert found.moves.select("teacher", "school", "to_school", "why").rows() == [
        ("1", "a", "b", "exchange"),
        ("2", "b", "a", "exchange"),
    ]
    assert (found.short, found.short_of_backbone) == (0, 0)


@pytest.mark.parametrize(
    "cells",
    [{"years_in_school": 5}, {"years_in_school": None}, {"moved": 1, "years_before_move": 8},
     {"employment": "substitute"}],
    ids=["too short", "not known", "moved already", "no teacher"],
)  # fmt: skip
def test_who_is_not_eligible_does_not_move(cells: dict[str, Any]) -> None:
    assert moved([row("1", "a", **cells), row("2", "b")]).moves.height == 0


@pytest.mark.parametrize(
    ("cells", "wish", "why"),
    [({"years_in_school": 5}, {}, "not_eligible"), ({"years_in_school": None}, {}, "eligibility_unknown"),
     ({"moved": 1, "years_before_move": 8}, {}, "moved"), ({"moved": None}, {}, "moved_unknown"),
     ({}, {"exempt": 1}, "exempt"), ({}, {"avoids": "b;c"}, "nowhere")],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_who_cannot_move_is_listed_with_the_reason(
    cells: dict[str, Any], wish: dict[str, Any], why: str
) -> None:
    wishes = {"wishes": [{"teacher": "1"} | wish]} if wish else {}
    found = moved([row("1", "a", **cells), row("2", "b"), row("3", "c")], **wishes)
    assert found.stays.select("teacher", "school", "why").rows() == [("1", "a", why)]
    assert say(f"rotate.stays_{why}", "zh") != say(f"rotate.stays_{why}", "en")


def test_who_is_at_a_school_that_the_county_does_not_run_cannot_move() -> None:
    found = moved(PAIR, sponsors="977")
    assert found.stays.select("teacher", "why").rows() == [("1", "other_sponsor")]


def test_how_many_cannot_be_told_eligible_is_said() -> None:
    found = moved([row("1", "a", years_in_school=None), row("2", "b")])
    assert (found.unknown, found.tally.eligible, found.short) == (1, 1, 1)


@pytest.mark.parametrize(
    "wish",
    [{"exempt": 1}, {"avoids": "b"}, {"accepts": "c"}, {"home": "north"}, {"avoids": "south"}],
    ids=lambda wish: next(iter(wish)),
)
def test_nobody_goes_outside_what_they_accept(wish: dict[str, Any]) -> None:
    areas = [{"school": "b", "area": "south"}, {"school": "c", "area": "north"}]
    found = moved(PAIR, wishes=[{"teacher": "1"} | wish], areas=areas)
    assert found.moves.height == 0
    assert found.short == 1


def test_wishes_that_name_nobody_or_nowhere_are_all_told() -> None:
    wishes = [{"teacher": "9", "accepts": "x;b"}, {"teacher": "1", "avoids": "nowhere"}]
    with pytest.raises(DataNeedsMending) as refusal:
        moved(PAIR, wishes=wishes)
    assert [p.code for p in refusal.value.problems] == [
        "rotate.no_such_teacher", "rotate.no_such_place", "rotate.no_such_place",
    ]  # fmt: skip


def test_private_schools_neither_give_nor_take() -> None:
    assert moved(PAIR, sponsors="7*7".replace("*", "8")).moves.height == 2
    assert moved(PAIR, sponsors="797").moves.height == 0


def test_in_the_next_year_who_has_just_moved_stays() -> None:
    rows = [
        row("1", "a", moved=1, years_in_school=0, years_before_move=9),
        row("2", "b"),
        row("3", "c"),
    ]
    later = next_year({"teachers": pl.DataFrame(rows).lazy()})["teachers"].collect()
    assert later["moved"].to_list() == [0, 0, 0]
    assert later["years_in_school"].to_list() == [1, 9, 9]


def test_a_year_without_teachers_and_a_kind_without_a_limit_are_refused() -> None:
    with pytest.raises(WrongUse, match="2025"):
        moved([row("1", "a", year=2020)])
    county = County({}, {("a", "primary"): "7"}, 2025)
    registers = {"teachers": pl.DataFrame(PAIR).lazy()}
    with pytest.raises(WrongUse, match="pe_arts"):
        rotate(county, registers, load_definitions(), None, kinds=("pe_arts",))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("rotation")
    write(folder / "demo", Wanted())
    write_registers(folder / "registers", WantedRegisters())
    return folder / "demo", folder / "registers"


def test_a_county_of_3_700_teachers_satisfies_the_rule_and_its_moves_can_be_tried_out(
    places: tuple[Path, Path],
) -> None:
    tables = read(places[0]).tables
    found = gaps(tables, STANDARD, keep=hold)
    county = county_of(tables, found, "990101", 2025)
    registers = next_year(read_registers(places[1]).tables)
    done = rotate(county, registers, load_definitions(), rule_of(STANDARD))
    assert done.certain
    assert (done.short, done.short_of_backbone) == (0, 0)
    assert done.tally.moved == -(-done.tally.eligible // 10)
    assert done.moves["teacher"].is_unique().all()
    assert (done.deficits["after"] <= done.deficits["before"]).all()
    edits, wrong = from_table(done.edits.with_row_index("row", 1))
    after = gaps(what_if(tables, edits, 2025, wrong=wrong), STANDARD, keep=hold).amounts
    kinds = ("pe_arts", "backbone", "above_degree")
    short = after.filter(pl.col("cell").is_in(kinds), pl.col("add") > 0)
    left = done.deficits.filter(pl.col("after") > 0)
    assert short.select("cell", "school", "level", "add").sort("cell", "school").rows() == [
        tuple(each)
        for each in left.select("kind", "school", "level", "after").sort("kind", "school").rows()
    ]


def called(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


def test_the_command_says_the_moves_as_a_page_as_json_and_as_files(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    asked = ["rotate", *places, "--standard", "cn-quality-2017"]
    page = called(*asked, "--language", "en")
    assert page.exit_code == 0, page.stderr
    assert "The rule of rotation is satisfied." in page.stdout
    answer = json.loads(called(*asked, "--format", "json").stdout)
    assert answer["rule"] == {"moved": 0.1, "backbone": 0.2}
    assert answer["certain"] is True
    assert called(*asked, "--out", tmp_path / "moves").exit_code == 0
    assert pl.read_parquet(tmp_path / "moves" / "moves.parquet").height == len(answer["moves"])
    book = openpyxl.load_workbook(tmp_path / "moves" / "rotation.xlsx")
    assert book.sheetnames == ["交流名单", "缺额前后", "不能安排的教师"]
    rows = {
        name: list(book[name].iter_rows(min_row=2, values_only=True)) for name in book.sheetnames
    }
    assert [row[0] for row in rows["交流名单"]] == [row["teacher"] for row in answer["moves"]]
    assert [row[3:] for row in rows["缺额前后"]] == [
        (row["need"], row["before"], row["after"]) for row in answer["deficits"]
    ]
    assert len(rows["不能安排的教师"]) == len(answer["stays"]) > 0
    assert not {row["teacher"] for row in answer["stays"]} & {r["teacher"] for r in answer["moves"]}


def test_a_folder_without_a_register_of_teachers_is_refused(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "classes.csv").write_bytes((places[1] / "classes.csv").read_bytes())
    refused = called("rotate", places[0], tmp_path, "--standard", "cn-quality-2017")
    assert refused.exit_code == 2
