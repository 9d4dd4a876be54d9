"""The guard before any parser: what a workbook or a zip is, before anything reads it in earnest.

Only the standard library is at work here, piece by piece and within LIMITS. Whatever goes wrong
becomes one sentence: what was found, why it is refused, what to do.
"""

from __future__ import annotations

import posixpath
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import guard_old
from junheng.intake.compound import OLE
from junheng.intake.guard_active import refuse_part, refuse_relation, refuse_type, refuse_what_acts
from junheng.intake.guard_xml import Budget, Heard, SheetFacts, Watch
from junheng.intake.labels import shown
from junheng.intake.limits import LIMITS, MB, Limits
from junheng.intake.refusing import Refused
from junheng.intake.workbook_words import OLD
from junheng.intake.zipped import Entry, entries, pieces

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT".encode("utf-16-le")
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_XML = (".xml", ".rels")
_LOW = (OSError, KeyError, ValueError, IndexError, OverflowError, MemoryError, RecursionError,
        struct.error, zlib.error, expat.ExpatError, EOFError)  # fmt: skip


@dataclass
class Inspected:
    """What the guard learned of a workbook: its sheets in order, and what to know of each."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    """Sheets that are hidden."""


def inspect(path: Path) -> Inspected:
    """Inspect a workbook, old or new; raises DataNeedsMending if it is refused."""
    if path.suffix.lower() == OLD:
        return old_workbook(path)
    return workbook(path)


def workbook(path: Path, limits: Limits = LIMITS) -> Inspected:
    """Inspect an .xlsx workbook; raises DataNeedsMending if it is refused."""
    with _refusing(path, "workbook_broken"):
        data = _data(path, limits)
        if data.startswith(OLE):
            raise Refused("guard_locked" if _ENCRYPTED in data else "broken")
        return _Inspector(data, entries(data, limits), limits).inspect()


def old_workbook(path: Path, limits: Limits = LIMITS) -> Inspected:
    """Inspect an .xls workbook; raises DataNeedsMending if it is refused."""
    with _refusing(path, "workbook_broken"):
        data = _data(path, limits)
        if not data.startswith(OLE):
            raise Refused("broken")
        if _ENCRYPTED in data:
            raise Refused("guard_locked")
        if _MACROS in data:
            refuse_what_acts("vbaProject", path.name)
        until = time.monotonic() + limits.seconds / 2
        return Inspected(hidden=guard_old.inspect(data, until, limits))


def archive(path: Path, limits: Limits = LIMITS) -> list[tuple[str, bytes]]:
    """Unpack a zip into memory: names and contents; raises DataNeedsMending if it is refused."""
    with _refusing(path, "zip_broken"):
        data = _data(path, limits)
        found = [entry for entry in entries(data, limits) if not entry.is_folder]
        return [(entry.name, b"".join(pieces(data, entry))) for entry in found]


@contextmanager
def _refusing(path: Path, broken: str) -> Iterator[None]:
    """Turn whatever goes wrong into one sentence about the file."""
    try:
        yield
    except Refused as refused:
        code = broken if refused.code == "broken" else refused.code
        told = {name: _told(value) for name, value in refused.fields.items()}
        problem = Problem(f"intake.{code}", file=path.name, **told)
        raise DataNeedsMending([problem]) from refused
    except _LOW as error:
        raise DataNeedsMending([Problem(f"intake.{broken}", file=path.name)]) from error


def _told(value: object) -> object:
    return shown(value) if type(value) is str else value


def _data(path: Path, limits: Limits) -> bytes:
    size = path.stat().st_size
    if size > limits.size:
        raise Refused("guard_size", size=-(-size // MB), limit=limits.size // MB)
    with path.open("rb") as stream:
        return stream.read(limits.size + 1)


class _Inspector:
    """Goes over the parts of one workbook: what they lead to, shared strings, then all others."""

    def __init__(self, data: bytes, found: Sequence[Entry], limits: Limits) -> None:
        self.data = data
        self.entries = {entry.name: entry for entry in found}
        self.budget = Budget(limits, until=time.monotonic() + limits.seconds / 2)
        self.sheets: list[dict[str, str]] = []
        self.targets: dict[str, str] = {}
        self.facts: dict[str, SheetFacts] = {}

    def inspect(self) -> Inspected:
        """Inspect every part, each once."""
        for name in self.entries:
            refuse_part(name)
        if _BOOK not in self.entries or _RELATIONS not in self.entries:
            raise Refused("broken")
        for name in sorted(self.entries, key=_turn):
            self._see(self.entries[name])
        named = {each["name"]: each for each in self.sheets}
        if len(named) < len(self.sheets):
            raise Refused("broken")
        parts = {name: self.targets.get(each.get("id", ""), "") for name, each in named.items()}
        seen = {name: self.facts.get(part, SheetFacts()) for name, part in parts.items()}
        hidden = [name for name, each in named.items() if each.get("state", "visible") != "visible"]
        return Inspected(seen, hidden)

    def _see(self, entry: Entry) -> None:
        if not entry.name.lower().endswith(_XML):
            for _ in pieces(self.data, entry):
                self._hurry()
            return
        watch = Watch(entry.name, self.budget, self._heard(entry.name))
        for piece in pieces(self.data, entry):
            watch.feed(piece)
        watch.close()
        self._bound(watch, entry.name)
        self.facts[entry.name] = watch.facts
        if _is_strings(entry.name):
            self.budget.strings = watch.counts["si"]

    def _heard(self, part: str) -> dict[str, Heard]:
        heard: dict[str, Heard] = dict.fromkeys(
            _ACTING, lambda name, _: refuse_what_acts(name, part)
        )
        heard |= {"Override": refuse_type, "Default": refuse_type}
        heard["Relationship"] = self._relation if part == _RELATIONS else refuse_relation
        if part == _BOOK:
            heard["sheet"] = lambda _, found: self.sheets.append({"name": "", **found})
        return heard

    def _relation(self, name: str, found: dict[str, str]) -> None:
        refuse_relation(name, found)
        place = posixpath.normpath(posixpath.join("/xl", found.get("Target", "")))
        self.targets[found.get("Id", "")] = place.lstrip("/")

    def _bound(self, watch: Watch, part: str) -> None:
        limits = self.budget.limits
        for name, limit in (("sheet", limits.sheets), ("xf", limits.styles)):
            if watch.counts[name] > limit:
                raise Refused("guard_many", part=part, limit=limit)

    def _hurry(self) -> None:
        if time.monotonic() > self.budget.until:
            raise Refused("guard_slow")


_ACTING = ("ddeLink", "oleLink", "oleObject", "control", "externalReference", "connection",
           "queryTable", "webPublishItem", "customUI", "DataMashup")  # fmt: skip


def _is_strings(part: str) -> bool:
    return part.lower().rpartition("/")[2] == "sharedstrings.xml"


def _turn(part: str) -> tuple[int, str]:
    """Say when a part has its turn: what tells of active content first, sheets last."""
    lower = part.lower()
    first = lower.endswith(".rels") or lower == "[content_types].xml"
    return (0 if first else 1 if _is_strings(part) or part == _BOOK else 2), part
