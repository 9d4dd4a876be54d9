"""Names and cells as a person should see them in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from junheng.errors import Problem
from junheng.model.tables import TABLES, Column, Table

LIMIT = 20
"""So many of one kind of problem in one column are listed; of the rest only the number."""
_LONGEST = 40


class Label(str):
    """A machine name that knows its Chinese one: a sentence picks the one of its language."""

    zh: str

    def __new__(cls, name: str, zh: str) -> Label:
        """Name something in both languages."""
        label = super().__new__(cls, name)
        label.zh = zh
        return label


def label(thing: Table | Column) -> Label:
    """Name a table or column."""
    return Label(thing.name, thing.zh)


def listed(things: Iterable[Table | Column]) -> Label:
    """Name several tables or columns in one breath."""
    labels = [label(thing) for thing in things]
    return Label(", ".join(labels), "、".join(each.zh for each in labels))


def quoted(names: Iterable[str]) -> Label:
    """List names that a person chose, such as headings and files; of very many, the first."""
    shortened = [shown(name) for name in islice(names, LIMIT)]
    return Label(
        ", ".join(f'"{name}"' for name in shortened), "、".join(f"“{name}”" for name in shortened)
    )


def choices(column: Column) -> Label:
    """List what a choice column may hold."""
    pairs = column.choices.items()
    digits = all(value.isdigit() for value in column.choices)
    zh = (f"{value} {text}" if digits else text for value, text in pairs)
    return Label(", ".join(column.choices), "、".join(zh))


def shown(value: object) -> str:
    """Show a cell as it was found, but never long, and with nothing that a screen would obey."""
    text = "".join(
        each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value)
    )
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def known(name: str) -> Table | None:
    """Find a table by its machine or its Chinese name."""
    return _NAMES.get(name.strip())


def of(table: Table, code: str, **fields: object) -> Problem:
    """Say something of a whole table."""
    return Problem(f"intake.{code}", table=label(table), **fields)


def closed(path: Path, error: OSError) -> Problem:
    """Say that the system does not let a file be read."""
    reason = error.strerror or type(error).__name__
    return Problem("intake.file_closed", file=path.name, reason=reason)


def capped(problems: list[Problem]) -> list[Problem]:
    """Keep the first of many problems of one kind in one table, and say how many more there are."""
    if len(problems) <= LIMIT:
        return problems
    table = problems[0].fields["table"]
    more = Problem("intake.more_rows", table=table, more=len(problems) - LIMIT)
    return [*problems[:LIMIT], more]


_NAMES = {name: table for table in TABLES.values() for name in (table.name, table.zh)}
