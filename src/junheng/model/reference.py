"""Where a rule comes from: labels in both languages, documents, clauses and how sure we are of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Label:
    """One name in both languages."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """Give the name in a language ("zh" or "en")."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Document:
    """A document that rules come from: its number, title and day of issue."""

    id: str
    number: str
    title: str
    issued: dt.date | None
    note: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a rule stands: document, clause, the words, and how sure we are of them."""

    document: str
    clause: str
    quote: str
    basis: Literal["confirmed", "single", "inferred", "illustrative"]
    """confirmed: two or more independent copies agree; single: one copy; inferred: our reading;
    illustrative: made up to show the form, not law."""
    checked: str | None = None
    """Who read it against the gazette, and when; None while nobody has."""
