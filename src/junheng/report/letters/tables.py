"""The tables that a letter may name, each filled from the verdict or from the county's own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from junheng.evaluate.recheck import recheck
from junheng.model.standard import Part
from junheng.model.tables import CHANNELS, GROUPS, SCHOOL_KINDS
from junheng.report.bundle import Bundle
from junheng.report.forms.page import SMALL
from junheng.report.letters.figures import Figures
from junheng.report.letters.found import found, item_mark, items_of, one_found
from junheng.report.letters.paper import Side, Table
from junheng.report.letters.problems import problems, short
from junheng.report.letters.sources import Figure, Source, Sources
from junheng.report.pictures.words import MARKS, Said

Row = dict[str, Any]
Only = Sequence[str]
"""Ids of indicators or of parts that a table is cut to; empty: all."""
_SIDES: Mapping[str, Side] = {"<": "left", ">": "right", "|": "centre"}


class Tables:
    """Makes the tables of one county's papers, and numbers where each comes from."""

    def __init__(self, figures: Figures, sources: Sources) -> None:
        self.figures, self.sources = figures, sources
        self.bundle: Bundle = figures.bundle
        self.words, self.say = figures.words, figures.say
        self.said = Said(figures.bundle)
        self._at = 0
        self._kinds: Mapping[str, Callable[[Only], Table]] = {
            "parts": self._parts,
            "compliance": self._compliance,
            "balance": self._balance,
            "failing": self._failing,
            "items": self._items,
            "unmet": self._unmet,
            "facts": self._facts,
            "excluded": self._excluded,
            "opinions": self._opinions,
            "problems": self._problems,
            "tasks": self._tasks,
            "short": self._short,
            "years": self._years,
            "missing": self._missing,
            "kinds": self._school_kinds,
        }

    @property
    def names(self) -> frozenset[str]:
        """The names of all tables."""
        return frozenset(self._kinds)

    def __call__(self, name: str, only: Only = ()) -> Table:
        """Make the table of a name; KeyError when there is none of that name."""
        return self._kinds[name](only)

    def make(self, name: str, columns: str, rows: Iterator[Sequence[str]], source: Source) -> Table:
        """Put a table together; `columns` says heading key, side and width: `name<3 value>1`."""
        heads, sides, widths = [], [], []
        for column in columns.split():
            at = next(i for i, c in enumerate(column) if c in _SIDES)
            heads.append(self.say(f"h_{column[:at]}"))
            sides.append(_SIDES[column[at]])
            widths.append(float(column[at + 1 :]))
        filled = tuple(tuple(row) for row in rows)
        number, note = self.number(source)
        caption = f"{number}　{self.say(f'caption_{name}', n=len(filled))}"
        return Table(
            caption, tuple(heads), filled, tuple(widths), tuple(sides), note, self.say("nothing")
        )

    def number(self, source: Source) -> tuple[str, int | None]:
        """Give the next table its number, and its source a note."""
        self._at += 1
        number = self.say("table_number", at=self._at)
        return number, self.sources.number(Figure(number, source))

    def _from(self, table: str, rows: str) -> Source:
        return self.figures.source(table, rows)

    def mark(self, verdict: str) -> str:
        """Say a verdict with its mark."""
        return f"{MARKS[verdict]} {self.words.verdict(verdict)}"

    def _parts(self, only: Only) -> Table:
        parts = [part for part in self.bundle.standard.parts if not only or part.id in only]
        scored = any(self.bundle.points(part) for part in parts)
        rows = ([self.words.part(part.id), *([self._score(part)] if scored else []),
                 self.mark(self.bundle.county.parts[part.id])] for part in parts)  # fmt: skip
        columns = "part<3 score|1.6 verdict|1" if scored else "part<3 verdict|1"
        return self.make("parts", columns, rows, self._from("counties", "verdict"))

    def _score(self, part: Part) -> str:
        """Write the points of a part that is judged by them: got, and needed."""
        points = self.bundle.points(part)
        if points is None:
            return "——"
        least = "?" if points.least is None else f"{points.least:g}"
        name = "score_open" if points.unknown else "score"
        return self.say(name, points=self.words.amount(points.known), least=least, n=points.unknown)

    def _compliance(self, only: Only) -> Table:  # noqa: ARG002  # every table is called alike
        levels = self.bundle.county.sections["level"].unique(maintain_order=True).to_list()
        rows = (self._level_row(level) for level in levels)
        columns = "level<2 schools>1 passed>1 failed>1 open>1 share>1"
        return self.make("compliance", columns, rows, self._from("sections", "level, verdict"))

    def _level_row(self, level: str) -> list[str]:
        names = [f"sections.{v}.{level}" for v in ("all", "pass", "fail", "not_assessed")]
        return [
            self.words.level(level),
            *(self.figures(name).text for name in (*names, f"share.{level}")),
        ]

    def _balance(self, only: Only) -> Table:
        balance = self.bundle.county.balance
        frame = balance.filter(pl.col("indicator").is_in(list(only))) if only else balance
        rows = (self._balance_row(row) for row in frame.iter_rows(named=True))
        source = self._from("balance", "level, indicator: mean, cv, limit, verdict")
        return self.make(
            "balance", "level<0.9 indicator<4.1 mean>1.4 cv>1.2 limit>1 verdict|1.4", rows, source
        )

    def _balance_row(self, row: Row) -> list[str]:
        small = row["mean"] is not None and abs(row["mean"]) < SMALL
        mean = self.figures.number(row["mean"], 4 if small else 2)
        mean = "——" if row["indicator"] == "composite" else mean
        compared = row["limit"] is not None
        limit = f"≤{row['limit']:g}" if compared else "——"
        verdict = self.mark(row["verdict"]) if compared else "——"
        cv = self.figures.number(row["cv"], 3)
        return [
            self.words.level(row["level"]),
            self.words.indicator(row["indicator"]),
            mean,
            cv,
            limit,
            verdict,
        ]

    def _failing(self, only: Only) -> Table:
        rows = (
            self.failing_row(row, only) for row in self.bundle.county.failing.iter_rows(named=True)
        )
        source = self._from("values", "verdict=unmet/near: value, limit")
        shown = (row for row in rows if row[-1])
        return self._or_open(
            self.make("failing", "school<4 pupils>1.2 met|1 short<4.5", shown, source)
        )

    def _or_open(self, table: Table) -> Table:
        """Say beside an empty table of what fails that something is not assessed: not all is well."""
        county = self.bundle.county
        open_ = int((county.sections["verdict"] == "not_assessed").sum())
        judged = open_ and county.values.height
        return replace(table, empty=self.say("nothing_but_open", n=open_)) if judged else table

    def _short(self, only: Only) -> Table:
        source = self._from("values", "verdict=unmet/near: value, limit, amount")
        return self._or_open(self.make("short", "school<3.6 lacking<6", short(self, only), source))

    def failing_row(self, row: Row, only: Only) -> list[str]:
        """Give a failing section: name, pupils, how many limits it meets, what it is short of."""
        lacks = [lack for lack in row["lacks"] or () if not only or lack["indicator"] in only]
        said = self.say("list_comma").join(text for text, _ in self.words.lacks(lacks))
        name = self.said.school(row["school"], row["level"])
        return [name, self.figures.number(row["pupils"]), f"{row['met']}/{row['of']}", said]

    def _items(self, only: Only) -> Table:
        groups = list(items_of(self.bundle, only))
        rows = ((self.words.group(checks[0]["part"]), self.words.item(item), found(self, checks),
                 item_mark(self, checks)) for item, checks in groups)  # fmt: skip
        source = self._from("items", "part, item, check: value, limit, verdict")
        parts = list(dict.fromkeys(checks[0]["part"] for _, checks in groups))
        if len(parts) != 1:
            return self.make("items", "part<2 item<3 found<3.7 verdict|1.4", rows, source)
        columns = "item<3 found<5.6 verdict|1.4"
        table = self.make("items", columns, (row[1:] for row in rows), source)
        part = self.words.group(parts[0])
        return replace(table, caption=self.say("items_of_part", caption=table.caption, part=part))

    def _unmet(self, only: Only) -> Table:
        unmet = self.bundle.county.unmet_items
        frame = unmet.filter(pl.col("part").is_in(list(only))) if only else unmet
        rows = ((self.words.group(row["part"]), self.words.item(row["item"]), one_found(self, row))
                for row in frame.iter_rows(named=True))  # fmt: skip
        source = self._from("items", "verdict=unmet")
        return self.make("unmet", "part<2 item<3 found<4", rows, source)

    def _facts(self, only: Only) -> Table:
        """Facts of the county's form, those whose place on it begins with one of the names."""
        facts = [f for f in self.bundle.standard.facts.values() if f.form]
        shown = [f for f in facts if not only or f.form.startswith(tuple(only))]
        rows = (
            (f.label.say(self.words.language), self.figures(f"fact.{f.id}").text, f.form)
            for f in shown
        )
        return self.make(
            "facts", "fact<4 value>2 form|1.2", rows, self._from("facts", "item, value")
        )

    def _excluded(self, only: Only) -> Table:  # noqa: ARG002
        names = self.bundle.schools
        rows = ((names[row["school"]]["name"] or row["school"], self.words.level(row["level"]),
                 self.figures.number(row["pupils"]), self.words.reason(row["reason"]))
                for row in self.bundle.county.excluded.iter_rows(named=True))  # fmt: skip
        source = self._from("excluded", "school, level, reason")
        return self.make("excluded", "school<4 level<1 pupils>1.2 reason<4", rows, source)

    def _opinions(self, only: Only) -> Table:  # noqa: ARG002
        frame = self.bundle.tables.get("opinions")
        order = {name: at for at, name in enumerate((*GROUPS, *CHANNELS))}
        rows = frame.rows(named=True) if frame is not None else []
        rows = sorted(rows, key=lambda row: (order[row["group"]], order[row["channel"]]))
        source = self._from("opinions", "group, channel: sent, valid, satisfied")
        columns = "group<2 channel<2 sent>1 valid>1 satisfied>1 rate>1"
        return self.make("opinions", columns, (self._opinion(row) for row in rows), source)

    def _opinion(self, row: Row) -> list[str]:
        valid, satisfied = row["valid"], row["satisfied"]
        known = valid is not None and satisfied is not None and valid > 0
        rate = f"{100 * satisfied / valid:.1f}%" if known else self.figures.unknown()
        counts = [self.figures.number(row[name]) for name in ("sent", "valid", "satisfied")]
        zh = self.words.language == "zh"
        group = GROUPS[row["group"]] if zh else row["group"]
        channel = CHANNELS[row["channel"]] if zh else row["channel"]
        return [group, channel, *counts, rate]

    def _problems(self, only: Only) -> Table:
        rows = ([str(at), *problem] for at, problem in enumerate(problems(self, only), 1))
        return self._of_problems("number|0.8 part<1.8 problem<7.4", rows)

    def _tasks(self, only: Only) -> Table:
        """Problems, with room for who puts each right, and by when."""
        rows = ([str(at), *problem, "", ""] for at, problem in enumerate(problems(self, only), 1))
        return self._of_problems("number|0.8 part<1.6 problem<4.8 who<1.4 due<1.4", rows)

    def _of_problems(self, columns: str, rows: Iterator[Sequence[str]]) -> Table:
        source = self._from("items", "verdict=unmet; sections verdict=fail; balance verdict=unmet")
        return self._or_open(self.make("problems", columns, rows, source))

    def _years(self, only: Only) -> Table:  # noqa: ARG002
        every = [*self.bundle.earlier, self.bundle]
        rule = self.bundle.standard.recheck
        found = recheck(rule, {one.year: one.county.parts for one in every}) if rule else {}
        rows = ([f"{one.year}–{one.year + 1}", self.mark(one.county.verdict), *self._counts(one),
                 *([str(found[one.year].failing_years)] if found else [])] for one in every)  # fmt: skip
        county, columns = self.bundle.county, "year|1.6 verdict|1.6"
        columns += " failing>1.4" if county.values.height else ""
        columns += " over>1.4 unknown>1.4" if county.balance.height else ""
        columns += " row>1.8" if rule else ""
        return self.make("years", columns, rows, self._from("counties", self.figures("years").text))

    def _counts(self, one: Bundle) -> list[str]:
        """Count what fails in a year: sections, and coefficients, where there are such."""
        mine, counts = Figures(one), []
        if self.bundle.county.values.height:
            failing, n = (mine(f"sections.{v}").text for v in ("fail", "not_assessed"))
            counts.append(failing if n == "0" else self.say("and_open", failing=failing, n=n))
        if self.bundle.county.balance.height:
            counts += [mine(f"cv.{v}").text for v in ("unmet", "not_assessed")]
        return counts

    def _missing(self, only: Only) -> Table:  # noqa: ARG002
        rows = ([text] for text in self.words.missing(self.bundle.county))
        source = self._from("values", "verdict=not_assessed; items verdict=not_assessed")
        return self.make("missing", "what<1", rows, source)

    def _school_kinds(self, only: Only) -> Table:  # noqa: ARG002
        counts = self.bundle.tables["schools"].group_by("kind", maintain_order=True).len()
        found = dict(counts.iter_rows())
        rows = ((label if self.words.language == "zh" else kind, self.figures(f"schools.{kind}").text)
                for kind, label in SCHOOL_KINDS.items() if kind in found)  # fmt: skip
        return self.make("kinds", "kind<3 schools>1", rows, self._from("schools", "kind"))
