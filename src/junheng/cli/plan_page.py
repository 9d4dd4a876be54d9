"""The page of junheng plan: can it be done, what it costs, what is done when; or why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from junheng.cli import paper
from junheng.cli.plan_page_beside import Page, beside
from junheng.plan.actions import APART
from junheng.plan.design import MONEY, least_moves
from junheng.plan.items import Items
from junheng.plan.plan import Zoned
from junheng.plan.rates import unit_of
from junheng.plan.report import Report
from junheng.plan.results import Results
from junheng.plan.wording import level, money
from junheng.plan.zones import BETWEEN

MOST_ROWS = 15


def print_page(report: Report, out: Path | None, language: str) -> None:
    """Print the page of a plan, or of why there is none."""
    page, console = Page(report, language), paper.console(paper.WIDE)
    blocks = [_head(page), *(_found(page) if report.results else _not_found(page))]
    for block in blocks:
        console.print(block)
        console.print()
    if out:
        console.print(page.say("written", folder=out), style="dim")


def _head(page: Page) -> RenderableType:
    plan, start = page.plan, page.plan.asked.start
    title = page.say("title", standard=start.standard.label.say(page.language), county=start.county,
                     year=start.year, target=start.target)  # fmt: skip
    lines = list(_verdict(page)) if plan.found else [Text(page.say(_why(page)), "bold red")]
    if plan.solution.fallback:
        lines.append(Text(page.say("fallback_line", how=plan.solution.fallback), "yellow"))
    lines += [Text(line, "dim") for line in _rests_on(page)]
    return Panel(Group(*lines), title=title, title_align="left")


def _why(page: Page) -> str:
    return "infeasible_title" if page.report.conflict else "none_title"


def _verdict(page: Page) -> Iterator[Text]:
    plan, results = page.plan, page.report.results
    assert results is not None  # noqa: S101  # a plan that was found has its tables
    style = "bold green" if plan.state == "solved" else "bold yellow"
    yield Text(page.say("cost_line", cost=money(plan.cost, page.language),
                        bound=money(plan.bound, page.language)), "bold")  # fmt: skip
    yield Text(page.say(f"state_{plan.state}", gap=plan.gap), style)
    last = pl.col("year") == plan.asked.start.target
    sections, balance = results.sections.filter(last), results.balance.filter(last)
    balance = balance.filter(pl.col("limit").is_not_null())
    said = "judged_mean" if plan.asked.start.ceilings else "judged_line"
    sections = sections.filter(pl.col("verdict") == "pass")
    yield Text(page.say(said, target=plan.asked.start.target, sections=sections.height,
                        balance=balance.height), "green")  # fmt: skip
    yield Text(page.say("solver_line", solver=plan.solution.solver, seconds=plan.seconds,
                        first=plan.solution.first_seconds or 0.0))  # fmt: skip


def _rests_on(page: Page) -> Iterator[str]:
    """Say what the plan takes for given, and what nobody limited."""
    plan, asked, start = page.plan, page.plan.asked, page.plan.asked.start
    pupils = {"target": start.target} if start.projected else {"year": start.year}
    yield page.say("pupils_projected" if start.projected else "pupils_last_year", **pupils)
    costs = asked.costs.label.say(page.language)
    yield page.say("prices_example" if plan.rates.illustrative else "prices_from", costs=costs)
    yield page.say("counted_line", years=asked.limits.counted_years, rate=asked.costs.discount)
    yield from (page.say("waits", what=words.say(page.language)) for words in start.waiting)
    least = least_moves(start, asked.limits)
    share, backbone = start.rotation
    if least:
        yield page.say("rotation_line", least=least, share=share, backbone=backbone)
    if asked.items:
        yield from _of_items(page, asked.items)
    if plan.zones:
        yield _of_zones(page, plan.zones)
    missing = {"no_budget": asked.budget is None, "no_headcount": not asked.limits.headcount,
               "no_land": not asked.limits.land, "no_rotation": least is None and share > 0}  # fmt: skip
    yield from (page.say(name) for name, is_missing in missing.items() if is_missing)
    if start.assumed:
        yield page.say("assumed_title", n=len(start.assumed))
        yield from (f"  {one.say(page.language)}" for one in start.assumed[:MOST_ROWS])


def _of_items(page: Page, items: Items) -> Iterator[str]:
    """Say what of special rooms, classes and sizes is in the plan, and what is not."""
    start = page.plan.asked.start
    yuan = sum(action.counted for action in items.actions)
    if items.looked:
        yield page.say("items_line", year=start.year, yuan=money(yuan, page.language))
    out = [page.say(f"left_{why}", label=page.label(cell), n=n) for cell, n, why in items.left_out]
    out += [page.say("left_unknown", n=items.unknown)] if items.unknown else []
    out += [page.say("left_over_size", n=items.over_size)] if items.over_size else []
    if out:
        yield page.say("left_line", what="; ".join(out))


def _of_zones(page: Page, zones: Zoned) -> str:
    """Say who changes zones, what the plan would be without, and what its bound is a bound of."""
    still = page.say("zones_still_none")
    if zones.still.found:
        still = page.say("zones_still_cost", cost=money(zones.still.cost, page.language))
    n = sum(action.amount for action in page.plan.asked.settled if action.kind == "zone")
    return page.say("zones_line", step=zones.asked.limits.zone_step, n=f"{n:,.0f}", still=still)


def _found(page: Page) -> Iterator[RenderableType]:
    results = page.report.results
    assert results is not None  # noqa: S101  # asked for only where there is a plan
    yield from (_what(page),) if page.plan.actions else ()
    yield from (_zones(page, results),) if results.zones.height else ()
    yield _years(page, results)
    yield _path(page, results)
    yield from (_schools(page, results),) if results.projects.height else ()
    yield from beside(page)


def _what(page: Page) -> RenderableType:
    table = page.table("what_title")
    paper.columns(table, page.heads("what", "amount>", "schools>", "once>", "yearly>", "counted>"))
    groups: dict[tuple[str, str], list[Any]] = {}
    for action in page.plan.actions:
        if action.kind != "out":
            groups.setdefault((action.kind, action.cell), []).append(action)
    for (kind, cell), done in groups.items():
        unit = page.say(f"unit_{unit_of(cell)}" if kind in ("buy", "open") else "unit_person")
        schools = len({school for a in done for school in a.school.split(BETWEEN) if school})
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


def _what_label(page: Page, kind: str, cell: str) -> str:
    if kind in ("buy", "raise", *APART):
        return page.label(cell)
    return page.say(f"who_{cell}")


def _zones(page: Page, results: Results) -> RenderableType:
    assert page.plan.zones is not None  # noqa: S101  # pupils change zones only where they may
    table = page.table("zones_title", step=page.plan.zones.asked.limits.zone_step)
    paper.columns(table, page.heads("year", "level", "from", "to", "pupils>"))
    for row in results.zones.iter_rows(named=True):
        table.add_row(str(row["year"]), level(row["level"], page.language), row["from_name"],
                      row["to_name"], f"{row['pupils']:,}")  # fmt: skip
    return Group(table, Text())


def _years(page: Page, results: Results) -> RenderableType:
    table = page.table("years_title")
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
    passing = sections.filter(pl.col("verdict") == "pass").height
    judged = sections.filter(pl.col("verdict") != "not_assessed").height
    return f"{passing}/{sections.height}" if judged else ""


def _path(page: Page, results: Results) -> RenderableType:
    start = page.plan.asked.start
    levels = [name for name in start.spread if (results.balance["level"] == name).any()]
    table = page.table("path_title")
    paper.columns(table, [("", "left"), *page.heads("indicator")])
    for name in levels:
        table.add_column(level(name, page.language), justify="right", no_wrap=True)
    for name in start.cells:
        indicator = start.standard.indicator(name)
        cells = [_step(results, name, at, (start.year, start.target)) for at in levels]
        table.add_row(indicator.number, indicator.label.say(page.language), *cells)
    if start.ceilings:
        cells = [_step(results, "composite", at, (start.year, start.target)) for at in levels]
        table.add_row("", page.say("mean_of_all"), *cells)
    return table


def _step(results: Results, indicator: str, at: str, ends: tuple[int, int]) -> Text:
    mine = results.balance.filter(pl.col("indicator") == indicator, pl.col("level") == at)
    before, after = (mine.filter(pl.col("year") == year).row(0, named=True) for year in ends)
    if after["limit"] is None:
        cvs = ("?" if row["cv"] is None else f"{row['cv']:.3f}" for row in (before, after))
        return Text(" → ".join(cvs))
    style = "green" if before["verdict"] == "met" else "red"
    text = Text("?" if before["cv"] is None else f"{before['cv']:.3f}", style)
    text.append(f" → {after['cv']:.3f} ≤{after['limit']:g}", "green")
    return text


def _schools(page: Page, results: Results) -> RenderableType:
    by_school = results.projects.group_by("school", "name", maintain_order=True).agg(
        spent=(pl.col("once") + pl.col("yearly")).sum()
    )
    top = by_school.sort("spent", "school", descending=[True, False]).head(MOST_ROWS)
    table = page.table("schools_title", n=top.height, of=by_school.height)
    paper.columns(table, page.heads("school", "work"))
    for row in top.iter_rows(named=True):
        work = results.projects.filter(pl.col("school") == row["school"])
        table.add_row(
            row["name"], "; ".join(_work(page, one) for one in work.iter_rows(named=True))
        )
    return table


def _work(page: Page, one: dict[str, Any]) -> str:
    unit = page.say(f"unit_{one['unit']}")
    what = page.say(one["kind"], label=_what_label(page, one["kind"], one["cell"]))
    return f"{one['year']} {what} {one['amount']:,.0f} {unit}"


def _not_found(page: Page) -> Iterator[RenderableType]:
    plan, found = page.plan, page.report.conflict
    asked = plan.asked
    if found is None:
        if plan.clash:
            yield Text(page.say("clash_line", what=page.say(f"limit_{plan.clash}")))
        else:
            said = "ceilings_none" if asked.start.ceilings else "unknown_line"
            yield Text(page.say(said, seconds=plan.seconds))
        return
    words = (page.language, asked.start.standard, asked.costs)
    smallest = page.say("conflict_smallest" if found.smallest else "conflict_spared")
    said = page.say("infeasible_line", target=asked.start.target, n=len(found.limits),
                    smallest=smallest)  # fmt: skip
    lines = [Text(said, "bold")]
    lines += [Text("• " + one.words(*words), "red") for one in found.limits]
    yield Group(*lines)
    ways = [Text(page.say("ways_title"), "bold")]
    ways += [Text("• " + way.words(*words)) for way in found.ways]
    yield Group(*ways)
