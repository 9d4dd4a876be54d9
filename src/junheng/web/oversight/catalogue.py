"""Every field that is stored: why it is asked for, by which clause, how sensitive, who sees it.

Made from the tables of the contract, the standards in force, and for accounts and the log from
`fields.yaml`, which names every field of those models; a test holds it against the models.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from junheng.model.catalogue import catalogue as columns
from junheng.model.load import load_standard, shipped
from junheng.model.reference import Label
from junheng.model.tables import TABLES, Column, Table
from junheng.report.template_words import uses
from junheng.web.accounts.roles import GRANTS, Permission, Role

FILE = Path(__file__).parent / "fields.yaml"
CLASSES = {
    "public": gettext_lazy("公开"),
    "internal": gettext_lazy("内部"),
    "personal": gettext_lazy("个人信息（工作人员）"),
    "secret": gettext_lazy("鉴别信息"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One stored field, in the reader's language."""

    name: str
    label: str
    why: str
    kind: str | Promise
    seen_by: str
    clauses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one table."""

    label: str
    fields: list[Field]


def catalogue() -> list[Group]:
    """Give all stored fields, those of people first."""
    return [*_kept(), *_tables()]


def _kept() -> Iterator[Group]:
    for entry in listed():
        fields = [
            Field(name, _say(each), _say(each["why"]), CLASSES[each["class"]], _say(entry["seen"]))
            for name, each in entry["fields"].items()
        ]
        yield Group(_say(entry), fields)


def _tables() -> Iterator[Group]:
    for table in TABLES.values():
        yield Group(
            table.label.say(_language()), [_field(table, column) for column in table.columns]
        )


def _field(table: Table, column: Column) -> Field:
    about = columns()[table.name, column.name]
    label = column.label.say(_language())
    asked_by = _clauses().get((table.name, column.name), [])
    why = _of(about.asked_by)
    return Field(column.name, label, why, CLASSES["internal"], _who_sees(), asked_by)


@cache
def _clauses() -> dict[tuple[str, str], list[str]]:
    """Give the indicators and items of all standards that use a column, with their clauses."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in shipped():
        for place, texts in uses(load_standard(name)).items():
            found[place] += texts
    return found


def _who_sees() -> str:
    names = [str(role.label) for role in Role if Permission.SEE in GRANTS[role]]
    return "、".join(names) if _language() == "zh" else ", ".join(names)


@cache
def listed() -> list[dict[str, Any]]:
    """Read the fields of accounts, sessions and the log."""
    found: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def _of(label: Label) -> str:
    return label.zh if _language() == "zh" else label.en


def _say(entry: dict[str, str]) -> str:
    return entry[_language()]


def _language() -> str:
    return "en" if str(get_language()).startswith("en") else "zh"
