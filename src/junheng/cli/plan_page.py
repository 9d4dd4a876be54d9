"""The page of junheng plan: can it be done, what it costs, what is done when; or why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.cli import paper
from junheng.errors import say
from junheng.plan.design import MONEY, least_moves
from junheng.plan.plan import Plan
from junheng.plan.rates import unit_of
from junheng.plan.report import Report, counted, moved
from junheng.plan.results import Results
from junheng.plan.wording import label, level, money

MOST_ROWS = 15


@dataclass(frozen=True, slots=True)
class _Page:
    """A report, and the language it is said in."""

    report: Report
    language: str

    def say(self, name: str, **fields: Any) -> str:
        return say(f"plan.{name}", self.language, **fields)

    @property
    def plan(self) -> Plan:
        return self.report.plan

    def label(self, cell: str) -> str:
        return label(cell, self.plan.asked.costs, self.language)

    def heads(self, *names: str) -> list[tuple[str, str]]:
        """Give headings by name; > at the end for a column of numbers."""
        return [
            (say("plan.h_" + n.rstrip(">"), self.language), "right" if n.endswith(">") else "left")
            for n in names
        ]


def print_page(report: Report, out: Path | None, language: str) -> None:
    """Print the page of a plan, or of why there is none."""
    page, console = _Page(report, language), paper.console(paper.WIDE)
    blocks = [_head(page), *(_found(page) if report.results else _not_found(page))]
    for block in blocks:
        console.print(block)
        console.print()
    if out:
        console.print(page.say("written", folder=out), style="dim")


def _head(page: _Page) -> RenderableType:
    plan, start = page.plan, page.plan.asked.start
    title = page.say("title", standard=start.standard.label.say(page.language), county=start.county,
                     year=start.year, target=start.target)  # fmt: skip
    lines = list(_verdict(page)) if plan.found else [Text(page.say(_why(page)), "bold red")]
    if plan.solution.fallback:
        lines.append(Text(page.say("fallback_line", how=plan.solution.fallback), "yellow"))
    lines += [Text(line, "dim") for line in _rests_on(page)]
    return Panel(Group(*lines), title=title, title_align="left")


def _why(page: _Page) -> str:
    return "infeasible_title" if page.report.conflict else "none_title"


def _verdict(page: _Page) -> Iterator[Text]:
    plan, results = page.plan, page.report.results
    assert results is not None  # noqa: S101  # a plan that was found has its tables
    style = "bold green" if plan.state == "solved" else "bold yellow"
    yield Text(page.say("cost_line", cost=money(plan.cost, page.language),
                        bound=money(plan.bound, page.language)), "bold")  # fmt: skip
    yield Text(page.say(f"state_{plan.state}", gap=plan.gap), style)
    last = pl.col("year") == plan.asked.start.target
    sections, balance = results.sections.filter(last), results.balance.filter(last)
    yield Text(page.say("judged_line", target=plan.asked.start.target, sections=sections.height,
                        balance=balance.height), "green")  # fmt: skip
    yield Text(page.say("solver_line", solver=plan.solution.solver, seconds=plan.seconds,
                        first=plan.solution.first_seconds or 0.0))  # fmt: skip


def _rests_on(page: _Page) -> Iterator[str]:
    """Say what the plan takes for given, and what nobody limited."""
    plan, asked, start = page.plan, page.plan.asked, page.plan.asked.start
    pupils = {"target": start.target} if start.projected else {"year": start.year}
    yield page.say("pupils_projected" if start.projected else "pupils_last_year", **pupils)
    costs = asked.costs.label.say(page.language)
    yield page.say("prices_example" if plan.rates.illustrative else "prices_from", costs=costs)
    yield page.say("counted_line", years=asked.limits.counted_years, rate=asked.costs.discount)
    least = least_moves(start, asked.limits)
    share, backbone = start.rotation
    if least:
        yield page.say("rotation_line", least=least, share=share, backbone=backbone)
    missing = {"no_budget": asked.budget is None, "no_headcount": not asked.limits.headcount,
               "no_land": not asked.limits.land, "no_rotation": least is None and share > 0}  # fmt: skip
    yield from (page.say(name) for name, is_missing in missing.items() if is_missing)
    if start.assumed:
        yield page.say("assumed_title", n=len(start.assumed))
        yield from (f"  {one.say(page.language)}" for one in start.assumed[:MOST_ROWS])


def _found(page: _Page) -> Iterator[RenderableType]:
    results, report = page.report.results, page.report
    assert results is not None  # noqa: S101  # asked for only where there is a plan
    yield _what(page)
    yield _years(page, results)
    yield _path(page, results)
    yield _schools(page, results)
    yield from (_choices(page), Text()) if report.choices else ()
    yield from (_curve(page), Text()) if report.curve else ()
    yield from (_prices(page), Text()) if report.prices else ()
    yield from (_habits(page), Text()) if report.habits else ()


def _what(page: _Page) -> RenderableType:
    table = paper.table(page.say("what_title"))
    paper.columns(table, page.heads("what", "amount>", "schools>", "once>", "yearly>", "counted>"))
    groups: dict[tuple[str, str], list[Any]] = {}
    for action in page.plan.actions:
        if action.kind != "out":
            groups.setdefault((action.kind, action.cell), []).append(action)
    for (kind, cell), done in groups.items():
        unit = page.say(f"unit_{unit_of(cell)}" if kind == "buy" else "unit_person")
        schools = len({a.school for a in done if a.school})
        table.add_row(
            page.say(kind, label=_what_label(page, kind, cell)),
            f"{sum(a.amount for a in done):,.0f} {unit}",
            f"{schools}" if schools else "",
            *(
                f"{sum(getattr(a, name) for a in done) / MONEY:,.1f}"
                for name in ("once", "yearly", "counted")
            ),
        )
    return table


def _what_label(page: _Page, kind: str, cell: str) -> str:
    if kind in ("buy", "raise"):
        return page.label(cell)
    return page.say(f"who_{cell}")


def _years(page: _Page, results: Results) -> RenderableType:
    table = paper.table(page.say("years_title"))
    names = ("year", "spent>", "budget>", "built>", "hired>", "raised>", "moved>", "share>")
    paper.columns(table, page.heads(*names))
    for row in results.funding.iter_rows(named=True):
        mine = results.projects.filter(pl.col("year") == row["year"])
        built = mine.filter(pl.col("unit") == "m²")["amount"].sum()
        people = [mine.filter(pl.col("kind") == k)["amount"].sum() for k in ("hire", "raise")]
        moves = results.moves.filter(pl.col("year") == row["year"])["persons"].sum()
        budget = "" if row["budget"] is None else f"{row['budget'] / MONEY:,.1f}"
        table.add_row(str(row["year"]), f"{row['total'] / MONEY:,.1f}", budget, f"{built:,.0f}",
                      *(f"{n:,.0f}" for n in (*people, moves)), _passing(results, row["year"]))  # fmt: skip
    return table


def _passing(results: Results, year: int) -> str:
    sections = results.sections.filter(pl.col("year") == year)
    return f"{sections.filter(pl.col('verdict') == 'pass').height}/{sections.height}"


def _path(page: _Page, results: Results) -> RenderableType:
    start = page.plan.asked.start
    levels = [name for name in start.spread if (results.balance["level"] == name).any()]
    table = paper.table(page.say("path_title"))
    paper.columns(table, [("", "left"), *page.heads("indicator")])
    for name in levels:
        table.add_column(level(name, page.language), justify="right", no_wrap=True)
    for name in start.cells:
        indicator = start.standard.indicator(name)
        cells = [_step(results, name, at, (start.year, start.target)) for at in levels]
        table.add_row(indicator.number, indicator.label.say(page.language), *cells)
    return table


def _step(results: Results, indicator: str, at: str, ends: tuple[int, int]) -> Text:
    mine = results.balance.filter(pl.col("indicator") == indicator, pl.col("level") == at)
    before, after = (mine.filter(pl.col("year") == year).row(0, named=True) for year in ends)
    style = "green" if before["verdict"] == "met" else "red"
    text = Text("?" if before["cv"] is None else f"{before['cv']:.3f}", style)
    text.append(f" → {after['cv']:.3f} ≤{after['limit']:g}", "green")
    return text


def _schools(page: _Page, results: Results) -> RenderableType:
    by_school = results.projects.group_by("school", "name", maintain_order=True).agg(
        spent=(pl.col("once") + pl.col("yearly")).sum()
    )
    top = by_school.sort("spent", "school", descending=[True, False]).head(MOST_ROWS)
    table = paper.table(page.say("schools_title", n=top.height, of=by_school.height))
    paper.columns(table, page.heads("school", "work"))
    for row in top.iter_rows(named=True):
        work = results.projects.filter(pl.col("school") == row["school"])
        table.add_row(
            row["name"], "; ".join(_work(page, one) for one in work.iter_rows(named=True))
        )
    return table


def _work(page: _Page, one: dict[str, Any]) -> str:
    unit = page.say(f"unit_{one['unit']}")
    what = page.say(one["kind"], label=_what_label(page, one["kind"], one["cell"]))
    return f"{one['year']} {what} {one['amount']:,.0f} {unit}"


def _brief(page: _Page, plan: Plan) -> list[str]:
    """Say in the cells of a row what a plan comes to."""
    if not plan.found:
        state = "impossible" if plan.state == "infeasible" else "unknown"
        return ["", "", "", "", page.say(f"choice_{state}")]
    area = sum(a.amount for a in plan.actions if a.kind == "buy" and unit_of(a.cell) == "m²")
    proof = f"≤ {plan.gap:.2%}" if isfinite(plan.solution.bound) else "—"
    return [f"{plan.cost / MONEY:,.1f}", f"{moved(plan):,}", f"{counted(plan, 'hire'):,}",
            f"{area:,.0f}", proof]  # fmt: skip


def _choices(page: _Page) -> RenderableType:
    table = paper.table(page.say("choices_title"))
    names = ("choice", "target", "counted>", "moves>", "hires>", "area>", "state>")
    paper.columns(table, page.heads(*names))
    for choice in page.report.choices:
        target = str(choice.plan.asked.start.target)
        table.add_row(page.say(f"choice_{choice.name}"), target, *_brief(page, choice.plan))
    return table


def _curve(page: _Page) -> RenderableType:
    table = paper.table(page.say("curve_title"))
    paper.columns(table, page.heads("target", "counted>", "moves>", "hires>", "area>", "state>"))
    for year, plan in page.report.curve:
        table.add_row(str(year), *_brief(page, plan))
    return table


def _prices(page: _Page) -> RenderableType:
    table = paper.table(page.say("prices_title"))
    paper.columns(table, page.heads("limit", "saves>"))
    start = page.plan.asked
    for price in page.report.prices:
        words = price.limit.words(page.language, start.start.standard, start.costs)
        table.add_row(words, f"{price.saves / MONEY:,.2f}")
    return table


def _habits(page: _Page) -> RenderableType:
    table = paper.table(page.say("heuristics_title"))
    paper.columns(table, page.heads("choice", "counted>", "saving>", "note"))
    for habit in page.report.habits:
        saved = f"{1 - page.plan.cost / habit.cost:.1%}" if habit.cost > 0 else ""
        fails = "" if habit.passes else page.say("heuristic_fails")
        table.add_row(
            page.say(f"heuristic_{habit.name}"), f"{habit.cost / MONEY:,.1f}", saved, fails
        )
    return table


def _not_found(page: _Page) -> Iterator[RenderableType]:
    plan, found = page.plan, page.report.conflict
    asked = plan.asked
    if found is None:
        if plan.clash:
            yield Text(page.say("clash_line", what=page.say(f"limit_{plan.clash}")))
        else:
            yield Text(page.say("unknown_line", seconds=plan.seconds))
        return
    words = (page.language, asked.start.standard, asked.costs)
    lines = [Text(page.say("infeasible_line", target=asked.start.target), "bold")]
    lines += [Text("• " + one.words(*words), "red") for one in found.limits]
    yield Group(*lines)
    ways = [Text(page.say("ways_title"), "bold")]
    ways += [Text("• " + way.words(*words)) for way in found.ways]
    yield Group(*ways)
