"""What cannot be done is explained by the limits that truly conflict, and the nearest way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from junheng.plan.site_branch import solve
from junheng.plan.site_conflict import conflict
from junheng.plan.site_core import Core
from junheng.plan.site_outcome import Conflict, Effort

EFFORT = Effort(seconds=60, gap=0.0)


def _core(km: Sequence[Sequence[float]], pupils: Sequence[float], *, radius: float = 99.0) -> Core:
    """Give settlements and sites without any limit but the radius."""
    far, m = np.array(km), len(km[0])
    weights, none = np.array(pupils, dtype=float), np.zeros(m)
    link = np.where(far <= radius, weights[:, None] * far, np.inf)
    no_limit = np.full(m, np.inf)
    return Core(
        link, weights, none, none.astype(bool), none, no_limit, no_limit, none, m, whole=True
    )


def _why(core: Core, km: Sequence[Sequence[float]]) -> Conflict:
    assert solve(core, EFFORT).impossible
    why = conflict(core, np.array(km), EFFORT)
    assert why is not None
    return why


def test_a_settlement_beyond_the_radius_is_named() -> None:
    km = [[1.0, 2.0], [7.5, 9.0]]
    why = _why(_core(km, [10, 20], radius=5.0), km)
    assert why.kinds == ("reach",)
    assert why.unserved.tolist() == [0.0, 1.0]
    assert why.unserved_proved
    assert not why.more
    assert why.reach == 7.5


def test_too_few_places_are_counted() -> None:
    km = [[1.0, 2.0], [1.0, 2.0], [2.0, 1.0]]
    sizes = np.array([12.0, 8.0])
    core = replace(_core(km, [10, 8, 12]), capacity=sizes, largest=sizes)
    why = _why(core, km)
    assert why.kinds == ("capacity",)
    added = core.pupils @ why.relaxed["capacity"].share - sizes
    assert np.maximum(0, added).sum() == pytest.approx(10)
    assert (core.pupils @ why.unserved) == pytest.approx(10)


def test_too_few_schools_for_the_radius_are_both_named() -> None:
    km = [[1.0, 9.0], [8.0, 1.0]]
    core = replace(_core(km, [10, 20], radius=5.0), most=1)
    why = _why(core, km)
    assert set(why.kinds) == {"most", "reach"}
    assert int(why.relaxed["most"].is_open.sum()) == 2
    assert why.reach == 8.0
    assert why.unserved.tolist() == [1.0, 0.0]


def test_more_schools_that_stay_than_may_be_open() -> None:
    km = [[1.0, 2.0, 3.0]]
    core = replace(_core(km, [10]), must=np.array([True, True, False]), most=1)
    why = _why(core, km)
    assert set(why.kinds) == {"must", "most"}
    kept = why.relaxed["must"].is_open
    assert int((core.must & ~kept).sum()) == 1


def test_settlements_that_only_fit_in_parts() -> None:
    km = [[1.0, 1.0]] * 3
    sizes = np.array([9.0, 9.0])
    core = replace(_core(km, [6, 6, 6]), capacity=sizes, largest=sizes)
    why = _why(core, km)
    assert set(why.kinds) == {"whole", "capacity"}
    assert ((why.relaxed["whole"].share > 0).sum(axis=1) > 1).sum() == 1
    added = core.pupils @ why.relaxed["capacity"].share - sizes
    assert np.maximum(0, added).sum() == pytest.approx(3)


def test_a_school_that_stays_but_cannot_reach_its_least_size() -> None:
    km = [[1.0, 2.0], [2.0, 1.0]]
    core = replace(
        _core(km, [10, 20]), smallest=np.array([50.0, 0.0]), must=np.array([True, False])
    )
    why = _why(core, km)
    assert set(why.kinds) == {"smallest", "must"}
    assert why.relaxed["must"].is_open.tolist() == [False, True]


def test_a_second_conflict_is_not_hidden_by_the_first() -> None:
    km = [[1.0, 2.0], [7.5, 9.0]]
    sizes = np.array([9.0, 9.0])
    core = replace(_core(km, [10, 20], radius=5.0), capacity=sizes, largest=sizes)
    why = _why(core, km)
    assert len(why.kinds) == 1
    assert why.more
    assert why.relaxed or why.reach is not None
