"""Results in the long layout: one row per fact, ready to be written, joined or shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import narwhals as nw

from junheng.evaluate.asked import OVER_UNITS, asked
from junheng.evaluate.coefficients import compared
from junheng.evaluate.compare import word
from junheng.evaluate.constants import constants
from junheng.evaluate.sections import Frame, indicator_word, reason_word
from junheng.model.standard import Standard

SECTION = ("year", "county", "school", "level")
COUNTY = ("year", "county")
Said = Mapping[str, str | nw.Expr]
"""What is said of an indicator: the name that it has for all of them, and a column or a constant."""


def values(judged: Frame, standard: Standard) -> Frame | None:
    """Give one row a section and indicator: amount, value, limit, verdict; None: no indicators."""
    rule, unknown = standard.section_rule, nw.lit(None, dtype=nw.Boolean)
    floored = rule.indicators if rule and rule.floor is not None else ()
    said: list[Said] = [
        {
            "indicator": nw.lit(i.id),
            **{name: f"{name}:{i.id}" for name in ("amount", "value", "limit", "met")},
            "floor": f"floor:{i.id}" if i.id in floored else unknown,
        }
        for i in standard.indicators
    ]
    stacked = _stack(judged, SECTION, said)
    if stacked is None:
        return None
    verdict = indicator_word(nw.col("met"), nw.col("floor"))
    return stacked.with_columns(verdict=verdict).drop("met", "floor")


def sections(judged: Frame) -> Frame:
    """Give one row a section: pupils, how many indicators are met, near, unmet, unknown; verdict."""
    counts = {name: nw.col(f"n_{name}") for name in ("met", "near", "unmet", "unknown")}
    return judged.select(*SECTION, "name", "kind", "pupils", **counts, verdict=nw.col("verdict"))


def balance(judged: Frame, standard: Standard) -> Frame | None:
    """Give one row a county, level and indicator: mean, cv, limit, verdict.

    Where the mean of the coefficients is judged, single ones have no limit and are not assessed,
    and a row `composite` (no mean) follows them.
    """
    rule = standard.balance_rule
    decided = compared(rule) if rule else ()
    names = [i.id for i in standard.indicators]
    names += [name for name in decided if name not in names]
    none, unknown = nw.lit(None, dtype=nw.Float64), nw.lit(None, dtype=nw.Boolean)
    said: list[Said] = [
        {
            "indicator": nw.lit(name),
            "mean": none if name == "composite" else f"mean:{name}",
            "cv": f"cv:{name}",
            "limit": "limit" if name in decided else none,
            "met": f"met:{name}" if name in decided else unknown,
        }
        for name in names
    ]
    stacked = _stack(judged, (*COUNTY, "level", "schools", "pupils"), said)
    if stacked is None:
        return None
    return stacked.with_columns(verdict=word(nw.col("met"))).drop("met")


def items(answers: Frame) -> Frame:
    """Give one row a county and check, in the order `n` of the form: value, limit, units looked at, unmet and unknown; verdict."""
    over_units = nw.col("kind").is_in(OVER_UNITS)
    counts = {
        name: nw.when(over_units).then(nw.col(name).cast(nw.Float64))
        for name in ("units", "unmet", "unknown")
    }
    return answers.select(
        *COUNTY, "n", "part", "item", "check", "value", "limit", **counts,
        verdict=word(nw.col("met")), item_verdict=word(nw.col("item_met")),
    )  # fmt: skip


def parts(judged: Frame) -> Frame:
    """Give one row a county and part, in the order `n` of the standard: the verdict on it."""
    return judged.select(*COUNTY, "n", "part", "verdict")


def counties(judged: Frame, standard: Standard) -> Frame:
    """Give one row a county: verdict, the verdict of each part, and whether it may apply."""
    named = {p.id: nw.col(f"part:{p.id}") for p in standard.parts}
    return judged.select(*COUNTY, "verdict", **named, eligible=nw.col("eligible"))


def findings(looked: Frame, standard: Standard) -> Frame:
    """Give one row a unit that is known not to comply: item, check, school, level, unit, value, limit."""
    questions = [(q.n, q.item.id, q.check.id) for q in asked(standard)]
    said = constants(looked, {"n": int, "item": str, "check": str}, questions)
    short = looked.filter(nw.col("applies") & ~nw.col("met")).join(said, on="n")
    return short.select(
        *COUNTY, "n", "school", "name", "level", "unit", "item", "check", "value", "limit"
    )


def excluded(sections_: Frame, standard: Standard) -> Frame:
    """Give one row a section left out, and the reason."""
    left_out = sections_.filter(~nw.col("left_out").is_null())
    return left_out.select(*SECTION, "pupils", reason=reason_word(standard))


def _stack(frame: Frame, keys: tuple[str, ...], said: Sequence[Said]) -> Frame | None:
    """Put what is said of each indicator under what is said of the one before.

    Columns are renamed, not made anew: of everything that judging a county does, making
    expressions takes most time.
    """
    stacked = []
    for one in said:
        names = {column: name for name, column in one.items() if isinstance(column, str)}
        constants_ = {name: cell for name, cell in one.items() if not isinstance(cell, str)}
        renamed = frame.select(*keys, *names).rename(names)
        stacked.append(renamed.with_columns(**constants_).select(*keys, *one))
    return nw.concat(stacked, how="vertical") if stacked else None
