"""Who is counted as what: the official definitions, read from dated YAML.

Of each amount: which register, at which level, under which conditions, since when, by which
clause. A user's own file works exactly like the shipped one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from junheng.derive.registers import REGISTERS
from junheng.errors import WrongUse
from junheng.model import build
from junheng.model.build import COMPARISONS, Context
from junheng.model.limit import Condition, Test
from junheng.model.load import SHIPPED
from junheng.model.reference import Document, Label, Reference
from junheng.model.strict import Entry, Slips, read_yaml
from junheng.model.tables import LEVELS, SECTIONS, Column

FILE = SHIPPED / "derive" / "definitions.yaml"
Alternatives = tuple[Condition, ...]
"""One of these conditions holds."""
_GOES_TO = ("sections", "facts")


@dataclass(frozen=True, slots=True)
class Case:
    """What has to hold of a person at each level, from one day on."""

    since: dt.date
    until: dt.date | None
    levels: Mapping[str, Alternatives]
    reference: Reference
    note: str

    @property
    def first_year(self) -> int:
        """The first school year (from September on) in which it is in force."""
        return self.since.year + (self.since > dt.date(self.since.year, 9, 1))

    @property
    def last_year(self) -> int | None:
        """The last school year at whose first of September it is still in force."""
        if self.until is None:
            return None
        return self.until.year - (self.until < dt.date(self.until.year, 9, 1))


@dataclass(frozen=True, slots=True)
class Count:
    """An amount: how many people of a register are counted as something."""

    id: str
    table: str
    register: str
    label: Label
    among: str
    """Only those who count as this; "" where all rows are looked at."""
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """All amounts, in an order in which each stands after the one it is `among`."""

    id: str
    label: Label
    documents: Mapping[str, Document]
    sums: Mapping[str, tuple[str, ...]]
    """Names for columns added up, such as hours of five years. No column is below zero."""
    counts: tuple[Count, ...]
    version: str
    """SHA-256 of the file, its first 8 characters."""

    def of(self, register: str) -> tuple[Count, ...]:
        """Give the amounts that come from one register."""
        return tuple(count for count in self.counts if count.register == register)


def load_definitions(path: Path = FILE) -> Definitions:
    """Read definitions; the shipped ones unless a file is given.

    Raises WrongUse when there is no such file, StandardNeedsMending with every slip: file, line,
    what was found, what is allowed.
    """
    if not path.is_file():
        raise WrongUse("derive.no_definitions", found=str(path))
    slips = Slips()
    top = read_yaml(path, path.name, slips)
    found = _definitions(top, slips, path) if top else None
    slips.raise_if_any()
    return cast(Definitions, found)


def _definitions(top: Entry, slips: Slips, path: Path) -> Definitions:
    context = Context(slips, {})
    none: dict[str, Any] = {}
    context.documents |= top.take("documents", build.documents, none)
    sums = top.take("sums", _sums, none) if top.has("sums") else none
    found = Definitions(
        id=top.text("id"),
        label=top.take("label", build.label, build.NO_LABEL),
        documents=context.documents,
        sums=sums,
        counts=tuple(_counts(top, context, sums)),
        version=hashlib.sha256(path.read_bytes()).hexdigest()[:8],
    )
    top.done()
    return found


def _sums(entry: Entry) -> dict[str, tuple[str, ...]]:
    numbers = [c.name for t in REGISTERS.values() for c in t.columns if c.kind == "number"]
    sums = {name: entry.words(name) for name in entry.names()}
    for name, columns in sums.items():
        for column in columns:
            build.known(entry, name, column, numbers)
    return sums


def _counts(top: Entry, context: Context, sums: Mapping[str, Any]) -> list[Count]:
    counts: list[Count] = []
    for entry in top.entries("counts"):
        register = entry.one_of("register", REGISTERS)
        earlier = [count.id for count in counts if count.register == register]
        among = build.known(entry, "among", entry.text("among", ""), earlier)
        table = entry.one_of("table", _GOES_TO)
        name = context.once(entry, "count", entry.text("id"))
        if table == "sections":
            build.known(entry, "id", name, [c.name for c in SECTIONS.columns])
        label = entry.take("label", build.label, build.NO_LABEL)
        known = _known(register, sums)
        cases = build.dated(entry, "cases", lambda e, known=known: _case(e, context, known))  # type: ignore[misc]
        counts.append(Count(name, table, register, label, among, cases))
        entry.done()
    return counts


Known = Mapping[str, Column | None]


def _known(register: str, sums: Mapping[str, Any]) -> Known:
    """Give what conditions on a register may name: its columns, and the sums of columns."""
    if register not in REGISTERS:
        return {}
    return {column.name: column for column in REGISTERS[register].columns} | dict.fromkeys(sums)


def _case(entry: Entry, context: Context, known: Known) -> Case:
    inner = entry.entry("levels")
    levels = {}
    for level in inner.names() if inner else ():
        build.known(cast(Entry, inner), level, level, LEVELS)
        levels[level] = tuple(_alternatives(cast(Entry, inner), level, known))
    case = Case(
        since=entry.date("since"),
        until=entry.date_or_none("until"),
        levels=levels,
        reference=entry.take("reference", build.reference(context), build.NO_REFERENCE),
        note=entry.text("note", ""),
    )
    entry.done()
    return case


def _alternatives(entry: Entry, level: str, known: Known) -> list[Condition]:
    """Read one condition, or a list of conditions of which one has to hold."""
    if entry.shape(level) == "seq":
        return [_condition(each, known) for each in entry.entries(level)]
    return [entry.take(level, lambda e: _condition(e, known), ())]


def _condition(entry: Entry, known: Known) -> Condition:
    tests: list[Test] = []
    for name in entry.names():
        build.known(entry, name, name, known)
        column = known.get(name)
        if column is not None and column.kind in ("text", "choice"):
            tests.append(_among(entry, column))
        elif entry.shape(name) == "map":
            tests += entry.take(name, lambda e, name=name: _bounds(e, name), [])  # type: ignore[misc]
        else:
            number = entry.number(name)
            tests += [Test(name, "at_least", number=number), Test(name, "at_most", number=number)]
    entry.done()
    return tuple(tests)


def _among(entry: Entry, column: Column) -> Test:
    words = entry.words(column.name)
    for word in words if column.choices else ():
        build.known(entry, column.name, word, column.choices)
    return Test(column.name, "among", words=words)


def _bounds(entry: Entry, name: str) -> Sequence[Test]:
    given = [op for op in COMPARISONS if entry.has(op)]
    if not given:
        entry.note("one_comparison", found="-", allowed=", ".join(COMPARISONS))
    entry.done()
    return [Test(name, cast(Any, op), number=entry.number(op)) for op in given]
