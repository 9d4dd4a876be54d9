"""Read the rules from YAML, strictly: closed keys, known columns, no blank that is never filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any, cast

from junheng.check.places import COLUMNS
from junheng.check.rule import BLANKS, FAMILIES, KINDS, Family, Rule
from junheng.model import build
from junheng.model.build import Context
from junheng.model.limit import Condition
from junheng.model.reference import Label
from junheng.model.strict import Entry, Slips, read_yaml
from junheng.model.tables import LEVELS, SCHOOL_KINDS

SHIPPED = Path(str(resources.files("junheng.check"))) / "rules"
_PLACE = {"sections": "section", "classes": "section", "schools": "school", "rooms": "school"}
_NO_LABEL = Label("", "")
_COLUMNS = ("columns", "whole", "per", "like")
_CHOICES = {
    "of": ("amounts", "cells"),
    "must": ("equal", "at_most", "have", "have_only"),
    "rows": ("classes", "rooms"),
}


@cache
def rules(folder: Path = SHIPPED) -> Mapping[str, Rule]:
    """Give every rule by its id, logic before experience, in the order of the files.

    Raises StandardNeedsMending with every slip: file, line, what was found, what is allowed.
    """
    slips = Slips()
    found = [rule for path in sorted(folder.glob("*.yaml")) for rule in _file(path, slips)]
    slips.raise_if_any()
    ordered = sorted(found, key=lambda rule: FAMILIES.index(rule.family))
    return {rule.id: rule for rule in ordered}


def _file(path: Path, slips: Slips) -> Iterator[Rule]:
    top, context = read_yaml(path, path.name, slips), Context(slips, {})
    if top is None:
        return
    for entry in top.entries("rules"):
        yield _rule(entry, context)
    top.done()


def _rule(entry: Entry, context: Context) -> Rule:
    table = entry.one_of("table", COLUMNS)
    kind = entry.one_of("kind", KINDS)
    must, may = KINDS.get(kind, ((), ()))
    given: dict[str, Any] = {
        name: _READERS[name](entry, name)
        for name in (*must, *may)
        if name in must or entry.has(name)
    }
    given["start"] = given.pop("from", 0.0)
    given.pop("where", None)
    name = context.once(entry, "rule", entry.text("id"))
    given |= {key: _label(entry, key, BLANKS if key == "message" else ()) for key in _TEXTS}
    rule = Rule(
        name,
        cast(Family, entry.one_of("family", FAMILIES)),
        table,
        kind,
        where=_where(entry, table, context),
        **given,
    )
    entry.done()
    _know_columns(entry, rule)
    return rule


_TEXTS = ("label", "message", "mend", "why")


def _label(entry: Entry, key: str, blanks: tuple[str, ...]) -> Label:
    label = entry.take(key, build.label, _NO_LABEL)
    for text in (label.zh, label.en):
        for _, blank, _, _ in Formatter().parse(text):
            if blank is not None:
                build.known(entry, key, blank or "{}", blanks)
    return label


def _where(entry: Entry, table: str, context: Context) -> Condition:
    if not entry.has("where"):
        return ()
    with context.at(_PLACE.get(table, "county")):
        return entry.maybe("where", lambda inner: build.condition(inner, context)) or ()


def _know_columns(entry: Entry, rule: Rule) -> None:
    """Refuse columns that the rule's table does not have; the columns of facts are its items."""
    if rule.table == "facts":
        return
    known = COLUMNS.get(rule.table, ())
    known += COLUMNS["schools"] if rule.kind == "bunching" else ()
    for key in (*_COLUMNS, "by"):
        names = getattr(rule, key)
        for name in (names,) if isinstance(names, str) else names:
            build.known(entry, key, name, known)
    for test in rule.where:
        build.known(entry, "where", test.column, known)


def _one_word(entry: Entry, key: str) -> str:
    return entry.one_of(key, _CHOICES[key]) if key in _CHOICES else entry.text(key)


def _bands(entry: Entry, key: str) -> tuple[float, ...]:
    words = entry.words(key)
    for word in words:
        if not word.isdigit():
            entry.note("not_whole", key, key=key, found=word)
    return tuple(float(word) for word in words if word.isdigit())


def _levels(entry: Entry, key: str) -> Mapping[str, tuple[str, ...]]:
    inner = entry.entry(key)
    if inner is None:
        return {}
    read = {
        build.known(inner, kind, kind, SCHOOL_KINDS): inner.words(kind) for kind in inner.names()
    }
    for kind, levels in read.items():
        for level in levels:
            build.known(inner, kind, level, LEVELS)
    return read


def _number(entry: Entry, key: str) -> float:
    return entry.number(key)


def _whole(entry: Entry, key: str) -> int:
    return entry.whole(key)


def _words(entry: Entry, key: str) -> tuple[str, ...]:
    return entry.words(key)


def _present(entry: Entry, key: str) -> None:
    if not entry.has(key):
        entry.note("missing_key", key=key)


_READERS: Mapping[str, Callable[[Entry, str], Any]] = {
    **dict.fromkeys(("columns", "whole", "per", "words", "by"), _words),
    **dict.fromkeys(("low", "high", "times", "least", "beyond", "from", "within"), _number),
    **dict.fromkeys(("of", "must", "rows", "like", "made_up", "add"), _one_word),
    **dict.fromkeys(("digits", "at"), _whole),
    "bands": _bands,
    "levels": _levels,
    "where": _present,
}
