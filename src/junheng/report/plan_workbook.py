"""A plan as a workbook that people use: targets, tasks, funding, projects of each school, moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.model.standard import Item, Part, Standard
from junheng.plan.plan import Plan
from junheng.plan.rates import unit_of
from junheng.plan.report import Report
from junheng.plan.results import Results
from junheng.plan.wording import label, level
from junheng.plan.zones import BETWEEN
from junheng.report.plan_sheets import NARROW, Row, Sheet, write_sheets

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


@dataclass(frozen=True, slots=True)
class Book:
    """A plan that was found, its tables, and the whole standard, items and all."""

    plan: Plan
    results: Results
    standard: Standard
    language: str

    def say(self, name: str, **fields: Any) -> str:
        """Say a sentence of the plan."""
        return say(f"plan.{name}", self.language, **fields)

    def label(self, cell: str) -> str:
        """Name a thing as the file of costs calls it."""
        return label(cell, self.plan.asked.costs, self.language)

    @property
    def years(self) -> tuple[int, ...]:
        """The data's year, and the years of the plan."""
        return (self.plan.asked.start.year, *self.plan.asked.start.years)


def book_of(report: Report, standard: Standard, language: str) -> Book:
    """Give what the workbook is made from; the report must hold a plan."""
    assert report.results is not None  # noqa: S101  # the caller has seen to it
    return Book(report.plan, report.results, standard, language)


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


def targets(book: Book) -> Iterator[Row]:
    """Give the yearly targets: what the plan reaches of each indicator, and every other item of the
    standard with its goal, whose years the county fills in.
    """
    yield ["number", "item", "level", "goal", *book.years]
    start = book.plan.asked.start
    for name in (*start.cells, *(["composite"] if start.ceilings else [])):
        for at in start.spread:
            yield from _reached(book, name, at)
    for part in book.standard.parts:
        for item in part.items.items if part.items else ():
            yield _item(book, part, item)


def _reached(book: Book, name: str, at: str) -> Iterator[Row]:
    """Give how many schools of a level meet an indicator, where it has limits; and its coefficient."""
    of = (pl.col("indicator") == name) & (pl.col("level") == at)
    values, balance = book.results.values.filter(of), book.results.balance.filter(of)
    where: Row = [None, book.say("mean_of_all"), level(at, book.language)]
    if name != "composite":
        indicator = book.standard.indicator(name)
        where[:2] = [indicator.number, indicator.label.say(book.language)]
    if values["limit"].count():
        yield [*where, _goal(values), *(_met(values, year) for year in book.years)]
    if balance.height:
        yield [*where, _most(balance), *(_cv(balance, year) for year in book.years)]


def _most(balance: pl.DataFrame) -> str:
    """Say the limit of a coefficient; that of one whose mean with others is judged is not there."""
    limit = balance["limit"][0]
    return "CV" if limit is None else f"CV ≤ {limit:g}"


def _goal(values: pl.DataFrame) -> str:
    return " / ".join(f"≥ {limit:g}" for limit in sorted(set(values["limit"].drop_nulls())))


def _met(values: pl.DataFrame, year: int) -> str:
    mine = values.filter(pl.col("year") == year)
    return f"{mine.filter(pl.col('verdict') == 'met').height}/{mine.height}"


def _cv(balance: pl.DataFrame, year: int) -> float | None:
    found: float | None = balance.filter(pl.col("year") == year)["cv"][0]
    return found


def _item(book: Book, part: Part, item: Item) -> Row:
    blank = [None] * len(book.years[:-1])
    return [
        item.number,
        item.label.say(book.language),
        part.label.say(book.language),
        item.text,
        *blank,
        book.say("not_planned"),
    ]


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
    mine = [book.standard.indicator(name) for name, of in cells.items() if of == cell]
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
        km = None if row["km"] is None else f"{row['km']:.1f}"
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
