"""Rules that compare with the year before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import narwhals as nw

from junheng.check.conditions import in_scope, total
from junheng.check.finding import said
from junheng.check.places import NUMBER, Frame, World
from junheng.check.rule import Rule

_KEYS = {"schools": ["year", "school"], "sections": ["year", "school", "level"]}


def change(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find amounts that grew or shrank much since last year."""
    for rule, rows in _with_last_year(rules, world):
        now, then = total(rule.columns), total([f"last:{name}" for name in rule.columns])
        apart = (now - then).abs() >= rule.least
        ratio = nw.when(then > 0).then(now / then)
        wrong = apart & ((ratio < rule.low) | (ratio > rule.high))
        percent = 100 * (ratio - 1)
        filled = {"found": now, "expected": then, "count": percent}
        yield said(rows.filter(wrong), rule, filled)


def changed(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find what should last and is not what it was last year."""
    for rule, rows in _with_last_year(rules, world):
        for name in rule.columns:
            now, then = nw.col(name), nw.col(f"last:{name}")
            filled = {"text": now.cast(nw.String), "other": then.cast(nw.String)}
            if name == "built":
                filled = {"found": now, "expected": then}
            yield said(rows.filter(now != then), rule, filled, [name])


def unchanged(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find rows in which every figure is last year's."""
    for rule, rows in _with_last_year(rules, world):
        pairs = [(nw.col(name), nw.col(f"last:{name}")) for name in rule.columns]
        known = nw.sum_horizontal(*((~(a + b).is_null() & (a > 0)).cast(NUMBER) for a, b in pairs))
        differ = nw.sum_horizontal(
            *((a != b).fill_null(value=False).cast(NUMBER) for a, b in pairs)
        )
        same = rows.with_columns(known.alias("known:"), differ.alias("differ:"))
        same = same.filter(nw.col("known:") >= rule.least, nw.col("differ:") == 0)
        yield said(same, rule, {"count": nw.col("known:")})


def gone(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find schools of last year that are no longer there, of counties and years that are."""
    for rule in rules:
        rows, before = world.place(rule.table), world.before(rule.table)
        if rows is not None and before is not None:
            counties = rows.select("year", "county").unique()
            expected = before.join(counties, on=["year", "county"], how="inner")
            missing = expected.join(rows.select(_KEYS["schools"]), on=_KEYS["schools"], how="anti")
            yield said(missing, rule, {"text": nw.col("school")})


def _with_last_year(rules: Sequence[Rule], world: World) -> Iterator[tuple[Rule, Frame]]:
    """Give the rows that were there last year, with last year's columns as `last:`."""
    for rule in rules:
        rows, before = world.place(rule.table), world.before(rule.table)
        if rows is not None and before is not None:
            keys = _KEYS[rule.table]
            then = before.select(
                *keys, *(nw.col(name).alias(f"last:{name}") for name in rule.columns)
            )
            yield rule, in_scope(rows, rule).join(then, on=keys, how="inner")
