"""The answer is the best there is: by trying everything, and by the textbooks' full model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from site_cases import best_by_textbook, best_by_trying, made

from junheng.plan.site_branch import solve
from junheng.plan.site_core import Core, sound
from junheng.plan.site_dual import bound
from junheng.plan.site_outcome import Effort, Outcome
from junheng.plan.site_search import search

EXACT = Effort(seconds=60, gap=0.0)
seeds = st.integers(0, 10_000)


def _agrees(core: Core, outcome: Outcome, best: float) -> None:
    if np.isinf(best):
        assert outcome.impossible
        assert outcome.best is None
        return
    assert outcome.best is not None
    assert outcome.best.cost == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert sound(core, outcome.best.share, outcome.best.is_open)
    assert outcome.bound <= outcome.best.cost + 1e-6
    assert outcome.bound == pytest.approx(best, rel=1e-6, abs=1e-5)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds)
def test_the_answer_is_the_best_of_all_combinations(seed: int) -> None:
    core = made(seed)
    _agrees(core, solve(core, EXACT), best_by_trying(core))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seeds)
def test_without_sizes_too(seed: int) -> None:
    core = made(seed, n=7, m=4, sizes=False)
    _agrees(core, solve(core, EXACT), best_by_trying(core))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(seeds, st.booleans(), st.booleans())
def test_the_answer_is_that_of_the_full_model(seed: int, whole: bool, sizes: bool) -> None:
    core = made(seed, n=25, m=8, whole=whole, sizes=sizes)
    _agrees(core, solve(core, EXACT), best_by_textbook(core))


@pytest.mark.parametrize("seed", range(6))
def test_links_left_out_at_first_are_taken_in_where_they_pay(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With only two links known at first, the answer must be no worse."""
    monkeypatch.setattr("junheng.plan.site_branch._NEAREST", 2)
    core = made(seed, n=25, m=8, whole=False)
    _agrees(core, solve(core, EXACT), best_by_textbook(core))


def test_some_problem_needs_links_that_were_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("junheng.plan.site_branch._NEAREST", 1)
    near = np.array([[1.0, 5.0], [1.0, 9.0]])
    core = replace(
        made(1, n=2, m=2), link=near, pupils=np.ones(2), capacity=np.ones(2), largest=np.ones(2),
        smallest=np.zeros(2), fixed=np.zeros(2), place=np.zeros(2), must=np.zeros(2, bool), most=2,
    )  # fmt: skip
    outcome = solve(core, EXACT)
    assert outcome.best is not None
    assert outcome.best.cost == pytest.approx(6.0)
    assert outcome.taken_in > 0


def test_the_solver_s_own_branching_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("junheng.plan.site_branch._NODES", 0)
    for seed in range(4):
        core = made(seed, n=25, m=8)
        _agrees(core, solve(core, EXACT), best_by_textbook(core))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seeds, st.lists(st.floats(-5, 120), min_size=6, max_size=6))
def test_any_prices_give_a_bound_and_never_rule_out_the_best(
    seed: int, prices: list[float]
) -> None:
    """Whatever the prices: the value is no more than the best cost, nor is any link of a best answer."""
    core = made(seed)
    outcome = solve(core, EXACT)
    if outcome.best is None:
        return
    best, proof = outcome.best, bound(core, np.array(prices))
    slack = 1e-7 * (1 + abs(best.cost))
    assert proof.value <= best.cost + slack
    assert np.all(proof.forced[best.share > 0] <= best.cost + slack)
    assert np.all((proof.value + proof.opening)[best.is_open] <= best.cost + slack)
    assert np.all((proof.value + proof.closing)[~best.is_open] <= best.cost + slack)


def test_when_time_is_up_the_answer_does_not_claim_to_be_the_best() -> None:
    core = made(5, n=25, m=8)
    outcome = solve(core, Effort(seconds=1e-9, gap=0.0))
    assert outcome.timed_out
    assert not outcome.impossible
    assert outcome.best is None or outcome.bound < outcome.best.cost


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.booleans())
def test_good_prices_never_rule_out_the_best_either(seed: int, sizes: bool) -> None:
    """Prices that climb to the bound come much nearer to the truth than any that are thrown."""
    core = made(seed, sizes=sizes)
    best = solve(core, EXACT).best
    if best is None:
        return
    known, top = search(core), best.cost + 1e-7 * (1 + abs(best.cost))
    assert known.value <= top
    assert np.all(known.forced[best.share > 0] <= top)
    assert np.all(known.opening[best.is_open] <= top)
    assert np.all(known.closing[~best.is_open] <= top)
