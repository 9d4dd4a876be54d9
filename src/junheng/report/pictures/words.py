"""What is said in and around a picture, in the reader's language."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.model.standard import Indicator
from junheng.report.bundle import Bundle
from junheng.report.words import MARKS as _MARKS

MARKS = _MARKS | {"fail": "×", "unmet": "×"}
"""With a cross that every Chinese font has."""
COMBINED = frozenset({"nine_year", "complete_secondary", "twelve_year"})
"""Kinds of school of which a section is only a part."""


class Said:
    """Says what pictures say about one county."""

    def __init__(self, bundle: Bundle) -> None:
        self.words = bundle.words
        self.language = bundle.words.language
        self._names = _names(bundle, self)

    def say(self, name: str, /, **fields: Any) -> str:
        """Say a sentence of the pictures."""
        return say(f"pictures.{name}", self.language, **fields)

    def floored(self, name: str, /, **fields: Any) -> str:
        """Say a sentence that names the floor; the plain one where the standard has none."""
        if not self.words.floor:
            return self.say(f"{name}_plain", **fields)
        return self.say(name, floor=self.words.floor, **fields)

    def verdicts(self, *verdicts: str) -> dict[str, str]:
        """Say verdicts with their marks, by verdict."""
        return {v: f"{MARKS[v]} {self.words.verdict(v)}" for v in verdicts}

    def levels(self, *levels: str) -> dict[str, str]:
        """Name levels, by level."""
        return {level: self.words.level(level) for level in levels}

    def indicator(self, name: str) -> str:
        """Name an indicator with its number; the whole."""
        return self.words.indicator(name)

    def unit(self, indicator: Indicator) -> str:
        """Write an indicator's unit."""
        return self.words.unit(indicator.unit)

    def school(self, school: str, level: str) -> str:
        """Name a section as no other section of the county is named."""
        return self._names[school, level]

    def where(self, bundle: Bundle) -> str:
        """Say county, school year and standard; and that the data is made up when it is."""
        said = self.say("where", county=bundle.code, year=f"{bundle.year}–{bundle.year + 1}",
                        standard=bundle.standard.label.say(self.language))  # fmt: skip
        return (self.say("synthetic") if bundle.synthetic else "") + said

    def source(self, bundle: Bundle) -> list[str]:
        """Say what a picture rests on: rules, input and program."""
        made_up = self.say("synthetic_note") if bundle.synthetic else ""
        stamp = self.say("stamp", version=bundle.version, digest=bundle.digest[:12])
        return [made_up + self.words.basis() + self.say("stop"), stamp]


def _names(bundle: Bundle, said: Said) -> dict[tuple[str, str], str]:
    """Name every section once: by school, level where the school has several, code where needed."""
    rows = bundle.county.sections.select("school", "level", "name", "kind").rows(named=True)
    parts = Counter(row["school"] for row in rows)
    names = {}
    for row in rows:
        name = row["name"] or row["school"]
        combined = row["kind"] in COMBINED or parts[row["school"]] > 1
        names[row["school"], row["level"]] = (
            said.say("part", name=name, level=said.words.level(row["level"])) if combined else name
        )
    counts = pl.Series(list(names.values()), dtype=pl.String).value_counts()
    twice = set(counts.filter(pl.col("count") > 1).to_series(0))
    return {
        key: said.say("with_code", name=name, code=key[0]) if name in twice else name
        for key, name in names.items()
    }
