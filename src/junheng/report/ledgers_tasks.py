"""The ledger of tasks (整改台账): one line for every thing that is not met or not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from junheng.model.reference import Reference
from junheng.report.bundle import Bundle, section_name
from junheng.report.forms.items import found, points_short
from junheng.report.forms.page import Cells, digits_apart, printed
from junheng.report.ledgers_guide import guide_of
from junheng.report.ledgers_pages import Ledger, count, day, empty, page, text, told

Row = Mapping[str, Any]
STATES = ("not_begun", "under_way", "to_check", "closed")
_COLUMNS = (("number", 12.0), ("who", 62.0), ("problem", 104.0), ("clause", 66.0),
            ("department", 44.0), ("person", 20.0), ("measure", 58.0), ("deadline", 24.0),
            ("state", 22.0), ("proof", 34.0), ("closed_on", 24.0))  # fmt: skip
_DEADLINE, _STATE, _CLOSED = 7, 8, 10


def tasks(bundle: Bundle) -> Ledger:
    """List the tasks: schools first, then coefficients, then items; what a person decides is blank."""
    lines = [*_of_sections(bundle), *_of_balance(bundle), *_of_points(bundle), *_of_items(bundle)]
    state = told(bundle, f"state_{STATES[0]}")
    rows: list[Cells] = [
        (count(n), text(who), text(problem), text(clause), text(_departments(bundle, of)),
         empty(), empty(), day(), text(state), empty(), day())
        for n, (who, problem, clause, of) in enumerate(lines, 1)
    ]  # fmt: skip
    notes = [
        note for note in (guide_of(bundle.standard.id).note, told(bundle, "close_note")) if note
    ]
    states = [told(bundle, f"state_{name}") for name in STATES]
    return Ledger(
        page(bundle, "tasks", _COLUMNS, rows, notes), {_STATE: states}, (_DEADLINE, _CLOSED)
    )


Line = tuple[str, str, str, str]
"""Whom it concerns, the problem, the clause, and the indicator or item."""


def _departments(bundle: Bundle, of: str) -> str:
    named = guide_of(bundle.standard.id).departments.get(of, ())
    return "、".join(named) or told(bundle, "to_be_named")


def _clause(bundle: Bundle, reference: Reference | None) -> str:
    if reference is None:
        return ""
    return f"{bundle.standard.documents[reference.document].number} {reference.clause}"


def _of_sections(bundle: Bundle) -> Iterator[Line]:
    """Give a line for each indicator that keeps a section from passing, or that lacks data."""
    wanting = bundle.county.sections.filter(pl.col("verdict") != "pass").select(
        "school", "level", "name", "kind", "verdict"
    )
    values = bundle.county.values.rename({"verdict": "stands"}).filter(pl.col("stands") != "met")
    rule, balance = bundle.standard.section_rule, bundle.standard.balance_rule
    # Without a rule for schools what they lack is still wanted, for the coefficients.
    mine = pl.col("indicator").is_in(rule.indicators) if rule else pl.col("value").is_null()
    compared = balance.limit if balance else None
    reference = rule.reference if rule else compared.reference if compared else None
    rows = wanting.join(values, on=["school", "level"], maintain_order="left").filter(mine)
    for row in rows.iter_rows(named=True):
        name = bundle.words.indicator(row["indicator"])
        if row["value"] is None or row["limit"] is None:
            problem = told(bundle, "task_data", indicator=name)
        else:
            value, limit = _apart(row["value"], row["limit"], 2)
            problem = told(bundle, "task_value", indicator=name, value=value, limit=limit)
        yield section_name(row), problem, _clause(bundle, reference), row["indicator"]


def _apart(value: float, limit: float, digits: int) -> tuple[str, str]:
    """Write a value and its limit with as many digits as tell them apart."""
    digits = digits_apart(value, limit, digits)
    return printed(value, digits), printed(limit, digits)


def _of_balance(bundle: Bundle) -> Iterator[Line]:
    compared = bundle.county.balance.filter(
        pl.col("limit").is_not_null(), pl.col("verdict") != "met"
    )
    rule = bundle.standard.balance_rule
    limit = rule.limit if rule else None
    for row in compared.iter_rows(named=True):
        told_of = {"level": bundle.words.level(row["level"]),
                   "indicator": bundle.words.indicator(row["indicator"])}  # fmt: skip
        if row["cv"] is None:
            problem = told(bundle, "task_cv_unknown", **told_of)
        else:
            cv, most = _apart(row["cv"], row["limit"], 3)
            problem = told(bundle, "task_cv", **told_of, cv=cv, limit=most)
        clause = _clause(bundle, limit.reference if limit else None)
        yield told(bundle, "whole_county"), problem, clause, row["indicator"]


def _of_points(bundle: Bundle) -> Iterator[Line]:
    for part, points in bundle.points_short:
        rule = next(p.items for p in bundle.standard.parts if p.id == part)
        clause = _clause(bundle, rule.limit.reference if rule and rule.limit else None)
        problem = f"{bundle.words.part(part)}：{points_short(bundle, points)}"
        yield told(bundle, "whole_county"), problem, clause, part


def _of_items(bundle: Bundle) -> Iterator[Line]:
    """Give a line for each check that is not met or not known; by unit where units are at fault."""
    rows = {(row["item"], row["check"]): row for row in bundle.county.items.iter_rows(named=True)}
    for group, item in bundle.standard.every_item():
        wrong = {"met"} if group == "veto" else {"unmet"}
        for check in item.checks:
            row = rows[item.id, check.id]
            told_elsewhere = check.kind == "points" and row["value"] is not None
            if told_elsewhere or check.kind == "balance":
                continue
            if row["verdict"] not in {*wrong, "not_assessed"}:
                continue
            clause = _clause(bundle, item.reference)
            units = bundle.findings.filter(pl.col("item") == item.id, pl.col("check") == check.id)
            for school, n in units.group_by("school", maintain_order=True).len().iter_rows():
                name = bundle.schools[school]["name"] or school
                yield (
                    name,
                    told(bundle, "task_units", item=bundle.words.item(item.id), n=n),
                    clause,
                    item.id,
                )
            if units.is_empty() or row["unknown"]:
                problem = f"{item.number} {found(bundle, check, row, bundle.words.language)}"
                if row["verdict"] == "not_assessed":
                    problem += told(bundle, "to_report")
                yield told(bundle, "whole_county"), problem, clause, item.id
