"""What stands beside a plan on its page: other plans, cost by year, prices of limits, habits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from junheng.cli import paper
from junheng.errors import say
from junheng.plan.design import MONEY
from junheng.plan.plan import Plan
from junheng.plan.rates import unit_of
from junheng.plan.report import Report, counted, moved
from junheng.plan.wording import label


@dataclass(frozen=True, slots=True)
class Page:
    """A report, and the language it is said in."""

    report: Report
    language: str

    def say(self, name: str, **fields: Any) -> str:
        """Say a sentence of the plan."""
        return say(f"plan.{name}", self.language, **fields)

    @property
    def plan(self) -> Plan:
        """The plan of the report."""
        return self.report.plan

    def label(self, cell: str) -> str:
        """Name a thing as the file of costs calls it."""
        return label(cell, self.plan.asked.costs, self.language)

    def table(self, name: str, **fields: Any) -> Table:
        """Give an empty table, at least as wide as its title, so that this stands in one line."""
        title = self.say(name, **fields)
        made = paper.table(title)
        made.min_width = min(cell_len(title), paper.WIDE)
        return made

    def heads(self, *names: str) -> list[tuple[str, str]]:
        """Give headings by name; > at the end for a column of numbers."""
        return [
            (say("plan.h_" + n.rstrip(">"), self.language), "right" if n.endswith(">") else "left")
            for n in names
        ]


def beside(page: Page) -> Iterator[RenderableType]:
    """Give what was asked for beside the plan."""
    report = page.report
    yield from (_choices(page), Text()) if report.choices else ()
    yield from (_curve(page), Text()) if report.curve else ()
    yield from (_prices(page), Text()) if report.prices else ()
    yield from (_habits(page), Text()) if report.habits else ()


def _brief(page: Page, plan: Plan) -> list[str]:
    """Say in the cells of a row what a plan comes to."""
    if not plan.found:
        state = "impossible" if plan.state == "infeasible" else "unknown"
        return ["", "", "", "", page.say(f"choice_{state}")]
    area = sum(a.amount for a in plan.actions if a.kind == "buy" and unit_of(a.cell) == "m²")
    proof = f"≤ {plan.gap:.2%}" if isfinite(plan.solution.bound) else "—"
    return [f"{plan.cost / MONEY:,.1f}", f"{moved(plan):,}", f"{counted(plan, 'hire'):,}",
            f"{area:,.0f}", proof]  # fmt: skip


def _choices(page: Page) -> RenderableType:
    table = page.table("choices_title")
    names = ("choice", "target", "counted>", "moves>", "hires>", "area>", "state>")
    paper.columns(table, page.heads(*names))
    for choice in page.report.choices:
        target = str(choice.plan.asked.start.target)
        table.add_row(page.say(f"choice_{choice.name}"), target, *_brief(page, choice.plan))
    return table


def _curve(page: Page) -> RenderableType:
    table = page.table("curve_title")
    paper.columns(table, page.heads("target", "counted>", "moves>", "hires>", "area>", "state>"))
    for year, plan in page.report.curve:
        table.add_row(str(year), *_brief(page, plan))
    return table


def _prices(page: Page) -> RenderableType:
    table = page.table("prices_title")
    paper.columns(table, page.heads("limit", "saves>"))
    start = page.plan.asked
    for price in page.report.prices:
        words = price.limit.words(page.language, start.start.standard, start.costs)
        table.add_row(words, f"{price.saves / MONEY:,.2f}")
    return table


def _habits(page: Page) -> RenderableType:
    table = page.table("heuristics_title")
    paper.columns(table, page.heads("choice", "counted>", "saving>", "note"))
    for habit in page.report.habits:
        saved = f"{1 - page.plan.cost / habit.cost:.1%}" if habit.cost > 0 else ""
        fails = "" if habit.passes else page.say("heuristic_fails")
        table.add_row(
            page.say(f"heuristic_{habit.name}"), f"{habit.cost / MONEY:,.1f}", saved, fails
        )
    return table
