"""The picture of a plan: how each coefficient of variation comes within its limit, year by year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import polars as pl

from junheng.plan.wording import level
from junheng.report.pictures.grammar import LEVELS, WIDTH, Head, chart, finish, n, q
from junheng.report.pictures.picture import Picture
from junheng.report.plan_book import Book

_ACROSS = 2
_MADE_UP = "模拟"


def path(book: Book) -> Picture:
    """Draw a panel an indicator: the coefficient of each level over the years, and its limit dashed."""
    names = list(book.plan.asked.start.cells)
    levels = [at for at in LEVELS if at in book.plan.asked.start.spread]
    panels = [_panel(book, name, levels, first=place == 0) for place, name in enumerate(names)]
    drawn = alt.concat(*panels, columns=_ACROSS, spacing=26)
    start = book.plan.asked.start
    head = Head("plan-path", book.say("chart_question", target=start.target), _answer(book),
                [book.say("chart_note")])  # fmt: skip
    where = book.say("title", standard=start.standard.label.say(book.language), county=start.county,
                     year=start.year, target=start.target)  # fmt: skip
    return finish(head, where, list(_below(book)), drawn)


def _answer(book: Book) -> str:
    balance, start = book.results.balance, book.plan.asked.start
    over = [balance.filter(pl.col("year") == year, pl.col("verdict") != "met").height
            for year in (start.year, start.target)]  # fmt: skip
    return book.say("chart_answer", before=over[0], after=over[1], of=balance["indicator"].n_unique()
                    * balance["level"].n_unique())  # fmt: skip


def _below(book: Book) -> Iterator[str]:
    start = book.plan.asked.start
    names = start.tables["schools"]["name"].drop_nulls()
    if len(names) and bool(names.str.starts_with(_MADE_UP).all()):
        yield book.say("synthetic")
    yield book.say(
        "chart_source", version=start.standard.digest[:8], solver=book.plan.solution.solver
    )


def _panel(book: Book, indicator: str, levels: list[str], *, first: bool) -> Any:
    one = book.standard.indicator(indicator)
    mine = book.results.balance.filter(pl.col("indicator") == indicator, pl.col("cv").is_not_null())
    rows = [{"year": str(r["year"]), "cv": r["cv"], "limit": r["limit"],
             "level": level(r["level"], book.language)} for r in mine.iter_rows(named=True)]  # fmt: skip
    colour, shape = _signs(book, levels, first=first)
    x = alt.X(n("year"), title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y(q("cv"), title=book.say("chart_cv"), axis=alt.Axis(format=".2f", tickCount=4)).scale(
        zero=True
    )
    base = chart(rows)
    line = base.mark_line(point=False).encode(x=x, y=y, color=colour)
    dots = base.mark_point(filled=True, size=60).encode(x=x, y=y, color=colour, shape=shape)
    limit = base.mark_line(strokeDash=[5, 4], strokeWidth=1.5).encode(
        x=x, y=q("limit"), color=colour
    )
    title = f"{one.number} {one.label.say(book.language)}"
    return alt.layer(limit, line, dots).properties(
        width=(WIDTH - 130) / _ACROSS,
        height=120,
        title={"text": title, "fontSize": 12, "offset": 6},
    )


def _signs(book: Book, levels: list[str], *, first: bool) -> tuple[Any, Any]:
    """Give the colour and shape of levels; the first panel has the legend."""
    words = [level(at, book.language) for at in levels]
    legend = alt.Legend(title=None, orient="top", direction="horizontal") if first else None
    colour, shape = alt.Color(n("level"), legend=legend), alt.Shape(n("level"), legend=legend)
    return (
        colour.scale(domain=words, range=[LEVELS[at][0] for at in levels]),
        shape.scale(domain=words, range=[LEVELS[at][1] for at in levels]),
    )
