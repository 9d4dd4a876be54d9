"""The verdict page: what a clerk sees at a glance. Verdict first, then what fails, then what lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.cli import paper
from junheng.cli.judging import Choice, Ready
from junheng.errors import say
from junheng.model.standard import Standard
from junheng.report.collected import Collected
from junheng.report.words import County, Words, counties_of

MOST_ROWS = 20
MOST_COUNTIES = 3
"""Up to so many counties each get a page; more are listed, a line each."""
STYLES = {
    "pass": "bold green",
    "met": "green",
    "fail": "bold red",
    "unmet": "red",
    "near": "yellow",
    "not_assessed": "yellow",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What pages need of what was judged: everything of few counties, the verdicts of many."""

    whole: list[Collected]
    counties: pl.DataFrame


def gathered(collected: Iterable[Collected]) -> Gathered:
    """Keep what pages need; of many counties no more than their verdicts stay in memory."""
    whole, counties = [], []
    for one in collected:
        counties.append(one.counties)
        whole.append(one)
        if sum(frame.height for frame in counties) > MOST_COUNTIES:
            whole.clear()
    return Gathered(whole, pl.concat(counties, how="diagonal"))


def print_page(found: Gathered, ready: Ready, choice: Choice, language: str) -> None:
    """Print a page for each county, or a list when there are many."""
    console = paper.console()
    if found.counties.height > MOST_COUNTIES:
        console.print(_list(found.counties, ready.standard, language))
        return
    pages = [county for one in found.whole for county in counties_of(one)]
    for county in pages:
        console.print(_page(county, Words(county.standard, language)))
    console.print(_next_steps(choice, pages, language), style="dim")


def _page(county: County, words: Words) -> RenderableType:
    blocks: list[RenderableType] = [_head(county, words), Text()]
    blocks += [block for part in _blocks(county, words) for block in (part, Text())]
    return Group(*blocks[:-1])


def _head(county: County, words: Words) -> RenderableType:
    verdict = Text(words.say("verdict_line", verdict=words.verdict(county.verdict)))
    verdict.stylize(STYLES[county.verdict])
    parts = Text("   ").join(
        Text(f"{words.mark(verdict)} {words.part(name)} {words.verdict(verdict)}", STYLES[verdict])
        for name, verdict in county.parts.items()
    )
    lines = [verdict, parts, Text(words.summary(county))]
    if county.vetoes:
        lines.append(Text(words.say("veto_line", items=county.vetoes), STYLES["fail"]))
    return Panel(
        Group(*lines), title=words.title(county), subtitle=words.basis(), title_align="left"
    )


def _blocks(county: County, words: Words) -> Iterator[RenderableType]:
    if county.failing.height:
        yield _failing(county, words)
    if county.balance.height:
        yield _balance(county, words)
    if county.unmet_items.height:
        yield _items(county.unmet_items, words)
    yield from (Text(line) for line in words.missing(county))


def _failing(county: County, words: Words) -> RenderableType:
    shown = county.failing.head(MOST_ROWS)
    table = paper.table(words.say("failing_title", n=county.failing.height, floor=words.floor))
    paper.columns(table, words.headings("school", "level", "pupils>", "met_of>", "lacks"))
    for row in shown.iter_rows(named=True):
        lacks = Text("  ").join(
            Text(text, STYLES[verdict]) for text, verdict in words.lacks(row["lacks"])
        )
        of = f"{row['met']}/{row['of']}"
        table.add_row(row["name"], words.level(row["level"]), words.count(row["pupils"]), of, lacks)
    more = county.failing.height - shown.height
    return Group(table, Text(words.say("more_rows", n=more), "dim")) if more else table


def _balance(county: County, words: Words) -> RenderableType:
    table = paper.table(words.say("balance_title"))
    levels = county.balance["level"].unique().sort(descending=True).to_list()
    table.add_column("")
    table.add_column(words.say("h_indicator"), overflow="fold")
    for level in levels:
        for heading, side in words.headings("mean>", "cv>"):
            table.add_column(f"{words.level(level)}\n{heading}", justify=side, no_wrap=True)
    for name in county.balance["indicator"].unique(maintain_order=True):
        cells: list[RenderableType] = list(words.numbered(name))
        for level in levels:
            found = county.balance.filter(pl.col("indicator") == name, pl.col("level") == level)
            cells += _balance_cells(found, words)
        table.add_row(*cells)
    return table


def _balance_cells(found: pl.DataFrame, words: Words) -> list[RenderableType]:
    if not found.height:
        return ["", ""]
    row = found.row(0, named=True)
    limit = "" if row["limit"] is None else f" ≤{row['limit']:g}"
    cv = Text(words.number(row["cv"], 3) + limit, STYLES[row["verdict"]])
    if row["limit"] is not None:
        cv.append(f" {words.mark(row['verdict'])}")
    return [words.mean(row["mean"]), cv]


def _items(items: pl.DataFrame, words: Words) -> RenderableType:
    table = paper.table(words.say("items_title", n=items["item"].n_unique()))
    paper.columns(table, words.headings("part", "item", "found"))
    for row in items.iter_rows(named=True):
        table.add_row(words.group(row["part"]), words.item(row["item"]), words.found(row))
    return table


def _list(counties: pl.DataFrame, standard: Standard, language: str) -> RenderableType:
    """Say how many counties pass, and list those asked for, the failing first."""
    words = Words(standard, language)
    tally = dict(counties.group_by("verdict").len().iter_rows())
    order = pl.col("verdict").replace_strict({"fail": 0, "not_assessed": 1, "pass": 2})
    shown = counties.sort(order, "county", "year").head(MOST_ROWS)
    title = words.say("list_title", n=counties.height, **{k: tally.get(k, 0) for k in ("pass", "fail")},
                      open=tally.get("not_assessed", 0))  # fmt: skip
    table = paper.table(title)
    paper.columns(table, words.headings("county", "year", "verdict"))
    names = [part.id for part in standard.parts]
    for name in names:
        table.add_column(words.part(name))
    for row in shown.iter_rows(named=True):
        verdicts = [row["verdict"], *(row[name] for name in names)]
        cells = [Text(f"{words.mark(v)} {words.verdict(v)}", STYLES[v]) for v in verdicts]
        table.add_row(row["county"], str(row["year"]), *cells)
    more = counties.height - shown.height
    return Group(table, Text(words.say("more_counties", n=more), "dim")) if more else table


def _next_steps(choice: Choice, pages: list[County], language: str) -> str:
    worst = next((p.worst_balance() for p in pages if p.worst_balance()), None)
    if not worst:
        return ""
    county, level, indicator = worst
    asked: dict[str, Any] = {"data": choice.data, "standard": choice.standard}
    return say(
        "page.next_steps", language, county=county, level=level, indicator=indicator, **asked
    )
