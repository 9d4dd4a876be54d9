"""Sections: the rows of one school and level, with their share of the campus, judged one by one.

Wide frames, one row a section; for each indicator `amount:ID`, `value:ID`, `limit:ID`, `met:ID`
and, where the rule has a floor, `floor:ID` (met and floor: true, false, null = unknown).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import narwhals as nw

from junheng.evaluate.asked import asked_of_units
from junheng.evaluate.compare import any_holds, holds, limit_of, meets
from junheng.measures import per_pupil
from junheng.model.standard import Indicator, SectionRule, Standard
from junheng.model.tables import TABLES, Column, table_of

Frame = nw.LazyFrame[Any]
SECTION = ("year", "county", "school", "level")
_TYPES: dict[str, Any] = {"text": nw.String, "choice": nw.String, "year": nw.Int64}


def table(
    tables: Mapping[str, Any], name: str, wanted: frozenset[str] | None = None
) -> Frame | None:
    """Give one input table with the columns wanted (all of them unless said), absent ones unknown.

    None if the table is absent.
    """
    if name not in tables:
        return None
    frame = nw.from_native(tables[name]).lazy()
    have = frame.collect_schema()
    columns = [c for c in TABLES[name].columns if wanted is None or c.name in wanted]
    selected: Frame = frame.select(*[_cells(c, have.get(c.name)) for c in columns])
    return selected


def _cells(column: Column, has: Any) -> nw.Expr:
    dtype = _TYPES.get(column.kind, nw.Float64)
    if has is None:
        return nw.lit(None, dtype=dtype).alias(column.name)
    return nw.col(column.name) if has == dtype else nw.col(column.name).cast(dtype)


def all_sections(tables: Mapping[str, Any], standard: Standard) -> Frame:
    """Give every section with its school's columns, its `share` of the campus, and `left_out`.

    `share` is weight × pupils ÷ Σ over the levels of the campus; null when the pupils of one of
    them are unknown. `left_out` is the place in `Standard.reasons` of why a section is left out;
    null for those in scope.
    """
    wanted = wanted_columns(standard)
    sections, schools = table(tables, "sections", wanted), table(tables, "schools", wanted)
    if sections is None or schools is None:
        raise KeyError("schools and sections are needed")
    weighted = sections.with_columns(weighted=_weight(standard) * nw.col("pupils"))
    whole, unknown = nw.col("weighted").sum(), nw.col("weighted").is_null().cast(nw.Int64).sum()
    campus = {"campus_weighted": whole, "levels_unknown": unknown}
    weighted = weighted.with_columns(**{n: e.over("year", "school") for n, e in campus.items()})
    share = nw.when(nw.col("levels_unknown") == 0, nw.col("campus_weighted") > 0).then(
        nw.col("weighted") / nw.col("campus_weighted")
    )
    return (
        weighted.join(schools, on=["year", "school"], how="left")
        .with_columns(share=share, left_out=_left_out(standard), here=~nw.col("county").is_null())
        .filter("here")  # by the county itself, Polars would join inner, which takes it longer
        .drop(*campus, "weighted", "here")
    )


def wanted_columns(standard: Standard) -> frozenset[str]:
    """Name the columns that the standard may look at, so that no others are carried along."""
    names = {*SECTION, "name", "kind", "pupils"}
    if asked_of_units(standard):
        names.update(("classes", "migrant_pupils"))
    for indicator in standard.indicators:
        names.update(indicator.amount.names)
    for relief in standard.easements:
        names.update(relief.adds, (t.column for condition in relief.where for t in condition))
    for exclusion in standard.exclusions:
        names.update(t.column for t in exclusion.where)
    for check in (check for _, item in standard.every_item() for check in item.checks):
        per = check.per.names if check.per else ()
        names.update(check.of.names, per, (t.column for t in check.where))
        names.update(t.column for limit in check.limits for case in limit.cases for t in case.where)
    return frozenset(names)


def _weight(standard: Standard) -> nw.Expr:
    none = nw.lit(None, dtype=nw.Float64)
    return reduce(
        lambda otherwise, pair: (
            nw.when(nw.col("level") == pair[0]).then(nw.lit(float(pair[1]))).otherwise(otherwise)
        ),
        standard.weights.items(),
        none,
    )


def _left_out(standard: Standard) -> nw.Expr:
    """Give the place of the first reason that is known to hold; words would take three times as long."""
    holding = [
        ~nw.col("level").is_in(standard.levels),
        nw.col("pupils") == 0,
        *(holds(exclusion.where) for exclusion in standard.exclusions),
    ]
    return reduce(
        lambda otherwise, n: nw.when(holding[n]).then(nw.lit(n, nw.Int64)).otherwise(otherwise),
        reversed(range(len(holding))),
        nw.lit(None, dtype=nw.Int64),
    )


def reason_word(standard: Standard) -> nw.Expr:
    """Name the reason that `left_out` numbers."""
    return reduce(
        lambda otherwise, each: (
            nw.when(nw.col("left_out") == each[0]).then(nw.lit(each[1])).otherwise(otherwise)
        ),
        enumerate(standard.reasons),
        nw.lit(None, dtype=nw.String),
    )


def judged_sections(sections: Frame, standard: Standard) -> Frame:
    """Judge the sections in scope: amounts, values, limits, and the verdict on each section."""
    rule = standard.section_rule
    amounts = [_amount(i, standard).alias(f"amount:{i.id}") for i in standard.indicators]
    frame = sections.filter(nw.col("left_out").is_null())
    if amounts:
        frame = frame.with_columns(*amounts)
        frame = frame.with_columns(*[c for i in standard.indicators for c in _value_and_limit(i)])
        frame = frame.with_columns(*[c for i in standard.indicators for c in _met(i, rule)])
    return _tallied(frame, rule).with_columns(verdict=_verdict(rule))


def _amount(indicator: Indicator, standard: Standard) -> nw.Expr:
    """Sum an indicator's columns, shared ones split; more is counted where an easement holds."""
    terms = [_term(name) for name in indicator.amount.plus]
    terms += [-_term(name) for name in indicator.amount.minus]
    for relief in standard.easements:
        if relief.target == indicator.id and relief.adds:
            more = reduce(lambda a, b: a + b, [_term(name) for name in relief.adds])
            holding = any_holds(relief.where)
            unknown = nw.when(holding.is_null()).then(nw.lit(None, dtype=nw.Float64))
            counted = nw.when(holding | (more == 0)).then(more)
            terms.append(counted.otherwise(unknown.otherwise(nw.lit(0.0))))
    return reduce(lambda a, b: a + b, terms)


def _term(name: str) -> nw.Expr:
    return nw.col(name) * nw.col("share") if table_of(name) == "schools" else nw.col(name)


def _value_and_limit(indicator: Indicator) -> list[nw.Expr]:
    value = per_pupil(nw.col(f"amount:{indicator.id}"), nw.col("pupils"), per=indicator.per)
    limit = limit_of(indicator.limit.cases if indicator.limit else ())
    return [value.alias(f"value:{indicator.id}"), limit.alias(f"limit:{indicator.id}")]


def _met(indicator: Indicator, rule: SectionRule | None) -> list[nw.Expr]:
    value, limit = nw.col(f"value:{indicator.id}"), nw.col(f"limit:{indicator.id}")
    comparison = indicator.limit.comparison if indicator.limit else "at_least"
    columns = [meets(value, limit, comparison).alias(f"met:{indicator.id}")]
    if rule and rule.floor is not None and indicator.id in rule.indicators:
        columns.append(meets(value, limit * rule.floor, comparison).alias(f"floor:{indicator.id}"))
    return columns


def _tallied(frame: Frame, rule: SectionRule | None) -> Frame:
    """Count the indicators met, near (short of the limit, not of the floor), unmet and unknown."""
    names = rule.indicators if rule else ()
    floored = rule is not None and rule.floor is not None
    met = [nw.col(f"met:{name}") for name in names]
    low = [~nw.col(f"floor:{name}" if floored else f"met:{name}") for name in names]
    n_met, n_unmet, n_unknown = (_count(t) for t in (met, low, [m.is_null() for m in met]))
    near = nw.lit(len(names)) - nw.col("n_met") - nw.col("n_unmet") - nw.col("n_unknown")
    counted = {"n_met": n_met, "n_unmet": n_unmet, "n_unknown": n_unknown}
    return frame.with_columns(**counted).with_columns(n_near=near)


def _count(tests: list[nw.Expr]) -> nw.Expr:
    if not tests:
        return nw.lit(0, dtype=nw.Int64)
    return nw.sum_horizontal(*[t.cast(nw.Int8) for t in tests]).cast(nw.Int64)


def _verdict(rule: SectionRule | None) -> nw.Expr:
    """Judge a section: decided as soon as what is known decides it, whatever else is unknown."""
    if rule is None:
        return nw.lit("not_assessed")
    short = len(rule.indicators) - rule.at_least
    met, near, unmet = nw.col("n_met"), nw.col("n_near"), nw.col("n_unmet")
    if rule.floor is None:
        passed, failed = met >= rule.at_least, unmet > short
    else:
        passed = (met >= rule.at_least) & (unmet == 0) & (nw.col("n_unknown") == 0)
        failed = (unmet > 0) | (near > short)
    return (
        nw.when(failed)
        .then(nw.lit("fail"))
        .when(passed)
        .then(nw.lit("pass"))
        .otherwise(nw.lit("not_assessed"))
    )


def answers_of(indicator: str, rule: SectionRule | None) -> tuple[nw.Expr, nw.Expr]:
    """Give whether an indicator's limit and its floor are met; no floor, no answer to it."""
    has_floor = rule is not None and rule.floor is not None and indicator in rule.indicators
    floor = nw.col(f"floor:{indicator}") if has_floor else nw.lit(None, dtype=nw.Boolean)
    return nw.col(f"met:{indicator}"), floor


def indicator_word(met: nw.Expr, floor: nw.Expr) -> nw.Expr:
    """Say how a section stands with an indicator: met, near (the floor is), unmet or not_assessed."""
    unknown = nw.when(met.is_null()).then(nw.lit("not_assessed"))
    near = nw.when(floor).then(nw.lit("near")).otherwise(nw.lit("unmet"))
    return unknown.when(met).then(nw.lit("met")).otherwise(near)
