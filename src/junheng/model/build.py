"""Build the small values of a standard (labels, references, limits, checks) from YAML entries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, cast

from junheng.model import standard as s
from junheng.model.dated import D
from junheng.model.limit import Case, Comparison, Condition, Limit, Test
from junheng.model.reference import Document, Label, Reference
from junheng.model.strict import Entry, Slips
from junheng.model.tables import LEVELS, ROOM_USES, SCHOOLS, SECTIONS

COMPARISONS = ("at_least", "at_most", "below", "above")
BASES = ("confirmed", "single", "inferred", "illustrative")
DERIVED = ("campus_pupils", "largest_class", "migrant_share", "use")
"""Columns that conditions may name beside those of the tables: pupils of the campus in the judged
levels, its largest class, its share of migrant pupils, and what a special room is for."""
AMOUNTS = tuple(
    c.name for t in (SCHOOLS, SECTIONS) for c in t.columns if c.kind in ("number", "whole") and c.unit
)  # fmt: skip
PLACES: Mapping[str, tuple[str, ...]] = {
    "section": (of_sections := tuple(c.name for t in (SCHOOLS, SECTIONS) for c in t.columns)),
    "class": of_sections,
    "school": (of_schools := (*(c.name for c in SCHOOLS.columns), "level", *DERIVED[:-1])),
    "room": (*of_schools, "use"),
    "county": (),
}
"""What is judged, and the columns it has: those that conditions and sums may name there."""
NUMBERS = (*AMOUNTS, "campus_pupils", "largest_class")
WORDS: Mapping[str, Iterable[str]] = {
    c.name: c.choices for t in (SCHOOLS, SECTIONS) for c in t.columns if c.kind in ("text", "choice")
} | {"use": ROOM_USES}  # fmt: skip
"""Columns that hold words, and the words they may hold (empty: any)."""


@dataclass(slots=True)
class Context:
    """What names may be used while a standard is read."""

    slips: Slips
    units: Mapping[str, Label]
    levels: tuple[str, ...] = ()
    documents: dict[str, Document] = field(default_factory=dict)
    facts: dict[str, s.Fact] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The ids met so far, by what they name: indicator, item, check, part, easement, fact."""
    place: str = "section"
    """What the limit or condition that is being read is about (PLACES)."""
    places: dict[str, str] = field(default_factory=dict)
    """Indicator or item to what it is about."""

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Read limits and conditions about another place."""
        before, self.place = self.place, place
        yield
        self.place = before

    def once(self, entry: Entry, kind: str, name: str, key: str = "id") -> str:
        """Note a slip when a name stands twice; remember and give it."""
        if name in self.names[kind]:
            entry.note("twice", key, found=name)
        self.names[kind].append(name)
        return name


def label(entry: Entry) -> Label:
    """Read {zh, en}."""
    built = Label(entry.text("zh"), entry.text("en"))
    entry.done()
    return built


def label_or_text(entry: Entry, key: str) -> Label:
    """Read {zh, en}, or one text for both; without the key, nothing."""
    if entry.shape(key) == "map":
        return entry.take(key, label, NO_LABEL)
    said = entry.text(key, "")
    return Label(said, said)


NO_LABEL = Label("", "")
NO_REFERENCE = Reference("", "", "", "inferred")


def known(entry: Entry, key: str, name: str, allowed: Iterable[str]) -> str:
    """Note a slip when a name is not one of those allowed; give the name."""
    choices = sorted(allowed)
    if name and name not in choices:
        entry.note("not_allowed", key, key=key, found=name, allowed=", ".join(choices) or "-")
    return name


def documents(entry: Entry) -> dict[str, Document]:
    """Read the mapping of documents: an id to its number, title and day of issue."""
    named = ((name, entry.entry(name)) for name in entry.names())
    return {name: _document(inner, name) for name, inner in named if inner is not None}


def _document(entry: Entry, name: str) -> Document:
    built = Document(
        name,
        entry.text("number"),
        entry.text("title"),
        entry.date_or_none("issued"),
        entry.text("note", ""),
    )
    entry.done()
    return built


def reference(context: Context) -> Callable[[Entry], Reference]:
    """Give the reader of {document, clause, quote, basis, checked}."""

    def read(entry: Entry) -> Reference:
        name = known(entry, "document", entry.text("document"), context.documents)
        basis = entry.one_of("basis", BASES)
        checked = entry.text("checked", "") or None
        built = Reference(
            name, entry.text("clause"), entry.text("quote"), cast(Any, basis), checked
        )
        entry.done()
        return built

    return read


def condition(entry: Entry, context: Context) -> Condition:
    """Read a condition: {column: [words]} or {column: {below: 50, …}}; all must hold."""
    tests: list[Test] = []
    for key in entry.names():
        known(entry, key, key, PLACES[context.place])
        if key in WORDS:
            tests.append(_among(entry, key))
        elif entry.shape(key) == "map":
            tests += entry.take(key, partial(_bounds, column=key), [])
        else:
            tests.append(Test(key, "at_least", number=entry.number(key)))
            tests.append(Test(key, "at_most", number=entry.number(key)))
    entry.done()
    return tuple(tests)


def _among(entry: Entry, column: str) -> Test:
    words = entry.words(column)
    for word in words if WORDS[column] else ():
        known(entry, column, word, WORDS[column])
    return Test(column, "among", words=words)


def _bounds(entry: Entry, column: str) -> list[Test]:
    given = [op for op in COMPARISONS if entry.has(op)]
    if not given:
        entry.note("one_comparison", found="-", allowed=", ".join(COMPARISONS))
    entry.done()
    return [Test(column, cast(Any, op), number=entry.number(op)) for op in given]


def limit(entry: Entry, context: Context) -> Limit:
    """Read one dated limit: since, until, one comparison, reference."""
    given = [op for op in COMPARISONS if entry.has(op)]
    if len(given) != 1:
        entry.note("one_comparison", found=", ".join(given) or "-", allowed=", ".join(COMPARISONS))
    op = given[0] if given else "at_least"
    cases = _cases(entry, op, context)
    if given and not cases:
        entry.note("missing_key", op, key=op)
    built = Limit(
        entry.date("since"),
        entry.date_or_none("until"),
        cast(Comparison, op),
        cases,
        entry.take("reference", reference(context), NO_REFERENCE),
    )
    entry.done()
    return built


Cases = tuple[Case, ...]


def _cases(entry: Entry, op: str, context: Context) -> Cases:
    shape = entry.shape(op)
    if shape == "map":
        return entry.take(op, lambda inner: _cases_of_map(inner, context), cast(Cases, ()))
    if shape == "seq":
        return tuple(_case(inner, context) for inner in entry.entries(op))
    return (Case((), entry.number(op)),) if entry.has(op) else ()


def _cases_of_map(entry: Entry, context: Context) -> Cases:
    """Read {primary: 45, junior: 50}, or {fact: name}."""
    if entry.has("fact"):
        return (_case(entry, context),)
    named = entry.names()
    known(entry, named[0] if named else "", "level", PLACES[context.place])
    for key in named:
        if key in LEVELS and key not in context.levels:
            entry.note("level_not_judged", key, key=key, allowed=", ".join(context.levels))
        else:
            known(entry, key, key, context.levels)
    missing = [level for level in context.levels if level not in named]
    if missing:
        entry.note("level_without_limit", missing=", ".join(missing))
    return tuple(Case((Test("level", "among", words=(key,)),), entry.number(key)) for key in named)


def _case(entry: Entry, context: Context) -> Case:
    where = entry.maybe("where", lambda inner: condition(inner, context)) or ()
    if entry.has("fact"):
        case = Case(where, None, known(entry, "fact", entry.text("fact"), context.facts))
    else:
        case = Case(where, entry.number("value"))
    entry.done()
    return case


def dated(entry: Entry, key: str, read: Callable[[Entry], D]) -> tuple[D, ...]:
    """Read a list of dated entries in order of time; overlaps are slips."""
    built: list[D] = []
    for inner in entry.entries(key):
        value = read(inner)
        if value.until is not None and value.until < value.since:
            inner.note("ends_before_it_begins", since=value.since, until=value.until)
        if built and value.since <= (built[-1].until or built[-1].since):
            inner.note(
                "overlapping_dates", since=value.since, before=built[-1].until or built[-1].since
            )
        built.append(value)
        if len(built) > 1 and built[-2].until is None:
            built[-2] = _ended(built[-2], value.since)
    return tuple(built)


def _ended(value: D, next_since: dt.date) -> D:
    """End an open entry on the day before the next one begins."""
    return cast(D, replace(cast(Any, value), until=next_since - dt.timedelta(days=1)))


def limits(entry: Entry, context: Context) -> tuple[Limit, ...]:
    """Read the dated limits under `limits`, none where the key is missing."""
    if not entry.has("limits"):
        return ()
    return dated(entry, "limits", lambda inner: limit(inner, context))


def amount(entry: Entry, key: str, allowed: Sequence[str]) -> s.Sum:
    """Read a sum of names: a list, or {plus: [...], minus: [...]}."""
    if entry.shape(key) == "map":

        def read(inner: Entry) -> s.Sum:
            built = s.Sum(inner.words("plus"), inner.words("minus", ()))
            inner.done()
            return built

        total = entry.take(key, read, s.Sum(()))
    else:
        total = s.Sum(entry.words(key))
    for name in total.names:
        known(entry, key, name, allowed)
    return total


def fact(entry: Entry, context: Context) -> s.Fact:
    """Read one county fact; from here on checks may name it."""
    built = s.Fact(
        context.once(entry, "fact", entry.text("id")),
        entry.take("label", label, NO_LABEL),
        unit(entry, context),
        entry.text("form", ""),
    )
    entry.done()
    context.facts[built.id] = built
    return built


def unit(entry: Entry, context: Context) -> str:
    """Read the name of a unit out of units.yaml."""
    return known(entry, "unit", entry.text("unit"), context.units)
