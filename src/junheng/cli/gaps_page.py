"""The page of gaps: what the county would have to find, the schools it is for, and what ends when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.cli import paper
from junheng.errors import say
from junheng.report.gaps_workbook import Priced, cell, label, thing
from junheng.report.words import Words

_MOST_SCHOOLS = 15
_MOST_COUNTIES = 3
_TEN_THOUSAND = 10_000


def print_page(priced: Sequence[Priced], language: str) -> None:
    """Print a page for each county; of many only the totals."""
    console = paper.console()
    counties = [(one, code) for one in priced for code in _codes(one)]
    for one, code in counties:
        brief = len(counties) > _MOST_COUNTIES
        console.print(_page(one, code, Words(one.gaps.standard, language), brief=brief))


def _codes(one: Priced) -> list[str]:
    return sorted({*one.totals["county"], *one.gaps.amounts["county"]})


def _page(one: Priced, code: str, words: Words, *, brief: bool) -> RenderableType:
    blocks: list[RenderableType] = [_head(one, code, words), Text(), _totals(one, code, words)]
    if not brief:
        blocks += [b for part in _details(one, code, words) for b in (Text(), part)]
    return Group(*blocks, Text())


def _details(one: Priced, code: str, words: Words) -> Iterator[RenderableType]:
    mine = one.short.filter(pl.col("county") == code, pl.col("short") > 0)
    if mine.height:
        yield _schools(mine, words)
    ledger = one.gaps.ledger.filter(pl.col("county") == code, pl.col("excess").is_not_null())
    if ledger.height:
        yield _ledger(ledger, words)
    if one.gaps.unlimited:
        names = "; ".join(words.indicator(name) for name in one.gaps.unlimited)
        yield Text(say("gaps.unlimited", words.language, names=names), "yellow")
    unknown = one.short.filter(pl.col("county") == code, pl.col("short").is_null())
    if unknown.height:
        yield Text(say("gaps.unknown", words.language, n=unknown.height), "yellow")


def _head(one: Priced, code: str, words: Words) -> RenderableType:
    lines = [Text(said) for said in _summary(one, code, words.language)]
    if one.projected:
        lines.append(Text(say("gaps.projected", words.language), "bold yellow"))
    if one.illustrative:
        lines.append(
            Text(say("gaps.illustrative", words.language, costs=one.costs.id), "bold yellow")
        )
    label_ = one.gaps.standard.label.say(words.language)
    title = say("gaps.title", words.language, standard=label_, county=code, year=one.year)
    return Panel(Group(*lines), title=title, subtitle=words.basis(), title_align="left")


def _summary(one: Priced, code: str, language: str) -> Iterator[str]:
    rows = one.totals.filter(pl.col("county") == code)
    for paid in ("once", "yearly"):
        mine = rows.filter(pl.col("paid") == paid)
        whole, floor = (_money(float(mine[n].sum())) for n in ("yuan", "yuan_for_floor"))
        yield say(f"gaps.sum_{paid}", language, yuan=whole, floor=floor)
    unpriced = rows.filter(pl.col("add") > 0, pl.col("yuan").is_null())["what"]
    if len(unpriced):
        names = ", ".join(label(what, language) for what in unpriced)
        yield say("gaps.unpriced", language, names=names)
    yield say("gaps.not_cheapest", language)


def _money(yuan: float | None) -> str:
    return "?" if yuan is None else f"{yuan / _TEN_THOUSAND:,.2f}"


def _totals(one: Priced, code: str, words: Words) -> RenderableType:
    table = paper.table(say("gaps.totals_title", words.language))
    names = ("what", "of", "schools>", "unknown>", "add>", "add_for_floor>", "unit", "price>",
             "wan>", "wan_for_floor>")  # fmt: skip
    paper.columns(table, _heads(names, words.language))
    for row in one.totals.filter(pl.col("county") == code).iter_rows(named=True):
        table.add_row(
            cell(row, "what", words),
            _number(row["of"], words),
            str(row["schools"]),
            str(row["unknown"] or ""),
            words.amount(row["add"]),
            "" if row["add_for_floor"] is None else words.amount(row["add_for_floor"]),
            cell(row, "unit", words),
            words.amount(row["price"]),
            _money(row["yuan"]),
            "" if row["yuan_for_floor"] is None else _money(row["yuan_for_floor"]),
        )
    return table


def _number(of: str, words: Words) -> str:
    """Give the number of an indicator or item on the form."""
    return thing(of, words).split(" ", 1)[0]


def _heads(names: Sequence[str], language: str) -> list[tuple[str, str]]:
    return [
        (say(f"gaps.h_{name.rstrip('>')}", language), "right" if name.endswith(">") else "left")
        for name in names
    ]


def _schools(rows: pl.DataFrame, words: Words) -> RenderableType:
    keys = ["school", "level"]
    grouped = rows.group_by(keys, maintain_order=True).agg(
        pl.col("name").first(), pl.col("pupils").first(),
        (pl.col("short_of_floor") > 0).sum().alias("low"), pl.len().alias("n"),
        pl.struct("indicator", "add", "add_for_floor", "unit").alias("lacks"),
    ).sort("low", "n", "pupils", descending=True, maintain_order=True)  # fmt: skip
    table = paper.table(say("gaps.schools_title", words.language, n=grouped.height))
    paper.columns(table, _heads(("name", "level", "pupils>", "lacks"), words.language))
    for row in grouped.head(_MOST_SCHOOLS).iter_rows(named=True):
        lacks = Text("  ").join(_lack(one, words) for one in row["lacks"])
        name = row["name"] or row["school"]
        table.add_row(name, words.level(row["level"]), words.count(row["pupils"]), lacks)
    more = grouped.height - _MOST_SCHOOLS
    said = say("gaps.more_schools", words.language, n=more)
    return Group(table, Text(said, "dim")) if more > 0 else table


def _lack(lack: dict[str, Any], words: Words) -> Text:
    number = words.standard.indicator(lack["indicator"]).number
    low = lack["add_for_floor"]
    floor = f"({words.amount(low)})" if low else ""
    unit = cell(lack, "unit", words)
    return Text(
        f"{number}\u00a0+{words.amount(lack['add'])}{floor}{unit}", "red" if low else "yellow"
    )


def _ledger(rows: pl.DataFrame, words: Words) -> RenderableType:
    """Say how many of each item end in which school year, and how many nothing is known to end."""
    table = paper.table(say("gaps.ledger_title", words.language))
    paper.columns(table, _heads(("item", "now>", "gone_in", "stays>"), words.language))
    for (item,), mine in rows.group_by("item", maintain_order=True):
        gone = mine.filter(pl.col("gone").is_not_null())
        years = gone.group_by("gone").len().sort("gone").iter_rows()
        said = "  ".join(f"{year}: {n}" for year, n in years)
        stays = str(mine.height - gone.height)
        table.add_row(thing(str(item), words), str(mine.height), said, stays)
    return table
