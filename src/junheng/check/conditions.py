"""Test conditions of rules and add up columns; what is not known stays so."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import narwhals as nw

from junheng.check.places import Frame
from junheng.check.rule import Rule
from junheng.model.limit import Condition, Test

SLACK = 1e-9
"""A sum this much over another, relatively, is equal to it: sums do not round alike."""


def in_scope(rows: Frame, rule: Rule) -> Frame:
    """Keep the rows that a rule is about."""
    return rows.filter(holds(rule.where)) if rule.where else rows


def holds(condition: Condition) -> nw.Expr:
    """Say for each row whether all tests hold; null where a cell that decides is unknown."""
    return nw.all_horizontal(*[_test(test) for test in condition], ignore_nulls=False)


def _test(test: Test) -> nw.Expr:
    cell = nw.col(test.column)
    match test.op:
        case "among":
            return cell.is_in(test.words)
        case "at_least":
            return cell >= test.number
        case "at_most":
            return cell <= test.number
        case "below":
            return cell < test.number
        case "above":
            return cell > test.number


def total(columns: Sequence[str]) -> nw.Expr:
    """Add up columns; null where one is unknown."""
    return reduce(lambda a, b: a + b, [nw.col(name) for name in columns])


def at_least_total(columns: Sequence[str]) -> nw.Expr:
    """Add up what is known of columns: the sum cannot be less than that."""
    return reduce(lambda a, b: a + b, [nw.col(name).fill_null(0.0) for name in columns])


def value(rule: Rule) -> nw.Expr:
    """Give times × columns ÷ per; null where a cell is unknown or there is nothing to divide by."""
    amount = rule.times * total(rule.columns)
    if not rule.per:
        return amount
    below = total(rule.per)
    least = rule.least if rule.kind == "ratio_range" else 0
    return nw.when(below > 0, below >= least).then(amount / below)
