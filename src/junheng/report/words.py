"""A county's verdict in words: what a page, a document or a board says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.model.standard import Check, Standard
from junheng.model.tables import LEVELS, SCHOOLS, SECTIONS, table_of
from junheng.model.units import units
from junheng.report.collected import Collected
from junheng.report.forms.page import SMALL, digits_apart, printed

MARKS = {"pass": "✓", "met": "✓", "fail": "✗", "unmet": "✗", "near": "△", "not_assessed": "?"}


@dataclass(frozen=True, slots=True)
class County:
    """One county and year, cut out of what was collected, and ordered for reading."""

    standard: Standard
    code: str
    year: int
    verdict: str
    parts: dict[str, str]
    sections: pl.DataFrame
    values: pl.DataFrame
    balance: pl.DataFrame
    items: pl.DataFrame
    excluded: pl.DataFrame

    @property
    def failing(self) -> pl.DataFrame:
        """The sections that fail, the worst first, with `of` and `lacks` (indicators short of a limit)."""
        short = self.values.filter(pl.col("verdict").is_in(["unmet", "near"]))
        lacks = short.group_by("school", "level", maintain_order=True).agg(
            pl.struct("indicator", "value", "limit", "verdict").alias("lacks")
        )
        failed = self.sections.filter(pl.col("verdict") == "fail").with_columns(
            of=pl.sum_horizontal("met", "near", "unmet", "unknown"),
            name=pl.coalesce("name", "school"),
        )
        return failed.join(lacks, on=["school", "level"], how="left").sort(
            ["met", "near", "pupils"], descending=[False, False, True], maintain_order=True
        )

    @property
    def unmet_items(self) -> pl.DataFrame:
        """The checks of items that are not met, vetoes that hold among them."""
        holds = pl.when(pl.col("part") == "veto").then(pl.lit("met")).otherwise(pl.lit("unmet"))
        return self.items.filter(pl.col("verdict") == holds, pl.col("part") != "eligibility")

    @property
    def vetoes(self) -> str:
        """The veto items that hold, by number."""
        held = self.items.filter(pl.col("part") == "veto", pl.col("item_verdict") == "met")
        return ", ".join(held["item"].unique(maintain_order=True))

    def worst_balance(self) -> tuple[str, str, str] | None:
        """The coefficient furthest over its limit (else the nearest to it): county, level, indicator."""
        known = self.balance.filter(pl.col("cv").is_not_null(), pl.col("indicator") != "composite")
        if not known.height:
            return None
        row = known.sort(pl.col("cv") / pl.col("limit").fill_null(1.0), descending=True).row(
            0, named=True
        )
        return self.code, row["level"], row["indicator"]


def counties_of(one: Collected) -> Iterator[County]:
    """Cut what was collected into counties, in the order of their codes and years."""
    for row in one.counties.sort("county", "year").iter_rows(named=True):
        mine = (pl.col("year") == row["year"]) & (pl.col("county") == row["county"])
        frames = {
            name: getattr(one, name).filter(mine)
            for name in ("sections", "values", "balance", "items", "excluded")
        }
        parts = {part.id: row[part.id] for part in one.regime.standard.parts}
        standard = one.regime.standard.on(one.regime.days[row["year"]])
        yield County(standard, row["county"], row["year"], row["verdict"], parts, **frames)


class Words:
    """Says the things of a standard in one language."""

    def __init__(self, standard: Standard, language: str) -> None:
        self.standard, self.language = standard, language
        self._items = {item.id: item for _, item in standard.every_item()}
        self._checks = {
            (item.id, c.id): c for _, item in standard.every_item() for c in item.checks
        }

    def say(self, name: str, /, **fields: Any) -> str:
        """Say a sentence of the page."""
        return say(f"page.{name}", self.language, **fields)

    def verdict(self, verdict: str) -> str:
        """Say pass, fail, met, near, unmet or not_assessed."""
        return self.say(f"verdict_{verdict}", floor=self.floor)

    @property
    def floor(self) -> str:
        """The share of a limit below which one indicator fails a section, as "85%"; "" for none."""
        rule = self.standard.section_rule
        return "" if rule is None or rule.floor is None else f"{100 * rule.floor:g}%"

    def mark(self, verdict: str) -> str:
        """Give the one-character mark of a verdict, which says it without colour."""
        return MARKS[verdict]

    def level(self, level: str) -> str:
        """Name a level."""
        return LEVELS[level] if self.language == "zh" else level

    def numbered(self, name: str) -> tuple[str, str]:
        """Give an indicator's number on the form, and its name."""
        if name == "composite":
            return "", self.say("composite")
        indicator = self.standard.indicator(name)
        return indicator.number, indicator.label.say(self.language)

    def indicator(self, name: str) -> str:
        """Name an indicator, with its number on the form."""
        return " ".join(self.numbered(name)).strip()

    def unit(self, name: str) -> str:
        """Write a unit."""
        return units()[name].say(self.language)

    def part(self, name: str) -> str:
        """Name a part."""
        return next(p.label.say(self.language) for p in self.standard.parts if p.id == name)

    def group(self, name: str) -> str:
        """Name a part, the vetoes or the eligibility."""
        return self.say(name) if name in ("veto", "eligibility") else self.part(name)

    def item(self, name: str) -> str:
        """Name an item, with its number."""
        item = self._items[name]
        return f"{item.number} {item.label.say(self.language)}"

    def check(self, item: str, check: str) -> str:
        """Name one check of an item; nothing where the item has no other."""
        alone = len(self._items[item].checks) == 1
        return "" if alone else self._checks[item, check].label.say(self.language)

    def number(self, value: float | None, digits: int) -> str:
        """Write a number; a question mark where it is unknown."""
        return "?" if value is None else f"{value:,.{digits}f}"

    def mean(self, value: float | None) -> str:
        """Write a county mean: two decimals as on the form, four where it is below 1."""
        return self.number(value, 4 if value is not None and abs(value) < 1 else 2)

    def count(self, value: float | None) -> str:
        """Write a whole number; a question mark where it is unknown."""
        return self.number(value, 0)

    def amount(self, value: float | None) -> str:
        """Write an amount with at most two decimals; a question mark where it is unknown."""
        return "?" if value is None else f"{value:,.2f}".removesuffix("00").removesuffix(".")

    def percent(self, value: float | None) -> str:
        """Write a share in percent with one decimal; a question mark where it is unknown."""
        return "?" if value is None else f"{100 * value:.1f}%"

    def blank(self, value: float | None, digits: int) -> str:
        """Write a number; nothing where there is none."""
        return "" if value is None else self.number(value, digits)

    def reason(self, reason: str) -> str:
        """Say why a section is left out."""
        labels = {exclusion.reason: exclusion.label for exclusion in self.standard.exclusions}
        return (
            labels[reason].say(self.language) if reason in labels else self.say(f"reason_{reason}")
        )

    def cell(self, name: str) -> str:
        """Name a cell of the tables of schools and sections."""
        column = (SCHOOLS if table_of(name) == "schools" else SECTIONS).column(name)
        return column.zh if self.language == "zh" else column.en

    def cells(self, said: str) -> list[str]:
        """Write the name=value pairs of an explanation with the headings of the tables."""
        pairs = (cell.split("=") for cell in said.split(" "))
        values = ((name, None if value == "?" else float(value)) for name, value in pairs)
        return [f"{self.cell(name)} {self.amount(value)}" for name, value in values]

    def headings(self, *names: str) -> list[tuple[str, Any]]:
        """Give column headings and sides; a name ending in > stands on the right."""
        return [
            (self.say(f"h_{name.rstrip('>')}"), "right" if name.endswith(">") else "left")
            for name in names
        ]

    def title(self, county: County) -> str:
        """Say which county and school year."""
        year, label = f"{county.year}–{county.year + 1}", self.standard.label.say(self.language)
        return self.say("title", standard=label, county=county.code, year=year)

    def basis(self) -> str:
        """Say by which document, day and version it was judged."""
        document = next(iter(self.standard.documents.values())).number
        overlays = "".join(f" + {name}" for name in self.standard.overlays)
        day = self.standard.as_of
        return self.say(
            "basis", document=document + overlays, day=day, version=self.standard.digest[:8]
        )

    def summary(self, county: County) -> str:
        """Say in one sentence how many sections and coefficients stand where."""
        verdicts = county.sections["verdict"]
        counts = {v: int((verdicts == v).sum()) for v in ("pass", "fail", "not_assessed")}
        said = self.say(
            "summary_sections", n=county.sections.height, excluded=county.excluded.height
        )
        if self.standard.section_rule:
            said += self.say("summary_verdicts", passed=counts["pass"], failed=counts["fail"],
                             open=counts["not_assessed"])  # fmt: skip
        compared = county.balance.filter(pl.col("limit").is_not_null())["verdict"]
        if len(compared):
            over, unknown = (int((compared == v).sum()) for v in ("unmet", "not_assessed"))
            said += self.say("summary_balance", n=len(compared), over=over, unknown=unknown)
        return said + self.say("full_stop")

    def lacks(self, lacks: list[dict[str, Any]] | None) -> list[tuple[str, str]]:
        """Say which indicators a section is short of: number, value and limit, and the verdict."""
        said = []
        for lack in lacks or ():
            digits = digits_apart(lack["value"], lack["limit"], 4 if lack["limit"] < SMALL else 2)
            value, limit = printed(lack["value"], digits), f"{lack['limit']:g}"
            said.append((f"{self.short(lack['indicator'])}\u00a0{value}<{limit}", lack["verdict"]))
        return said

    def short(self, name: str) -> str:
        """Name an indicator by its number on the form; by its name where that is a bare figure."""
        number, label = self.numbered(name)
        return label if number.isdigit() else number

    def found(self, row: dict[str, Any]) -> str:
        """Say what a check found: units that are not met, or the value against the limit."""
        check = self._checks[row["item"], row["check"]]
        if row["units"] is not None:
            return self.say("found_units", unmet=row["unmet"], units=row["units"])
        if row["part"] == "veto":
            return self.say("found_veto")
        if check.kind == "attested":
            return self.say("found_attested", what=check.label.say(self.language))
        if check.kind == "points":
            return self.say("found_points", value=row["value"], most=self.amount(row["limit"]))
        limit = f"{self._sign(check)}{row['limit']:g}"
        if check.unit == "grade":
            return self.say("found_grade", value=row["value"], limit=limit)
        value = printed(row["value"], digits_apart(row["value"], row["limit"], 2))
        unit = "" if check.unit == "ratio" else self.unit(check.unit)
        limit += unit if check.unit == "percent" else ""
        return self.say("found_value", value=value.removesuffix(".00"), limit=limit, unit=unit)

    def _sign(self, check: Check) -> str:
        signs = {"at_least": "≥", "at_most": "≤", "below": "<", "above": ">"}
        return signs[check.limit.comparison] if check.limit else ""

    def missing(self, county: County) -> Iterator[str]:
        """Say what is not known: indicators and for how many sections, items and what they wait for."""
        unknown = county.values.filter(
            pl.col("verdict") == "not_assessed", pl.col("value").is_null()
        )
        for name, n in unknown.group_by("indicator", maintain_order=True).len().iter_rows():
            yield self.say("missing_indicator", indicator=self.indicator(name), n=n)
        for part in self.standard.parts:
            if part.waits_for:
                yield self.say("waits_for", part=part.label.say(self.language),
                               why=part.waits_for.say(self.language))  # fmt: skip
        for group, items in self._open_items(county).group_by("part", maintain_order=True):
            numbers = [
                self._items[name].number for name in items["item"].unique(maintain_order=True)
            ]
            yield self.say(
                "missing_items", group=self.group(str(group[0])), items=", ".join(numbers)
            )
        points = self._by_points()
        over = county.items.filter(pl.col("part").is_in(points), pl.col("value") > pl.col("limit"))
        for group, items in over.group_by("part", maintain_order=True):
            over_items = ", ".join(self._items[name].number for name in items["item"])
            yield self.say("points_over", group=self.group(str(group[0])), items=over_items)

    def _by_points(self) -> set[str]:
        return {p.id for p in self.standard.parts if p.items and p.items.judged == "points"}

    def _open_items(self, county: County) -> pl.DataFrame:
        """Give the checks that nothing was reported for, but of parts that wait for an overlay."""
        waiting = {p.id for p in self.standard.parts if p.waits_for}
        no_points = pl.when(pl.col("part").is_in(self._by_points())).then(pl.col("value").is_null())
        unanswered = no_points.otherwise(pl.col("item_verdict") == "not_assessed")
        return county.items.filter(unanswered, ~pl.col("part").is_in(waiting))
