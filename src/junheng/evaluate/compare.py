"""Compare values with limits, and test conditions, in three-valued logic: unknown stays unknown."""

from __future__ import annotations

from functools import reduce
from typing import get_args

import narwhals as nw

from junheng.model.limit import Case, Comparison, Condition, Limit, Test
from junheng.model.standard import Easement

TOLERANCE = 1e-9
"""A value this near to a limit, relatively, counts as at it."""

KEYS = ("level",)
"""Columns of conditions that are never unknown, for they are keys."""


def holds(condition: Condition) -> nw.Expr:
    """Say for each row whether every test of a condition holds; null where a cell is unknown."""
    return all_of([_test(test) for test in condition])


def any_holds(conditions: tuple[Condition, ...]) -> nw.Expr:
    """Say for each row whether one of several conditions holds."""
    return nw.any_horizontal(*[holds(c) for c in conditions], ignore_nulls=False)


def relieved(relief: Easement) -> nw.Expr:
    """Say whether an easement holds: one of its conditions, and every fact that it needs is 1."""
    needs = [nw.col(f"fact:{name}") == 1 for name in relief.needs]
    return all_of([any_holds(relief.where), *needs])


def all_of(tests: list[nw.Expr]) -> nw.Expr:
    """Join tests by `and`; true where there is none."""
    return nw.all_horizontal(*tests, ignore_nulls=False) if tests else nw.lit(value=True)


def _test(test: Test) -> nw.Expr:
    column = nw.col(test.column)
    if test.op == "among":
        return column == test.words[0] if len(test.words) == 1 else column.is_in(test.words)
    return meets(column, nw.lit(test.number), test.op)


def meets(value: nw.Expr, limit: nw.Expr, comparison: Comparison) -> nw.Expr:
    """Compare unrounded; a value within TOLERANCE of the limit is at it, and at it is met.

    Only `below` and `above`, where a rule says so in words (低于), are not met at the limit.
    """
    slack = limit.abs() * TOLERANCE
    match comparison:
        case "at_least":
            return value >= limit - slack
        case "at_most":
            return value <= limit + slack
        case "below":
            return value < limit - slack
        case "above":
            return value > limit + slack


def limit_of(cases: tuple[Case, ...]) -> nw.Expr:
    """Give each row the limit of the first case that holds for it; null where none does.

    A case whose condition is unknown for a row makes the limit of that row unknown.
    """
    return reduce(_case, reversed(cases), nw.lit(None, dtype=nw.Float64))


def _case(otherwise: nw.Expr, case: Case) -> nw.Expr:
    value = nw.col(f"fact:{case.fact}") if case.fact else nw.lit(float(case.value or 0))
    if not case.where:
        return value
    condition = holds(case.where)
    if all(test.column in KEYS for test in case.where):
        return nw.when(condition).then(value).otherwise(otherwise)
    unknown = nw.when(condition.is_null()).then(nw.lit(None, dtype=nw.Float64)).otherwise(otherwise)
    return nw.when(condition).then(value).otherwise(unknown)


def meets_each(value: nw.Expr, limit: nw.Expr, comparison: nw.Expr) -> nw.Expr:
    """Compare as `meets` does, each row in its own way: `comparison` holds its name."""
    ways: tuple[Comparison, ...] = get_args(Comparison)
    return nw.coalesce(*[nw.when(comparison == way).then(meets(value, limit, way)) for way in ways])


def meets_limit(
    value: nw.Expr,
    limit: Limit | None,
    reliefs: tuple[Easement, ...] = (),
    worked_out: nw.Expr | None = None,
) -> nw.Expr:
    """Compare with a limit, or with the looser one of an easement where its conditions hold.

    `worked_out` is the limit without easements, where it is a column already.
    """
    if limit is None:
        return nw.lit(None, dtype=nw.Boolean)
    plain = limit_of(limit.cases) if worked_out is None else worked_out
    met = meets(value, plain, limit.comparison)
    for relief in reliefs:
        if relief.limit:
            eased = meets(value, limit_of(relief.limit.cases), relief.limit.comparison)
            met = met | (relieved(relief) & eased)
    return met


def word(met: nw.Expr, *, yes: str = "met", no: str = "unmet") -> nw.Expr:
    """Say a three-valued answer as a word; not_assessed where it is unknown."""
    unknown = nw.lit("not_assessed")
    return nw.when(met.is_null()).then(unknown).when(met).then(nw.lit(yes)).otherwise(nw.lit(no))
