"""Music and art rooms and classes: opened as they are missing, paid within the same budgets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_counties import YEAR, County, asked
from test_plan_command import plan as command

from junheng import load_standard
from junheng.plan.conflict import conflict
from junheng.plan.costs import load_costs
from junheng.plan.items import Items, items
from junheng.plan.limits import Limits
from junheng.plan.plan import Asked, make_plan

CLASS, MUSIC, ART = 250_000.0, 350_000.0, 320_000.0
YEARS = (2026, 2027, 2028)


def tables(a_grade: int = 2, rooms: int = 1) -> dict[str, Any]:
    """600 pupils in six grades of so many classes, and so many rooms of each kind at school 0."""
    found = County([600, 600]).tables()
    classes = [
        {"year": YEAR, "school": school, "level": "primary", "grade": f"{grade}年级", "class": str(n),
         "pupils": 100 // a + (n <= 100 % a)}
        for school, a in (("0", a_grade), ("1", 3)) for grade in "一二三四五六" for n in range(1, a + 1)
    ]  # fmt: skip
    listed = [{"year": YEAR, "school": school, "name": f"{use}{n}", "use": use, "area": 100.0}
              for school, most in (("0", rooms), ("1", 2))
              for use in ("music", "art") for n in range(most)]  # fmt: skip
    by_school = pl.when(pl.col("school") == "0").then(6 * a_grade).otherwise(18)
    found["sections"] = found["sections"].with_columns(classes=by_school)
    return {**found, "classes": pl.LazyFrame(classes), "rooms": pl.LazyFrame(listed)}


def opened(given: dict[str, Any], wanted: Asked) -> Items:
    whole = load_standard("cn-quality-2017").on(dt.date(2028, 9, 1))
    return items(wanted.start, given, whole, wanted.costs, wanted.limits)


def with_items(given: dict[str, Any], **more: Any) -> Asked:
    wanted = asked(given, **more)
    found = opened(given, wanted)
    return replace(wanted, settled=found.actions, items=found)


STAY = {"limits": Limits(stay=frozenset("01"))}


def test_classes_are_opened_and_rooms_for_as_many_classes_as_there_will_be() -> None:
    """By hand: 100 a grade take 3 classes of 45, so 18 instead of 12; 18 take 2 rooms of each kind."""
    found = with_items(tables(), **STAY)
    assert {(a.school, a.cell): a.amount for a in found.settled} == {
        ("0", "classes"): 6, ("0", "music_room"): 1, ("0", "art_room"): 1
    }  # fmt: skip
    plan = make_plan(found)
    assert plan.cost == pytest.approx(6 * CLASS + MUSIC + ART)
    assert plan.bound == pytest.approx(plan.cost)
    assert sum(plan.spending().values()) == pytest.approx(plan.cost)


def test_after_they_are_opened_nothing_is_missing() -> None:
    assert with_items(tables(a_grade=3, rooms=2), **STAY).settled == ()


def test_they_are_paid_in_time_and_within_each_year_s_budget() -> None:
    """They take a year, so that money of the last year is of no use to them."""
    budget = {2026: 1_500_000.0, 2027: 800_000.0, 2028: 0.0}
    plan = make_plan(with_items(tables(), budget=budget, **STAY))
    assert plan.found
    assert all(yuan <= budget[year] + 1 for year, yuan in plan.spending().items())
    late = make_plan(with_items(tables(), budget=dict.fromkeys(YEARS, 1_000_000.0), **STAY))
    assert not late.found


def test_a_budget_that_does_not_pay_them_is_named_with_what_they_take() -> None:
    plan = make_plan(with_items(tables(), budget=dict.fromkeys(YEARS, 100_000.0), **STAY))
    assert plan.state == "infeasible"
    found = conflict(plan)
    assert found is not None
    (limit,) = found.limits
    assert (limit.code, limit.fields["less"]) == ("limit_budget_settled", 6 * CLASS + MUSIC + ART)
    (way,) = found.ways
    assert way.fields["yuan"] == pytest.approx(6 * CLASS + MUSIC + ART - 300_000)


def test_what_has_no_price_or_takes_too_long_is_left_out_and_told() -> None:
    costs = load_costs()
    unpriced = replace(costs, costs={n: c for n, c in costs.costs.items() if n != "art_room"})
    found = opened(tables(), asked(tables(), costs=unpriced, **STAY))
    assert found.left_out == (("art_room", 1.0, "price"),)
    hurried = opened(tables(), asked(tables(), target=2026, **STAY))
    assert not hurried.actions
    assert {(cell, why) for cell, _, why in hurried.left_out} == {
        ("art_room", "time"), ("music_room", "time"), ("classes", "time")
    }  # fmt: skip


def test_the_command_lists_them_as_projects_and_says_what_is_left_out(tmp_path: Path) -> None:
    for name, table in tables().items():
        table.collect().write_csv(tmp_path / f"{name}.csv")
    found = command(tmp_path, "--format", "json").json
    assert {row["cell"]: row["unit"] for row in found["projects"] if row["kind"] == "open"} == {
        "classes": "class", "music_room": "room", "art_room": "room"
    }  # fmt: skip
    assert found["left_out"] == {"things": [], "unknown": 0, "schools_over_size": 0}
    page = command(tmp_path, "--language", "en", "--out", tmp_path / "out").out
    assert "217.0 × 10,000 yuan of the cost" in " ".join(page.replace("│", " ").split())
