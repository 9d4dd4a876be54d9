"""What values are compared with: conditions, cases and limits, dated, with their reference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from junheng.model.reference import Reference

Comparison = Literal["at_least", "at_most", "below", "above"]


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one column: among words, or against a number."""

    column: str
    op: Literal["among", "at_least", "at_most", "below", "above"]
    words: tuple[str, ...] = ()
    number: float = 0.0


Condition = tuple[Test, ...]
"""All tests hold; the empty condition always holds. A test of an unknown cell is unknown."""


@dataclass(frozen=True, slots=True)
class Case:
    """A limit where a condition holds: a number, or the value of a county's fact."""

    where: Condition
    value: float | None = None
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What a value is compared with, by case (the first that holds), from a day on."""

    since: dt.date
    until: dt.date | None
    comparison: Comparison
    cases: tuple[Case, ...]
    reference: Reference

    def by_level(self) -> dict[str, float]:
        """Give the number for each level that the cases name; {} if they name none."""
        return {
            word: case.value
            for case in self.cases
            if case.value is not None and len(case.where) == 1 and case.where[0].column == "level"
            for word in case.where[0].words
        }


@dataclass(frozen=True, slots=True)
class Period:
    """Days between which an easement may be used."""

    since: dt.date
    until: dt.date | None
    reference: Reference
