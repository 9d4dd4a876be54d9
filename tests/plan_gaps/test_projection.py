"""Pupils to come, followed from grade to grade by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_counties import YEAR, data, school, section

from junheng.errors import DataNeedsMending, WrongUse
from junheng.intake.side import typed_side
from junheng.plan.project import Projection, project
from junheng.plan.project_apply import at_year
from junheng.plan.project_tables import INPUTS

GRADES = {"primary": "一二三四五六", "junior": "七八九"}


def classes(code: str, level: str, *pupils: int, year: int = YEAR) -> list[dict[str, Any]]:
    return [
        {
            "year": year,
            "school": code,
            "level": level,
            "grade": f"{g}年级",
            "class": "1班",
            "pupils": n,
        }
        for g, n in zip(GRADES[level], pupils, strict=False)
    ]


def county(*schools: tuple[str, str, tuple[int, ...]], year: int = YEAR) -> dict[str, Any]:
    rows: dict[str, list[dict[str, Any]]] = {"schools": [], "sections": [], "classes": []}
    for code, level, pupils in schools:
        rows["schools"].append(school(code, level) | {"year": year})
        rows["sections"].append(section(code, level, sum(pupils)) | {"year": year})
        rows["classes"] += classes(code, level, *pupils, year=year)
    return rows


def together(*years: dict[str, Any]) -> dict[str, Any]:
    return {name: [row for rows in years for row in rows[name]] for name in years[0]}


def side(name: str, *rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {name: typed_side(pl.DataFrame(list(rows)), INPUTS[name])}


def pupils(found: Projection, code: str, scenario: str = "middle") -> list[float]:
    mine = found.pupils.filter(pl.col("school") == code, pl.col("scenario") == scenario)
    return mine.sort("year")["pupils"].to_list()


ONE = county(("1", "primary", (10, 20, 30, 40, 50, 60)))


def test_with_one_year_every_pupil_goes_on_and_as_many_enter_as_last_year() -> None:
    found = project(data(**ONE), years=2)
    assert pupils(found, "1") == [210, 160, 120]
    assert {note.code for note in found.notes} == {"project.one_year", "project.no_entrants"}


def test_without_grades_a_section_stays_at_last_years_pupils_and_says_so() -> None:
    rows = {"schools": [school("1")], "sections": [section("1", pupils=500)]}
    found = project(data(**rows), years=3)
    assert pupils(found, "1") == [500, 500, 500, 500]
    assert set(found.pupils["basis"]) == {"last_year"}
    assert found.notes[0].say("en").startswith("1 of 1 sections have no complete classes")


def test_an_incomplete_list_of_classes_is_as_good_as_none() -> None:
    rows = ONE | {"sections": [section("1", pupils=211)]}
    assert pupils(project(data(**rows), years=1), "1") == [211, 211]


def test_unknown_pupils_stay_unknown() -> None:
    rows = {"schools": [school("1")], "sections": [section("1", pupils=None)]}
    assert pupils(project(data(**rows), years=1), "1") == [None, None]


def test_ratios_come_from_years_that_follow_each_other() -> None:
    before = county(("1", "primary", (100, 100, 100, 100, 100, 100)), year=YEAR - 1)
    now = county(("1", "primary", (100, 90, 90, 90, 90, 90)))
    found = project(data(**together(before, now)), years=1)
    # 100 enter, then 0.9 × (100 + 90 + 90 + 90 + 90)
    assert pupils(found, "1")[-1] == 514


def test_those_who_leave_primary_enter_the_junior_schools_by_their_share() -> None:
    rows = county(("1", "primary", (0, 0, 0, 0, 0, 90)), ("2", "junior", (20, 0, 0)),
                  ("3", "junior", (10, 0, 0)))  # fmt: skip
    found = project(data(**rows), years=1)
    assert (pupils(found, "2")[-1], pupils(found, "3")[-1]) == (80, 40)


def test_a_zone_says_how_many_enter() -> None:
    zone = side("zones", {"year": 2026, "school": "1", "level": "primary", "children": 33})
    found = project(data(**ONE), years=1, inputs=zone, spread=0)
    assert pupils(found, "1")[-1] == 33 + 150


def test_births_say_how_many_times_more_enter_than_in_the_base_year() -> None:
    born = side("births", {"year": 2019, "county": "990101", "births": 80},
                {"year": 2020, "county": "990101", "births": 120})  # fmt: skip
    found = project(data(**ONE), years=1, inputs=born, spread=0)
    assert pupils(found, "1")[-1] == 15 + 150


def test_new_homes_bring_pupils_in_the_year_they_are_moved_into() -> None:
    homes = side("housing", {"year": 2026, "school": "1", "level": "primary", "homes": 100,
                             "pupils_per_home": 0.3})  # fmt: skip
    found = project(data(**ONE), years=1, inputs=homes, spread=0)
    assert pupils(found, "1")[-1] == 160 + 30


def test_low_and_high_scenarios_lie_around_the_middle_one() -> None:
    found = project(data(**ONE), years=3, spread=0.2)
    low, middle, high = (pupils(found, "1", name) for name in ("low", "middle", "high"))
    assert low[1] == 158
    assert all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))


def test_a_closed_school_hands_its_pupils_on_as_said() -> None:
    rows = county(
        ("1", "primary", (10,) * 6), ("2", "primary", (10,) * 6), ("3", "primary", (30,) * 6)
    )
    close = {"year": 2026, "school": "1", "action": "close", "level": "primary"}
    named = side(
        "changes", close | {"other": "2", "share": 0.5}, close | {"other": "3", "share": 0.5}
    )
    found = project(data(**rows), years=1, inputs=named)
    assert (pupils(found, "1"), pupils(found, "2")[-1], pupils(found, "3")[-1]) == ([60], 90, 210)
    pro_rata = project(data(**rows), years=1, inputs=side("changes", close))
    assert (pupils(pro_rata, "2")[-1], pupils(pro_rata, "3")[-1]) == (75, 225)


def test_a_new_school_takes_a_share_of_those_it_is_to_relieve() -> None:
    rows = county(("1", "primary", (100,) * 6))
    opened = {"year": 2026, "school": "9", "action": "open", "other": "1", "share": 0.25}
    found = project(data(**rows), years=2, inputs=side("changes", opened))
    assert (pupils(found, "1"), pupils(found, "9")) == ([600, 450, 450], [150, 150])


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 90), min_size=6, max_size=6), st.sampled_from(["close", "merge"]))
def test_closing_and_merging_lose_no_pupil(grades: list[int], action: str) -> None:
    rows = county(("1", "primary", tuple(grades)), ("2", "primary", (10, 20, 30, 40, 50, 61)))
    change = {"year": 2026, "school": "1", "action": action, "other": "2"}
    plain = project(data(**rows), years=4)
    moved = project(data(**rows), years=4, inputs=side("changes", change))
    sums = [found.pupils.filter(pl.col("scenario") == "middle").group_by("year").agg(
        pl.col("pupils").sum()).sort("year")["pupils"].to_list() for found in (plain, moved)]  # fmt: skip
    assert sums[0] == pytest.approx(sums[1], abs=1)


def test_everything_wrong_with_the_changes_is_told_at_once() -> None:
    wrong = side(
        "changes",
        {"year": 2026, "school": "8", "action": "close", "other": None, "share": None},
        {"year": 2026, "school": "1", "action": "open", "other": None, "share": None},
        {"year": 2026, "school": "1", "action": "merge", "other": "1", "share": None},
        {"year": 2040, "school": "1", "action": "close", "other": "7", "share": 0.3},
    )
    with pytest.raises(DataNeedsMending) as refusal:
        project(data(**ONE), years=2, inputs=wrong)
    assert {problem.code.removeprefix("project.") for problem in refusal.value.problems} == {
        "changes_unknown", "opens_existing", "opens_empty", "into_itself", "change_year",
        "other_unknown", "shares",
    }  # fmt: skip


def test_side_tables_are_checked_cell_by_cell() -> None:
    with pytest.raises(DataNeedsMending) as refusal:
        side("births", {"统计年份": "2019", "县代码": "99", "出生人数": "-3"})
    assert {p.code for p in refusal.value.problems} == {"intake.county_code", "intake.negative"}


@pytest.mark.parametrize(("years", "spread"), [(0, 0.1), (16, 0.1), (1, 1.0), (1, -0.1)])
def test_years_and_spread_outside_their_range_are_refused(years: int, spread: float) -> None:
    with pytest.raises(WrongUse):
        project(data(**ONE), years=years, spread=spread)


def test_the_tables_of_a_year_to_come_hold_its_pupils_and_todays_amounts() -> None:
    rows = county(("1", "primary", (100,) * 6), ("2", "primary", (10,) * 6))
    planned = side("changes", {"year": 2026, "school": "9", "action": "open", "other": "1", "share": 0.5},
                   {"year": 2026, "school": "2", "action": "close", "other": "1"})  # fmt: skip
    tables = data(**rows)
    later = at_year(tables, project(tables, years=1, inputs=planned), 2026)
    sections = later["sections"].collect().sort("school")
    assert sections.select("year", "school", "pupils", "pe_arts").rows() == [
        (2026, "1", 330, 60),
        (2026, "9", 330, None),
    ]
    schools = later["schools"].collect().sort("school")
    assert schools.select("school", "kind", "sponsor", "teaching_area").rows() == [
        ("1", "primary", "7", 60_000),
        ("9", "primary", "7", None),
    ]
    assert "classes" not in later
