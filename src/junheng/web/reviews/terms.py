"""How many days each term of the procedure has, by the day on which it begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from junheng.web.reviews.models import Tone

_FILE = Path(__file__).with_name("terms.yaml")
_DAYS_LEFT = ((-1, Tone.RED), (3, Tone.YELLOW), (7, Tone.BLUE))
"""Up to how many days before a deadline which tone is shown."""


@dataclass(frozen=True, slots=True)
class Term:
    """How many days from a day on, and who says so."""

    since: dt.date
    days: int
    basis: str
    source: str


@cache
def terms() -> Mapping[str, tuple[Term, ...]]:
    """Read the terms, each with its newest version first."""
    rows = yaml.safe_load(_FILE.read_text("utf-8"))
    return {
        name: tuple(
            sorted(
                (Term(v["from"], v["days"], v["basis"], v["source"]) for v in versions),
                key=lambda term: term.since,
                reverse=True,
            )
        )
        for name, versions in rows.items()
    }


def term(name: str, day: dt.date) -> Term:
    """Give the term in force on a day; KeyError for an unknown name, LookupError before the first."""
    for version in terms()[name]:
        if version.since <= day:
            return version
    raise LookupError(name, day)


def last_day(name: str, begins: dt.date) -> dt.date:
    """Give the last day of a term that begins on a day, which itself does not count."""
    return begins + dt.timedelta(days=term(name, begins).days)


def tone_of(due: dt.date | None, today: dt.date) -> Tone | None:
    """Tell how near a deadline is; None when there is none, or far away."""
    if due is None:
        return None
    left = (due - today).days
    return next((tone for most, tone in _DAYS_LEFT if left <= most), None)


def due_within(tone: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """Give the first and the last deadline that a tone stands for."""
    least = dt.date.min
    for most, each in _DAYS_LEFT:
        last = today + dt.timedelta(days=most)
        if each == tone:
            return least, last
        least = last + dt.timedelta(days=1)
    raise KeyError(tone)
