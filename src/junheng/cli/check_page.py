"""The page of a check: what must be mended first, then what is unusual, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.check import rules
from junheng.check.words import say_mend, say_row, say_what
from junheng.cli import paper
from junheng.errors import say
from junheng.model.tables import LEVELS
from junheng.report.checked import Checked, Row

MOST_ROWS = 10
STYLES = {"logic": "bold red", "experience": "yellow"}
MARKS = {"logic": "✗", "experience": "△"}


def print_page(found: Checked, data: Path, language: str) -> None:
    """Print what was found, grouped by rule."""
    console = paper.console()
    console.print(_head(found, language))
    for family in MARKS:
        rows = found.of(family)
        if rows:
            console.print(Text(f"\n{say(f'check.family_{family}', language, n=len(rows))}", STYLES[family]))  # fmt: skip
        for rule, group in groupby(rows, lambda row: str(row["rule"])):
            console.print(_rule(rule, list(group), language))
    console.print(Text(f"\n{say('check.next_steps', language, data=data)}", "dim"))


def _head(found: Checked, language: str) -> RenderableType:
    name, style = ("clean", "bold green") if not found.of("logic") else ("mend", "bold red")
    lines = [Text(say(f"check.verdict_{name}", language, **found.counts), style)]
    lines.append(Text(say("check.summary", language, **found.counts)))
    return Panel(Group(*lines), title=say("check.title", language), title_align="left")


def _rule(name: str, rows: list[Row], language: str) -> RenderableType:
    rule = rules()[name]
    title = f"{MARKS[rule.family]} {rule.label.say(language)}（{len(rows)}）{name}"
    table = paper.table()
    paper.columns(table, [(say(f"check.h_{heading}", language), "left") for heading in _HEADINGS])
    for row in rows[:MOST_ROWS]:
        table.add_row(*_cells(row, language))
    parts: list[RenderableType] = [Text(), Text(title, STYLES[rule.family]), table]
    if len(rows) > MOST_ROWS:
        parts.append(Text(say("check.more", language, n=len(rows) - MOST_ROWS), "dim"))
    parts.append(Text(f"→ {say_mend(rows[0], language)}"))
    return Group(*parts)


_HEADINGS = ("year", "school", "level", "row", "found")


def _cells(row: Row, language: str) -> Iterator[RenderableType]:
    yield str(row["year"])
    yield Text(_who(row, language))
    yield _level(row["level"], language)
    yield Text(say_row(row, language))
    said = Text(say_what(row, language))
    if row["explanation"]:
        said.append(f"\n{_explained(row['explanation'], language)}", "green")
    yield said


def _who(row: Row, language: str) -> str:
    if row["school"]:
        return f"{row['name'] or ''} {row['school']}".strip()
    return say("check.of_county", language, county=row["county"])


def _level(level: str | None, language: str) -> str:
    return (LEVELS.get(level or "", "") if language == "zh" else level) or ""


def _explained(given: Any, language: str) -> str:
    about = " ".join(part for part in (given.by, given.date) if part)
    return say("check.explained", language, text=given.explanation, about=about)
