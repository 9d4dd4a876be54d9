"""The figures that the text of a letter may name: `{pupils.primary}`, `{fact.population}` …

Each is read from the verdict or from the county's own rows, and says where it stood.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.report.bundle import Bundle
from junheng.report.letters.sources import Figure, Source
from junheng.report.pictures.words import Said

_UNITLESS = ("yes/no", "ratio", "grade")


class Figures:
    """Gives the figures of one county by name; KeyError for a name that there is none of."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle, self.words = bundle, bundle.words
        self.language = bundle.words.language
        self._kinds: Mapping[str, Callable[..., Figure]] = {
            "county": lambda: Figure(bundle.code, None),
            "year": lambda: Figure(f"{bundle.year}–{bundle.year + 1}", None),
            "standard": lambda: Figure(bundle.standard.label.say(self.language), None),
            "rules": lambda: Figure(self._rules(), None),
            "day": lambda: Figure(str(bundle.standard.as_of), None),
            "verdict": lambda: self._verdict("verdict", bundle.county.verdict),
            "part": lambda part: self._verdict(part, bundle.county.parts[part]),
            "schools": self._schools,
            "sections": self._sections,
            "excluded": lambda: self._count("excluded", bundle.county.excluded),
            "share": self._share,
            "pupils": lambda level="": self._sum("pupils", level),
            "classes": lambda level="": self._sum("classes", level),
            "teachers": lambda level="": self._sum("teachers", level),
            "cv": self._cv,
            "composite": self._composite,
            "items": self._items,
            "fact": self._fact,
            "failing": self._failing,
            "vetoes": self._vetoes,
            "years": self._years,
            "recheck": self._recheck,
            "rule": self._rule,
            "indicators": self._indicators,
        }

    def say(self, name: str, /, **fields: Any) -> str:
        """Say a sentence of the letters."""
        return say(f"letters.{name}", self.language, **fields)

    def __call__(self, name: str) -> Figure:
        """Give the figure of a name such as `pupils.primary`."""
        kind, *rest = name.split(".")
        try:
            return self._kinds[kind](*rest)
        except TypeError as error:
            raise KeyError(name) from error

    def source(self, table: str, rows: str) -> Source:
        """Name a source: a table of the verdict, or of the input, and its rows."""
        where = self.say(f"table_{table}")
        return Source(
            where, self.say("rows", county=self.bundle.code, year=self.bundle.year, rows=rows)
        )

    def unknown(self) -> str:
        """Say that a figure is not known; never 0, never empty."""
        return self.say("unknown")

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a number; say so where it is unknown."""
        return self.unknown() if value is None else f"{value:,.{digits}f}"

    def _levels(self) -> str:
        return ", ".join(self.bundle.standard.levels)

    def _rules(self) -> str:
        document = next(iter(self.bundle.standard.documents.values()))
        return (
            f"《{document.title}》（{document.number}）"
            if self.language == "zh"
            else document.number
        )

    def _verdict(self, column: str, verdict: str) -> Figure:
        return Figure(
            self.words.verdict(verdict), self.source("counties", self.say("column", name=column))
        )

    def _count(self, table: str, frame: pl.DataFrame, rows: str = "") -> Figure:
        return Figure(self.number(frame.height), self.source(table, rows or self.say("all_rows")))

    def _schools(self, kind: str = "") -> Figure:
        frame = self.bundle.tables["schools"]
        if kind:
            return self._count("schools", frame.filter(pl.col("kind") == kind), f"kind={kind}")
        return self._count("schools", frame)

    def _sections(self, verdict: str = "", level: str = "") -> Figure:
        frame, said = self.bundle.county.sections, []
        for column, wanted in (("verdict", verdict if verdict != "all" else ""), ("level", level)):
            if wanted:
                frame = frame.filter(pl.col(column) == wanted)
                said.append(f"{column}={wanted}")
        return self._count("sections", frame, " ".join(said))

    def _share(self, level: str = "") -> Figure:
        frame = self.bundle.county.sections
        frame = frame.filter(pl.col("level") == level) if level else frame
        rows = self.say("share_of_pass", level=level or self._levels())
        return Figure(self._least_share(frame["verdict"]), self.source("sections", rows))

    def _least_share(self, verdicts: pl.Series) -> str:
        """Write the share that passes; where some cannot be assessed, that it is no less than that."""
        if (verdicts == "not_assessed").all():
            return self.unknown()
        share = 100 * int((verdicts == "pass").sum()) / len(verdicts)
        if (verdicts == "not_assessed").any():
            return f"≥{math.floor(10 * share) / 10:.1f}%"
        return f"{share:.1f}%"

    def _sum(self, column: str, level: str) -> Figure:
        schools = self.bundle.tables["schools"].filter(pl.col("kind") != "special")
        frame = (
            self.bundle.tables["sections"]
            .join(schools, on="school", how="semi")
            .filter(pl.col("level").is_in([level] if level else self.bundle.standard.levels))
        )
        there = column in frame.columns and not frame[column].null_count()
        total = float(frame[column].sum()) if there else None
        rows = self.say("sum_of", name=column, level=level or self._levels())
        return Figure(self.number(total), self.source("sections_in", rows))

    def _cv(self, verdict: str) -> Figure:
        compared = self.bundle.county.balance.filter(pl.col("limit").is_not_null())
        if verdict == "compared":
            return self._count("balance", compared, self.say("with_limit"))
        return self._count(
            "balance", compared.filter(pl.col("verdict") == verdict), f"verdict={verdict}"
        )

    def _composite(self, level: str) -> Figure:
        mine = (pl.col("indicator") == "composite") & (pl.col("level") == level)
        found = self.bundle.county.balance.filter(mine)
        cv: float | None = found["cv"][0] if found.height else None
        return Figure(
            self.number(cv, 3), self.source("balance", f"indicator=composite level={level}")
        )

    def _items(self, verdict: str, part: str = "") -> Figure:
        items = self.bundle.county.items
        # Items with points are not judged one by one: none of them is met, unmet or open.
        judged = [p.id for p in self.bundle.standard.parts if not self.bundle.points(p)]
        groups = [part] if part else judged
        mine = items.filter(pl.col("part").is_in(groups)).unique("item", maintain_order=True)
        mine = mine if verdict == "all" else mine.filter(pl.col("item_verdict") == verdict)
        rows = self.say("items_of", verdict=verdict, part=part or "*")
        return Figure(self.number(mine.height), self.source("items", rows))

    def _fact(self, name: str) -> Figure:
        fact = self.bundle.standard.facts.get(name)
        value = self.bundle.facts.get(name)
        unit = self.words.unit(fact.unit) if fact and fact.unit not in _UNITLESS else ""
        text = self.say("not_reported") if value is None else f"{self.words.amount(value)}{unit}"
        if fact and fact.unit == "yes/no" and value is not None:
            text = self.say("yes" if value else "no")
        return Figure(text, self.source("facts", f"item={name}"))

    def _failing(self) -> Figure:
        return self._count("sections", self.bundle.county.failing, "verdict=fail")

    def _vetoes(self) -> Figure:
        """Name the vetoes that hold; and say how many nobody has answered, for silence is no answer."""
        rows = self.bundle.county.items.filter(pl.col("part") == "veto")
        rows = rows.unique("item", maintain_order=True)
        held, open_ = (rows.filter(pl.col("item_verdict") == v) for v in ("met", "not_assessed"))
        said = [self.words.item(item) for item in held["item"]]
        if open_.height:
            said.append(self.say("vetoes_open", n=open_.height))
        text = self.say("list_comma").join(said) or self.say("none")
        return Figure(text, self.source("items", "part=veto"))

    def _rule(self) -> Figure:
        """Say what makes a school pass."""
        rule = self.bundle.standard.section_rule
        if rule is None:
            return Figure(self.say("no_rule"), None)
        floor = "" if rule.floor is None else self.say("rule_floor", floor=f"{rule.floor:.0%}")
        of = len(rule.indicators)
        return Figure(self.say("section_rule", of=of, at_least=rule.at_least, floor=floor), None)

    def _indicators(self) -> Figure:
        """Say which indicators the short names in tables mean; nothing where they are the names."""
        names = [one.id for one in self.bundle.standard.indicators]
        said = [
            self.words.indicator(n)
            for n in names
            if self.words.short(n) != self.words.numbered(n)[1]
        ]
        return Figure(
            self.say("codes", names=self.say("list_comma").join(said)) if said else "", None
        )

    def _recheck(self) -> Figure:
        """Name the parts whose failing years are counted."""
        rule = self.bundle.standard.recheck
        return Figure("、".join(self.words.part(part) for part in rule.parts) if rule else "", None)

    def _years(self) -> Figure:
        every = [*(one.year for one in self.bundle.earlier), self.bundle.year]
        name = "year_span" if len(every) > 1 else "one_year"
        return Figure(self.say(name, first=every[0], last=every[-1], n=len(every)), None)


def foot(bundle: Bundle) -> str:
    """Say at the foot of a page what it rests on."""
    said = Said(bundle)
    return " ".join([say("letters.draft", bundle.words.language), *said.source(bundle)])
