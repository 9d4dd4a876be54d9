"""Where the mean of coefficients is judged, ceilings are enough to pass, and more is not claimed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from small_counties import COUNTY, QUICK, County
from test_plan_command import plan as command

from junheng import load_standard
from junheng.plan.ceilings import _share, spread
from junheng.plan.conflict import conflict
from junheng.plan.costs import load_costs
from junheng.plan.limits import Limits
from junheng.plan.plan import Asked, make_plan
from junheng.plan.start import start

BASIC = load_standard("cn-basic-2012")
STAY = Limits(stay=frozenset("0123"))


def tables(**short: list[float | None]) -> dict[str, Any]:
    """Four primary schools of 200 with the same of everything but what is said otherwise."""
    found = County([200, 200, 200, 200], short).tables()
    more = {"computers": 40.0, "books": 4000.0}
    given = {n: short.get(n, [v] * 4) for n, v in more.items()}
    found["schools"] = found["schools"].collect().with_columns(
        pl.Series(name, values, dtype=pl.Float64) for name, values in given.items()
    ).lazy()  # fmt: skip
    found["sections"] = found["sections"].with_columns(mid_title=8.0)
    return found


def asked(given: dict[str, Any], limits: Limits = STAY) -> Asked:
    return Asked(start(given, BASIC, 2028), load_costs(), limits, None, QUICK)


POOR = {"computers": [0.0, 0.0, 0.0, 160.0], "books": [0.0, 0.0, 0.0, 9000.0],
        "equipment_value": [0.0, 0.0, 0.0, 900_000.0],
        "sports_ground_area": [100.0, 100.0, 100.0, 60_000.0]}  # fmt: skip


@pytest.mark.parametrize(
    "today",
    [[0.9, 0.8, 0.7, 0.6], [1.5, 0.1, 0.1, 1.2], [0.3, 0.2, 0.1, 0.0], [2.0, 2.0, 2.0, 2.0]],
)
def test_the_mean_of_all_ceilings_is_the_limit_and_no_small_one_must_fall(
    today: list[float],
) -> None:
    given = {str(n): cv for n, cv in enumerate(today)}
    found = _share(given, 0.65)
    assert sum(found.values()) / 4 == pytest.approx(0.65)
    top = max(found.values())
    assert all(found[n] >= min(cv, top) - 1e-9 for n, cv in given.items())


def test_a_plan_passes_by_the_mean_when_judged_and_claims_no_more() -> None:
    """By hand today: √3 for four indicators of eight, so the mean is about 0.86, over 0.65."""
    wanted = asked(tables(**POOR))
    mine = wanted.start.sections
    assert spread(mine, "computers") == pytest.approx(3**0.5)
    plan = make_plan(wanted)
    assert plan.judged is not None
    balance = plan.judged.balance.lazy().collect()
    mean = balance.filter(pl.col("indicator") == "composite").row(0, named=True)
    assert mean["verdict"] == "met"
    assert mean["cv"] <= 0.65
    assert max(balance.filter(pl.col("indicator") == "computers")["cv"]) > 0.65
    assert plan.cost > 0
    assert (plan.state, plan.bound) == ("enough", 0.0)


def test_a_county_that_passes_costs_nothing_and_that_is_proven() -> None:
    plan = make_plan(asked(tables(computers=[0.0, 40.0, 40.0, 80.0])))
    assert (plan.state, plan.cost, plan.bound) == ("solved", 0.0, 0.0)


def test_without_a_plan_within_the_ceilings_nothing_is_called_impossible() -> None:
    tight = {**POOR, "teaching_area": [0.0, 0.0, 0.0, 9000.0]}
    land = {
        (school, cell): 0.0 for school in "0123" for cell in ("teaching_area", "sports_ground_area")
    }
    plan = make_plan(asked(tables(**tight), Limits(stay=STAY.stay, land=land)))
    assert (plan.found, plan.state) == (False, "nothing")
    assert conflict(plan) is None


def test_a_province_s_overlay_says_what_each_school_must_reach_beside_the_mean(
    tmp_path: Path,
) -> None:
    for name, table in tables(computers=[0.0, 20.0, 20.0, 20.0]).items():
        table.collect().write_csv(tmp_path / f"{name}.csv")
    asked_for = ("--overlay", "example", "--format", "json")
    found = command(tmp_path, *asked_for, standard="cn-basic-2012").json
    last = [row["verdict"] for row in found["sections"] if row["year"] == 2028]
    first = [row["verdict"] for row in found["sections"] if row["year"] == 2025]
    assert last == ["pass"] * 4
    assert "fail" in first
    assert "computers" in {row["cell"] for row in found["projects"]}
    assert found["bound"] == pytest.approx(found["cost"])
    assert found["state"] == "solved"


def test_the_page_says_that_it_is_enough_and_what_the_standard_waits_for(tmp_path: Path) -> None:
    for name, table in tables(**POOR).items():
        table.collect().write_csv(tmp_path / f"{name}.csv")
    said = command(
        tmp_path, "--language", "en", "--out", tmp_path / "out", standard="cn-basic-2012"
    )
    assert said.status == 0
    words = " ".join(said.out.replace("│", " ").split())
    for part in ("It is not proven the cheapest", "the mean coefficient of 1 levels is within its limit",
                 "Not planned for: the basic standard of schools is set by each province"):  # fmt: skip
        assert part in words
    answer = command(tmp_path, "--format", "json", standard="cn-basic-2012").json
    assert (answer["state"], answer["bound"], answer["county"]) == ("enough", 0.0, COUNTY)
