"""The page of a rotation: the rule, what is evened out, and who goes where."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.cli import paper
from junheng.errors import say
from junheng.model.tables import LEVELS
from junheng.plan.rotate import Rotation
from junheng.report.gaps_workbook import label
from junheng.report.plan_rotation import counts, course, why

_MOST = 40


def print_page(found: Rotation, language: str) -> None:
    """Print the page."""
    console = paper.console()
    lines = [Text(said, style) for said, style in _rule(found, language)]
    console.print(Panel(Group(*lines), title=say("rotate.title", language), title_align="left"))
    for block in (_evened(found, language), _moves(found, language)):
        console.print(Text(), block)


def _rule(found: Rotation, language: str) -> Iterator[tuple[str, str]]:
    tally = found.tally
    reasons = dict(found.moves.group_by("why").len().iter_rows())
    exchanged = reasons.pop("exchange", 0)
    yield say("rotate.moves", language, n=found.moves.height, transfers=sum(reasons.values()),
              exchanges=exchanged), ""  # fmt: skip
    if found.rule is None:
        return
    share = tally.moved / tally.eligible if tally.eligible else 1.0
    of_backbone = tally.backbone / tally.moved if tally.moved else 0.0
    numbers = {"eligible": tally.eligible, "moved": tally.moved, "backbone": tally.backbone,
               "share": f"{share:.1%}", "of_backbone": f"{of_backbone:.1%}",
               "least": f"{found.rule.moved:.0%}", "least_backbone": f"{found.rule.backbone:.0%}"}  # fmt: skip
    yield say("rotate.tally", language, **numbers), ""
    if found.short or found.short_of_backbone:
        short = {"short": found.short, "backbone": found.short_of_backbone}
        yield say("rotate.not_satisfied", language, **short), "bold red"
    else:
        yield say("rotate.satisfied", language), "bold green"
    if found.unknown:
        yield say("rotate.unknown", language, n=found.unknown), "yellow"
    if not found.certain:
        yield say("rotate.stopped", language), "yellow"


def _heads(names: str, language: str) -> list[tuple[str, str]]:
    return [
        (say(f"rotate.h_{name.rstrip('>')}", language), "right" if name.endswith(">") else "left")
        for name in names.split()
    ]


def _evened(found: Rotation, language: str) -> RenderableType:
    table = paper.table(say("rotate.evened", language))
    paper.columns(table, _heads("kind before> after> most> most_after> schools> left>", language))
    for (kind,), rows in found.deficits.group_by("kind", maintain_order=True):
        table.add_row(
            label(str(kind), language),
            *[str(rows[name].sum()) for name in ("before", "after")],
            *[str(rows[name].max()) for name in ("before", "after")],
            *[str(rows.filter(pl.col(name) > 0).height) for name in ("before", "after")],
        )
    return table


def _moves(found: Rotation, language: str) -> RenderableType:
    table = paper.table(say("rotate.moves_title", language))
    paper.columns(table, _heads("teacher level from to course counts years> why", language))
    for row in found.moves.head(_MOST).iter_rows(named=True):
        table.add_row(
            row["teacher"],
            LEVELS[row["level"]] if language == "zh" else row["level"],
            row["name"] or row["school"],
            row["to_name"] or row["to_school"],
            course(row["course"], language),
            counts(row["counts"].split("+"), language),
            f"{row['years']:g}",
            why(row["why"], language),
        )
    more = found.moves.height - _MOST
    said = say("rotate.more", language, n=more)
    return Group(table, Text(said, "dim")) if more > 0 else table
