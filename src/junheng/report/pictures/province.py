"""A province's counties in order: how far the coefficients of each are from their limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from junheng.report.bundle import Bundle
from junheng.report.pictures.grammar import INK, WIDTH, Head, Row, chart, finish, n, q, signs
from junheng.report.pictures.maps import province_map, province_where
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.words import Said

_LEFT = 160


def province_set(bundles: Sequence[Bundle]) -> list[Picture]:
    """Draw a province: the map of its counties, and the counties in order for each level.

    All bundles are of one school year and standard, in one language.
    """
    levels = dict.fromkeys(level for one in bundles for level in one.county.balance["level"])
    return [province_map(bundles), *(ranked_intervals(bundles, level) for level in levels)]


def ranked_intervals(bundles: Sequence[Bundle], level: str) -> Picture:
    """Draw for each county the least to the greatest coefficient over its limit, the worst first."""
    said = Said(bundles[0])
    found = [_interval(one, level, said) for one in bundles]
    found.sort(key=lambda row: (row["most"] is None, -(row["most"] or 0), row["code"]))
    rows = [row | {"at": at} for at, row in enumerate(found)]
    counts = Counter(row["verdict"] for row in rows)
    answer = said.say("ranked_intervals_answer", n=len(rows), met=counts["met"], unmet=counts["unmet"],
                      not_assessed=counts["not_assessed"])  # fmt: skip
    title = said.say("ranked_intervals_title", level=said.words.level(level))
    head = Head(f"province-{level}", title, answer, left=_LEFT)
    below = [said.say("ranked_intervals_note"), *said.source(bundles[0])[:1]]
    return finish(head, province_where(bundles, said), below, _intervals(rows, said))


def _interval(bundle: Bundle, level: str, said: Said) -> dict[str, Any]:
    mine = bundle.county.balance.filter(pl.col("level") == level, pl.col("limit").is_not_null())
    ratios = (mine["cv"] / mine["limit"]).drop_nulls().to_list()
    unknown = mine["cv"].null_count()
    over = bool((mine["verdict"] == "unmet").any())
    verdict = "unmet" if over else ("not_assessed" if unknown or not mine.height else "met")
    name = said.say("county_open", county=bundle.code, n=unknown) if unknown else bundle.code
    return {
        "code": bundle.code,
        "name": name,
        "verdict": verdict,
        "least": min(ratios, default=None),
        "most": max(ratios, default=None),
        "status": said.verdicts(verdict)[verdict],
    }


def _intervals(rows: list[Row], said: Said) -> Any:
    known: list[Row] = [row for row in rows if row["most"] is not None]
    y = alt.Y(q("at")).axis(None).scale(domain=[-0.7, len(rows) - 0.3], reverse=True, nice=False)
    x = alt.X(q("most")).axis(title=said.say("ranked_intervals_axis"), format=".0%", tickCount=6)
    x = x.scale(zero=True)
    names = chart(rows).mark_text(align="right", dx=-8).encode(x=alt.value(0), y=y, text=n("name"))
    spans = chart(known).mark_rule(strokeWidth=2, color="#8c8c8c").encode(x=x, x2="least:Q", y=y)
    dots = chart(known).mark_point(filled=True, size=80, opacity=1).encode(
        x=x, y=y, **signs(said.verdicts("met", "unmet", "not_assessed"))
    )  # fmt: skip
    line = chart([{"most": 1}]).mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X(q("most")))
    return alt.layer(spans, line, dots, names).properties(
        width=WIDTH - _LEFT, height=19 * max(len(rows), 1)
    )
