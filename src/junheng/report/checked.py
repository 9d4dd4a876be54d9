"""The findings of a check, collected and in order, each with its explanation, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from junheng import __version__
from junheng.check import COLUMNS, check, rules
from junheng.check.explanations import Explanation, Key, key_of
from junheng.check.places import Keep
from junheng.check.words import say_mend, say_what
from junheng.inmemory import hold
from junheng.model.standard import Standard

Row = dict[str, Any]
_LEVELS = {"primary": 0, "junior": 1, "senior": 2}


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings, logic first, in the order of rules, years, counties, schools and levels."""

    findings: tuple[Row, ...]
    """The columns of `check.COLUMNS`, and `explanation` (an `Explanation`, or None)."""

    def of(self, family: str) -> list[Row]:
        """Give the findings of one family."""
        return [row for row in self.findings if row["family"] == family]

    @property
    def explained(self) -> int:
        """How many experience findings are explained."""
        return sum(row["explanation"] is not None for row in self.of("experience"))

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each family, and how many are explained."""
        families = {name: len(self.of(name)) for name in ("logic", "experience")}
        return {**families, "explained": self.explained}


def checked(
    tables: Mapping[str, Any],
    *,
    previous: Mapping[str, Any] | None = None,
    standard: Standard | None = None,
    explained: Mapping[Key, Explanation] | None = None,
    keep: Keep = hold,
) -> Checked:
    """Check tables and collect what was found; logic findings cannot be explained away."""
    found = check(tables, previous=previous, standard=standard, keep=keep).collect("polars")
    frame: pl.DataFrame = found.to_native()
    rows = sorted(frame.iter_rows(named=True), key=_order())
    given = explained or {}
    for row in rows:
        row["explanation"] = given.get(key_of(row)) if row["family"] == "experience" else None
    return Checked(tuple(rows))


def _order() -> Any:
    places = {name: place for place, name in enumerate(rules())}

    def key(row: Row) -> tuple[Any, ...]:
        level = _LEVELS.get(row["level"] or "", 3)
        rest = (row[name] or "" for name in ("school", "row", "columns", "other"))
        return places[row["rule"]], row["year"], row["county"] or "", *rest, level

    return key


def document(found: Checked, *, digest: str, standard: Standard | None, language: str) -> Row:
    """Give the whole answer for programs: keys may be added, never changed."""
    return {
        "junheng": {"version": __version__},
        "input": {"sha256": digest},
        "standard": standard and {"id": standard.id, "version": standard.digest[:16]},
        "counts": found.counts,
        "findings": [_finding(row, language) for row in found.findings],
    }


def _finding(row: Row, language: str) -> Row:
    plain = {name: row[name] for name in COLUMNS} | {"columns": _names(row["columns"])}
    said = {"message": say_what(row, language), "mend": say_mend(row, language)}
    explanation = row["explanation"]
    return {**plain, **said, "explanation": explanation and asdict(explanation)}


def _names(columns: str) -> Sequence[str]:
    return [name for name in columns.split(",") if name]
