"""A plan as a workbook that people use: targets, tasks, funding, projects of each school, moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from junheng.model.standard import Indicator, Item
from junheng.plan.items import opens
from junheng.plan.rates import unit_of
from junheng.plan.wording import level
from junheng.plan.zones import BETWEEN
from junheng.report.plan_book import Book
from junheng.report.plan_sheets import NARROW, Row, Sheet, write_sheets
from junheng.report.plan_targets import targets

_WIDE = {
    "item": 44,
    "task": 40,
    "measure": 46,
    "goal": 40,
    "departments": 34,
    "school": 30,
    "cell": 26,
}
_WIDE |= {"from": 28, "to": 28, "lead": 22, "indicator": 36, "code": 16, "kind": 24}


def frame(book: Book, name: str) -> pl.DataFrame:
    """Give a sheet as a frame, without its notes: columns as in `SHEETS`, years by their number."""
    headings, *body = SHEETS[name](book)
    rows = [row for row in body if row[0] is not None]
    columns = {str(one): [row[at] for row in rows] for at, one in enumerate(headings)}
    return pl.DataFrame({one: _alike(cells) for one, cells in columns.items()})


def _alike(cells: list[Any]) -> list[Any]:
    """Give cells as they are where they are numbers, or text, all of them; else as text."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if len(kinds) < 2:  # noqa: PLR2004
        return cells
    return [f"{cell:.3f}" if isinstance(cell, float) else cell for cell in cells]


def write(book: Book, out: Path) -> None:
    """Write the workbook; WrongUse when there is a file of that name, or it cannot be written."""
    made = []
    for name, rows in SHEETS.items():
        if name == "zones" and not book.results.zones.height:
            continue
        headings, *body = rows(book)
        heads = [_heading(book, one) for one in headings]
        made.append(Sheet(book.say(f"sheet_{name}"), heads, body))
    write_sheets(made, out)


def _heading(book: Book, one: str | int) -> tuple[str, int]:
    """Give the words of a heading, and how wide its column is; a year stands for itself."""
    words = str(one) if isinstance(one, int) else book.say(f"h_{one}")
    return words, _WIDE.get(str(one), NARROW)


def tasks(book: Book) -> Iterator[Row]:
    """Give the responsibility table: each task with who leads, who takes part, when, for how much,
    and what shows that it is done.
    """
    yield ["number", "task", "indicator", "lead", "departments", "year", "total", "measure"]
    groups: dict[tuple[int, str, str], list[Any]] = {}
    for step in book.plan.steps:
        kind = str("in" if step.action.kind == "swap" else step.action.kind)
        groups.setdefault((step.year, kind, step.action.cell), []).append(step)
    for number, ((year, kind, cell), steps) in enumerate(sorted(groups.items()), 1):
        of = _sort(kind, cell)
        task = book.label(cell) if of in ("area", "goods", "zone") else (
            book.say(kind, label=book.say(f"who_{cell}")))  # fmt: skip
        yield [number, task, _indicators(book, cell), book.say(f"lead_{of}"), book.say(f"others_{of}"),
               str(year), sum(s.action.once + s.action.yearly for s in steps), _done(book, of, cell, steps)]  # fmt: skip
    yield [None, book.say("note_departments"), *[None] * 6]


def _sort(kind: str, cell: str) -> str:
    if kind == "open":
        return "area"
    if kind == "buy":
        return "area" if unit_of(cell) == "m²" else "goods"
    return "move" if kind == "in" else kind


def _indicators(book: Book, cell: str) -> str:
    cells = book.plan.asked.start.cells
    mine: list[Indicator | Item] = [
        book.standard.indicator(name) for name, of in cells.items() if of == cell
    ]
    every = (item for part in book.standard.parts if part.items for item in part.items.items)
    mine += [item for item in every if cell in opens(item)]
    return "; ".join(f"{one.number} {one.label.say(book.language)}" for one in mine)


def _done(book: Book, of: str, cell: str, steps: Sequence[Any]) -> str:
    schools = {one for step in steps for one in step.action.school.split(BETWEEN) if one}
    return book.say(
        f"measure_{of}", year=max(step.complete for step in steps), n=len(schools),
        amount=sum(step.action.amount for step in steps), unit=book.say(f"unit_{unit_of(cell)}"),
    )  # fmt: skip


def funding(book: Book) -> Iterator[Row]:
    """Give the money of each year."""
    yield ["year", "capital", "running", "total", "available"]
    for row in book.results.funding.iter_rows(named=True):
        yield [str(row["year"]), row["once"], row["running"], row["total"], row["budget"]]
    sums = [book.results.funding[name] for name in ("once", "running", "total", "budget")]
    yield [book.say("h_sum"), *(of.sum() if of.count() else None for of in sums)]


def projects(book: Book) -> Iterator[Row]:
    """Give what is done at each school."""
    yield ["code", "school", "level", "cell", "way", "persons_or_units", "unit_of", "year", "done",
           "capital", "running"]  # fmt: skip
    for row in book.results.projects.iter_rows(named=True):
        at = level(row["level"], book.language) if row["level"] else ""
        goods = row["kind"] in ("buy", "open")
        what = book.label(row["cell"]) if goods else book.say(f"who_{row['cell']}")
        yield [row["school"], row["name"], at, what, book.say(f"kind_{row['kind']}"), row["amount"],
               book.say(f"unit_{row['unit']}"), str(row["year"]), str(row["complete"]), row["once"],
               row["yearly"]]  # fmt: skip


def rotation(book: Book) -> Iterator[Row]:
    """Give who moves from where to where; exchanges by level and kind, which junheng rotate names."""
    yield ["year", "level", "kind", "from", "to", "persons", "km"]
    for row in book.results.moves.iter_rows(named=True):
        ends = [row["from_name"], row["to_name"]]
        ends = [book.say("exchanged"), ""] if row["kind"] == "swap" else ends
        km = None if row["km"] is None else round(row["km"], 1)
        yield [str(row["year"]), level(row["level"], book.language), book.say(f"who_{row['cell']}"),
               *ends, row["persons"], km]  # fmt: skip


def zones(book: Book) -> Iterator[Row]:
    """Give whose enrolment zones change."""
    yield ["year", "level", "from", "to", "pupils", "capital", "running"]
    for row in book.results.zones.iter_rows(named=True):
        yield [str(row["year"]), level(row["level"], book.language), row["from_name"], row["to_name"],
               row["pupils"], row["once"], row["yearly"]]  # fmt: skip


SHEETS: dict[str, Callable[[Book], Iterator[Row]]] = {
    "targets": targets, "tasks": tasks, "funding": funding, "projects": projects,
    "rotation": rotation, "zones": zones,
}  # fmt: skip
"""Each sheet, and where its rows come from; the first row names the columns. That of zones is there
only where zones change."""
