"""What the columns of the contract mean, what goes wrong there, who asks for them and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from junheng.model import build
from junheng.model.load import SHIPPED
from junheng.model.reference import Label
from junheng.model.strict import Entry, Slips, read_yaml
from junheng.model.tables import TABLES

FILE = "columns.yaml"
Catalogue = Mapping[tuple[str, str], "About"]


@dataclass(frozen=True, slots=True)
class About:
    """What is to be known of a column before one fills it in."""

    meaning: Label
    asked_by: Label
    trap: Label | None = None


@cache
def catalogue() -> Catalogue:
    """Give what is known of every column, by table and column."""
    slips = Slips()
    found = read_catalogue(SHIPPED / FILE, slips)
    slips.raise_if_any()
    return found


def read_catalogue(path: Path, slips: Slips) -> Catalogue:
    """Read a catalogue; columns that are missing or unknown are slips."""
    top = read_yaml(path, path.name, slips)
    if top is None:
        return {}
    found: dict[tuple[str, str], About] = {}
    for name, table in TABLES.items():
        entry = top.entry(name)
        for column in table.columns if entry else ():
            about = entry.take(column.name, _about, _NOTHING) if entry else _NOTHING
            found[name, column.name] = about
        if entry:
            entry.done()
    top.done()
    return found


_NOTHING = About(build.NO_LABEL, build.NO_LABEL)


def _about(entry: Entry) -> About:
    about = About(
        entry.take("meaning", build.label, build.NO_LABEL),
        entry.take("asked_by", build.label, build.NO_LABEL),
        entry.maybe("trap", build.label),
    )
    entry.done()
    return about
