"""Names and values of cells, as the pages of filings show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from junheng.model.tables import TABLES, Column, Table
from junheng.web.collection.edits import ROW_ITSELF, RULE
from junheng.web.collection.fields import Field, Row
from junheng.web.collection.models import Record, Revision
from junheng.web.collection.rows import columns_of

register = template.Library()


@register.filter
def typed(field: Field, which: str) -> str:
    """Give one of a cell's values as it is typed."""
    return field.typed(which)


@register.filter
def counted_by(field: Field) -> str:
    """Say which of a cell's values counts, where there are several."""
    held = [name for name in ("counted", "statistics", "reported") if field.held[name] is not None]
    return held[0] if len(held) > 1 else ""


@register.filter
def table_name(table: Table) -> str:
    """Name a table in the reader's language."""
    return table.label.say(_language())


@register.filter
def column_name(column: Column) -> str:
    """Name a column in the reader's language."""
    return column.label.say(_language())


@register.filter
def named(tabs: Sequence[tuple[str, Table, int]], name: str) -> Table:
    """Give the table of this name."""
    return next(table for each, table, _lacking in tabs if each == name)


@register.filter
def all_fields(rows: Sequence[Row]) -> list[Field]:
    """Give the cells of several rows."""
    return [field for row in rows for field in row.fields]


@register.filter
def record_name(record: Record) -> str:
    """Name a record: its table and what tells its row."""
    words = columns_of(record.table, record.key).values()
    return " · ".join((table_name(TABLES[record.table]), *words))


@register.filter
def changes(revision: Revision) -> Iterator[tuple[str, str, str]]:
    """Give what a revision changed: the name of the cell, before, now."""
    for name, (was, now) in revision.changes.items():
        yield _cell(revision.record.table, name), _shown(was), _shown(now)


def _cell(table: str, name: str) -> str:
    if name == ROW_ITSELF:
        return _("这一行")
    if name.startswith(RULE):
        return _("对检查结果的说明")
    of = name.removeprefix("reason:")
    shown = column_name(TABLES[table].column(of))
    return shown if of == name else _("%(name)s的更正理由") % {"name": shown}


def _shown(value: Any) -> str:
    if value is None:
        return _("空")
    if isinstance(value, bool):
        return _("有") if value else _("无")
    return str(value)


def _language() -> str:
    return (get_language() or "zh")[:2]
