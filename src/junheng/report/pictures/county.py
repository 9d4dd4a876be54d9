"""Pictures of a county as a whole: town and country, and the way over the years to the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import polars as pl

from junheng.report.bundle import Bundle
from junheng.report.pictures.grammar import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PANEL,
    WIDTH,
    Head,
    Row,
    chart,
    fold,
    folded,
    level_dashes,
    level_signs,
    n,
    picture,
    q,
    reach,
    step,
)
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.words import Said

_SETTINGS = {"urban": (BLUE, "square"), "town": (ORANGE, "triangle-up"), "rural": (GREEN, "circle")}
_FOLDED = 13
_ACROSS = 4


def settings(bundle: Bundle) -> Picture:
    """Draw the mean of city, town and country schools by every indicator, a panel a level.

    A mean is Σ amount ÷ Σ pupils, over the limit (over the county mean where an indicator has no
    limit). It is unknown where the amount or the pupils of one such school are.
    """
    said = Said(bundle)
    levels = bundle.county.sections["level"].unique(maintain_order=True).to_list()
    known = any(indicator.limit for indicator in bundle.standard.indicators)
    rows = list(_setting_rows(bundle, said))
    most = reach(1.05, [1.0, *(row["ratio"] for row in rows if row["ratio"] is not None)])
    panels = [
        _setting_panel(
            [r for r in rows if r["id"] == level], said, most, known=known, first=not place
        )
        for place, level in enumerate(levels)
    ]
    notes = [said.say("setting_note" if known else "setting_note_mean")]
    head = Head("town-and-country", said.say("setting_title"), _setting_answer(bundle, said), notes, 12 * _FOLDED + 20)  # fmt: skip
    return picture(bundle, head, alt.hconcat(*panels, spacing=20))


def _with_setting(bundle: Bundle) -> pl.DataFrame:
    settings_ = bundle.tables["schools"].select("school", "setting")
    pupils = bundle.county.sections.select("school", "level", "pupils")
    joined = bundle.county.values.join(pupils, on=["school", "level"], maintain_order="left")
    return joined.join(settings_, on="school", how="left", maintain_order="left")


def _setting_answer(bundle: Bundle, said: Said) -> str:
    frame = bundle.county.sections.join(
        bundle.tables["schools"].select("school", "setting"), on="school"
    )
    counts = Counter(frame["setting"])
    parts = [
        said.say("setting_part", setting=said.say(f"setting_{s}"), n=counts[s]) for s in _SETTINGS
    ]
    if counts[None]:
        parts.append(said.say("setting_part", setting=said.say("unknown"), n=counts[None]))
    return said.say("setting_answer", n=frame.height, parts=said.say("list_comma").join(parts))


def _setting_rows(bundle: Bundle, said: Said) -> Iterator[dict[str, Any]]:
    keys = ["level", "indicator", "setting"]
    whole = (
        pl.col("amount").is_not_null().all() & (pl.col("pupils") > 0).fill_null(value=False).all()
    )
    mean = pl.when(whole).then(pl.col("amount").sum() / pl.col("pupils").sum())
    found = _with_setting(bundle).drop_nulls("setting").group_by(keys, maintain_order=True).agg(
        mean.alias("mean"), pl.len().alias("n"), pl.col("limit").first(), pl.col("limit").n_unique().alias("limits")
    )  # fmt: skip
    means = bundle.county.balance.select("level", "indicator", pl.col("mean").alias("county"))
    joined = found.join(means, on=["level", "indicator"], how="left", maintain_order="left")
    for row in joined.iter_rows(named=True):
        indicator = bundle.standard.indicator(row["indicator"])
        against = row["limit"] if indicator.limit else row["county"]
        one = row["limits"] == 1 or not indicator.limit
        known = row["mean"] is not None and against and one
        yield {
            "id": row["level"],
            "panel": said.say(
                "panel_n", level=said.words.level(row["level"]), n=_sections(bundle, row["level"])
            ),
            "indicator": fold(said.indicator(row["indicator"]), _FOLDED),
            "setting": said.say(f"setting_{row['setting']}"),
            "ratio": indicator.per * row["mean"] / against if known else None,
        }


def _sections(bundle: Bundle, level: str) -> int:
    return bundle.county.sections.filter(pl.col("level") == level).height


def _setting_panel(rows: list[Row], said: Said, most: float, *, known: bool, first: bool) -> Any:
    order = list(dict.fromkeys(row["indicator"] for row in rows))
    y = alt.Y(n("indicator"), sort=order).axis(alt.Axis(**folded(_FOLDED)) if first else None)
    y = y.scale(domain=order)
    title = said.say("setting_axis" if known else "setting_axis_mean")
    x = (
        alt.X(q("ratio"))
        .axis(title=title, format=".0%", tickCount=4)
        .scale(domain=[0, most], nice=False)
    )
    names = [said.say(f"setting_{name}") for name in _SETTINGS]
    colours, shapes = zip(*_SETTINGS.values(), strict=True)
    legend = alt.Legend(title=None, orient="top", direction="horizontal")
    points = [row for row in rows if row["ratio"] is not None]
    span = (
        chart(points)
        .mark_line(color="#b3b3b3", strokeWidth=2)
        .encode(x=x, y=y, detail=n("indicator"))
    )
    dots = chart(points).mark_point(filled=True, size=85, opacity=1).encode(
        x=x, y=y,
        color=alt.Color(n("setting"), legend=legend).scale(domain=names, range=list(colours)),
        shape=alt.Shape(n("setting"), legend=legend).scale(domain=names, range=list(shapes)),
    )  # fmt: skip
    line = chart([{"ratio": 1}]).mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X(q("ratio")))
    text = chart(_setting_unknown(rows, said)).mark_text(
        align="left", dx=4, fontSize=10.5, color=PALE
    )
    text = text.encode(x=alt.value(0), y=y, text=n("text"))
    return alt.layer(line, span, dots, text).properties(
        width=220,
        height=step(order, 34),
        title=alt.TitleParams(rows[0]["panel"] if rows else "", **PANEL),
    )


def _setting_unknown(rows: list[Row], said: Said) -> list[Row]:
    texts: dict[str, list[str]] = {}
    for row in rows:
        if row["ratio"] is None:
            texts.setdefault(row["indicator"], []).append(row["setting"])
    return [{"indicator": name, "text": said.say("setting_unknown", settings=" ".join(of))}
            for name, of in texts.items()]  # fmt: skip


def years(bundle: Bundle) -> Picture:
    """Draw the coefficients of variation over the school years, a panel an indicator.

    Where the bundle has a target year, a line from the last year to it shows what has to be left
    behind each year. Unknown coefficients leave a gap.
    """
    said, target = Said(bundle), bundle.target
    row_of = [_year_rows(one, said) for one in (*bundle.earlier, bundle)]
    rows = [row for rows in row_of for row in rows]
    names = list(dict.fromkeys(row["name"] for row in rows))
    ends = (row_of[0][0]["year"] if row_of[0] else bundle.year, max(bundle.year, target or 0))
    paths = _paths(row_of[-1], target) if target and target > bundle.year else []
    most = reach(1.15, [0.6, *(row[k] for row in rows for k in ("cv", "limit") if row[k])])
    panels = [_year_panel(name, rows, paths, said, (*ends, most)) for name in names]
    notes = [said.say("years_note")] + ([said.say("years_path", target=target)] if paths else [])
    head = Head("years", said.say("years_title"), _years_answer(row_of, said), notes, 30)
    return picture(bundle, head, alt.concat(*panels, columns=_ACROSS, spacing=22))


def _year_rows(bundle: Bundle, said: Said) -> list[Row]:
    return [
        {
            "year": bundle.year,
            "name": row["indicator"],
            "id": row["level"],
            "level": said.words.level(row["level"]),
            "cv": row["cv"],
            "limit": row["limit"],
            "verdict": row["verdict"],
        }
        for row in bundle.county.balance.iter_rows(named=True)
    ]


def _years_answer(row_of: Sequence[Sequence[Row]], said: Said) -> str:
    over = [sum(row["verdict"] == "unmet" for row in rows) for rows in row_of]
    first, last = (rows[0]["year"] if rows else 0 for rows in (row_of[0], row_of[-1]))
    if len(row_of) == 1:
        return said.say("years_one", last=last, over=over[0])
    by = over[-1] - over[0]
    word = "years_same" if not by else ("years_more" if by > 0 else "years_fewer")
    return said.say("years_answer", first=first, last=last, n=len(row_of), over=over[-1],
                    change=said.say(word, n=abs(by)))  # fmt: skip


def _paths(rows: Sequence[Row], target: int | None) -> list[Row]:
    """Give the two ends of the way to the limit, for each coefficient that is over it."""
    over = [row for row in rows if row["verdict"] == "unmet"]
    ends = [[row | {"cv": row["cv"]}, row | {"cv": row["limit"], "year": target}] for row in over]
    return [dict(end) for pair in ends for end in pair]


def _year_panel(
    name: str,
    rows: list[Row],
    paths: list[Row],
    said: Said,
    ends: tuple[int, int, float],
) -> Any:
    first, last, most = ends
    mine = [row for row in rows if row["name"] == name]
    words = {row["id"]: row["level"] for row in mine}
    ticks = sorted({first, mine[-1]["year"], last})
    x = alt.X(q("year")).axis(title=None, format="d", values=ticks, grid=False)
    x = x.scale(domain=[first - 0.3, last + 0.3], nice=False)
    y = alt.Y(q("cv")).axis(title=None, tickCount=4).scale(domain=[0, most], nice=False)
    lines = chart(mine).mark_line(strokeWidth=2, invalid="break-paths-show-domains")
    colour = level_signs(words)["color"]
    dots = chart([r for r in mine if r["cv"] is not None]).mark_point(
        filled=True, size=45, opacity=1
    )
    limits = [
        {"limit": row["limit"], "level": row["level"]}
        for row in mine[-len(words) :]
        if row["limit"]
    ]
    rule = chart(limits).mark_rule(strokeDash=[2, 3], strokeWidth=1.3)
    way = chart([row for row in paths if row["name"] == name]).mark_line(strokeWidth=1)
    return alt.layer(
        rule.encode(y=alt.Y(q("limit")), color=colour),
        way.encode(x=x, y=y, color=colour, detail=n("level")),
        lines.encode(x=x, y=y, color=colour, strokeDash=level_dashes(words, None)),
        dots.encode(x=x, y=y, **level_signs(words)),
    ).properties(
        width=(WIDTH - 190) / _ACROSS, height=120,
        title=alt.TitleParams(fold(said.indicator(name), 10).split("\n"), **PANEL | {"fontSize": 12, "lineHeight": 15}),
    )  # fmt: skip
