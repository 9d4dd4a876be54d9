"""Pictures of the balance between schools: coefficients against limits, who makes them, Lorenz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import narwhals as nw
import polars as pl

from junheng.measures import contributions, gini, lorenz
from junheng.report.bundle import Bundle
from junheng.report.pictures.grammar import (
    BLUE,
    INK,
    LEVELS,
    LONGEST,
    NAMES,
    PALE,
    PANEL,
    VERMILLION,
    WIDTH,
    Head,
    Row,
    chart,
    fold,
    folded,
    level_dashes,
    n,
    picture,
    q,
    reach,
    shorten,
    signs,
    step,
)
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.words import MARKS, Said

_MOST_BARS = 20
_FOLDED = 13


def balance(bundle: Bundle) -> Picture:
    """Draw every coefficient of variation against its limit, a panel a level.

    One that cannot be worked out says so in its place, and has no sign.
    """
    said = Said(bundle)
    rows = bundle.county.balance.rows(named=True)
    shown = [_cv(row, said) for row in rows]
    levels = list(dict.fromkeys(row["level"] for row in rows))
    most = reach(1.7, [0.5, *(row[k] for row in rows for k in ("cv", "limit") if row[k])])
    compared = [row for row in rows if row["limit"] is not None]
    counts = {v: sum(r["verdict"] == v for r in compared) for v in ("met", "unmet", "not_assessed")}
    panels = [
        _cv_panel([r for r in shown if r["level"] == level], said, _panel(rows, level, said), most,
                  first=not place)
        for place, level in enumerate(levels)
    ]  # fmt: skip
    head = Head("balance", said.say("balance_title"), said.say("balance_answer", n=len(compared), **counts),
                [said.say("balance_note")], 12 * _FOLDED + 20)  # fmt: skip
    return picture(bundle, head, alt.hconcat(*panels, spacing=18))


def _panel(rows: list[Row], level: str, said: Said) -> str:
    row = next(row for row in rows if row["level"] == level)
    pupils = said.words.count(row["pupils"])
    return said.say("panel", level=said.words.level(level), n=row["schools"], pupils=pupils)


def _cv(row: Row, said: Said) -> Row:
    cv, limit = row["cv"], row["limit"]
    verdict = row["verdict"]
    known = said.say("cannot_tell") if cv is None else f"{cv:.3f}"
    return {
        "level": row["level"],
        "indicator": fold(said.indicator(row["indicator"]), _FOLDED),
        "cv": cv,
        "zero": 0,
        "at": max(cv or 0, limit or 0),
        "limit": limit,
        "text": known if limit is None or cv is None else f"{known} {MARKS[verdict]}",
        "status": said.say("not_compared") if limit is None else said.verdicts(verdict)[verdict],
    }


def _cv_panel(rows: list[Row], said: Said, title: str, most: float, *, first: bool) -> Any:
    order = list(dict.fromkeys(row["indicator"] for row in rows))
    y = alt.Y(n("indicator"), sort=order).axis(alt.Axis(**folded(_FOLDED)) if first else None)
    x = alt.X(q("cv")).axis(title=said.say("cv_axis"), tickCount=5, grid=False)
    x = x.scale(domain=[0, most], nice=False)
    known = [row for row in rows if row["cv"] is not None]
    compared = [row for row in rows if row["limit"] is not None]
    stem = chart(known).mark_rule(color=PALE, strokeWidth=1.5)
    dots = chart(known).mark_point(filled=True, size=110, opacity=1)
    ticks = chart(compared).mark_tick(color=INK, thickness=2.5, size=26)
    words = chart(rows).mark_text(align="left", dx=10)
    layers = [
        stem.encode(x=x, x2="zero:Q", y=y),
        ticks.encode(x=alt.X(q("limit")), y=y),
        dots.encode(x=x, y=y, **signs(_shown(rows, said))),
        words.encode(x=alt.X(q("at")), y=y, text=n("text")),
        *_limit_words(compared, said),
    ]
    return alt.layer(*layers).properties(
        width=225, height=step(order, 36), title=alt.TitleParams(title, **PANEL | {"offset": 18})
    )


def _shown(rows: list[Row], said: Said) -> dict[str, str]:
    """Give the signs that are drawn: of verdicts, and of what is not compared by itself."""
    words = said.verdicts("met", "unmet")
    if any(row["limit"] is None for row in rows):
        words["not_assessed"] = said.say("not_compared")
    return words


def _limit_words(compared: list[Row], said: Said) -> Iterator[Any]:
    for limit in sorted({row["limit"] for row in compared}):
        text = said.say("at_most", limit=f"{limit:g}")
        mark = chart([{"limit": limit, "text": text}]).mark_text(baseline="bottom", fontSize=11)
        yield mark.encode(x=alt.X(q("limit")), y=alt.value(-3), text=n("text"))


def group(bundle: Bundle, level: str, indicator: str) -> pl.DataFrame:
    """Give the sections whose balance one coefficient is: school, pupils, amount, value, verdict."""
    mine = (pl.col("level") == level) & (pl.col("indicator") == indicator)
    pupils = bundle.county.sections.select("school", "level", "pupils")
    return bundle.county.values.filter(mine).join(
        pupils, on=["school", "level"], maintain_order="left"
    )


def contribution(bundle: Bundle, level: str, indicator: str) -> Picture:
    """Draw what part of the variance each school makes: the largest parts, and the rest as one."""
    said = Said(bundle)
    found = contributions(
        nw.from_native(group(bundle, level, indicator)), amount="amount", pupils="pupils"
    )
    frame = found.to_native().sort(
        "contribution", "school", descending=[True, False], nulls_last=True
    )
    row = _balance_row(bundle, level, indicator)
    rows = list(_parts(frame, said, level)) if row["cv"] is not None else []
    known = {"cv": said.words.number(row["cv"], 3), "indicator": said.indicator(indicator),
             "level": said.words.level(level)}  # fmt: skip
    answer = said.say("contribution_answer", n=frame.height, **_most(rows), **known)
    if not rows:
        answer = said.say("cv_unknown", **known)
    head = Head(f"contribution-{level}-{_slug(indicator)}", said.say("contribution_title", **known),
                answer, [said.say("contribution_note")], NAMES)  # fmt: skip
    return picture(bundle, head, _bars(rows, said))


def _slug(indicator: str) -> str:
    return indicator.replace("_", "-")


def _balance_row(bundle: Bundle, level: str, indicator: str) -> Row:
    mine = (pl.col("level") == level) & (pl.col("indicator") == indicator)
    return bundle.county.balance.filter(mine).row(0, named=True)


def _parts(frame: pl.DataFrame, said: Said, level: str) -> Iterator[Row]:
    for at, row in enumerate(frame.head(_MOST_BARS).iter_rows(named=True)):
        side = "below" if row["deviation"] < 0 else "above"
        name = shorten(said.school(row["school"], level), LONGEST)
        yield _bar(row["contribution"], name, said, side) | {"at": at}
    rest = frame.tail(-_MOST_BARS)
    if rest.height:
        part = float(rest["contribution"].sum())
        yield _bar(part, said.say("rest", n=rest.height), said, "rest") | {"at": _MOST_BARS}


def _bar(part: float, name: str, said: Said, side: str) -> dict[str, Any]:
    return {
        "part": part,
        "name": name,
        "side": said.say(f"side_{side}"),
        "text": said.words.percent(part),
    }


def _most(rows: list[Row]) -> dict[str, Any]:
    """Say how many of the largest parts make at least half."""
    total, many = 0.0, 0
    for row in rows:
        total += row["part"]
        many += 1
        if total >= 0.5:  # noqa: PLR2004  # half
            break
    return {"many": many, "part": f"{100 * total:.0f}%"}


def _bars(rows: list[Row], said: Said) -> Any:
    sides = [said.say(f"side_{side}") for side in ("below", "above", "rest")]
    legend = alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square")
    y = alt.Y("at:O").axis(None)
    fill = alt.Fill(n("side"), legend=legend)
    fill = fill.scale(domain=sides, range=[VERMILLION, "#a6d0ea", "#d9d9d9"])
    bars = chart(rows).mark_bar(stroke=INK, strokeWidth=0.6).encode(
        x=alt.X(q("part")).axis(title=said.say("contribution_axis"), format=".0%", grid=True, tickCount=6),
        y=y, fill=fill,
    )  # fmt: skip
    texts = chart(rows).mark_text(align="left", dx=5, fontSize=11).encode(
        x=alt.X(q("part")), y=y, text=n("text")
    )  # fmt: skip
    names = chart(rows).mark_text(align="right", dx=-6).encode(x=alt.value(0), y=y, text=n("name"))
    height = alt.Step(20) if rows else 40
    return alt.layer(bars, texts, names).properties(width=WIDTH - NAMES - 50, height=height)


def lorenz_curve(bundle: Bundle, indicator: str) -> Picture:
    """Draw the Lorenz curve of one indicator, a line a level, with the Gini coefficient of each."""
    said = Said(bundle)
    levels = bundle.county.balance["level"].unique(maintain_order=True).to_list()
    points, ginis = [], {}
    for level in levels:
        frame = nw.from_native(group(bundle, level, indicator))
        curve = lorenz(frame, amount="amount", pupils="pupils").to_native()
        ginis[level] = gini(frame, amount="amount", pupils="pupils").to_native().item()
        points += _points(curve, said.words.level(level))
    parts = [said.say("gini", level=said.words.level(level), gini=said.words.number(value, 3),
                      n=group(bundle, level, indicator).height) for level, value in ginis.items()]  # fmt: skip
    head = Head(f"lorenz-{_slug(indicator)}", said.say("lorenz_title", indicator=said.indicator(indicator)),
                said.say("list_comma").join(parts), [said.say("lorenz_note")], 60)  # fmt: skip
    return picture(bundle, head, _curves(points, said, levels))


def _points(curve: pl.DataFrame, level: str) -> list[Row]:
    known = curve.drop_nulls().sort("pupil_share", "amount_share")
    return [row | {"level": level} for row in known.iter_rows(named=True)]


def _curves(points: list[Row], said: Said, levels: list[str]) -> Any:
    words = said.levels(*levels)
    colours = [LEVELS.get(level, LEVELS["primary"])[0] for level in words]
    legend = alt.Legend(
        title=None, orient="top", direction="horizontal", symbolType="stroke", symbolSize=400
    )
    colour = alt.Color(n("level"), legend=legend).scale(domain=list(words.values()), range=colours)
    share: dict[str, Any] = {"format": ".0%", "tickCount": 5, "gridColor": "#eeeeee"}
    x = alt.X(q("pupil_share")).axis(**share, title=said.say("lorenz_x")).scale(domain=[0, 1])
    y = alt.Y(q("amount_share")).axis(**share, title=said.say("lorenz_y")).scale(domain=[0, 1])
    lines = chart(points).mark_line(strokeWidth=2.5).encode(
        x=x, y=y, color=colour, strokeDash=level_dashes(words, legend)
    )  # fmt: skip
    even = [{"pupil_share": 0, "amount_share": 0}, {"pupil_share": 1, "amount_share": 1}]
    diagonal = chart(even).mark_line(color=PALE, strokeWidth=1).encode(x=x, y=y)
    label = chart([{"pupil_share": 0.5, "amount_share": 0.5, "text": said.say("lorenz_even")}])
    text = label.mark_text(align="right", dx=-8, dy=-8, color=BLUE).encode(x=x, y=y, text=n("text"))
    return alt.layer(diagonal, lines, text).properties(width=400, height=400)
