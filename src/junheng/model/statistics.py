"""Where the columns of the contract stand in the forms of the national statistics, by form year.

A form is a dated file of words: tables, rows and columns are found by what stands over and beside
them, never by cell address. A new form year is a new file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from junheng.errors import WrongUse
from junheng.model import build
from junheng.model.load import SHIPPED
from junheng.model.reference import Label
from junheng.model.strict import Entry, Slips, read_yaml
from junheng.model.tables import LEVELS, SCHOOL_KINDS, SCHOOLS, SECTIONS

FOLDER = SHIPPED / "statistics"
BASES = ("confirmed", "single", "inferred")
TIMES = {"": 1, "万元": 10000}
"""What a figure in a unit is multiplied by to be in the unit of our column."""

Word = tuple[str, ...]
"""One step of a heading: any of these words."""
Path_ = tuple[Word, ...]
"""A heading over or beside a cell, step by step; the last step is the cell's own."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a figure stands: row and column of a form, or the heading of a list of schools."""

    row: tuple[Path_, ...]
    column: tuple[Path_, ...]
    heading: tuple[Path_, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One column of ours: its table in the statistics, and the cells it is the sum of."""

    column: str
    level: str | None
    table: str
    ways: tuple[tuple[Cell, ...], ...]
    basis: str
    unit: str = ""
    kinds: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing that tells who a school is, and how its words are read."""

    column: str
    words: Word
    basis: str
    values: Mapping[str, Word]
    leave_out: Word = ()
    first: int = 0
    """Keep only so many characters; 0: all."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How a list marks schools, campuses that are no school of their own, and parts of schools."""

    code: Word
    counted: Word
    main: Word
    part: Word
    parts: Mapping[str, Word]


@dataclass(frozen=True, slots=True)
class Form:
    """The forms of some years."""

    id: str
    label: Label
    since: int
    until: int | None
    never: Word
    marks: Marks
    identity: tuple[Identity, ...]
    tables: Mapping[str, Word]
    items: tuple[Item, ...]


@cache
def forms() -> tuple[Form, ...]:
    """Give every form, the oldest first."""
    slips = Slips()
    found = [form for path in FOLDER.glob("*.yaml") if (form := read_form(path, slips))]
    slips.raise_if_any()
    return tuple(sorted(found, key=lambda form: form.since))


def form_of(year: int) -> Form:
    """Give the form that was in use in a year; WrongUse when none is known."""
    for form in forms():
        if form.since <= year and (form.until is None or year <= form.until):
            return form
    years = ", ".join(form.id for form in forms())
    raise WrongUse("statistics.no_form", year=year, allowed=years)


def read_form(path: Path, slips: Slips) -> Form | None:
    """Read one form; what is wrong with it are slips."""
    top = read_yaml(path, path.name, slips)
    if top is None:
        return None
    none: dict[str, Word] = {}
    tables = top.take("tables", lambda e: {n: _joined(e.words(n)) for n in e.names()}, none)
    form = Form(
        id=top.text("form"),
        label=top.take("label", build.label, build.NO_LABEL),
        since=top.whole("since", least=1986),
        until=top.whole("until", least=1986) if top.has("until") else None,
        never=_joined(top.words("never", ())),
        marks=top.take("school", _marks, _NO_MARKS),
        identity=tuple(_identity(entry) for entry in top.entries("identity")),
        tables=tables,
        items=tuple(_item(entry, tables) for entry in top.entries("items")),
    )
    top.done()
    return form


_NO_MARKS = Marks((), (), (), (), {})


def _marks(entry: Entry) -> Marks:
    none: dict[str, Word] = {}
    parts = entry.take("parts", lambda e: {n: e.words(n) for n in e.names()}, none)
    for name in parts:
        build.known(entry, "parts", name, LEVELS)
    found = Marks(
        code=_joined(entry.words("code")),
        counted=_joined(entry.words("counted")),
        main=_joined(entry.words("main")),
        part=_joined(entry.words("part")),
        parts=parts,
    )
    entry.done()
    return found


def _identity(entry: Entry) -> Identity:
    name = build.known(entry, "column", entry.text("column"), [c.name for c in SCHOOLS.columns])
    choices = SCHOOLS.column(name).choices if name in _names() else {}
    values = entry.maybe("values", lambda e: {n: e.words(n) for n in e.names()}) or {}
    for value in values if choices else ():
        build.known(entry, "values", value, choices)
    found = Identity(
        column=name,
        words=_joined(entry.words("words")),
        basis=entry.one_of("basis", BASES),
        values=values,
        leave_out=entry.words("leave_out", ()),
        first=entry.whole("first") if entry.has("first") else 0,
    )
    entry.done()
    return found


def _names() -> set[str]:
    return {column.name for table in (SCHOOLS, SECTIONS) for column in table.columns}


def _item(entry: Entry, tables: Mapping[str, Word]) -> Item:
    item = Item(
        column=build.known(entry, "column", entry.text("column"), _names()),
        level=entry.one_of("level", LEVELS) if entry.has("level") else None,
        table=build.known(entry, "table", entry.text("table"), tables),
        ways=_ways(entry),
        basis=entry.one_of("basis", BASES),
        unit=entry.one_of("unit", TIMES, ""),
        kinds=entry.words("kinds", ()),
        note=entry.text("note", ""),
    )
    for kind in item.kinds:
        build.known(entry, "kinds", kind, SCHOOL_KINDS)
    entry.done()
    return item


def _ways(entry: Entry) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(_cell(inner) for inner in way.entries("cells")) for way in entry.entries("ways")
    )


def _cell(entry: Entry) -> Cell:
    paths = (_paths(entry, name) for name in ("row", "column", "heading"))
    cell = Cell(*paths)
    entry.done()
    return cell


def _paths(entry: Entry, name: str) -> tuple[Path_, ...]:
    return tuple(path_of(text) for text in entry.words(name, ()))


def path_of(text: str) -> Path_:
    """Read a heading written as words and steps: "在校生数 / 合计|总计"."""
    return tuple(tuple(step.split("|")) for step in text.split(" / "))


def _joined(words: tuple[str, ...]) -> Word:
    return tuple(each for word in words for each in word.split("|"))
