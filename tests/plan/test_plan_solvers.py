"""Both solvers agree; a solver that breaks off or is killed takes no plan with it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_counties import County, asked

from junheng.plan.model import Cone, Model
from junheng.plan.plan import make_plan
from junheng.plan.solve import Effort, solve
from junheng.plan.solve_worker import Worker


def little(haves: list[int], costs: list[int], limit: float) -> Model:
    """Raise some schools so that their spread keeps a limit."""
    model = Model()
    at = [model.column(("x", str(i)), float(cost)) for i, cost in enumerate(costs)]
    n = len(haves)
    terms = [{one: 1.0} for one in at]
    model.cones.append(Cone("cv", limit, [1 / n] * n, [float(h) for h in haves], terms))
    return model


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_both_solvers_find_the_same_cost(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 4))
    haves = data.draw(st.lists(st.integers(1, 30), min_size=n, max_size=n))
    costs = data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    model = little(haves, costs, data.draw(st.sampled_from([0.2, 0.35, 0.5])) + 1e-4)
    scip, highs = (solve(model, Effort(30.0, 0.0, (name,))) for name in ("scip", "highs"))
    assert scip.cost == pytest.approx(highs.cost, abs=1e-4)
    for found in (scip, highs):
        assert found.state == "solved"
        assert found.bound <= found.cost + 1e-6
        assert model.cones[0].cv(found.values) <= model.cones[0].limit + 1e-5


def test_a_quick_answer_is_rounded_and_keeps_every_limit() -> None:
    model = little([1, 5, 30], [3, 2, 1], 0.3)
    found = solve(model, Effort(30.0, 0.5, ("quick",)))
    assert found.values
    assert all(abs(v - round(v)) < 1e-6 for v in found.values)
    assert model.cones[0].cv(found.values) <= 0.3
    assert found.bound <= solve(model, Effort(30.0, 0.0)).cost + 1e-6


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Kill the process of every solver named here as soon as it has its job."""
    victims: set[str] = set()
    begin = Worker.begin

    def begun(worker: Worker, job: dict[str, object]) -> None:
        if job["solver"] in victims:
            worker.child.kill()
            worker.child.wait()
        begin(worker, job)

    monkeypatch.setattr(Worker, "begin", begun)
    return victims


@pytest.mark.parametrize("victims", [("quick",), ("quick", "scip"), ("scip",)])
def test_the_next_solver_goes_on_and_the_page_is_told(
    killed: set[str], victims: tuple[str, ...]
) -> None:
    killed |= set(victims)
    plan = make_plan(asked(County([100, 200], {"multimedia_rooms": [0.0, 5.0]})))
    assert plan.found
    assert plan.gap <= 1e-6
    if "quick" in victims:
        assert plan.solution.fallback


def test_when_every_solver_is_killed_nothing_is_said_to_be_found_or_impossible(
    killed: set[str],
) -> None:
    killed |= {"quick", "scip", "highs"}
    plan = make_plan(asked(County([100, 200], {"multimedia_rooms": [0.0, 5.0]})))
    assert not plan.found
    assert plan.state == "nothing"


def test_what_is_not_proven_is_never_called_solved() -> None:
    model = Model()
    at = [model.column(("x", str(i)), 1.0 + i) for i in range(3)]
    model.row("least", dict.fromkeys(at, 1.0), 3)
    terms = [{at[0]: 1.0}, {at[1]: 0.7}, {}]
    model.cones.append(Cone("cv", 0.3, [0.2, 0.3, 0.5], [1.0, 2.0, 6.0], terms))
    rounded = solve(model, Effort(30.0, 0.0, ("quick",)))
    assert rounded.state == "stopped"
    assert rounded.gap > 0
    whole = solve(model, Effort(30.0, 0.0))
    assert (whole.state, whole.gap) == ("solved", 0.0)
    assert rounded.bound <= whole.cost <= rounded.cost
