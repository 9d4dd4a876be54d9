"""Results in the long layout: one row per fact, ready to be written, joined or shown."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from junheng.evaluate.asked import Asked, asked
from junheng.evaluate.compare import word
from junheng.evaluate.county import compared
from junheng.evaluate.sections import Frame, indicator_word
from junheng.model.standard import Standard

SECTION = ("year", "county", "school", "level")
COUNTY = ("year", "county")


def values(judged: Frame, standard: Standard) -> Frame | None:
    """Give one row a section and indicator: amount, value, limit, verdict; None: no indicators."""
    rule = standard.section_rule
    floored = rule.indicators if rule and rule.floor is not None else ()
    return _stack(
        judged.select(
            *SECTION,
            indicator=nw.lit(i.id),
            amount=nw.col(f"amount:{i.id}"),
            value=nw.col(f"value:{i.id}"),
            limit=nw.col(f"limit:{i.id}"),
            verdict=indicator_word(i.id, has_floor=i.id in floored),
        )
        for i in standard.indicators
    )


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
    none = nw.lit(None, dtype=nw.Float64)
    return _stack(
        judged.select(
            *COUNTY,
            "level",
            "schools",
            "pupils",
            indicator=nw.lit(name),
            mean=none if name == "composite" else nw.col(f"mean:{name}"),
            cv=nw.col(f"cv:{name}"),
            limit=nw.col("limit") if name in decided else none,
            verdict=word(nw.col(f"met:{name}")) if name in decided else nw.lit("not_assessed"),
        )
        for name in names
    )


def items(counties: Frame, standard: Standard) -> Frame | None:
    """Give one row a county and check: value, limit, units looked at, unmet and unknown; verdict."""
    stacked = _stack(counties.select(*COUNTY, *_item_columns(q)) for q in asked(standard))
    if stacked is None:
        return None
    met = word(nw.col("met")).alias("verdict"), word(nw.col("item_met")).alias("item_verdict")
    return stacked.with_columns(*met).drop("met", "item_met")


def _item_columns(q: Asked) -> list[nw.Expr]:
    none = nw.lit(None, dtype=nw.Float64)
    over_units = q.check.kind in ("every", "rooms")
    there = {
        "value": q.check.kind != "balance",
        "limit": q.check.kind != "balance",
        "units": over_units,
        "unmet": over_units,
        "unknown": over_units,
    }
    names = {"part": q.group, "item": q.item.id, "check": q.check.id}
    return [
        *[nw.lit(said).alias(name) for name, said in names.items()],
        *[
            (nw.col(f"{name}:{q.n}").cast(nw.Float64) if is_there else none).alias(name)
            for name, is_there in there.items()
        ],
        nw.col(f"met:{q.n}").alias("met"),
        nw.col(f"item:{q.item.id}").alias("item_met"),
    ]


def parts(counties: Frame, standard: Standard) -> Frame:
    """Give one row a county and part: the verdict on it."""
    stacked = _stack(
        counties.select(*COUNTY, part=nw.lit(p.id), verdict=nw.col(f"part:{p.id}"))
        for p in standard.parts
    )
    assert stacked is not None  # noqa: S101  # a standard has parts, or it is not loaded
    return stacked


def counties(wide: Frame, standard: Standard) -> Frame:
    """Give one row a county: verdict, the verdict of each part, and whether it may apply."""
    named = {p.id: nw.col(f"part:{p.id}") for p in standard.parts}
    return wide.select(*COUNTY, "verdict", **named, eligible=nw.col("eligible"))


def excluded(sections_: Frame) -> Frame:
    """Give one row a section left out, and the reason."""
    return sections_.filter(~nw.col("reason").is_null()).select(*SECTION, "pupils", "reason")


def _stack(frames: Iterable[Frame]) -> Frame | None:
    stacked = list(frames)
    return nw.concat(stacked, how="vertical") if stacked else None
