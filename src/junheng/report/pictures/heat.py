"""A table of schools and indicators: what each is short of, at a glance."""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt

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
    n,
    picture,
    shorten,
)
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.schools import place, rows_of
from junheng.report.pictures.words import MARKS, Said

_CELLS = {
    "met": ("#ffffff", INK),
    "near": ("#ffe0a3", INK),
    "unmet": ("#b34700", "#ffffff"),
    "not_assessed": ("#e4e4e4", INK),
}
"""Ground and ink of a cell: three greys that stay apart in print, and the mark beside the number."""


def heat(bundle: Bundle, level: str) -> Picture:
    """Draw a table of sections and indicators: each value, and how it stands; the worst on top."""
    said = Said(bundle)
    names = [indicator.id for indicator in bundle.standard.indicators]
    rows = rows_of(bundle, level, names)
    order = _worst_first(rows)
    cells = [_cell(row, order) for row in rows]
    verdicts = Counter(row["section_verdict"] for row in {r["school"]: r for r in rows}.values())
    counts = {v: verdicts[v] for v in ("pass", "fail", "not_assessed")}
    counts["passed"], counts["failed"] = counts.pop("pass"), counts.pop("fail")
    title = said.say("heat_title", level=said.words.level(level))
    head = Head(f"table-{level}", title, said.say("heat_answer", n=len(order), **counts),
                [said.floored("heat_note")], NAMES)  # fmt: skip
    heads = [_column(name, said, bundle) for name in names]
    return picture(bundle, head, _table(cells, heads, order, said, level))


def _worst_first(rows: list[Row]) -> dict[str, int]:
    """Give the place of each school: most unmet first, then near, then unknown."""
    by_school: dict[str, Counter[str]] = {}
    for row in rows:
        by_school.setdefault(row["school"], Counter())[row["verdict"]] += 1
    ranks = sorted(by_school, key=lambda s: (-by_school[s]["unmet"], -by_school[s]["near"],
                                             -by_school[s]["not_assessed"], s))  # fmt: skip
    return {school: at for at, school in enumerate(ranks)}


def _cell(row: Row, order: dict[str, int]) -> Row:
    value, verdict = row["value"], row["verdict"]
    if verdict == "not_assessed" and value is not None:
        verdict = "met"  # nothing is asked of it: a plain cell, as the note says
    number = "?" if value is None else f"{value:,.{_digits(value)}f}"
    mark = "" if verdict in ("met", "not_assessed") else f" {MARKS[verdict]}"
    at = order[row["school"]]
    return {"at": at, "top": at - 0.5, "end": at + 0.5, "indicator": row["indicator"], "text": number + mark,
            "ground": _CELLS[verdict][0], "ink": _CELLS[verdict][1]}  # fmt: skip


def _digits(value: float) -> int:
    """Give the digits that a cell has room for and a small value needs."""
    if abs(value) >= 1000:  # noqa: PLR2004
        return 0
    return 4 if 0 < abs(value) < 0.1 else 2  # noqa: PLR2004


def _column(name: str, said: Said, bundle: Bundle) -> Row:
    number, label = said.words.numbered(name)
    unit = said.unit(bundle.standard.indicator(name))
    return {"indicator": name, "number": number or label, "unit": fold(unit, 6)}


def _table(
    cells: list[Row], heads: list[Row], order: dict[str, int], said: Said, level: str
) -> Any:
    names = [h["indicator"] for h in heads]
    x = alt.X(n("indicator"), sort=names).axis(None).scale(domain=names)
    y = place("at", len(order), 0.5)
    ground = chart(cells).mark_rect(stroke="#bfbfbf", strokeWidth=0.5).encode(
        x=x, y=place("top", len(order), 0.5), y2="end:Q", color=alt.Color(n("ground"), scale=None)
    )  # fmt: skip
    texts = chart(cells).mark_text(fontSize=11).encode(
        x=x, y=y, text=n("text"), color=alt.Color(n("ink"), scale=None)
    )  # fmt: skip
    labels = [
        {"at": at, "name": shorten(said.school(school, level), LONGEST)}
        for school, at in order.items()
    ]
    left = chart(labels).mark_text(align="right", dx=-8).encode(
        x=alt.value(0), y=y, text=n("name")
    )  # fmt: skip
    high = 4 + 12 * max(h["unit"].count("\n") + 1 for h in heads)
    tops = chart(heads)
    number = tops.mark_text(baseline="bottom", fontSize=13)
    unit = tops.mark_text(baseline="top", fontSize=10, color=PALE, lineBreak="\n", lineHeight=12)
    above = [
        number.encode(x=x, y=alt.value(-high - 2), text=n("number")),
        unit.encode(x=x, y=alt.value(-high), text=n("unit")),
    ]
    width = WIDTH - NAMES if len(names) >= 7 else 60 * len(names)  # noqa: PLR2004  # as they fit
    return alt.layer(ground, texts, left, *above).properties(
        width=width, height=19 * max(len(order), 1)
    )
