"""The cells of a filing as a page shows them: what is asked, why, and the values side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from junheng.model.catalogue import catalogue
from junheng.model.standard import Item, Standard
from junheng.model.tables import LEVELS, TABLES, Column
from junheng.model.units import units
from junheng.report.template_words import UNITS, clause
from junheng.web.collection.cells import column_of
from junheng.web.collection.dataset import counting
from junheng.web.collection.models import Record
from junheng.web.collection.rows import Values, columns_of, filled_columns, in_order, levels_of
from junheng.web.collection.standards import Uses

_FLAGS = {"1": "是", "0": "否"}


@dataclass(frozen=True, slots=True)
class Field:
    """One cell: what it is, and its three values and last year's, as they are shown."""

    table: str
    key: str
    column: Column
    label: str
    unit: str
    asked: bool
    """Whether the standard, or a program that reads the table, needs it."""
    meaning: str
    why: tuple[str, ...]
    held: Mapping[str, Any]
    """statistics, reported, counted, before, counts: the stored value, None if not known."""
    reason: str

    @property
    def name(self) -> str:
        """Name the cell in the page."""
        return "-".join((self.table, self.key.replace("/", "-"), self.column.name))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Give what may be chosen; empty where it is typed."""
        if self.column.kind == "flag":
            return [(value, _word(text)) for value, text in _FLAGS.items()]
        if self.column.kind in ("choice", "text"):
            return [(value, _choice(value, zh)) for value, zh in self.column.choices.items()]
        return []

    @property
    def numeric(self) -> bool:
        """Tell whether digits are typed."""
        return self.column.kind not in ("text", "choice", "flag")

    def shown(self, which: str) -> str:
        """Give one of the values as a person reads it; empty if not known."""
        value = self.held.get(which)
        if value is None:
            return ""
        return dict(self.choices).get(str(value), _plain(value))

    def typed(self, which: str) -> str:
        """Give one of the values as it is typed."""
        value = self.held.get(which)
        return "" if value is None else _plain(value)

    @property
    def values(self) -> dict[str, str]:
        """Give all values as a person reads them."""
        names = ("statistics", "reported", "counted", "before", "counts")
        return {name: self.shown(name) for name in names}

    @property
    def corrected(self) -> bool:
        """Tell whether something else was reported than the statistics say."""
        return self.held["reported"] is not None and self.held["statistics"] is not None


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record, under its heading."""

    key: str
    heading: str
    fields: list[Field]
    words: tuple[str, ...] = ()
    """Of tables with several key columns: what these say."""

    @property
    def said(self) -> str:
        """Name the row."""
        return " ".join(self.words) or self.heading

    def counts(self, name: str) -> Any:
        """Give the value of a column that counts; None if not known."""
        return next(each.held["counts"] for each in self.fields if each.column.name == name)

    @property
    def asked(self) -> list[Field]:
        """Give the cells that the standard needs."""
        return [each for each in self.fields if each.asked]

    @property
    def others(self) -> list[Field]:
        """Give the cells that it does not need."""
        return [each for each in self.fields if not each.asked]


@dataclass(slots=True)
class Known:
    """What is stored of a filing and of the one before, and the rules it is filled in by."""

    standard: Standard
    uses: Uses
    records: Mapping[tuple[str, str], Record]
    before: Mapping[tuple[str, str], Values]
    items: dict[str, Item] = field(default_factory=dict)
    """By fact: the item of the standard that asks for it."""

    def __post_init__(self) -> None:
        """Find which item asks for which fact."""
        for _group, item in self.standard.every_item():
            for check in item.checks:
                for name in (*check.of.names, *(check.per.names if check.per else ())):
                    self.items.setdefault(name, item)

    def row(self, table: str, key: str, heading: str) -> Row:
        """Give the cells of one record, stored or not yet."""
        columns = filled_columns(TABLES[table])
        words = tuple(
            _choice(value, TABLES[table].column(name).choices.get(value, value))
            for name, value in columns_of(table, key).items()
        )
        return Row(key, heading, [self.field(table, key, c.name) for c in columns], words)

    def rows_of(self, table: str) -> list[Row]:
        """Give the rows of a table, those that have to be there and those that were added."""
        if table == "schools":
            return [self.row(table, "", "")]
        stored = [
            k for (name, k), each in self.records.items() if name == table and not each.removed
        ]
        if table == "sections":
            levels = in_order({*levels_of(self.kind), *stored})
            return [self.row(table, level, LEVELS[level]) for level in levels]
        return [self.row(table, key, key) for key in sorted(stored, key=_order)]

    @property
    def kind(self) -> str | None:
        """Give what kind of school it is; None while nobody has said it."""
        school = self.records.get(("schools", ""))
        if school is None:
            return None
        return counting(school.statistics, school.reported, school.counted).get("kind")

    def field(self, table: str, key: str, name: str) -> Field:
        """Give one cell."""
        record = self.records.get((table, key))
        column = column_of(table, key, name, self.standard.facts)
        about = catalogue()[table, name]
        said = language()
        traps = [about.trap.say(said)] if about.trap else []
        meaning = about.meaning.say(said)
        why: Sequence[str] = self.uses.get((table, name), ())
        if table == "facts":
            meaning, why = self._fact(key)
        known = column.required or (table, name) in self.uses or table in ("facts", "classes")
        return Field(
            table, key, column, column.label.say(said), _unit(column),
            asked=known or name in ("name", "setting"),
            meaning=" ".join([meaning, *traps]),
            why=(about.asked_by.say(said), *why) if table != "facts" else tuple(why),
            held=_held(record, self.before.get((table, key), {}), name),
            reason=record.reasons.get(name, "") if record else "",
        )  # fmt: skip

    def _fact(self, key: str) -> tuple[str, list[str]]:
        """Give the sentence of the standard that a fact fills a blank of, and its clause."""
        item = self.items.get(key)
        if item is None:
            return self.standard.facts[key].form, []
        return item.text, [clause(self.standard, item.reference)]

    def facts(self) -> Iterator[tuple[str, list[Row]]]:
        """Give the county facts under the part of the form that each belongs to."""
        groups: dict[str, list[Row]] = {}
        for fact in self.standard.facts.values():
            form = fact.form.split("-")[0] or _("其他")
            groups.setdefault(form, []).append(
                self.row("facts", fact.id, fact.label.say(language()))
            )
        yield from groups.items()


def _order(key: str) -> tuple[object, ...]:
    return (len(key), key) if key.isdigit() else (0, key)


def language() -> str:
    """Name the reader's language: zh or en."""
    return (get_language() or "zh")[:2]


def _plain(value: Any) -> str:
    """Write a value as people type it: whole numbers without a decimal point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _held(record: Record | None, before: Values, name: str) -> dict[str, Any]:
    if record is None:
        return dict.fromkeys(("statistics", "reported", "counted", "counts")) | {
            "before": before.get(name)
        }
    counts = counting(record.statistics, record.reported, record.counted)
    return {
        "statistics": record.statistics.get(name),
        "reported": record.reported.get(name),
        "counted": record.counted.get(name),
        "counts": counts.get(name),
        "before": before.get(name),
    }


def _unit(column: Column) -> str:
    if column.unit in ("", "yes/no") or column.kind == "flag":
        return ""
    english = language() == "en"
    if column.unit in units():
        label = units()[column.unit]
        return label.en if english else UNITS.get(column.unit, label.zh)
    return column.unit if english else UNITS.get(column.unit, column.unit)


def _choice(value: str, zh: str) -> str:
    english = language() == "en"
    if english:
        return value.replace("_", " ")
    return f"{value} {zh}" if value.isdigit() and value != zh else zh


def _word(text: str) -> str:
    return _("是") if text == "是" else _("否")
