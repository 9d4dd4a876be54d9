"""The yearly targets of a plan: every indicator and item of the standard, year by year."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.model.standard import Item, Part
from junheng.plan.items import opens
from junheng.plan.start import ROTATION
from junheng.plan.wording import level
from junheng.report.plan_book import Book
from junheng.report.plan_sheets import Row


def targets(book: Book) -> Iterator[Row]:
    """Give the yearly targets: what the plan reaches of each indicator, and every other item of the
    standard, as it stands today and as the plan changes it; other years the county fills in.
    """
    yield ["number", "item", "level", "goal", *book.years]
    start = book.plan.asked.start
    for name in (*start.cells, *(["composite"] if start.ceilings else [])):
        for at in start.spread:
            yield from _reached(book, name, at)
    for part in book.standard.parts:
        for item in part.items.items if part.items else ():
            yield _item(book, part, item)
    yield [None, book.say("note_targets", target=start.target), *[None] * (2 + len(book.years))]


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
    years = [_in_year(book, item, year) for year in book.years]
    return [item.number, item.label.say(book.language), part.label.say(book.language), item.text,
            *years]  # fmt: skip


def _in_year(book: Book, item: Item, year: int) -> str | None:
    """Say an item in a year: today's verdict, what the plan does of it, or that it is to be met."""
    items, start = book.plan.asked.items, book.plan.asked.start
    verdict = items.verdicts.get(item.id, "not_assessed") if items else "not_assessed"
    if year == start.year:
        return book.say(f"item_{verdict}")
    if any((*(c.per.names if c.per else ()), *c.of.names) == ROTATION[:2] for c in item.checks):
        n = book.results.moves.filter(pl.col("year") == year)["persons"].sum()
        if n:
            return book.say("item_moves", n=n)
    missing = _missing(book, opens(item), year)
    if missing:
        return book.say("item_missing", n=missing)
    return book.say("item_met") if verdict == "met" or year == start.target else None


def _missing(book: Book, cells: tuple[str, ...], year: int) -> float:
    """Count the rooms or classes that are not there yet at the end of a year."""
    items = book.plan.asked.items
    if items is None:
        return 0.0
    needed = sum(action.amount for action in items.actions if action.cell in cells)
    needed += sum(n for cell, n, _ in items.left_out if cell in cells)
    steps = (step for step in book.plan.steps if step.complete <= year)
    return needed - sum(s.action.amount for s in steps if s.action.cell in cells)
