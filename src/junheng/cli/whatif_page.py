"""The page of a what-if: the verdict before and after, what flipped, and every coefficient."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.cli import paper
from junheng.cli.page import STYLES
from junheng.errors import say
from junheng.model.standard import Standard
from junheng.plan.whatif_compare import Compared
from junheng.report.words import Words

_MOST = 20
_EPSILON = 5e-4


def print_page(found: Compared, standard: Standard, language: str) -> None:
    """Print what changed, county by county."""
    console, words = paper.console(), Words(standard, language)
    for year, county in found.counties.select("year", "county").iter_rows():
        mine = (pl.col("year") == year) & (pl.col("county") == county)
        console.print(_head(found, mine, words, (county, year)))
        for block in (_sections(found, mine, words), _items(found, mine, words)):
            if block:
                console.print(block, Text())
        console.print(_balance(found.balance.filter(mine), words))


def _head(found: Compared, mine: pl.Expr, words: Words, where: tuple[str, int]) -> RenderableType:
    county = found.counties.filter(mine).row(0, named=True)
    lines = [Text(words.say("verdict_line", verdict="")) + _arrow(county, "verdict", words)]
    lines += [
        Text(f"  {words.part(row['part'])} ") + _arrow(row, "verdict", words)
        for row in found.parts.filter(mine).iter_rows(named=True)
    ]
    flipped = found.flipped.filter(mine)
    better = int((flipped["verdict_after"] == "pass").sum())
    worse = int((flipped["verdict_before"] == "pass").sum())
    said = say("whatif.flipped", words.language, n=flipped.height, better=better, worse=worse)
    title = say("whatif.title", words.language, county=where[0], year=where[1])
    return Panel(Group(*lines, Text(said)), title=title, subtitle=words.basis(), title_align="left")


def _arrow(row: dict[str, Any], name: str, words: Words) -> Text:
    old, new = row[f"{name}_before"], row[f"{name}_after"]
    if old == new:
        return _verdict(old, words)
    return Text(" → ").join([_verdict(old, words), _verdict(new, words)])


def _verdict(verdict: str | None, words: Words) -> Text:
    if verdict is None:
        return Text("—")
    return Text(f"{words.mark(verdict)} {words.verdict(verdict)}", STYLES[verdict])


def _heads(names: str, language: str) -> list[tuple[str, str]]:
    return [
        (say(f"whatif.h_{name.rstrip('>')}", language), "right" if name.endswith(">") else "left")
        for name in names.split()
    ]


def _sections(found: Compared, mine: pl.Expr, words: Words) -> RenderableType | None:
    rows = found.sections.filter(mine)
    if not rows.height:
        return None
    groups = found.values.filter(mine).group_by("school", "level", maintain_order=True)
    changed = dict(iter(groups))
    table = paper.table(say("whatif.sections", words.language, n=rows.height))
    paper.columns(table, _heads("school level pupils> verdict indicators", words.language))
    for row in rows.head(_MOST).iter_rows(named=True):
        moved = changed.get((row["school"], row["level"]))
        table.add_row(
            row["name_after"] or row["name_before"] or row["school"],
            words.level(row["level"]),
            _pupils(row, words),
            _arrow(row, "verdict", words),
            Text("") if moved is None else _values(moved, words),
        )
    more = rows.height - _MOST
    said = say("whatif.more", words.language, n=more)
    return Group(table, Text(said, "dim")) if more > 0 else table


def _values(rows: pl.DataFrame, words: Words) -> Text:
    """Say which values are others, those whose verdict turned in colour."""
    said = []
    for row in rows.filter(pl.col("value_after").is_not_null()).iter_rows(named=True):
        number = words.standard.indicator(row["indicator"]).number
        turned = row["verdict_before"] != row["verdict_after"]
        text = f"{number}\u00a0{_pair(row['value_before'], row['value_after'], 2, words)}"
        said.append(Text(text, STYLES[row["verdict_after"]] if turned else "dim"))
    return Text("  ").join(said)


def _pair(old: float | None, new: float | None, digits: int, words: Words) -> str:
    if old == new:
        return words.number(new, digits)
    return f"{words.number(old, digits)}→{words.number(new, digits)}"


def _pupils(row: dict[str, Any], words: Words) -> str:
    """Say the pupils; a dash on the side where the section is not there."""
    old, new = (
        "—" if row[f"verdict_{when}"] is None else words.count(row[f"pupils_{when}"])
        for when in ("before", "after")
    )
    return new if old == new else f"{old}→{new}"


def _items(found: Compared, mine: pl.Expr, words: Words) -> RenderableType | None:
    rows = found.items.filter(mine, pl.col("verdict_before") != pl.col("verdict_after"))
    if not rows.height:
        return None
    table = paper.table(say("whatif.items", words.language))
    paper.columns(table, _heads("item verdict", words.language))
    for row in rows.iter_rows(named=True):
        table.add_row(words.item(row["item"]), _arrow(row, "verdict", words))
    return table


def _balance(rows: pl.DataFrame, words: Words) -> RenderableType:
    table = paper.table(say("whatif.balance", words.language))
    paper.columns(table, _heads("level indicator mean> cv> limit> verdict", words.language))
    for row in rows.iter_rows(named=True):
        old, new = row["cv_before"], row["cv_after"]
        same = old == new or (None not in (old, new) and abs(old - new) < _EPSILON)
        means = (row["mean_before"], row["mean_after"])
        limit = row["limit_after"]
        table.add_row(
            words.level(row["level"]),
            words.indicator(row["indicator"]),
            _pair(*means, 2, words) if not same else words.mean(means[1]),
            words.number(new, 3) if same else _pair(old, new, 3, words),
            "" if limit is None else f"{limit:g}",
            _arrow(row, "verdict", words),
            style="dim" if same and row["verdict_before"] == row["verdict_after"] else "",
        )
    return table
