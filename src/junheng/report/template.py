"""Templates: a workbook that a county, or one school, fills in and hands in as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from junheng.errors import say
from junheng.model.standard import Standard
from junheng.model.tables import TABLES, Table
from junheng.model.units import units
from junheng.report import template_pages
from junheng.report.template_sheet import Styles, TableSheet, header, rows
from junheng.report.template_words import Uses, note, uses
from junheng.report.workbook import workbook

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
OF_SCHOOLS = ("schools", "sections", "classes", "rooms")
"""The tables that a school fills in; the county fills in the others too."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a template is for, and what is already known."""

    standard: Standard
    county: str | None = None
    year: int | None = None
    rows: Rows = field(default_factory=dict)
    """By table: what to fill in before, under machine names."""
    school: str | None = None
    """Name of the one school that it is for; None: for the whole county."""


def write(template: Template, path: Path) -> None:
    """Write a template; raises WrongUse when there is a file of that name already."""
    names = OF_SCHOOLS if template.school else tuple(TABLES)
    used = uses(template.standard)
    with workbook(path) as book:
        book.set_properties({"title": say("template.title", "zh"), "author": "junheng"})
        styles = Styles(book)
        template_pages.guide(book, styles, _about(template))
        for name in names:
            _table(TableSheet(book, styles, TABLES[name]), template, used)
        template_pages.example(book, styles, names)


def _about(template: Template) -> list[tuple[str, str]]:
    """Say whom the template is for."""
    year = f"{template.year}–{template.year + 1}学年" if template.year else ""
    school = [("school", template.school)] if template.school else []
    return [
        ("standard", template.standard.label.zh),
        ("county", template.county or ""),
        ("year", year),
        *school,
    ]


def _table(sheet: TableSheet, template: Template, used: Uses) -> None:
    known = [dict(row) for row in template.rows.get(sheet.table.name, ())]
    if sheet.table.name == "facts":
        known = _facts(template, known, used)
    header(sheet, [note(sheet.table, column, used) for column in sheet.table.columns])
    rows(sheet, known or _start(template, sheet.table))


def _facts(
    template: Template, known: Sequence[Mapping[str, Any]], used: Uses
) -> list[dict[str, Any]]:
    """List every fact that the standard needs, with what is known of it."""
    values = {row["item"]: row["value"] for row in known}
    others = [row for row in known if row["item"] not in template.standard.facts]
    listed = [
        {
            "year": template.year,
            "county": template.county,
            "item": fact.id,
            "value": values.get(fact.id),
            "label": fact.label.zh,
            "unit": units()[fact.unit].zh if fact.unit in units() else fact.unit,
            "form": fact.form,
            "asked": "；".join(used.get(("facts", fact.id), [])),
        }
        for fact in template.standard.facts.values()
    ]
    return [*listed, *map(dict, others)]


def _start(template: Template, table: Table) -> list[dict[str, Any]]:
    """Begin the first row of the tables that cannot stay empty with what is known of every row."""
    known = {"year": template.year, "county": template.county}
    return [known] if table.required and any(known.values()) else []


def book_name(code: str, name: str | None) -> str:
    """Name the file of one school by its code and name, with nothing that a system would obey.

    >>> book_name("9901010001", "=第一/小学")
    '9901010001-第一小学.xlsx'
    """
    parts = ("".join(each for each in text if each.isalnum()) for text in (code, name or ""))
    return "-".join(part for part in parts if part)[:80] + ".xlsx"
