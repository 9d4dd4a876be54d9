"""A school's own papers: its page in the county's book (一校一册), and a card its headmaster reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from junheng.evaluate.explain import explain_section
from junheng.model.tables import LEVELS, SCHOOLS, SECTIONS, Column
from junheng.report.bundle import Bundle
from junheng.report.forms.page import SMALL, digits_apart
from junheng.report.letters import word
from junheng.report.letters.figures import Figures, foot
from junheng.report.letters.paper import (
    Bar,
    Bars,
    Blank,
    Block,
    Heading,
    Paper,
    Paragraph,
    Run,
    Signature,
    Table,
)
from junheng.report.letters.pdf import setter
from junheng.report.letters.problems import lacking
from junheng.report.letters.sources import Sources, sources_table
from junheng.report.letters.tables import Tables
from junheng.report.pictures.words import MARKS

Row = Mapping[str, Any]
_OF_SCHOOL = {"pass": "met", "fail": "unmet", "not_assessed": "not_assessed"}
_UNITLESS = ("grade", "form")
_UNITS = {"m²": "m2"}
"""Where a column's unit is written in another way than the standards write it."""
_KEYS = frozenset({"year", "county", "school", "level"})


class SchoolBook:
    """Makes the papers of a county's schools, one at a time."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle, self.figures = bundle, Figures(bundle)
        self.words, self.say = bundle.words, self.figures.say
        order = {level: at for at, level in enumerate(LEVELS)}
        sections = bundle.county.sections
        by_level = pl.col("level").replace_strict(order, default=len(order), return_dtype=pl.Int64)
        self._sections = _by_school(sections.sort("school", by_level, maintain_order=True))
        self._excluded = _by_school(bundle.county.excluded)
        self._reported = _by_school(bundle.tables["sections"])
        self._findings = _by_school(bundle.findings)

    def page(self, school: str) -> Paper:
        """Make a school's page: what it reported, how it stands, what is to be put right."""
        tables = Tables(self.figures, Sources())
        blocks = [
            Heading(self.say("h1_basic")),
            self._whole(school, tables),
            self._levels(school, tables),
            Heading(self.say("h1_verdict")),
            *self._verdicts(school, tables),
            Heading(self.say("h1_findings")),
            self._findings_of(school, tables),
            Heading(self.say("h1_opinion")),
            Blank(self.say("school_opinion"), 3),
            Signature((self.say("school_signature"), self.say("date_line"))),
        ]
        annex = sources_table(tables.sources, self.words.language)
        blocks += [Heading(self.say("sources_title")), annex]
        return self._paper(school, "page", "school_subtitle", blocks)

    def card(self, school: str) -> Paper:
        """Make a school's card: one page with its indicators, and what it is short of."""
        tables = Tables(self.figures, Sources())
        judged = list(self._verdicts(school, tables))
        if not any(isinstance(block, Bars) for block in judged):
            judged.append(self._levels(school, tables))
        blocks: list[Block] = [
            replace(block, note=None) if isinstance(block, Bars | Table) else block
            for block in (*judged, self._findings_of(school, tables))
        ]
        return replace(self._paper(school, "card", "card_subtitle", blocks), tight=True)

    def _paper(self, school: str, kind: str, subtitle: str, blocks: list[Block]) -> Paper:
        year = f"{self.bundle.year}–{self.bundle.year + 1}"
        made_up = self.say("made_up") if self.bundle.synthetic else ""
        said = made_up + self.say(subtitle, county=self.bundle.code, year=year, school=school)
        name = f"school-{kind}-{_plain(school)}-{self.bundle.year}"
        return Paper(name, self._name(school), said, tuple(blocks), foot(self.bundle))

    def _name(self, school: str) -> str:
        return str(self.bundle.schools[school]["name"] or school)

    def _whole(self, school: str, tables: Tables) -> Table:
        """Give what the whole campus reported, two to a row."""
        row = self.bundle.schools[school]
        cells = [pair for c in SCHOOLS.columns for pair in self._cells(c, [row])]
        half = (len(cells) + 1) // 2
        left, right = cells[:half], [*cells[half:], *[("", "")] * (2 * half - len(cells))]
        rows = ((*one, *other) for one, other in zip(left, right, strict=True))
        source = self.figures.source("schools", f"school={school}")
        return tables.make("whole", "column<3 reported>2.4 column<3 reported>2", rows, source)

    def _levels(self, school: str, tables: Tables) -> Table:
        """Give what each level reported, a column a level."""
        order = list(LEVELS)
        reported = sorted(self._reported.get(school, ()), key=lambda row: order.index(row["level"]))
        rows = (cells for c in SECTIONS.columns for cells in self._cells(c, reported))
        columns = "column<3 " + " ".join(f"{row['level']}>1.5" for row in reported)
        return tables.make(
            "levels", columns, rows, self.figures.source("sections_in", f"school={school}")
        )

    def _cells(self, column: Column, rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
        """Give a column's name and its cells with their unit; nothing for a key or what is not there."""
        if column.name not in _KEYS and rows and column.name in rows[0]:
            name = column.label.say(self.words.language)
            yield name, *(self._cell(column, row[column.name]) for row in rows)

    def _cell(self, column: Column, value: Any) -> str:
        if value is None:
            return self.say("not_reported")
        if column.kind == "flag":
            return self.say("yes" if value else "no")
        if column.kind == "choice" and self.words.language == "zh":
            return column.choices.get(value, str(value))
        if column.kind in ("choice", "text"):
            return str(value)
        if column.kind == "degrees" or column.unit == "year":
            return f"{value:.12g}"
        unit = (
            self.words.unit(_UNITS.get(column.unit, column.unit))
            if column.unit not in _UNITLESS
            else ""
        )
        return f"{self.words.amount(value)} {unit}".strip()

    def _verdicts(self, school: str, tables: Tables) -> Iterator[Block]:
        explained = explain_section(
            self.bundle.wide, self.bundle.standard, self.bundle.year, school
        )
        frame = pl.DataFrame() if explained is None else explained.collect().to_native()
        for row in self._sections.get(school, ()):
            yield Paragraph((Run(self._section_line(row)),), plain=True)
            if frame.height:
                yield self._bars(
                    frame.filter(pl.col("level") == row["level"]), school, row["level"], tables
                )
        for row in self._excluded.get(school, ()):
            level, reason = self.words.level(row["level"]), self.words.reason(row["reason"])
            yield Paragraph(
                (Run(self.say("out_of_scope", level=level, reason=reason)),), plain=True
            )
        if self.bundle.standard.section_rule and self._sections.get(school):
            yield Paragraph((Run(self.figures("rule").text),), plain=True)

    def _section_line(self, row: Row) -> str:
        of = sum(int(row[name]) for name in ("met", "near", "unmet", "unknown"))
        level, pupils = self.words.level(row["level"]), self.figures.number(row["pupils"])
        if not self.bundle.standard.section_rule:
            name = "section_no_rule" if self.bundle.standard.indicators else "section_not_judged"
            return self.say(name, level=level, pupils=pupils)
        return self.say("section_line", level=level, met=row["met"], of=of, pupils=pupils,
                        verdict=self.words.verdict(_OF_SCHOOL[row["verdict"]]))  # fmt: skip

    def _bars(self, frame: pl.DataFrame, school: str, level: str, tables: Tables) -> Bars:
        """Draw the indicators against their limits; against the county's means where none has one."""
        source = self.figures.source("values", f"school={school} level={level}")
        number, note = tables.number(source)
        rows, against = list(frame.iter_rows(named=True)), "limit"
        if all(row["limit"] is None for row in rows):
            against = "mean"
            rows = [row | {"limit": self._means.get((level, row["indicator"]))} for row in rows]
        caption = self.say(f"caption_bars_{against}", level=self.words.level(level))
        heads = ("indicator", "value", against, "hint" if against == "limit" else "of_mean")
        bars = tuple(self._bar(row, tables, judged=against == "limit") for row in rows)
        said = tuple(self.say(f"bar_{name}") for name in heads)
        return Bars(f"{number}　{caption}", said, bars, note)

    @cached_property
    def _means(self) -> Mapping[tuple[str, str], float | None]:
        rows = self.bundle.county.balance.iter_rows(named=True)
        return {(row["level"], row["indicator"]): row["mean"] for row in rows}

    def _bar(self, row: Row, tables: Tables, *, judged: bool) -> Bar:
        value, limit = row["value"], row["limit"]
        known = value is not None and bool(limit)
        digits = 4 if value is not None and abs(value) < SMALL else 2
        return Bar(
            self.words.indicator(row["indicator"]),
            self.figures.number(value, digits_apart(value, limit, digits) if known else digits),
            self._against(limit, digits, judged=judged),
            value / limit if known else None,
            row["verdict"],
            MARKS[row["verdict"]] if value is None or (judged and known) else "",
            self._hint(row, tables, known=known, judged=judged),
        )

    def _against(self, limit: float | None, digits: int, *, judged: bool) -> str:
        """Write what a value stands against: a limit as it is set, a mean as the value is written."""
        if judged:
            return "——" if limit is None else f"{limit:,g}"
        return self.figures.number(limit, digits)

    def _hint(self, row: Row, tables: Tables, *, known: bool, judged: bool) -> str:
        if row["value"] is None:
            return self.say("hint_unknown")
        if not known:
            return ""
        if not judged:
            return self.words.percent(row["value"] / row["limit"])
        if row["verdict"] == "met":
            return self.say("hint_met")
        return self.say("hint_short", short=lacking(tables, row["indicator"], row["short"]))

    def _findings_of(self, school: str, tables: Tables) -> Table:
        rows = (self._finding(row) for row in self._findings.get(school, ()))
        source = self.figures.source("findings", f"school={school}")
        return tables.make("findings", "item<3 place<2 value>1 limit>1", rows, source)

    def _finding(self, row: Row) -> list[str]:
        place = "" if row["level"] is None else self.words.level(row["level"])
        unit = "" if row["unit"] in (None, row["school"]) else row["unit"]
        what = f"{place} {unit}".strip() or self.say("whole_school")
        value, limit = (self.words.amount(row[name]) for name in ("value", "limit"))
        return [self.words.item(row["item"]), what, value, limit]


def _by_school(frame: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        if row["school"] is not None:
            found.setdefault(row["school"], []).append(row)
    return found


def _plain(code: str) -> str:
    """Give a school's code as part of a file's name; a strange one is made plain, and told apart.

    >>> _plain("9901010001")
    '9901010001'
    """
    plain = re.sub(r"[^0-9A-Za-z-]", "_", code)[:40]
    return plain if plain == code else f"{plain}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def pages(bundle: Bundle, folder: Path) -> list[Path]:
    """Write every school's page (一校一册), as Word and as PDF, into a folder of their own."""
    return _each(bundle, _place(folder, "school-pages"), SchoolBook(bundle).page)


def cards(bundle: Bundle, folder: Path) -> list[Path]:
    """Write every school's card, as Word and as PDF, into a folder of their own."""
    return _each(bundle, _place(folder, "school-cards"), SchoolBook(bundle).card)


def _place(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir(exist_ok=True)
    return place


def _each(bundle: Bundle, place: Path, make: Callable[[str], Paper]) -> list[Path]:
    language, paths = bundle.words.language, []
    for school in bundle.schools:
        paper = make(school)
        paths += [place / f"{paper.id}.docx", place / f"{paper.id}.pdf"]
        word.write(paper, paths[-2], language)
        paths[-1].write_bytes(setter(language).pdf(paper))
    return paths
