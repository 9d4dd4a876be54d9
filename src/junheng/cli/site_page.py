"""A layout on a page: what is proved, the sites, who moves where; or why nothing fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.markup import escape

from junheng.cli import paper
from junheng.errors import say
from junheng.report import site_files
from junheng.report.site_words import limits, listed, ways_out

if TYPE_CHECKING:
    from junheng.plan.site import Layout

_WIDE = 100
_HEADINGS = [("code", "left"), ("name", "left"), ("decision", "left"), ("pupils", "right"),
             ("capacity", "right"), ("added", "right"), ("settlements", "right"),
             ("mean", "right"), ("farthest", "right")]  # fmt: skip


def print_page(layout: Layout, language: str) -> None:
    """Print what a person reads."""
    page = paper.console(_WIDE)
    level = say(f"site.level_{layout.question.wanted.level}", language)
    page.print(
        f"[bold]{say('site.title', language, level=level)}[/bold]{_made_up(layout, language)}"
    )
    page.print(_status(layout, language))
    if layout.conflict is not None:
        _print_conflict(page, layout, language)
    if layout.outcome.best is None:
        return
    _print_totals(page, layout, language)
    _print_sites(page, layout, language)
    _print_moves(page, layout, language)


def _made_up(layout: Layout, language: str) -> str:
    return f" · {say('site.synthetic', language)}" if layout.made_up else ""


def _status(layout: Layout, language: str) -> str:
    gap = site_files.gap(layout)
    if layout.status == "proved" and gap is not None and gap <= _EXACT:
        return say("site.status_exact", language)
    shown = "?" if gap is None else f"{100 * gap:.4f} %"
    return say(f"site.status_{layout.status}", language, gap=shown)


_EXACT = 1e-8
"""A gap this small is that of floating-point sums."""


def _print_totals(page: Console, layout: Layout, language: str) -> None:
    totals, outcome, core = layout.totals, layout.outcome, layout.question.core
    page.print(say("site.totals", language, schools=totals["schools"], mean=totals["mean_km"],
                   settlements=totals["settlements"], pupils=f"{totals['pupils']:,.0f}",
                   p95=totals["p95_km"], far=totals["farthest_km"],
                   total=f"{totals['pupil_km']:,.0f}"))  # fmt: skip
    if "cost" in totals:
        page.print(say("site.cost", language, cost=f"{totals['cost']:,.0f}",
                       bound=f"{totals['cost_bound']:,.0f}"))  # fmt: skip
    if totals["pupils_changing"] is not None:
        page.print(say("site.changing", language, n=f"{totals['pupils_changing']:,.0f}"))
    page.print(say("site.proof", language, links=f"{core.link.size:,}", seconds=layout.seconds,
                   allowed=f"{int(core.allowed.sum()):,}", kept=f"{outcome.kept:,}",
                   back=f"{outcome.taken_in:,}"), style="dim")  # fmt: skip


def _print_sites(page: Console, layout: Layout, language: str) -> None:
    shown = paper.table()
    headings = [(say(f"site.h_{name}", language), side) for name, side in _HEADINGS]
    paper.columns(shown, headings)
    rows = layout.sites.filter(pl.col("decision") != "not_opened")
    for row in rows.iter_rows(named=True):
        shown.add_row(*_cells(row, language))
    page.print(shown)
    if left := layout.sites.height - rows.height:
        page.print(say("site.more_sites", language, n=left))


def _cells(row: dict[str, Any], language: str) -> list[str]:
    def figure(name: str, form: str) -> str:
        return "" if row[name] is None else format(row[name], form)

    return [
        escape(row["site"]),
        escape(row["name"] or ""),
        say(f"site.{row['decision']}", language),
        figure("pupils", ",.0f"),
        figure("capacity", ",.0f"),
        figure("places_added", ",.0f") if row["places_added"] > 0 else "",
        f"{row['settlements']:,}",
        figure("mean_km", ".2f"),
        figure("farthest_km", ".2f"),
    ]


def _print_moves(page: Console, layout: Layout, language: str) -> None:
    """Say where the pupils of schools that close go, where their present school is known."""
    closed = layout.sites.filter(pl.col("decision") == "closed")
    for site, name in closed.select("site", "name").iter_rows():
        going = layout.assignment.filter(pl.col("present") == site)
        if going.height:
            to = going.group_by("site_name", "site", maintain_order=True).agg(
                pl.col("pupils").sum()
            )
            parts = [f"{n or code} {pupils:,.0f}" for n, code, pupils in to.iter_rows()]
            page.print(say("site.goes_to", language, name=name or site, to=", ".join(parts)),
                       markup=False)  # fmt: skip


def _print_conflict(page: Console, layout: Layout, language: str) -> None:
    found = site_files.conflict(layout) or {}
    code = "conflict_more" if found["others_conflict_too"] else "conflict"
    page.print(say(f"site.{code}", language, limits=limits(layout, found, language)), markup=False)
    left: Sequence[dict[str, Any]] = found["unserved"]
    if left:
        names = [row["name"] or row["settlement"] for row in left]
        code = "unserved" if found["unserved_is_least"] else "unserved_some"
        n = f"{sum(row['pupils'] for row in left):,.0f}"
        page.print(say(f"site.{code}", language, n=n, names=listed(names, language)), markup=False)
    for line in ways_out(layout, found, language):
        page.print(f"· {line}", markup=False)
