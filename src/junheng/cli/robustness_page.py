"""The page of `junheng robustness`."""

from __future__ import annotations

import polars as pl
from rich.table import Table

from junheng.cli import paper
from junheng.cli.explain_page import judged, only_county
from junheng.cli.judging import Ready
from junheng.evaluate.robustness import balance_flips, section_flips
from junheng.report.words import Words


def print_flips(ready: Ready, most: int, language: str) -> None:
    """Print the smallest changes that flip a verdict on balance or on a section."""
    county = only_county(ready)
    _, regime, wide = next(judged(ready, county))
    words, console = Words(regime.standard, language), paper.console(paper.WIDE)
    frames = [
        f
        for f in (balance_flips(wide, regime.standard), section_flips(wide, regime.standard))
        if f is not None
    ]
    flips = (
        pl.concat([frame.collect().to_native() for frame in frames]) if frames else pl.DataFrame()
    )
    found = (
        flips.drop_nulls(["change", "met"]).sort(
            pl.col("relative").abs(), pl.col("change").abs(), nulls_last=True
        )
        if flips.height
        else flips
    )
    if not found.height:
        console.print(words.say("no_flips"))
        return
    console.print(_table(found.head(most), words))
    resources = [p.id for p in regime.standard.parts if p.section_rule or p.balance]
    parts = (
        wide.parts.collect()
        .to_native()
        .filter(pl.col("county") == county, pl.col("part").is_in(resources))
    )
    console.print(_overall(parts, words), style="dim")


def _table(found: pl.DataFrame, words: Words) -> Table:
    table = paper.table(words.say("flips_title"))
    paper.columns(
        table,
        words.headings("school", "level", "cell", "reported>", "change>", "relative>", "flips"),
    )
    for row in found.iter_rows(named=True):
        cell = words.cell(row["cell"])
        turn = words.say("turn_down" if row["met"] else "turn_up")
        flips = words.say(
            f"flip_{row['gate']}", indicator=words.numbered(row["indicator"])[0], turn=turn
        )
        table.add_row(
            row["name"] or row["school"],
            words.level(row["level"]),
            cell,
            words.amount(row["reported"]),
            f"{row['change']:+,.2f}",
            "" if row["relative"] is None else f"{row['relative']:+.2%}",
            flips,
        )
    return table


def _overall(parts: pl.DataFrame, words: Words) -> str:
    """Say what a flip would mean for the county: how many things fail today."""
    failed = int(parts["failed"].sum())
    if failed == 0:
        return words.say("overall_none_fails")
    return words.say("overall_one_fails" if failed == 1 else "overall_more_fail", n=failed)
