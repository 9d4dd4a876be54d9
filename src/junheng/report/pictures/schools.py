"""Pictures of schools: each against the limit of one indicator, of all, and all in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import polars as pl

from junheng.report.bundle import Bundle
from junheng.report.pictures.grammar import (
    INK,
    LONGEST,
    NAMES,
    PALE,
    WIDTH,
    Head,
    Row,
    chart,
    fold,
    folded,
    n,
    picture,
    q,
    shorten,
    signs,
    step,
)
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.words import COMBINED, Said

_FURTHEST = 2.5
"""The strip ends at so many times the limit; what lies beyond is drawn at its end."""
_GOLDEN = 0.618034
_FOLDED = 13
_SHOWN = ("met", "near", "unmet", "not_assessed")


def rows_of(bundle: Bundle, level: str, indicators: Sequence[str]) -> list[Row]:
    """Give the values of a level by these indicators, with kind, pupils and verdict of the section."""
    known = bundle.county.sections.select("school", "level", "kind", "pupils",
                                          pl.col("verdict").alias("section_verdict"))  # fmt: skip
    mine = (pl.col("level") == level) & pl.col("indicator").is_in(list(indicators))
    joined = bundle.county.values.filter(mine).join(
        known, on=["school", "level"], maintain_order="left"
    )
    return joined.rows(named=True)


def _counts(rows: Iterable[Row]) -> dict[str, int]:
    """Count values by verdict; unknown ones, and those that there is no limit for, apart."""
    found: Counter[str] = Counter()
    for row in rows:
        open_ = row["value"] is not None and row["limit"] is None
        found["not_compared" if open_ else row["verdict"]] += 1
    return {verdict: found[verdict] for verdict in (*_SHOWN, "not_compared")}


def _answer(name: str, rows: list[Row], said: Said) -> str:
    counts = _counts(rows)
    more = counts.pop("not_compared")
    answer = said.floored(name, n=len(rows), **counts)
    return answer + said.say("more_not_compared", n=more) if more else answer


def _sort_key(row: Row) -> tuple[bool, float, str]:
    return row["value"] is None, -(row["value"] or 0.0), row["school"]


def ranked(bundle: Bundle, level: str, indicator: str) -> Picture:
    """Draw every section's value of one indicator, in order, against the limit and the floor.

    Unknown values stand below the known ones, and say so. Sections of combined schools carry a ring.
    """
    said = Said(bundle)
    one = bundle.standard.indicator(indicator)
    rows = sorted(rows_of(bundle, level, [indicator]), key=_sort_key)
    shown = [_dot(row, said) | {"at": at} for at, row in enumerate(rows)]
    named = {"indicator": said.indicator(indicator), "level": said.words.level(level)}
    title = said.say("ranked_title", **named)
    answer = _answer("ranked_answer", rows, said)
    notes = [said.say("ring_note")] if any(row["combined"] for row in shown) else []
    head = Head(f"schools-{level}-{indicator.replace('_', '-')}", title, answer, notes, NAMES)
    limits = _limits(bundle, rows, said)
    return picture(bundle, head, _dots(shown, limits, said, said.unit(one)))


def _dot(row: Row, said: Said) -> Row:
    value = row["value"]
    return {
        "name": shorten(said.school(row["school"], row["level"]), LONGEST),
        "value": value,
        "combined": row["kind"] in COMBINED,
        "text": said.say("unknown") if value is None else f"{value:,.2f}",
        "status": _status(row, said),
    }


def _status(row: Row, said: Said) -> str:
    """Say how a value stands; one that there is no limit for stands nowhere."""
    if row["value"] is not None and row["limit"] is None:
        return said.say("not_compared")
    return said.verdicts(row["verdict"])[row["verdict"]]


def _verdicts(said: Said) -> dict[str, str]:
    """Name the verdicts on a value; none is near where the standard has no floor."""
    return said.verdicts(*(v for v in _SHOWN[:3] if v != "near" or said.words.floor))


def _signs(rows: list[Row], said: Said) -> dict[str, Any]:
    words = _verdicts(said)
    if any(row["status"] == said.say("not_compared") for row in rows):
        words["not_assessed"] = said.say("not_compared")
    return signs(words)


def _limits(bundle: Bundle, rows: Sequence[Row], said: Said) -> list[Row]:
    """Give the limits to draw: one each that holds for a section, and the floor under each."""
    rule = bundle.standard.section_rule
    found = []
    for limit in sorted({row["limit"] for row in rows if row["limit"] is not None}):
        found.append(
            {"limit": limit, "text": said.say("limit_line", limit=f"{limit:g}"), "floor": False}
        )
        if rule and rule.floor and rows[0]["indicator"] in rule.indicators:
            floor = limit * rule.floor
            found.append({"limit": floor, "text": f"{rule.floor:.0%}", "floor": True})
    return found


def _dots(rows: list[Row], limits: list[Row], said: Said, unit: str) -> Any:
    height = 19 * max(len(rows), 1)
    y = place("at", len(rows), 0.7)
    x = alt.X(q("value")).axis(title=said.say("value_axis", unit=unit), grid=False, orient="bottom")
    x = x.scale(zero=True)
    known = [row for row in rows if row["value"] is not None]
    lines = chart(rows).mark_rule(color="#eeeeee").encode(y=y)
    names = chart(rows).mark_text(align="right", dx=-8).encode(x=alt.value(0), y=y, text=n("name"))
    dots = chart(known).mark_point(filled=True, size=75, opacity=1).encode(
        x=x, y=y, **_signs(known, said)
    )  # fmt: skip
    rings = chart([r for r in known if r["combined"]]).mark_point(
        size=190, color=INK, strokeWidth=1.2
    )
    width = WIDTH - NAMES - 60
    values = chart(rows).mark_text(align="right", fontSize=11, color=PALE)
    values = values.encode(x=alt.value(width + 56), y=y, text=n("text"))
    layers = [lines, *_limit_layers(limits), dots, rings.encode(x=x, y=y), values, names]
    return alt.layer(*layers).properties(width=width, height=height)


def place(column: str, many: int, room: float) -> alt.Y:
    """Place rows 0, 1, 2 … from the top."""
    domain = [-room, many - 1 + room]
    return alt.Y(q(column)).axis(None).scale(domain=domain, reverse=True, nice=False)


def _limit_layers(limits: list[Row]) -> list[Any]:
    x = alt.X(q("limit"))
    full = [row for row in limits if not row["floor"]]
    floors = [row for row in limits if row["floor"]]
    label = alt.value(-2)
    return [
        chart(full).mark_rule(color=INK, strokeWidth=1.6).encode(x=x),
        chart(floors).mark_rule(color=INK, strokeWidth=1, strokeDash=[4, 3]).encode(x=x),
        chart(full).mark_text(baseline="bottom", align="left", dx=2).encode(x=x, y=label, text=n("text")),
        chart(floors).mark_text(baseline="bottom", align="right", dx=-2, color=PALE).encode(
            x=x, y=label, text=n("text")
        ),
    ]  # fmt: skip


def strip(bundle: Bundle) -> Picture:
    """Draw every section's value of every indicator as a share of its limit, a panel a level."""
    said = Said(bundle)
    names = [indicator.id for indicator in bundle.standard.indicators]
    levels = bundle.county.sections["level"].unique(maintain_order=True).to_list()
    panels, every = [], list[Row]()
    for place, level in enumerate(levels):
        rows = rows_of(bundle, level, names)
        every += rows
        panels.append(_strip_panel(rows, said, level, first=not place))
    answer = _answer("strip_answer", every, said)
    notes = [said.say("strip_note", most=f"{_FURTHEST:.0%}"), said.say("ring_note")]
    head = Head("schools", said.say("strip_title"), answer, notes, 12 * _FOLDED + 20)
    return picture(bundle, head, alt.hconcat(*panels, spacing=20))


def _strip_panel(rows: list[Row], said: Said, level: str, *, first: bool) -> Any:
    names = dict.fromkeys(row["indicator"] for row in rows)
    order = [fold(said.indicator(name), _FOLDED) for name in names]
    points, unknown = _spread(rows, said)
    y = alt.Y(n("indicator"), sort=order).axis(alt.Axis(**folded(_FOLDED)) if first else None)
    y = y.scale(domain=order)
    offset = alt.YOffset(q("offset")).scale(domain=[0, 1])
    x = alt.X(q("ratio")).scale(domain=[0, _FURTHEST], nice=False, clamp=True)
    x = x.axis(
        title=said.say("ratio_axis"), format=".0%", values=[0, 0.5, 1, 1.5, 2, 2.5], grid=True
    )
    dots = chart(points).mark_point(filled=True, size=26, opacity=0.9).encode(
        x=x, y=y, yOffset=offset, **signs(_verdicts(said))
    )  # fmt: skip
    rings = chart([p for p in points if p["combined"]]).mark_point(
        size=70, color=INK, strokeWidth=0.8
    )
    rings = rings.encode(x=x, y=y, yOffset=offset)
    line = chart([{"ratio": 1}]).mark_rule(color=INK, strokeWidth=1.6).encode(x=x)
    text = chart(unknown).mark_text(align="left", dx=3, fontSize=10.5, color=PALE).encode(
        x=alt.value(0), y=y, text=n("text")
    )  # fmt: skip
    count = len({row["school"] for row in rows})
    title = alt.TitleParams(
        said.say("panel_n", level=said.words.level(level), n=count), fontSize=13, offset=4
    )
    return alt.layer(line, dots, rings, text).properties(
        width=220, height=step(order, 46), title=title
    )


def _spread(rows: list[Row], said: Said) -> tuple[list[Row], list[Row]]:
    """Place the points of an indicator side by side, so that they hide each other least."""
    points, unknown = [], Counter[str]()
    for at, row in enumerate(sorted(rows, key=_sort_key)):
        name = fold(said.indicator(row["indicator"]), _FOLDED)
        if row["value"] is None:
            unknown[name] += 1
        elif row["limit"] is not None:
            points.append({"indicator": name, "ratio": row["value"] / row["limit"],
                           "offset": 0.15 + 0.7 * (at * _GOLDEN % 1), "combined": row["kind"] in COMBINED,
                           "status": said.verdicts(row["verdict"])[row["verdict"]]})  # fmt: skip
    texts = [
        {"indicator": name, "text": said.say("unknown_n", n=many)} for name, many in unknown.items()
    ]
    return points, texts
