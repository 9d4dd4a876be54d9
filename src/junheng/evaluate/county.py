"""Counties: sections, balance and items added up to parts, and parts to the verdict of a county.

A county frame is wide, one row a year and county: `met:n`, `value:n` … of every check (see
`checks`), `item:ID`, `part:ID`, `verdict`, `eligible`. A part counts what failed, what is unknown
and what was judged at all; it fails if anything failed, and passes only if nothing is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import narwhals as nw

from junheng.evaluate.asked import Asked, asked
from junheng.evaluate.compare import all_of, meets
from junheng.evaluate.sections import Frame
from junheng.model.standard import BalanceRule, ItemRule, Part, Standard

COUNTY = ("year", "county")
Tally = tuple[nw.Expr, nw.Expr, nw.Expr]
"""How many failed, how many are unknown, how many there are."""


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


def with_section_tallies(counties: Frame, judged: Frame) -> Frame:
    """Add how many sections there are, how many fail, and how many are not assessed."""
    verdict = nw.col("verdict")
    tallies = judged.group_by(*COUNTY).agg(
        nw.len().alias("sections"),
        _number(verdict == "fail").alias("sections_failed"),
        _number(verdict == "not_assessed").alias("sections_unknown"),
    )
    return counties.join(tallies, on=list(COUNTY), how="left")


def with_balance_tallies(counties: Frame, balance: Frame, standard: Standard) -> Frame:
    """Add how many coefficients were compared, how many are over the limit, how many unknown."""
    rule = standard.balance_rule
    if rule is None:
        return counties
    met = [nw.col(f"met:{name}") for name in compared(rule)]
    tallies = balance.group_by(*COUNTY).agg(
        (nw.len() * len(met)).alias("balance"),
        _total(met, failing=True).sum().alias("balance_failed"),
        _total(met, failing=False).sum().alias("balance_unknown"),
    )
    return counties.join(tallies, on=list(COUNTY), how="left")


def _number(test: nw.Expr) -> nw.Expr:
    return nw.when(test).then(1).otherwise(0).sum()


def _total(met: Iterable[nw.Expr], *, failing: bool) -> nw.Expr:
    counted = [nw.when(~m if failing else m.is_null()).then(1).otherwise(0) for m in met]
    return reduce(lambda a, b: a + b, counted)


def judged_counties(counties: Frame, standard: Standard) -> Frame:
    """Add the verdict of every item and part, of the county, and whether it may apply."""
    questions = asked(standard)
    on_balance = [
        _balance_check().alias(f"met:{q.n}") for q in questions if q.check.kind == "balance"
    ]
    counties = counties.with_columns(*on_balance) if on_balance else counties
    items = [
        _item(item.id, questions).alias(f"item:{item.id}") for _, item in standard.every_item()
    ]
    counties = counties.with_columns(*items) if items else counties
    counties = counties.with_columns(*[_part(p).alias(f"part:{p.id}") for p in standard.parts])
    return counties.with_columns(verdict=_verdict(standard), eligible=_eligible(standard))


def _balance_check() -> nw.Expr:
    failed, unknown = nw.col("balance_failed"), nw.col("balance_unknown")
    yes, no = nw.lit(value=True), nw.lit(value=False)
    return nw.when(failed > 0).then(no).when(unknown == 0).then(yes)


def _item(name: str, questions: tuple[Asked, ...]) -> nw.Expr:
    """Join the checks of an item: met when all are, unmet as soon as one is not."""
    return all_of([nw.col(f"met:{q.n}") for q in questions if q.item.id == name])


def _part(part: Part) -> nw.Expr:
    tallies = list(_part_tallies(part))
    if part.waits_for or not tallies:
        return nw.lit("not_assessed")
    failed, unknown, there = (
        reduce(lambda a, b: a + b, column) for column in zip(*tallies, strict=True)
    )
    return (
        nw.when(failed > 0)
        .then(nw.lit("fail"))
        .when(unknown == 0, there > 0)
        .then(nw.lit("pass"))
        .otherwise(nw.lit("not_assessed"))
    )


def _part_tallies(part: Part) -> Iterable[Tally]:
    if part.section_rule:
        yield _columns("sections")
    if part.balance:
        yield _columns("balance")
    if part.items and part.items.judged == "every":
        met = [nw.col(f"item:{item.id}") for item in part.items.items]
        yield _total(met, failing=True), _total(met, failing=False), nw.lit(len(met))
    if part.items and part.items.judged == "points":
        yield _points(part.items)


def _columns(name: str) -> Tally:
    """Read a tally off the frame; a county without a section in scope has none failed, none known."""
    failed, unknown = nw.col(f"{name}_failed"), nw.col(f"{name}_unknown")
    return failed.fill_null(0), unknown.fill_null(0), nw.col(name).fill_null(0)


def _points(rule: ItemRule) -> Tally:
    """Add points up: decided when those known reach the limit, or the most possible does not.

    More points than an item can have are no points that are known.
    """
    known = nw.lit(0.0)
    possible = nw.lit(0.0)
    for item in rule.items:
        for check in item.checks:
            most = nw.lit(check.most, dtype=nw.Float64)
            score = nw.col(f"fact:{check.of.plus[0]}")
            score = nw.when(score <= most).then(score)
            known = known + score.fill_null(0.0)
            possible = possible + score.fill_null(most)
    limit = nw.lit(rule.limit.cases[0].value if rule.limit else None, dtype=nw.Float64)
    reached, out_of_reach = meets(known, limit, "at_least"), ~meets(possible, limit, "at_least")
    failed = nw.when(out_of_reach).then(1).otherwise(0)
    unknown = nw.when(reached | out_of_reach).then(0).otherwise(1)
    return failed, unknown, nw.lit(1)


def _verdict(standard: Standard) -> nw.Expr:
    """Judge the county: any part or veto fails it; every part must pass, every veto be answered."""
    parts = [nw.col(f"part:{part.id}") for part in standard.parts]
    clear = [_no_veto(item.id, standard) for item in standard.veto]
    failed = nw.any_horizontal(
        *[p == "fail" for p in parts], *[~c for c in clear], nw.lit(value=False), ignore_nulls=True
    )
    passed = all_of([*[p == "pass" for p in parts], *clear])
    return (
        nw.when(failed)
        .then(nw.lit("fail"))
        .when(passed)
        .then(nw.lit("pass"))
        .otherwise(nw.lit("not_assessed"))
    )


def _no_veto(name: str, standard: Standard) -> nw.Expr:
    """Say whether a veto item is known not to hold (its item is "met" when it does)."""
    held = nw.col(f"item:{name}")
    ignored = standard.options["veto_unknown"] == "ignored"
    return ~(held.fill_null(value=False) if ignored else held)


def _eligible(standard: Standard) -> nw.Expr:
    met = all_of([nw.col(f"item:{item.id}") for item in standard.eligibility])
    unknown = nw.lit("not_assessed")
    if not standard.eligibility:
        return unknown
    word = nw.when(met).then(nw.lit("pass")).otherwise(nw.lit("fail"))
    return nw.when(met.is_null()).then(unknown).otherwise(word)
