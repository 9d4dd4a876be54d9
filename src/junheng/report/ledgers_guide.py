"""What a ledger knows beside the verdict: who usually puts a thing right, and the list of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from junheng.model.build import label_or_text
from junheng.model.load import SHIPPED
from junheng.model.reference import Label
from junheng.model.strict import Entry, Slips, read_yaml

FOLDER = SHIPPED / "ledgers"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the list of evidence, and what the program can see of it."""

    group: Label
    title: Label
    """Nothing for the words of its item."""
    items: tuple[str, ...]
    tables: tuple[str, ...]
    made: str
    """The kind of document that this program makes of it; "" for none."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What is known for one standard; empty when it has no file."""

    note: str
    """About the departments."""
    evidence_note: str
    """About the list of evidence: whose words it is in."""
    departments: Mapping[str, tuple[str, ...]]
    """By indicator or item."""
    evidence: tuple[Evidence, ...]


@cache
def guide_of(standard: str) -> Guide:
    """Give the guide of a standard; StandardNeedsMending when its file does not make sense."""
    path = FOLDER / f"{standard}.yaml"
    if not path.is_file():
        return Guide("", "", {}, ())
    slips = Slips()
    top = read_yaml(path, path.name, slips)
    guide = _guide(top) if top else Guide("", "", {}, ())
    slips.raise_if_any()
    return guide


def _guide(top: Entry) -> Guide:
    top.text("standard")
    named = top.entry("departments")
    guide = Guide(
        note=top.text("note"),
        evidence_note=top.text("evidence_note"),
        departments={name: named.words(name) for name in named.names()} if named else {},
        evidence=tuple(_evidence(entry) for entry in top.entries("evidence")),
    )
    top.done()
    return guide


def _evidence(entry: Entry) -> Evidence:
    found = Evidence(
        group=label_or_text(entry, "group"),
        title=label_or_text(entry, "title"),
        items=entry.words("items", ()),
        tables=entry.words("tables", ()),
        made=entry.text("made", ""),
    )
    entry.done()
    return found
