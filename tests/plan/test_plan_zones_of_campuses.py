"""Where a campus has several levels, a change of zones of one changes what all of them have."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from small_counties import County, asked
from test_plan_zones import PUPIL, ROOM, cheap_moves

from junheng.errors import WrongUse
from junheng.plan.conflict import conflict
from junheng.plan.limits import Limits, Zone
from junheng.plan.plan import Asked, make_plan

LEVELS = {"primary": (1.0, 2.3, 0.5), "junior": (1.1, 2.4, 0.45)}
"""Weight of a pupil in what a campus shares, rooms for each hundred, highest coefficient."""
CAMPUS = ("0", "primary"), ("0", "junior"), ("1", "primary"), ("2", "junior")
STAY = frozenset("012")


def tables(pupils: list[int], short: dict[str, list[float]]) -> dict[str, Any]:
    """Give a nine-year school 0, a primary school 1 and a junior school 2, by pupils of `CAMPUS`."""
    campus = [pupils[0] + pupils[1], pupils[2], pupils[3]]
    made = County(campus, short).tables()
    schools = made["schools"].with_columns(kind=pl.Series(["nine_year", "primary", "junior"]))
    sections = [County([n], level=level).tables()["sections"].with_columns(school=pl.lit(school))
                for n, (school, level) in zip(pupils, CAMPUS, strict=True)]  # fmt: skip
    return {"schools": schools, "sections": pl.concat(sections)}


def zones(pupils: list[int], less: tuple[int, int] = (150, 150)) -> tuple[Zone, ...]:
    return (
        Zone("0", "primary", least=pupils[0] - less[0], to=("1",)),
        Zone("1", "primary", most=pupils[2] + 100),
        Zone("0", "junior", least=pupils[1] - less[1], to=("2",)),
        Zone("2", "junior", most=pupils[3] + 100),
    )


def _good(rooms: np.ndarray, then: np.ndarray) -> bool:
    """Say whether rooms do for pupils: each section at 85 %, each level's spread within its limit."""
    weights = np.array([LEVELS[level][0] for _, level in CAMPUS]) * then
    share = weights / np.array([weights[:2].sum()] * 2 + [weights[2], weights[3]])
    each = 100 * share * rooms[[0, 0, 1, 2]] / then
    for at, level in (((0, 2), "primary"), ((1, 3), "junior")):
        values, of = each[list(at)], then[list(at)] / then[list(at)].sum()
        mean = values @ of
        spread = np.sqrt(((values - mean) ** 2) @ of) / mean if mean else np.inf
        _, limit, most = LEVELS[level]
        if (values < 0.85 * limit - 1e-12).any() or spread > most * (1 + 1e-9):
            return False
    return True


def _cheapest(pupils: list[int], rooms: list[float], groups: int) -> float:
    """Try every number of groups of 50 that leave the campus, and every number of rooms bought."""
    best = np.inf
    for primary, junior in itertools.product(range(groups + 1), repeat=2):
        then = np.array(pupils) + 50.0 * np.array([-primary, -junior, primary, junior])
        for bought in itertools.product(range(12), range(5), range(5)):
            if _good(np.array(rooms) + np.array(bought), then):
                best = min(best, sum(bought) * ROOM + (primary + junior) * 50 * PUPIL)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_with_zones_of_a_campus_costs_what_every_combination_finds(seed: int) -> None:
    dice = np.random.default_rng(seed)
    pupils = [int(50 * n) for n in (dice.integers(6, 9), dice.integers(5, 8),
                                    dice.integers(4, 7), dice.integers(4, 7))]  # fmt: skip
    campus = [pupils[0] + pupils[1], pupils[2], pupils[3]]
    rooms = [float(int(0.01 * n * f)) for n, f in zip(campus, (1.4, 3.4, 3.2), strict=True)]
    data = tables(pupils, {"multimedia_rooms": rooms})
    limits = Limits(stay=STAY, zones=zones(pupils), zone_step=50)
    found = make_plan(asked(data, limits=limits, costs=cheap_moves()))
    assert found.zones is not None
    assert found.cost == pytest.approx(_cheapest(pupils, rooms, 2))
    assert found.zones.still.cost == pytest.approx(_cheapest(pupils, rooms, 0))
    assert found.cost < found.zones.still.cost
    assert found.bound == pytest.approx(found.cost, rel=1e-4)


PUPILS, GROUND = [400, 300, 400, 300], 5500.0
CROWDED = tables(PUPILS, {"sports_ground_area": [GROUND, 6000.0, 4500.0]})


def crowded(least: int) -> Asked:
    """By hand: 330 of the 730 weighed pupils are the juniors of school 0, who so have 2,486 m² of 5,500.

    They need 85 % of 10.2 m² for 300, which is 2,601; that is theirs once 400 − m primary pupils are
    left, 330 ÷ (730 − m) × 5,500 ≥ 2,601: from m = 32.2, in tens 40. Nothing can be built.
    """
    limits = Limits(
        stay=STAY, land={("0", "sports_ground_area"): 0.0}, zone_step=10,
        zones=(Zone("0", "primary", least=least, to=("1",)), Zone("1", "primary", most=480)),
    )  # fmt: skip
    return asked(CROWDED, limits=limits, costs=cheap_moves())


def test_primary_pupils_who_leave_a_campus_leave_more_of_it_to_its_juniors() -> None:
    found = make_plan(crowded(320))
    assert found.cost == pytest.approx(40 * PUPIL)
    assert found.state == "solved"
    assert [(a.school, a.level, a.amount) for a in found.actions if a.kind == "zone"] == [
        ("0>1", "primary", 40)
    ]


def test_bounds_that_keep_a_campus_too_full_are_named_with_what_would_do() -> None:
    found = conflict(make_plan(crowded(370)))
    assert found is not None
    assert set(found.groups) == {"land:sports_ground_area", "section:junior", "zone:primary"}
    (way,) = (way for way in found.ways if way.code == "way_zone")
    assert way.fields["schools"] == "模拟0小学 360"


def test_a_school_whose_neighbours_cannot_take_anybody_keeps_its_pupils() -> None:
    """The bounds of school 1 leave no room: what is asked for is answered, nobody moves."""
    limits = Limits(
        stay=STAY, zones=(Zone("0", "primary", least=300, to=("1",)), Zone("1", "primary"))
    )
    data = tables(PUPILS, {"multimedia_rooms": [10.0, 20.0, 20.0]})
    found = make_plan(asked(data, limits=limits))
    assert found.found
    assert not [action for action in found.actions if action.kind == "zone"]


def test_enrolments_of_a_campus_that_are_too_many_together_are_refused_with_their_number() -> None:
    limits = replace(Limits(zones=zones(PUPILS, (240, 190))), zone_step=10)
    with pytest.raises(WrongUse, match="500"):
        make_plan(asked(CROWDED, limits=limits))
