"""Rules that look at one row at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import narwhals as nw

from junheng.check.conditions import SLACK, at_least_total, in_scope, total, value
from junheng.check.finding import said
from junheng.check.places import NUMBER, Frame, World
from junheng.check.rule import Rule


def part_whole(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find parts that are more than the whole."""
    for rule, rows in _each(rules, world):
        parts, whole = at_least_total(rule.columns), total(rule.whole)
        more = rows.filter(parts > whole * (1 + SLACK))
        yield said(more, rule, {"found": parts, "expected": whole})


def ratio_range(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find amounts and ratios outside a range."""
    for rule, rows in _each(rules, world):
        for bound, wrong in ((rule.low, value(rule) < rule.low if rule.low is not None else None),
                             (rule.high, value(rule) > rule.high if rule.high is not None else None)):  # fmt: skip
            if wrong is not None:
                filled = {"found": value(rule), "expected": nw.lit(bound, dtype=NUMBER)}
                yield said(rows.filter(wrong), rule, filled)


def both_or_neither(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find pairs of columns of which only one is above 0, or only one is filled in."""
    for rule, rows in _each(rules, world):
        one, other = (nw.col(name) for name in rule.columns)
        if rule.of == "cells":
            wrong = one.is_null() != other.is_null()
        else:
            wrong = ((one > 0) & (other == 0)) | ((one == 0) & (other > 0))
        filled = {"expected": one, "found": other}
        yield said(rows.filter(wrong), rule, filled)


def whole_numbers(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find counts with a fraction."""
    for rule, rows in _each(rules, world):
        for name in rule.columns:
            cell = nw.col(name)
            yield said(rows.filter(cell != cell.floor()), rule, {"found": cell}, [name])


def code_format(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find codes of a wrong length, or with two digits that do not stand for anything."""
    for rule, rows in _each(rules, world):
        code = nw.col(rule.columns[0])
        two = code.str.slice(rule.at, 2)
        if rule.digits:
            wrong = ~code.str.contains(f"^[0-9]{{{rule.digits}}}$")
        elif rule.like:
            wrong = two != nw.col(rule.like).str.slice(0, 2)
        else:
            wrong = ~two.is_in(rule.words)
        if rule.made_up:
            wrong = wrong & ~nw.col("who").fill_null("").str.starts_with(rule.made_up)
        other = nw.col(rule.like) if rule.like else two
        yield said(rows.filter(wrong), rule, {"text": code, "other": other})


def not_together(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find rows that cannot be as they are."""
    for rule, rows in _each(rules, world):
        yield said(rows, rule, {"text": nw.col(rule.columns[0]).cast(nw.String)})


def _each(rules: Sequence[Rule], world: World) -> Iterator[tuple[Rule, Frame]]:
    for rule in rules:
        rows = world.place(rule.table)
        if rows is not None:
            yield rule, in_scope(rows, rule)
