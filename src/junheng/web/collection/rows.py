"""Rows of the input tables as records: which key a row has, which of its columns are filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from junheng.model.tables import LEVELS, TABLES, Column, Table
from junheng.web.accounts.models import Kind
from junheng.web.accounts.numbers import number_in

OF_SCHOOL = ("schools", "sections", "classes", "rooms")
OF_COUNTY = ("facts", "opinions")
GIVEN = ("year", "county", "school")
"""Key columns that the filing itself gives."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "schools": (),
    "sections": ("level",),
    "classes": ("level", "grade", "class"),
    "rooms": (),
    "facts": ("item",),
    "opinions": ("group", "channel"),
}
"""Columns that a record's key holds. Rooms have none: theirs is a running number."""
NUMBERED = ("rooms",)
LEVELS_OF = {
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "twelve_year": ("primary", "junior", "senior"),
    "special": (),
    "vocational": (),
}
"""The levels that a school of a kind has; special and vocational schools name their own."""
UNKNOWN_KIND = ("primary", "junior")
"""A school whose kind is not known may have either level: both stay open, neither passes."""
Values = dict[str, Any]


def tables_of(kind: str) -> tuple[str, ...]:
    """Name the tables that an organisation of a kind fills in."""
    return OF_COUNTY if kind == Kind.COUNTY else OF_SCHOOL


def filled_columns(table: Table) -> tuple[Column, ...]:
    """Give the columns whose values are kept in a record, besides those of its key."""
    key = KEYS[table.name]
    return tuple(c for c in table.columns if c.name not in GIVEN and c.name not in key)


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """Give the key of a row.

    >>> key_of("classes", {"level": "primary", "grade": "1/2", "class": "1班"})
    'primary/1%2F2/1班'
    """
    parts = (str(row[name]) for name in KEYS[table])
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)


def columns_of(table: str, key: str) -> Values:
    """Give the key columns of a record's row.

    >>> columns_of("classes", "primary/1%2F2/1班")
    {'level': 'primary', 'grade': '1/2', 'class': '1班'}
    """
    if not KEYS[table]:
        return {}
    parts = (part.replace("%2F", "/").replace("%25", "%") for part in key.split("/"))
    return dict(zip(KEYS[table], parts, strict=True))


def known_key(table: str, key: str) -> bool:
    """Tell whether a key is one that a row of this table can have."""
    if table in NUMBERED:
        return number_in(key) is not None
    parts = key.split("/") if KEYS[table] else [key]
    if len(parts) != max(1, len(KEYS[table])):
        return False
    choices = (TABLES[table].column(name).choices for name in KEYS[table])
    allowed = all(not held or part in held for part, held in zip(parts, choices, strict=False))
    return allowed and (all(parts) if KEYS[table] else key == "")


def levels_of(kind: str | None) -> tuple[str, ...]:
    """Give the levels that a school of a kind has to tell of."""
    return UNKNOWN_KIND if kind is None else LEVELS_OF[kind]


def in_order(levels: Iterable[str]) -> list[str]:
    """Put levels into their order."""
    order = list(LEVELS)
    return sorted(levels, key=order.index)
