"""Coefficients of variation: their means in the indicator's unit, their limits, and whether they are met."""

from __future__ import annotations

from functools import reduce

import narwhals as nw

from junheng.evaluate.compare import meets
from junheng.evaluate.sections import Frame
from junheng.model.standard import BalanceRule, Standard


def judged_balance(balance: Frame, standard: Standard) -> Frame:
    """Judge the coefficients of variation: `mean:ID` in the indicator's unit, `limit`, `met:ID`.

    Takes what `measures.balance` gives by year, county and level. Where a rule judges the mean of
    the coefficients, `cv:composite` and `met:composite` are added. The composite is unknown if one of
    them is, but it is not met once those that are known take it over the limit.
    """
    rule = standard.balance_rule
    scaled = [(nw.col(f"mean:{i.id}") * i.per).alias(f"mean:{i.id}") for i in standard.indicators]
    frame = balance.with_columns(*scaled) if scaled else balance
    if rule is None:
        return frame.with_columns(limit=nw.lit(None, dtype=nw.Float64))
    if rule.judged == "mean":
        total = reduce(lambda a, b: a + b, [nw.col(f"cv:{name}") for name in rule.indicators])
        frame = frame.with_columns((total / len(rule.indicators)).alias("cv:composite"))
    frame = frame.with_columns(limit=_limit_by_level(rule))
    comparison = rule.limit.comparison if rule.limit else "at_most"
    met = {n: meets(nw.col(f"cv:{n}"), nw.col("limit"), comparison) for n in compared(rule)}
    if rule.judged == "mean":
        least = sum_of_known([nw.col(f"cv:{name}") for name in rule.indicators])
        over = ~meets(least / len(rule.indicators), nw.col("limit"), comparison)
        over_already = nw.when(over).then(nw.lit(value=False))
        met["composite"] = nw.coalesce(met["composite"], over_already)
    return frame.with_columns(*[answer.alias(f"met:{name}") for name, answer in met.items()])


def sum_of_known(columns: list[nw.Expr]) -> nw.Expr:
    """Add up what is known of columns that are never below 0: the least that the sum can be."""
    return reduce(lambda a, b: a + b, [column.fill_null(0.0) for column in columns])


def compared(rule: BalanceRule) -> tuple[str, ...]:
    """Name what is compared with the limit: each indicator, or the composite."""
    return rule.indicators if rule.judged == "each" else ("composite",)


def _limit_by_level(rule: BalanceRule) -> nw.Expr:
    limits = rule.limit.by_level() if rule.limit else {}
    return reduce(
        lambda otherwise, pair: (
            nw.when(nw.col("level") == pair[0]).then(nw.lit(float(pair[1]))).otherwise(otherwise)
        ),
        limits.items(),
        nw.lit(None, dtype=nw.Float64),
    )
