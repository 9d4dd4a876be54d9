"""What a school is short of: the gap filled meets the limit, and not a bit less does."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from made_counties import YEAR, data, random_county, school, section, standard

from junheng.evaluate import evaluate
from junheng.inmemory import hold
from junheng.model.tables import SECTIONS
from junheng.plan.gaps import WHOLE, gaps

CASES = yaml.safe_load((Path(__file__).parent / "gaps.yaml").read_text("utf-8"))
few = settings(max_examples=6, deadline=None, derandomize=True)
OF_SECTIONS = {column.name for column in SECTIONS.columns}


def filled(rows: dict[str, list[dict[str, Any]]], found: Any, how: str, less: float = 0.0) -> Any:
    """Add what is said to be missing to the reported cells, or a little less of it."""
    tables = {name: [dict(row) for row in given] for name, given in rows.items()}
    for gap in found.iter_rows(named=True):
        for row in tables["sections" if gap["cell"] in OF_SECTIONS else "schools"]:
            mine = row["school"] == gap["school"] and row.get("level") in (None, gap["level"])
            if mine and gap[how]:
                exact = less * gap["limit"] * gap["pupils"] / gap["share"]
                lack = 1 if gap["unit"] in WHOLE and less else exact
                row[gap["cell"]] += gap[how] - lack
    return data(**tables)


def short(rows: dict[str, list[dict[str, Any]]]) -> Any:
    return gaps(data(**rows), standard(), keep=hold)


def to_fill(found: Any, how: str = "add") -> pl.DataFrame:
    """Of shared cells one row a campus, of others one row a section."""
    shared = ~pl.col("cell").is_in(list(OF_SECTIONS))
    most = found.amounts.filter(shared).sort(how, descending=True, nulls_last=True)
    once = most.unique(["school", "cell"], keep="first", maintain_order=True)
    return pl.concat([once, found.amounts.filter(~shared)])


@few
@given(st.randoms(use_true_random=False))
def test_adding_the_gap_makes_every_known_indicator_met(random: Random) -> None:
    rows = random_county(random)
    tables = filled(rows, to_fill(short(rows)), "add")
    verdicts = evaluate(tables, standard(), keep=hold).values.collect()
    assert set(verdicts["verdict"]) <= {"met", "not_assessed"}


@few
@given(st.randoms(use_true_random=False))
def test_filling_to_the_floor_leaves_no_indicator_below_it(random: Random) -> None:
    rows = random_county(random)
    tables = filled(rows, to_fill(short(rows), "add_for_floor"), "add_for_floor")
    verdicts = evaluate(tables, standard(), keep=hold).values.collect()
    assert "unmet" not in set(verdicts["verdict"])


@few
@given(st.randoms(use_true_random=False))
def test_a_little_less_than_the_gap_is_not_enough(random: Random) -> None:
    rows = random_county(random)
    wanted = to_fill(short(rows)).filter(pl.col("add") > 0)
    tables = filled(rows, wanted, "add", less=1e-6)
    verdicts = evaluate(tables, standard(), keep=hold).values.collect()
    left = verdicts.filter(pl.col("verdict").is_in(["unmet", "near"]))
    assert left.select("school", "indicator").unique().height == (
        wanted.select("school", "indicator").unique().height
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_gaps_agree_with_those_worked_out_by_hand(case: dict[str, Any]) -> None:
    schools = [school(**row) for row in case["schools"]]
    sections = [section(**row) for row in case["sections"]]
    found = short({"schools": schools, "sections": sections})
    frames = {"amounts": found.amounts, "campuses": found.campuses}
    for want in case["gaps"]:
        table = frames[want.pop("table", "amounts")]
        wanted = {key: want.pop(key) for key in ("school", "level", "indicator") if key in want}
        row = table.filter(*[pl.col(key) == value for key, value in wanted.items()]).row(
            0, named=True
        )
        assert {key: row[key] for key in want} == pytest.approx(want)


def test_what_is_unknown_is_no_gap_of_zero() -> None:
    rows = {
        "schools": [school("1", sports_ground_area=None)],
        "sections": [section("1", pe_arts=None)],
    }
    found = short(rows)
    unknown = found.amounts.filter(pl.col("short").is_null())
    assert set(unknown["indicator"]) == {"sports_area", "pe_arts_teachers"}
    assert unknown["add"].null_count() == 2
    assert found.campuses.filter(pl.col("indicator") == "sports_area")["add"].to_list() == [None]


def test_an_easement_counts_only_while_it_is_in_force() -> None:
    rows = {
        "schools": [school("1", setting="rural")],
        "sections": [section("1", pupils=90, pe_arts=0, pe_arts_visiting=1)],
    }

    def missing(year: int) -> float:
        dated = {name: [row | {"year": year} for row in given] for name, given in rows.items()}
        found = gaps(data(**dated), standard(year), keep=hold)
        mine = found.amounts.filter(pl.col("indicator") == "pe_arts_teachers")
        return float(mine["add"].item())

    assert (missing(2020), missing(YEAR)) == (0.0, 1.0)


def test_a_standard_without_limits_for_schools_says_which_indicators_it_has() -> None:
    rows = {"schools": [school("1")], "sections": [section("1")]}
    found = gaps(data(**rows), standard(name="cn-basic-2012"), keep=hold)
    assert found.amounts.height == 0
    assert "teaching_area" in found.unlimited
