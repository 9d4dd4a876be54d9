"""When it cannot be done, the limits named are those that clash, and what they must give is enough."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import polars as pl
import pytest
from small_counties import County, asked

from junheng.plan import conflict_sets
from junheng.plan.conflict import Conflict, conflict
from junheng.plan.conflict_sets import impossible, irreducible
from junheng.plan.design import design
from junheng.plan.design_rules import ALWAYS
from junheng.plan.limits import Limits
from junheng.plan.plan import Asked, make_plan

STAY = frozenset("01")
SHORT_OF_ROOMS = County([100, 200], {"multimedia_rooms": [0.0, 5.0]})
SMALL_GROUNDS = County([400, 400], {"sports_ground_area": [2000.0, 6000.0]})


def clash(wanted: Asked) -> Conflict:
    plan = make_plan(wanted)
    assert not plan.found
    assert plan.state == "infeasible"
    found = conflict(plan)
    assert found is not None
    return found


def test_too_little_money_clashes_with_the_rule_on_schools() -> None:
    wanted = asked(
        SHORT_OF_ROOMS, limits=Limits(stay=STAY), budget=dict.fromkeys((2026, 2027, 2028), 10_000.0)
    )
    found = clash(wanted)
    assert set(found.groups) in (
        {"budget", "section:primary"},
        {"budget", "cv:primary:multimedia_rooms"},
    )
    (way,) = (w for w in found.ways if w.code == "way_budget")
    assert way.fields["yuan"] == pytest.approx(40_000 * 2 - 30_000, rel=0.01)


def test_too_little_land_is_named_with_the_school_and_the_square_metres() -> None:
    """By hand: 85 % of 7.5 m² × 400 pupils is 2,550 m²; there are 2,000, and room for 100 more."""
    limits = Limits(stay=STAY, land={("0", "sports_ground_area"): 100.0})
    wanted = asked(SMALL_GROUNDS, limits=limits)
    found = clash(wanted)
    assert set(found.groups) == {"land:sports_ground_area", "section:primary"}
    (way,) = (w for w in found.ways if w.code == "way_land")
    assert way.fields["by"] == pytest.approx(450)
    assert "模拟0小学 450" in str(way.fields["schools"])
    wide = replace(limits, land={("0", "sports_ground_area"): 550.0})
    assert make_plan(replace(wanted, limits=wide)).found
    short = replace(limits, land={("0", "sports_ground_area"): 549.0})
    assert not make_plan(replace(wanted, limits=short)).found


def test_the_rule_on_schools_can_give_way_by_one_section() -> None:
    limits = Limits(stay=STAY, land={("0", "sports_ground_area"): 100.0})
    found = clash(asked(SMALL_GROUNDS, limits=limits))
    (way,) = (w for w in found.ways if w.code == "way_section")
    assert way.fields["by"] == 1


def test_a_building_that_takes_too_long_clashes_with_the_target_year() -> None:
    county = County([400, 400], {"teaching_area": [1000.0, 3000.0]})
    found = clash(asked(county, target=2027, limits=Limits(stay=STAY)))
    assert set(found.groups) == {"time:teaching_area", "section:primary"}
    assert make_plan(asked(county, target=2028, limits=Limits(stay=STAY))).found


def test_a_ceiling_on_staff_clashes_where_nobody_can_be_moved() -> None:
    county = County([1000, 1000], {"pe_arts": [2.0, 9.0], "teachers": [100.0, 100.0]})
    found = clash(asked(county, limits=Limits(headcount={"primary": 203.0}, stay=STAY)))
    assert set(found.groups) == {"headcount:primary", "section:primary"}
    (way,) = (w for w in found.ways if w.code == "way_headcount")
    assert way.fields["by"] == pytest.approx(8 - 2 - 3)


def test_a_coefficient_that_a_closed_site_holds_up_is_named_and_its_least_limit_found() -> None:
    county = County([100, 100], {"sports_ground_area": [800.0, 4000.0]})
    limits = Limits(stay=STAY, land={("0", "sports_ground_area"): 0.0})
    found = clash(asked(county, limits=limits))
    assert set(found.groups) == {"land:sports_ground_area", "cv:primary:sports_area"}
    (way,) = (w for w in found.ways if w.code == "way_cv")
    assert way.fields["to"] == pytest.approx((40 - 8) / (40 + 8), abs=0.01)


def two_conflicts() -> Asked:
    """By hand, with 150,000 yuan, a room at 40,000, and no land at the primary school 1.

    School 0 has no room of the 2 that 85 % take, the junior school 2 none of 3: 80,000 and 120,000
    yuan. Each can be paid, both cannot: three limits clash, of which none can be spared. School 1
    lacks 125 m² of its sports ground: land and the rule on primary schools clash, which is fewer.
    """
    primary = County([100, 200], {"multimedia_rooms": [0.0, 5.0],
                                  "sports_ground_area": [1500.0, 1150.0]}).tables()  # fmt: skip
    junior = County([100, 200], {"multimedia_rooms": [0.0, 5.0]}, "junior").tables()
    tables = {
        name: pl.concat([primary[name], junior[name].with_columns(
            school=pl.when(pl.col("school") == "0").then(pl.lit("2")).otherwise(pl.lit("3")))])
        for name in primary
    }  # fmt: skip
    limits = Limits(stay=frozenset("0123"), land={("1", "sports_ground_area"): 0.0})
    return asked(tables, limits=limits, budget=dict.fromkeys((2026, 2027, 2028), 50_000.0))


def test_of_two_conflicts_the_one_with_fewer_limits_is_named_and_proven_smallest() -> None:
    wanted = two_conflicts()
    plan = make_plan(wanted)
    model = design(wanted.start, wanted.limits, plan.rates, wanted.budget).model
    groups = [group for group in model.groups() if group != ALWAYS]
    first = irreducible(model, groups, whole=False)
    assert len(first) == 3
    assert "budget" in first
    found = clash(wanted)
    assert set(found.groups) == {"land:sports_ground_area", "section:primary"}
    assert found.smallest


def test_no_set_of_limits_with_fewer_members_clashes_by_trying_all_of_them() -> None:
    wanted = two_conflicts()
    plan = make_plan(wanted)
    model = design(wanted.start, wanted.limits, plan.rates, wanted.budget).model
    groups = [group for group in model.groups() if group != ALWAYS]
    clashing = {n: [few for few in combinations(groups, n) if impossible(model, few, whole=True)]
                for n in (1, 2)}  # fmt: skip
    assert clashing[1] == []
    assert {frozenset(few) for few in clashing[2]} == {
        frozenset({"land:sports_ground_area", "section:primary"})
    }


def test_what_is_not_settled_in_time_is_not_called_the_smallest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conflict_sets, "_IN_ALL", 0.0)
    found = clash(two_conflicts())
    assert len(found.groups) == 3
    assert not found.smallest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_limit_and_way_can_be_said(language: str) -> None:
    limits = Limits(stay=STAY, land={("0", "sports_ground_area"): 100.0})
    wanted = asked(SMALL_GROUNDS, limits=limits)
    found = clash(wanted)
    said = [
        one.words(language, wanted.start.standard, wanted.costs)
        for one in (*found.limits, *found.ways)
    ]
    assert all(words and "{" not in words for words in said)
    assert any("450" in words for words in said)
