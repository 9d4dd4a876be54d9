"""Rules that look at the figures of a whole county: patterns that reported figures rarely make.

They point out whom to visit; they never prove anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import narwhals as nw

from junheng.check.conditions import in_scope
from junheng.check.finding import of_county, said
from junheng.check.places import NUMBER, Frame, World
from junheng.check.rule import Rule
from junheng.model.standard import Indicator, Standard
from junheng.model.tables import table_of

FIFTH = 0.2
"""The part of figures that end in 0 or 5 when last digits are even."""


def heaping(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find counties in which too many figures end in 0 or 5 (a normal test of a binomial)."""
    for rule in rules:
        rows = world.place(rule.table)
        if rows is None:
            continue
        cells = [nw.col(name) for name in rule.columns]
        counted = in_scope(rows, rule).group_by("year", "county").agg(
            _sum(_yes(cell >= rule.start) for cell in cells).alias("all:"),
            _sum(_yes((cell >= rule.start) & _ends_in_0_or_5(cell)) for cell in cells).alias("heaped:"),
        )  # fmt: skip
        every, heaped = nw.col("all:"), nw.col("heaped:")
        away = (heaped - FIFTH * every) / (FIFTH * (1 - FIFTH) * every).sqrt()
        wrong = counted.filter(every >= rule.least).filter(away > rule.beyond)
        filled = {"found": 100 * heaped / every, "expected": nw.lit(100 * FIFTH), "count": every}
        yield said(of_county(wrong), rule, filled)


def _yes(test: nw.Expr) -> nw.Expr:
    return nw.when(test).then(1.0).otherwise(0.0).sum()


def _sum(terms: Iterator[nw.Expr]) -> nw.Expr:
    return reduce(lambda a, b: a + b, terms)


def _ends_in_0_or_5(cell: nw.Expr) -> nw.Expr:
    fifth = cell / 5
    return fifth == fifth.floor()


def bunching(rules: Sequence[Rule], world: World, standard: Standard) -> Iterator[Frame]:
    """Find counties in which many sections lie just above a limit, and few beside.

    With w the width: those from the limit to 1 + w of it, against the more of those as far below
    it, and half of those from 1 + w to 1 + 3w. Schools that were really brought up to a limit
    spread above it; figures that were written up to it do not.
    """
    rows = world.place("sections")
    schools = world.place("schools")
    if rows is None or schools is None:
        return
    rows = _shared(rows, schools, standard)
    for rule in rules:
        for indicator in standard.indicators:
            if set(rule.columns) & set(indicator.amount.names) and indicator.limit:
                yield _bunched(rule, indicator, rows)


def _shared(sections: Frame, schools: Frame, standard: Standard) -> Frame:
    """Add the columns of the school and the section's share of them."""
    weights = standard.weights.items()
    weight = reduce(
        lambda other, pair: nw.when(nw.col("level") == pair[0]).then(pair[1]).otherwise(other),
        weights,
        nw.lit(None, dtype=NUMBER),
    )
    weighted = sections.with_columns((weight * nw.col("pupils")).alias("weighted:"))
    campus = weighted.group_by("year", "school").agg(nw.col("weighted:").sum().alias("campus:"))
    columns = [n for i in standard.indicators for n in i.amount.names if table_of(n) == "schools"]
    amounts = schools.select("year", "school", *dict.fromkeys(columns))
    joined = weighted.join(campus, on=["year", "school"], how="left")
    return joined.join(amounts, on=["year", "school"], how="left").with_columns(
        (nw.col("weighted:") / nw.col("campus:")).alias("share:")
    )


def _bunched(rule: Rule, indicator: Indicator, rows: Frame) -> Frame:
    by_level = indicator.limit.by_level() if indicator.limit else {}
    limit = reduce(
        lambda other, pair: nw.when(nw.col("level") == pair[0]).then(pair[1]).otherwise(other),
        by_level.items(),
        nw.lit(None, dtype=NUMBER),
    )
    part = indicator.per * _amount(indicator) / nw.col("pupils") / limit
    parts = rows.filter(nw.col("pupils") > 0).select("year", "county", "level", part=part)
    width = rule.within
    counted = parts.group_by("year", "county", "level").agg(
        _between(1, 1 + width).alias("above:"),
        _between(1 - width, 1).alias("below:"),
        _between(1 + width, 1 + 3 * width).alias("beyond:"),
    )
    above = nw.col("above:")
    usual = nw.max_horizontal(nw.col("below:"), nw.col("beyond:") / 2)
    away = (above - usual) / nw.max_horizontal(above + usual, nw.lit(1.0)).sqrt()
    wrong = counted.filter(above >= rule.least, away > rule.beyond)
    level = nw.col("level")
    wrong = of_county(wrong.with_columns(kept=level)).with_columns(level=nw.col("kept"))
    number = nw.lit(indicator.number or indicator.id)
    filled = {"found": above, "expected": usual, "other": number}
    return said(wrong, rule, filled, indicator.amount.names)


def _between(low: float, high: float) -> nw.Expr:
    edge = 1e-9
    return _yes((nw.col("part") >= low - edge) & (nw.col("part") < high - edge))


def _amount(indicator: Indicator) -> nw.Expr:
    plus = reduce(lambda a, b: a + b, [_term(name) for name in indicator.amount.plus])
    return reduce(lambda a, b: a - b, [_term(name) for name in indicator.amount.minus], plus)


def _term(name: str) -> nw.Expr:
    cell = nw.col(name)
    return cell * nw.col("share:") if table_of(name) == "schools" else cell
