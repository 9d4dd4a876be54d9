"""The worked example handed to counties with 教督〔2012〕3号: books in five primary schools."""

from __future__ import annotations

import pytest
from measuring import ENGINES, Frame, answer, figures

from junheng.measures import balance, contributions

EXAMPLE = {"pupils": [45, 37, 89, 76, 55], "amount": [279, 137, 935, 160, 402]}


@pytest.fixture(params=ENGINES)
def frame(request: pytest.FixtureRequest) -> Frame:
    return ENGINES[request.param](EXAMPLE)


def test_the_mean_spread_and_cv_are_the_printed_ones(frame: Frame) -> None:
    mean, s, cv = figures("cv", frame)
    assert (round(mean, 2), round(s, 2), round(cv, 2)) == (6.33, 3.26, 0.52)


def test_the_cv_is_exact_to_twelve_digits(frame: Frame) -> None:
    assert figures("cv", frame)[2] == pytest.approx(0.5152566298844764, rel=1e-12)


def test_without_weights_the_cv_is_another(frame: Frame) -> None:
    assert figures("unweighted_cv", frame)[2] == pytest.approx(0.48877068160501713, rel=1e-12)


def test_the_steps_are_the_printed_ones(frame: Frame) -> None:
    rows = answer(contributions(frame, amount="amount", pupils="pupils"))
    by_size = {row["pupils"]: row for row in rows}
    steps = [by_size[pupils] for pupils in EXAMPLE["pupils"]]
    assert [round(step["weight"], 3) for step in steps] == [0.149, 0.123, 0.295, 0.252, 0.182]
    away = [round(abs(step["deviation"]), 3) for step in steps]
    assert away == [0.134, 2.632, 4.171, 4.229, 0.975]
    terms = [step["term"] for step in steps]
    assert [round(term, 3) for term in terms[:1]] == [0.003]
    assert [round(term, 2) for term in terms[1:]] == [0.85, 5.13, 4.5, 0.17]
    assert round(sum(terms), 2) == 10.65


def test_balance_says_the_same_as_the_single_measure(frame: Frame) -> None:
    (row,) = answer(balance(frame, amounts={"books": "amount"}, pupils="pupils"))
    assert (row["pupils"], row["schools"]) == (302.0, 5)
    assert [row["mean:books"], row["s:books"], row["cv:books"]] == figures("cv", frame)
