"""The pages of `junheng explain`: the table an inspector would write by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import narwhals as nw
import polars as pl
from rich.console import Console
from rich.table import Table

from junheng.cli import paper
from junheng.cli.judging import Ready
from junheng.errors import WrongUse
from junheng.evaluate.explain import Group, cells, clause, explain_balance, explain_section
from junheng.evaluate.regimes import Regime
from junheng.evaluate.verdict import Wide, wide_results
from junheng.inmemory import hold
from junheng.model.reference import Reference
from junheng.model.standard import SectionRule, Standard
from junheng.model.tables import table_of
from junheng.report.words import Words


def judged(ready: Ready, county: str | None) -> Iterator[tuple[int, Regime, Wide]]:
    """Judge the last year of the data, and give the regime that judges the county asked for."""
    year = ready.years[-1]
    for regime in ready.regimes:
        if year in regime.days and (county is None or covers(regime, county)):
            one = replace(regime, days={year: regime.days[year]})
            yield year, one, wide_results(one.cut(ready.tables), regime.standard, hold)


def covers(regime: Regime, county: str) -> bool:
    """Say whether a regime judges a county."""
    named = not regime.prefixes or county.startswith(regime.prefixes)
    return named and not (regime.without and county.startswith(regime.without))


def only_county(ready: Ready) -> str:
    """Give the one county asked for; WrongUse when several are left to choose from."""
    if len(ready.counties) != 1:
        shown = ", ".join(ready.counties[:8])
        raise WrongUse("cli.which_county", n=len(ready.counties), allowed=shown)
    return ready.counties[0]


def print_balance(ready: Ready, level: str, indicator: str, language: str) -> None:
    """Print the workings of one coefficient of variation."""
    county = only_county(ready)
    year, regime, wide = next(judged(ready, county))
    standard = regime.standard
    name = _indicator(standard, indicator)
    if level not in standard.levels:
        raise WrongUse("cli.no_such_level", found=level, allowed=", ".join(standard.levels))
    workings = explain_balance(wide, standard, Group(year, county, level), name)
    words, console = Words(standard, language), paper.console(paper.WIDE)
    rows: pl.DataFrame = workings.rows.collect().to_native()
    total: pl.DataFrame = workings.total.collect().to_native()
    if not rows.height:
        raise WrongUse("cli.no_sections", county=county, year=year, level=level)
    rows = rows.sort(pl.col("contribution"), "school", descending=[True, False], nulls_last=True)
    console.print(_workings_table(rows, standard, name, words))
    for line in _sums(total.row(0, named=True), standard, name, words):
        console.print(line)
    _print_clause(clause(workings.limit), words, console)


def _indicator(standard: Standard, asked: str) -> str:
    for indicator in standard.indicators:
        if asked in (indicator.id, indicator.number):
            return indicator.id
    allowed = ", ".join(f"{i.number}={i.id}" for i in standard.indicators)
    raise WrongUse("cli.no_such_indicator", found=asked, allowed=allowed)


def _workings_table(rows: pl.DataFrame, standard: Standard, name: str, words: Words) -> Table:
    indicator = standard.indicator(name)
    used = cells(indicator, standard)
    shared = any(table_of(cell) == "schools" for cell in used)
    title = words.say(
        "workings_title", indicator=words.indicator(name), unit=words.unit(indicator.unit)
    )
    table = paper.table(title)
    paper.columns(table, words.headings("school"))
    paper.columns(table, [(words.cell(cell), "right") for cell in used])
    names = ["share>"] if shared else []
    names += [
        "amount>",
        "pupils>",
        "value>",
        "weight>",
        "deviation>",
        "term>",
        "contribution>",
        "cv_if>",
    ]
    paper.columns(table, words.headings(*names))
    for row in rows.iter_rows(named=True):
        said = [row["name"] or row["school"], *(words.amount(row[cell]) for cell in used)]
        said += [words.number(row["share"], 4)] if shared else []
        said += [
            words.amount(row["amount"]),
            words.count(row["pupils"]),
            words.number(row["value"], 4),
        ]
        said += [words.number(row[key], 4) for key in ("weight", "deviation", "term")]
        said += [words.percent(row["contribution"]), words.blank(row["cv_if_at_limit"], 4)]
        table.add_row(*said)
    return table


def _sums(
    total: dict[str, float | None], standard: Standard, name: str, words: Words
) -> Iterator[str]:
    unit = words.unit(standard.indicator(name).unit)
    yield words.say("sum_line", mean=words.number(total["mean"], 6), unit=unit,
                    s2=words.number(total["s2"], 6), s=words.number(total["s"], 6),
                    cv=words.number(total["cv"], 6))  # fmt: skip
    cv, limit = total["compared"], total["limit"]
    if limit is None:
        yield words.say("no_limit")
    elif cv is None:
        yield words.say("cv_unknown")
    else:
        said = "distance_met" if total["met"] else "distance_over"
        yield words.say(said, cv=f"{cv:.6f}", limit=f"{limit:g}", distance=f"{abs(limit - cv):.6f}")


def _print_clause(reference: Reference | None, words: Words, console: Console) -> None:
    if reference:
        document = words.standard.documents[reference.document]
        basis = words.say(f"basis_{reference.basis}")
        console.print(words.say("clause_line", document=document.number, clause=reference.clause,
                                quote=reference.quote, basis=basis))  # fmt: skip


def print_school(ready: Ready, school: str, language: str) -> None:
    """Print how each section of a school stands, number by number."""
    console = paper.console(paper.WIDE)
    for year, regime, wide in judged(ready, None):
        words = Words(regime.standard, language)
        found = explain_section(wide, regime.standard, year, school)
        frame: pl.DataFrame = found.collect().to_native() if found is not None else pl.DataFrame()
        left_out: pl.DataFrame = (
            wide.sections.filter(nw.col("school") == school).collect().to_native()
        )
        if left_out.height:
            _print_sections(frame, left_out, regime.standard, words, console)
            return
    raise WrongUse("cli.no_such_school", found=school, year=ready.years[-1])


def _print_sections(
    frame: pl.DataFrame, sections: pl.DataFrame, standard: Standard, words: Words, console: Console
) -> None:
    for section in sections.sort("level").iter_rows(named=True):
        name = section["name"] or section["school"]
        pupils = words.count(section["pupils"])
        head = words.say(
            "section_head", name=name, level=words.level(section["level"]), pupils=pupils
        )
        console.print(head, style="bold")
        if section["left_out"] is not None:
            reason = standard.reasons[section["left_out"]]
            console.print(words.say("left_out", reason=words.reason(reason)))
        elif frame.height:
            mine = frame.filter(pl.col("level") == section["level"])
            console.print(_section_table(mine, words))
            console.print(
                words.say("section_verdict", verdict=words.verdict(mine["section_verdict"][0]))
            )
    rule = standard.section_rule
    if rule:
        _print_rule(rule, words, console)


def _section_table(mine: pl.DataFrame, words: Words) -> Table:
    table = paper.table()
    paper.columns(
        table,
        [
            ("", "left"),
            *words.headings(
                "indicator", "cells", "amount>", "value>", "limit>", "floor>", "short>", "verdict"
            ),
        ],
    )
    for row in mine.iter_rows(named=True):
        said = [
            *words.numbered(row["indicator"]),
            "\n".join(words.cells(row["cells"])),
            words.amount(row["amount"]),
        ]
        said += [
            words.number(row["value"], 4),
            words.blank(row["limit"], 4),
            words.blank(row["floor"], 4),
        ]
        short = "" if not row["short"] else words.amount(row["short"])
        table.add_row(*said, short, f"{words.mark(row['verdict'])} {words.verdict(row['verdict'])}")
    return table


def _print_rule(rule: SectionRule, words: Words, console: Console) -> None:
    floor = "" if rule.floor is None else words.say("rule_floor", floor=f"{rule.floor:.0%}")
    console.print(
        words.say("rule_line", at_least=rule.at_least, of=len(rule.indicators), floor=floor)
    )
    _print_clause(rule.reference, words, console)
