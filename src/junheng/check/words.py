"""Word a finding: what was found, what to do, and whom it is about, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from junheng.check.load import rules
from junheng.check.rule import BLANKS, Rule
from junheng.model.tables import CHANNELS, GROUPS, LEVELS, ROOM_USES, SCHOOL_KINDS, SPONSORS, TABLES

SUMMED = "campus_"
"""What the sum of a column over all levels of a school begins with."""
_LARGE = 100
_CHOICES = {**SCHOOL_KINDS, **LEVELS}
_ROW = {**GROUPS, **CHANNELS, **ROOM_USES}


def say_finding(finding: Mapping[str, Any], language: str) -> str:
    """Say what was found and what to do, in one breath ("zh" or "en")."""
    what, mend = say_what(finding, language), _rule(finding).mend.say(language)
    return f"{what}。{mend}" if language == "zh" else f"{what[:1].upper()}{what[1:]}. {mend}"


def say_what(finding: Mapping[str, Any], language: str) -> str:
    """Say what was found, its blanks filled in."""
    rule = _rule(finding)
    blanks = {blank: _shown(finding, blank, rule, language) for blank in BLANKS}
    return rule.message.say(language).format(**blanks)


def say_mend(finding: Mapping[str, Any], language: str) -> str:
    """Say what to do about it."""
    return _rule(finding).mend.say(language)


def say_row(finding: Mapping[str, Any], language: str) -> str:
    """Say which row of a school it is, as "一年级 2班"; empty where the school says it all."""
    words = str(finding["row"] or "").split(" ")
    return " ".join(_ROW.get(word, word) if language == "zh" else word for word in words)


def say_columns(
    finding: Mapping[str, Any], language: str, facts: Mapping[str, str] | None = None
) -> str:
    """Name the cells that a finding points at; facts of a county as the caller knows them."""
    names = [name for name in str(finding["columns"] or "").split(",") if name]
    own = TABLES[finding["table"]].columns
    every = (*(column for table in TABLES.values() for column in table.columns), *own)
    known = {column.name: column.label.say(language) for column in every} | dict(facts or {})
    said = (known.get(name.removeprefix(SUMMED), name) for name in names)
    return ("、" if language == "zh" else ", ").join(said)


def _rule(finding: Mapping[str, Any]) -> Rule:
    return rules()[finding["rule"]]


def _shown(finding: Mapping[str, Any], blank: str, rule: Rule, language: str) -> str:
    given = finding[blank]
    if given is None:
        return "?"
    if isinstance(given, float):
        return number(given)
    if blank in ("level", "text", "other") and language == "zh":
        words = SPONSORS if "sponsor" in rule.columns else _CHOICES
        return words.get(str(given), str(given))
    return str(given)


def number(value: float) -> str:
    """Write a number as a person would: whole, or with what decimals tell something.

    >>> number(1250.0), number(1250.26), number(3.14159), number(0.01234)
    ('1250', '1250.3', '3.14', '0.0123')
    """
    if value == int(value):
        return str(int(value))
    if abs(value) >= _LARGE:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"
