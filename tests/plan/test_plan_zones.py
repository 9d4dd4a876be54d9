"""Where zones may change, pupils are chosen too: what is found is what every combination finds."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from small_counties import County, asked
from test_plan_command import plan as command
from test_plan_command import written

from junheng.errors import StandardNeedsMending, WrongUse
from junheng.plan.conflict import conflict
from junheng.plan.costs import Costs, load_costs
from junheng.plan.limits import Limits, Zone, load_limits
from junheng.plan.plan import make_plan

STAY = frozenset("012")
ROOM, PUPIL = 40_000.0, 500.0


def cheap_moves() -> Costs:
    """Moving a pupil costs 500 yuan once."""
    costs = load_costs()
    move = costs.costs["pupil_move"]
    price = replace(move.prices[0], yuan=PUPIL)
    return replace(
        costs,
        costs={**costs.costs, "pupil_move": replace(move, paid="once", prices=(price,))},
    )


def _cv(values: np.ndarray, pupils: np.ndarray) -> float:
    weights = pupils / pupils.sum()
    mean = float(values @ weights)
    return float(np.sqrt(((values - mean) ** 2) @ weights)) / mean


def _cheapest(pupils: list[int], rooms: list[float], shifts: list[tuple[int, int, int]]) -> float:
    """Try every number of groups moved along each way, and every number of rooms bought.

    `shifts`: from, to, most groups of 50. Rooms alone are short, so one limit at 85 % will do.
    """
    best = np.inf
    for groups in itertools.product(*(range(most + 1) for *_, most in shifts)):
        then = np.array(pupils, dtype=float)
        for (giver, taker, _), n in zip(shifts, groups, strict=True):
            then[giver] -= 50 * n
            then[taker] += 50 * n
        for bought in itertools.product(range(9), repeat=len(pupils)):
            values = 100 * (np.array(rooms) + np.array(bought)) / then
            if (values >= 0.85 * 2.3 - 1e-12).all() and _cv(values, then) <= 0.5 * (1 + 1e-9):
                best = min(best, sum(bought) * ROOM + sum(groups) * 50 * PUPIL)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_with_zones_costs_what_every_combination_finds(seed: int) -> None:
    dice = np.random.default_rng(seed)
    pupils = [int(50 * n) for n in (dice.integers(6, 9), dice.integers(4, 7), dice.integers(4, 7))]
    rooms = [float(int(0.01 * n * f)) for n, f in zip(pupils, (1.0, 3.4, 2.4), strict=True)]
    zones = (
        Zone("0", "primary", least=pupils[0] - 150, to=("1", "2")),
        Zone("1", "primary", most=pupils[1] + 100),
        Zone("2", "primary", most=pupils[2] + 50),
    )
    county = County(pupils, {"multimedia_rooms": rooms})
    limits = Limits(stay=STAY, zones=zones, zone_step=50)
    found = make_plan(asked(county, limits=limits, costs=cheap_moves()))
    ways = [(0, 1, 2), (0, 2, 1)]
    assert found.cost == pytest.approx(_cheapest(pupils, rooms, ways))
    assert found.zones is not None
    assert found.cost < found.zones.still.cost == pytest.approx(_cheapest(pupils, rooms, []))
    assert found.bound == pytest.approx(found.cost, rel=1e-4)


def test_which_six_are_reached_follows_the_pupils_that_are_chosen() -> None:
    """By hand: 400 pupils lack 2 rooms (80,000 yuan) or 100,000 yuan of equipment; one may be short.

    350 pupils have equipment enough: 50 who go, at 500 yuan each, are cheaper than either.
    """
    short = {"multimedia_rooms": [8.0, 16.0], "equipment_value": [700_000.0, 1_600_000.0]}
    wanted = asked(County([400, 400], short), limits=replace(zoned(350.0, Limits()), zone_step=50),
                   costs=cheap_moves())  # fmt: skip
    found = make_plan(wanted)
    assert found.zones is not None
    assert found.zones.still.cost == pytest.approx(2 * ROOM)
    assert found.cost == pytest.approx(50 * PUPIL)
    assert found.bound == pytest.approx(found.cost)


CROWDED = County([400, 400], {"sports_ground_area": [2000.0, 6000.0]})
NO_LAND = Limits(stay=frozenset("01"), land={("0", "sports_ground_area"): 0.0})


def zoned(least: float, limits: Limits = NO_LAND) -> Limits:
    zones = (Zone("0", "primary", least=least, to=("1",)), Zone("1", "primary", most=580))
    return replace(limits, zones=zones, zone_step=10)


def test_what_no_money_buys_on_full_land_a_change_of_zones_does() -> None:
    """By hand: 2,000 m² are 85 % of 7.5 m² for 313 pupils, so of 400 in tens 90 must go."""
    wanted = asked(CROWDED, limits=zoned(100.0), costs=cheap_moves())
    assert not make_plan(replace(wanted, limits=NO_LAND)).found
    found = make_plan(wanted)
    assert found.cost == pytest.approx(90 * PUPIL)
    assert found.state == "solved"
    (move,) = (a for a in found.actions if a.kind == "zone")
    assert (move.school, move.level, move.amount) == ("0>1", "primary", 90)
    last = found.judged.sections.lazy().collect() if found.judged else pl.DataFrame()
    assert dict(last.select("school", "pupils").iter_rows()) == {"0": 310, "1": 490}


def test_bounds_of_zones_that_are_too_narrow_are_named_with_what_would_do() -> None:
    wanted = asked(CROWDED, limits=zoned(320.0), costs=cheap_moves())
    found = make_plan(wanted)
    assert found.state == "infeasible"
    clash = conflict(found)
    assert clash is not None
    assert set(clash.groups) == {"land:sports_ground_area", "section:primary", "zone:primary"}
    assert clash.smallest
    ways = {way.code: way.fields for way in clash.ways}
    assert ways["way_land"]["by"] == pytest.approx(0.85 * 7.5 * 320 - 2000)
    assert ways["way_zone"]["schools"] == "模拟0小学 310"
    for language in ("zh", "en"):
        said = [one.words(language, wanted.start.standard, wanted.costs)
                for one in (*clash.limits, *clash.ways)]  # fmt: skip
        assert any("模拟0小学 320–400, 模拟1小学 400–580" in words for words in said)
        assert any("模拟0小学 310" in words for words in said)
    assert make_plan(replace(wanted, limits=zoned(310.0))).found


def test_bounds_of_zones_are_not_named_where_no_change_of_zones_would_help() -> None:
    grounds = County([400, 400], {"sports_ground_area": [2000.0, 3100.0]})
    limits = replace(zoned(390.0), land={(one, "sports_ground_area"): 0.0 for one in "01"})
    clash = conflict(make_plan(asked(grounds, limits=limits, costs=cheap_moves())))
    assert clash is not None
    assert {"land:sports_ground_area", "section:primary"} == set(clash.groups)


def test_pupils_can_bring_a_coefficient_within_its_limit_by_going_where_there_is_plenty() -> None:
    """800 and 4,000 m² for 100 each: CV 0.667. Nothing can be built; m moved pupils must make it 0.5."""
    county = County([200, 200], {"sports_ground_area": [1600.0, 8000.0]})
    land = {(school, "sports_ground_area"): 0.0 for school in "01"}
    limits = replace(zoned(50.0), land=land)
    found = make_plan(asked(county, limits=limits, costs=cheap_moves()))
    grounds = np.array([1600.0, 8000.0])

    def cv(moved: int) -> float:
        then = np.array([200.0 - moved, 200.0 + moved])
        return _cv(grounds / then, then)

    least = next(n for n in range(0, 150, 10) if cv(n) <= 0.5)
    assert cv(0) > 0.5
    assert found.cost == pytest.approx(least * PUPIL)


ZONES = """
zones:
  step: 20
  sections:
    - {school: "0", level: primary, least: 300, to: ["1"]}
    - {school: "1", level: primary, most: 600}
"""


def test_the_command_says_who_changes_zones_and_what_that_saves(tmp_path: Path) -> None:
    data = written(tmp_path / "data", CROWDED)
    limits = tmp_path / "limits.yaml"
    limits.write_text(ZONES + 'moves: {stay: ["0", "1"]}\n', "utf-8")
    found = command(data, "--limits", limits, "--format", "json").json
    assert found["state"] == "solved"
    assert [row["pupils"] for row in found["zones"]] in ([], [20], [40], [60], [80], [100])
    page = command(data, "--limits", limits, "--language", "en", "--out", tmp_path / "out").out
    assert "in groups of 20" in " ".join(page.split())
    assert (tmp_path / "out" / "zones.parquet").exists()


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ('{school: "0", level: primary, to: ["1"]}', 1),
        ('{school: "0", level: primary, least: 9, most: 3}', 1),
        ('{school: "0", level: college}', 1),
        ('{school: "0", level: primary}, {school: "0", level: primary}', 1),
    ],
    ids=["a neighbour without bounds", "bounds crossed", "no level", "twice"],
)
def test_wrong_zones_are_refused_with_file_and_line(tmp_path: Path, text: str, slips: int) -> None:
    path = tmp_path / "limits.yaml"
    path.write_text(f"zones: {{step: 10, sections: [{text}]}}\n", "utf-8")
    with pytest.raises(StandardNeedsMending) as refused:
        load_limits(path)
    assert len(refused.value.problems) == slips


def test_zones_of_a_school_that_is_not_there_are_refused() -> None:
    limits = Limits(zones=(Zone("7", "primary"),))
    with pytest.raises(WrongUse, match="7"):
        make_plan(asked(CROWDED, limits=limits))
