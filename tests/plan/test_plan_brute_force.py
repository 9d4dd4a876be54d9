"""Plans of small counties cost what trying out every combination finds."""

from __future__ import annotations

import itertools
from math import sqrt

import numpy as np
import polars as pl
import pytest
from small_counties import County, asked

from junheng.plan.limits import Limits
from junheng.plan.plan import make_plan

STAY = Limits(stay=frozenset("012"))
ROOM, HIRE, RAISE, MOVE = 40_000.0, 120_000.0, 30_000.0, 12_000.0
ANNUITY = sum(1.08**-year for year in range(10))


def _combinations(*most: int) -> np.ndarray:
    """Give every vector of whole numbers from 0 to each bound, a row each."""
    return np.array(list(itertools.product(*(range(m + 1) for m in most))), dtype=float)


def _cv(values: np.ndarray, pupils: np.ndarray) -> np.ndarray:
    """Work the coefficient of variation out by hand, a row each."""
    weights = pupils / pupils.sum()
    mean = values @ weights
    return np.sqrt(((values - mean[:, None]) ** 2) @ weights) / mean


def _cheapest(pupils: list[int], have: dict[str, list[float]], most: dict[str, int]) -> float:
    """Try out every number of rooms, hired and raised teachers: the least cost that passes.

    Of the seven at most one may be short in a school, and that one not below 85 %; all others are
    far above their limits and the same for each pupil, so their coefficients are 0.
    """
    limits = {"multimedia_rooms": 2.3, "pe_arts": 0.9, "backbone": 1.0}
    prices = {"multimedia_rooms": ROOM, "pe_arts": HIRE * ANNUITY, "backbone": RAISE * ANNUITY}
    p = np.array(pupils, dtype=float)
    options = {}
    for name, limit in limits.items():
        added = _combinations(*[most[name]] * len(pupils))
        values = 100 * (np.array(have[name]) + added) / p
        keep = (_cv(values, p) <= 0.5 * (1 + 1e-9)) & (values >= 0.85 * limit - 1e-12).all(axis=1)
        short = values[keep] < limit - 1e-12
        cost = added[keep].sum(axis=1) * prices[name]
        by_short: dict[tuple[bool, ...], float] = {}
        for pattern, yuan in zip(map(tuple, short.tolist()), cost, strict=True):
            by_short[pattern] = min(yuan, by_short.get(pattern, np.inf))
        options[name] = by_short
    return min(
        sum(yuan for _, yuan in parts)
        for parts in itertools.product(*(o.items() for o in options.values()))
        if (np.sum([pattern for pattern, _ in parts], axis=0) <= 1).all()
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_without_moves_costs_what_every_combination_finds(seed: int) -> None:
    dice = np.random.default_rng(seed)
    pupils = [int(n) for n in dice.integers(80, 400, 3)]
    have = {
        "multimedia_rooms": [float(int(0.01 * p * dice.uniform(1.2, 2.6))) for p in pupils],
        "pe_arts": [float(int(0.01 * p * dice.uniform(0.5, 1.2))) for p in pupils],
        "backbone": [float(int(0.01 * p * dice.uniform(0.5, 1.3))) for p in pupils],
    }
    most = {"multimedia_rooms": 8, "pe_arts": 4, "backbone": 4}
    plan = make_plan(asked(County(pupils, have), limits=STAY))
    assert plan.found
    assert plan.cost == pytest.approx(_cheapest(pupils, have, most), rel=1e-9)


@pytest.mark.parametrize("seed", [5, 6])
def test_a_plan_with_moves_costs_what_every_combination_finds(seed: int) -> None:
    """Every way to hire PE teachers and to move them, three at most out of a school."""
    dice = np.random.default_rng(seed)
    p = np.array([float(n) for n in dice.integers(300, 700, 3)])
    have = np.array([float(int(0.009 * n * f)) for n, f in zip(p, (0.6, 0.9, 1.9), strict=True)])
    above = np.full(3, 90.0)
    county = County([int(n) for n in p], {"pe_arts": list(have), "above_degree": list(above),
                                          "teachers": [100.0] * 3})  # fmt: skip
    best = np.inf
    for net in itertools.product(range(-3, 4), repeat=3):
        hired = _combinations(3, 3, 3)
        values = 100 * (have + np.array(net) + hired) / p
        ok = (values >= 0.85 * 0.9 - 1e-12).all(axis=1) & (_cv(values, p) <= 0.5)
        if sum(net) == 0 and ok.any():
            moved = sum(n for n in net if n > 0)
            yuan = hired[ok].sum(axis=1).min() * HIRE + moved * MOVE
            best = min(best, yuan * ANNUITY)
    plan = make_plan(asked(county, limits=Limits(share_a_year=0.0)))
    assert plan.cost == pytest.approx(best)
    assert 0 < plan.cost < 3 * HIRE * ANNUITY


def test_a_rich_school_makes_the_others_buy_more_than_their_limits_ask() -> None:
    pupils, have = [100, 150, 200], {"multimedia_rooms": [18.0, 4.0, 5.0]}
    plan = make_plan(asked(County(pupils, have), limits=STAY))
    p = np.array(pupils, dtype=float)
    added = _combinations(0, 25, 25)
    values = 100 * (np.array(have["multimedia_rooms"]) + added) / p
    ok = (_cv(values, p) <= 0.5 * (1 + 1e-9)) & (values >= 0.85 * 2.3).all(axis=1)
    best = added[ok].sum(axis=1).min()
    assert best > 1
    assert plan.cost == pytest.approx(best * ROOM)


def test_teachers_are_moved_where_that_is_cheaper_than_hiring_and_kept_where_they_are_needed() -> (
    None
):
    """By hand: school 0 lacks 2 PE teachers of its 9 (per 1,000 pupils), school 1 has 3 to spare.

    Two moves cost 2 × 12,000 a year; one might be left at 85 % (8 of 9), so one move is enough.
    """
    county = County([1000, 1000], {"pe_arts": [7.0, 12.0]})
    plan = make_plan(asked(county))
    assert plan.cost == pytest.approx(MOVE * ANNUITY)
    (move,) = plan.moves
    assert (move.from_school, move.to_school, move.cell, move.persons) == ("1", "0", "pe_arts", 1)


def test_a_combined_school_gets_what_its_worse_off_level_needs() -> None:
    """By hand: 100 primary and 100 junior pupils share 1 : 1.1, so juniors get 11/21 of the rooms.

    Juniors need 2.4 rooms (2.04 at 85 %) and primaries 2.3 (1.955): of n rooms the primaries get
    10/21. Nothing else is short, so 85 % is enough for both: n ≥ 21/10 × 1.955 = 4.1 → 5 rooms.
    """
    tables = County([100, 400], {"multimedia_rooms": [0.0, 40.0]}).tables()
    sections = tables["sections"].collect()
    junior = sections.head(1).with_columns(level=pl.lit("junior"))
    tables["sections"] = pl.concat([sections, junior]).lazy()
    tables["schools"] = tables["schools"].with_columns(
        kind=pl.when(pl.col("school") == "0").then(pl.lit("nine_year")).otherwise("kind"),
        **{c: pl.col(c) * 3 for c in ("teaching_area", "sports_ground_area", "equipment_value")},
    )
    plan = make_plan(asked(tables, limits=Limits(stay=frozenset("01"))))
    bought = {a.cell: a.amount for a in plan.actions}
    weights = np.array([100, 400]) / 500

    def within(n: int) -> bool:
        values = np.array([100 * n * 10 / 21 / 100, 10.0])
        mean = float(values @ weights)
        return sqrt(float(((values - mean) ** 2) @ weights)) / mean <= 0.5

    assert bought == {"multimedia_rooms": next(n for n in range(5, 50) if within(n))}
