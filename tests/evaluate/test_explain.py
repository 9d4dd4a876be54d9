"""An explanation adds up to the number it explains, and its what-if comes true."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from random_counties import Tables, data_set
from what_if import STANDARDS, YEAR, Change, Row, evaluated, outcomes, rows, standard

from junheng.evaluate import Evaluation
from junheng.evaluate.explain import Group, explain_balance, explain_section
from junheng.model.load import load_standard
from junheng.model.tables import table_of


@cache
def tables() -> Tables:
    return data_set(Random(3), 16, years=(YEAR,), complete=True)  # noqa: S311  # any numbers will do


@cache
def found(name: str) -> Evaluation:
    return evaluated(tables(), standard(name))


@cache
def balance(name: str) -> list[Row]:
    return [row for row in rows(found(name).balance) if row["indicator"] != "composite"]


@cache
def workings(name: str, county: str, level: str, indicator: str) -> tuple[list[Row], Row]:
    group = Group(YEAR, county, level)
    told = explain_balance(found(name).wide, standard(name), group, indicator)
    (total,) = rows(told.total)
    return rows(told.rows), total


def explained(name: str) -> Iterator[tuple[Row, list[Row], Row]]:
    """Each row of the balance that is looked at, with its workings."""
    for row in balance(name)[::2]:
        yield row, *workings(name, row["county"], row["level"], row["indicator"])


def near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("name", STANDARDS)
def test_the_total_is_the_row_of_the_balance(name: str) -> None:
    for row, steps, total in explained(name):
        assert len(steps) == total["schools"] == row["schools"]
        assert near(total["pupils"], row["pupils"])
        assert near(total["mean"], row["mean"])
        assert near(total["cv"], row["cv"])
        assert (total["s"] is None) == (row["cv"] is None) or row["mean"] == 0


@pytest.mark.parametrize("name", STANDARDS)
def test_weights_deviations_and_terms_add_up_to_the_coefficient(name: str) -> None:
    known = [(row, steps, total) for row, steps, total in explained(name) if row["cv"] is not None]
    assert len(known) > 15
    for row, steps, total in known:
        mean = sum(step["weight"] * step["value"] for step in steps)
        assert near(sum(step["weight"] for step in steps), 1)
        assert math.isclose(mean, row["mean"], rel_tol=1e-9)
        for step in steps:
            assert near(step["weight"], step["pupils"] / row["pupils"])
            assert math.isclose(step["deviation"], step["value"] - mean, abs_tol=1e-9 * mean)
            assert near(step["term"], step["weight"] * step["deviation"] ** 2)
        assert near(total["s2"], math.fsum(step["term"] for step in steps))
        assert near(total["s"], math.sqrt(total["s2"]))
        assert near(total["cv"], total["s"] / row["mean"])


@pytest.mark.parametrize("name", STANDARDS)
def test_contributions_are_shares_of_the_spread_and_add_up_to_one(name: str) -> None:
    spread = [(steps, total) for row, steps, total in explained(name) if (row["cv"] or 0) > 1e-6]
    assert len(spread) > 5
    for steps, total in spread:
        assert math.isclose(math.fsum(step["contribution"] for step in steps), 1)
        for step in steps:
            assert near(step["contribution"], step["term"] / total["s2"])


@pytest.mark.parametrize("name", STANDARDS)
def test_one_unknown_amount_leaves_deviations_terms_and_coefficient_unknown(name: str) -> None:
    unknown = [(steps, total) for row, steps, total in explained(name) if row["mean"] is None]
    assert unknown
    for steps, total in unknown:
        assert total["s2"] is total["cv"] is None
        for step in steps:
            assert step["deviation"] is step["term"] is step["contribution"] is None
            assert step["cv_if_at_limit"] is None


@pytest.mark.parametrize("name", STANDARDS)
def test_a_school_raised_to_its_limit_gives_the_coefficient_that_was_foretold(name: str) -> None:
    foretold = [
        (row, step, raised(row, step, name))
        for row, steps, _ in explained(name)
        for step in steps
        if step["cv_if_at_limit"] is not None
    ][:60]
    came = outcomes(tables(), name, [change for _, _, change in foretold])
    assert len(foretold) > 20
    for place, (row, step, _) in enumerate(foretold):
        cv = came.spread(place, row["indicator"])["cv"]
        assert math.isclose(cv, step["cv_if_at_limit"], rel_tol=1e-9, abs_tol=1e-7)


def raised(row: Row, step: Row, name: str) -> Change:
    """The cell of a school that brings its amount up to the limit, all other cells staying."""
    indicator = standard(name).indicator(row["indicator"])
    missing = step["limit"] * step["pupils"] / indicator.per - step["amount"]
    column = indicator.amount.plus[-1]
    if table_of(column) == "schools":
        missing /= step["share"]
    return Change(row["county"], step["school"], row["level"], column, step[column] + missing)


@pytest.mark.parametrize("name", STANDARDS)
def test_nothing_is_foretold_of_a_school_that_is_at_its_limit_or_has_none(name: str) -> None:
    for row, steps, _ in explained(name):
        for step in steps:
            if step["verdict"] in ("met", "not_assessed"):
                assert step["cv_if_at_limit"] is None
            elif row["cv"] is not None:
                assert step["cv_if_at_limit"] is not None


def test_without_limits_nothing_is_foretold() -> None:
    bare = load_standard("cn-basic-2012").on(standard("cn-basic-2012").as_of)
    wide = evaluated(tables(), bare).wide
    row = next(row for row in balance("cn-basic-2012") if row["cv"])
    group = Group(YEAR, row["county"], row["level"])
    steps = rows(explain_balance(wide, bare, group, row["indicator"]).rows)
    assert {(step["limit"], step["cv_if_at_limit"], step["verdict"]) for step in steps} == {
        (None, None, "not_assessed")
    }


@pytest.mark.parametrize("name", STANDARDS)
def test_a_school_is_told_what_it_lacks(name: str) -> None:
    schools = sorted({row["school"] for row in rows(found(name).sections)})[:12]
    values = {
        (row["school"], row["level"], row["indicator"]): row for row in rows(found(name).values)
    }
    for school in schools:
        told = rows(explain_section(found(name).wide, standard(name), YEAR, school))
        assert {(school, row["level"], row["indicator"]) for row in told} == {
            key for key in values if key[0] == school
        }
        for row in told:
            judged = values[school, row["level"], row["indicator"]]
            for same in ("amount", "value", "limit", "verdict"):
                assert row[same] == judged[same]
            per = standard(name).indicator(row["indicator"]).per
            check_short(row, per)


def check_short(row: Row, per: float) -> None:
    """What is missing to a limit, added to the amount, gives the limit; nothing once it is met."""
    for short, limit in (("short", row["limit"]), ("short_of_floor", row["floor"])):
        if row["value"] is None:
            assert row[short] is None
        elif row["value"] >= limit * (1 - 1e-9):
            assert 0 <= row[short] <= 1e-9 * limit * row["pupils"] / per
        else:
            assert near(per * (row["amount"] + row[short]) / row["pupils"], limit)
