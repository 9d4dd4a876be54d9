"""Checks: what an item asks of a county, answered for every county at once.

Each check becomes columns of the county frame, numbered n in the order of the standard: `met:n`
(true, false, null = unknown), `value:n`, `limit:n`, and for checks over units `units:n`,
`unmet:n`, `unknown:n`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from junheng.evaluate.asked import Asked, asked, sum_of
from junheng.evaluate.compare import limit_of, meets
from junheng.evaluate.sections import Frame, table
from junheng.evaluate.tallies import tallies
from junheng.evaluate.units import Units
from junheng.model.standard import Standard

COUNTY = ("year", "county")


def with_facts(counties: Frame, tables: Mapping[str, Any], standard: Standard) -> Frame:
    """Add `fact:ID` for every fact the standard knows; null where it was not reported."""
    facts = table(tables, "facts")
    if facts is None:
        none = [nw.lit(None, dtype=nw.Float64).alias(f"fact:{name}") for name in standard.facts]
        return counties.with_columns(*none) if none else counties
    wide = facts.group_by(*COUNTY).agg(
        *[
            nw.when(nw.col("item") == name).then(nw.col("value")).max().alias(f"fact:{name}")
            for name in standard.facts
        ]
    )
    return counties.join(wide, on=list(COUNTY), how="left")


def answer(counties: Frame, units: Units, tables: Mapping[str, Any], standard: Standard) -> Frame:
    """Add the answer columns of every check but those on the balance itself."""
    questions = asked(standard)
    over = [q for q in questions if q.check.kind in ("every", "rooms", "opinions")]
    for names, frame in tallies(over, counties, units, tables, standard):
        if frame is None:
            counties = counties.with_columns(
                *[nw.lit(None, dtype=nw.Float64).alias(n) for n in names]
            )
        else:
            counties = counties.join(frame, on=list(COUNTY), how="left")
    columns = [
        column
        for q in questions
        if q.check.kind != "balance"
        for column in _ANSWERS[q.check.kind](q)
    ]
    return counties.with_columns(*columns) if columns else counties


def _against_limit(q: Asked, value: nw.Expr) -> list[nw.Expr]:
    limit = limit_of(q.check.limit.cases if q.check.limit else ())
    met = meets(value, limit, q.check.limit.comparison if q.check.limit else "at_least")
    return [value.alias(f"value:{q.n}"), limit.alias(f"limit:{q.n}"), met.alias(f"met:{q.n}")]


def _attested(q: Asked) -> list[nw.Expr]:
    value = nw.col(f"fact:{q.check.of.plus[0]}")
    one = nw.lit(1.0)
    met = nw.when((value == 0) | (value == 1)).then(value == 1).alias(f"met:{q.n}")
    return [value.alias(f"value:{q.n}"), one.alias(f"limit:{q.n}"), met]


def _facts(q: Asked) -> list[nw.Expr]:
    value = q.check.times * sum_of(q.check.of, "fact:")
    if q.check.per:
        per = sum_of(q.check.per, "fact:")
        value = nw.when(per > 0).then(value / per)
    return _against_limit(q, value)


def _of_units(q: Asked) -> list[nw.Expr]:
    """Answer from the tallies: unmet decides; else all must be known, and there must be some."""
    return [_unit_value(q).alias(f"value:{q.n}"), _unit_limit(q), _unit_met(q)]


def _unit_value(q: Asked) -> nw.Expr:
    if q.check.kind == "every" and q.check.per:
        per = nw.col(f"per:{q.n}")
        known = nw.when(per > 0, nw.col(f"unknown:{q.n}") == 0)
        return known.then(q.check.times * nw.col(f"of:{q.n}") / per)
    return nw.lit(None, dtype=nw.Float64)


def _unit_limit(q: Asked) -> nw.Expr:
    cases = q.check.limit.cases if q.check.limit else ()
    one = cases[0].value if len(cases) == 1 and not cases[0].where else None
    return nw.lit(one, dtype=nw.Float64).alias(f"limit:{q.n}")


def _unit_met(q: Asked) -> nw.Expr:
    unmet, unknown = nw.col(f"unmet:{q.n}"), nw.col(f"unknown:{q.n}")
    if q.check.over == "class":
        unknown = unknown + nw.col("unlisted")
    yes, no = nw.lit(value=True), nw.lit(value=False)
    return nw.when(unmet > 0).then(no).when(unknown == 0).then(yes).alias(f"met:{q.n}")


def _rate(q: Asked) -> list[nw.Expr]:
    return _against_limit(q, nw.col(f"rate:{q.n}"))


def _points(q: Asked) -> list[nw.Expr]:
    most = nw.lit(q.check.most, dtype=nw.Float64)
    score = nw.col(f"fact:{q.check.of.plus[0]}")
    unknown = nw.lit(None, dtype=nw.Boolean)
    return [score.alias(f"value:{q.n}"), most.alias(f"limit:{q.n}"), unknown.alias(f"met:{q.n}")]


_ANSWERS = {
    "attested": _attested,
    "facts": _facts,
    "grade": _facts,
    "every": _of_units,
    "rooms": _of_units,
    "opinions": _rate,
    "points": _points,
}
