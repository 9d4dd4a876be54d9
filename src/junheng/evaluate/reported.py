"""What was reported on every check: county facts, units looked at, opinions and the balance.

Each source gives the same columns, one row a county and check, so that values, limits and answers
are worked out once for all checks (see `answers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from junheng.evaluate.asked import Asked, asked
from junheng.evaluate.constants import Cell, constants
from junheng.evaluate.sections import Frame, table
from junheng.model.standard import Standard, Sum

COUNTY = ("year", "county")
ANSWER = (*COUNTY, "n")
FOUND = {"of": nw.Float64, "per": nw.Float64, "fact_limit": nw.Float64}
COUNTED = dict.fromkeys(("units", "unmet", "unknown", "unlisted"), nw.Int64)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where answers come from; None where there is no such table."""

    tables: Mapping[str, Any]
    looked: Frame | None
    """What `looked_at` gives."""
    unlisted: Frame | None
    """By county, how many sections lack classes."""
    balance: Frame | None
    """What `balance_tallies` gives."""


def needed_facts(tables: Mapping[str, Any], standard: Standard) -> Frame | None:
    """Give `fact:ID` by county for the facts that units are judged by; None: no table, or no need."""
    names = dict.fromkeys(name for q in asked(standard) for name in q.county_facts)
    facts = table(tables, "facts")
    if facts is None or not names:
        return None
    columns = {name: nw.when(nw.col("item") == name).then(nw.col("value")) for name in names}
    rows = facts.filter(nw.col("item").is_in(list(names)))
    return rows.group_by(*COUNTY).agg(
        *[column.max().alias(f"fact:{name}") for name, column in columns.items()]
    )


def reported(counties: Frame, sources: Sources, standard: Standard) -> Frame | None:
    """Give one row a county and check that something was reported on; None where nothing can be.

    Columns: `of` and `per`, what a value is made of; `fact_limit`, a limit that is itself a fact;
    `units`, `unmet`, `unknown`, how many were looked at and how they stand; `unlisted`, how many
    sections lack some of their classes. Null where unknown.
    """
    rows = [_row(source) for source in _each(counties, sources, standard)]
    return nw.concat(rows, how="vertical") if rows else None


def _each(counties: Frame, sources: Sources, standard: Standard) -> Iterator[Frame]:
    questions = asked(standard)
    facts, opinions = table(sources.tables, "facts"), table(sources.tables, "opinions")
    terms = [term for q in questions for term in _terms(q)]
    if facts is not None and terms:
        yield _from_facts(facts, constants(counties, _TERM, terms))
    if sources.looked is not None:
        yield _from_units(sources.looked, sources.unlisted, questions)
    for q in questions:
        if q.check.kind == "opinions" and opinions is not None:
            yield _from_opinions(opinions, q, standard).with_columns(n=nw.lit(q.n))
        if q.check.kind == "balance" and sources.balance is not None:
            counts = {"units": "there", "unmet": "failed", "unknown": "open"}
            named = {name: nw.col(tally) for name, tally in counts.items()}
            yield sources.balance.select(*COUNTY, n=nw.lit(q.n), **named)


def _row(source: Frame) -> Frame:
    """Give a source the columns that all sources have; null where it says nothing."""
    have = source.collect_schema()
    types = {"n": nw.Int64, **FOUND, **COUNTED}
    columns = [_cell(name, kind, have.get(name)) for name, kind in types.items()]
    return source.select(*COUNTY, *columns)


def _cell(name: str, kind: Any, has: Any) -> nw.Expr:
    if has is None:
        return nw.lit(None, dtype=kind).alias(name)
    return nw.col(name) if has == kind else nw.col(name).cast(kind)


_ROLES = ("of", "per", "fact_limit")
_TERM: dict[str, type] = {"n": int, "item": str}
_TERM |= {f"{role}_sign": float for role in _ROLES} | {f"{role}_terms": int for role in _ROLES}


def _terms(q: Asked) -> list[list[Cell]]:
    """Name the facts that a check adds up, each with its sign in the sum where it counts."""
    check = q.check
    if check.kind not in ("attested", "facts", "grade", "points"):
        return []
    sums = {"of": check.of, "per": check.per or Sum(()), "fact_limit": Sum(q.county_facts[:1])}
    counts = [len(sums[role].names) for role in _ROLES]
    signed = [(role, fact, 1.0) for role in _ROLES for fact in sums[role].plus]
    signed += [(role, fact, -1.0) for role in _ROLES for fact in sums[role].minus]
    return [
        [q.n, fact, *(sign if role == its else 0.0 for role in _ROLES), *counts]
        for its, fact, sign in signed
    ]


def _from_facts(facts: Frame, terms: Frame) -> Frame:
    """Add the facts up that checks name: each sum is unknown unless every fact in it is known."""
    value = nw.col("value")
    summed = (
        facts.filter(~value.is_null())
        .join(terms, on="item")
        .group_by(*ANSWER)
        .agg(
            *[(nw.col(f"{role}_sign") * value).sum().alias(role) for role in _ROLES],
            *[nw.col(f"{role}_sign").abs().sum().alias(f"{role}_known") for role in _ROLES],
            *[nw.col(f"{role}_terms").max() for role in _ROLES],
        )
    )
    return summed.with_columns(*[_whole(role) for role in _ROLES])


def _whole(role: str) -> nw.Expr:
    known, terms = nw.col(f"{role}_known"), nw.col(f"{role}_terms")
    return nw.when(terms > 0, known == terms).then(nw.col(role)).alias(role)


def _from_units(looked: Frame, unlisted: Frame | None, questions: tuple[Asked, ...]) -> Frame:
    """Count the units that a check concerns, and add up what makes a value of the county."""
    applies, met = nw.col("applies"), nw.col("met")
    open_ = (applies & met.is_null()) | (applies.is_null() & ~met.fill_null(value=False))
    counted = nw.when(applies, ~nw.col("of").is_null(), ~nw.col("per").is_null())
    tallied = looked.group_by(*ANSWER).agg(
        _number(applies).alias("units"),
        _number(applies & ~met).alias("unmet"),
        _number(open_).alias("unknown"),
        counted.then(nw.col("of")).sum().alias("of"),
        counted.then(nw.col("per")).sum().alias("per"),
    )
    of = nw.when(nw.col("unknown") == 0).then(nw.col("of"))
    tallied = tallied.with_columns(of=of)
    classes = [q.n for q in questions if q.check.over == "class"]
    if unlisted is None or not classes:
        return tallied
    listed = tallied.join(unlisted, on=list(COUNTY), how="left")
    more = nw.when(nw.col("n").is_in(classes)).then(nw.col("unlisted"))
    return listed.with_columns(unlisted=more)


def _number(test: nw.Expr) -> nw.Expr:
    return nw.when(test).then(1).otherwise(0).sum()


def _from_opinions(opinions: Frame, q: Asked, standard: Standard) -> Frame:
    """Give each county's satisfied ÷ valid in percent: pooled, of one channel, or the lowest one.

    A row with more satisfied than valid forms cannot be, and is as good as unknown.
    """
    asked_ = opinions.filter(nw.col("group").is_in(q.check.groups))
    reading = standard.options["opinions"]
    if reading == "questionnaire":
        asked_ = asked_.filter(nw.col("channel") == "questionnaire")
    by = [*COUNTY, *(["channel"] if reading == "each_channel" else [])]
    sums = asked_.group_by(*by).agg(
        nw.col("satisfied").sum(),
        nw.col("valid").sum(),
        _number(~(nw.col("satisfied") <= nw.col("valid")).fill_null(value=False)).alias("holes"),
    )
    known = nw.when(nw.col("holes") == 0, nw.col("valid") > 0)
    rates = sums.with_columns(rate=known.then(100 * nw.col("satisfied") / nw.col("valid")))
    lowest = rates.group_by(*COUNTY).agg(
        nw.col("rate").min(), _number(nw.col("rate").is_null()).alias("holes")
    )
    return lowest.select(*COUNTY, of=nw.when(nw.col("holes") == 0).then(nw.col("rate")))
