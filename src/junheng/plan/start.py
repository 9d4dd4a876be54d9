"""Where a plan starts: the county as it would stand in the target year if nothing were done.

The last year's tables are put into the target year, with the pupils projected for it where they are
known; then the evaluator says which sections are in scope, what each has, and what each must reach by
the rules of that year. Nothing of it is typed again here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import polars as pl

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.evaluate import Evaluation
from junheng.evaluate.regimes import day_of
from junheng.evaluate.robustness import reported
from junheng.inmemory import judge
from junheng.model.reference import Label
from junheng.model.standard import Standard
from junheng.model.tables import LEVELS, amount_column, table_of
from junheng.plan.ceilings import ceilings
from junheng.plan.lowest import with_lowest
from junheng.plan.people import COUNTY_RUN

ROTATION = ("rotation_eligible_teachers", "rotated_teachers", "rotated_backbone_teachers")
PEOPLE = ("teachers", "above_degree", "backbone", "pe_arts", "mid_title")
MOST_YEARS = 15


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """One school's level in the target year, before anything is done."""

    school: str
    name: str
    level: str
    pupils: float
    share: float
    """Its part of what the campus shares."""
    county_run: bool
    amounts: Mapping[str, float]
    limits: Mapping[str, float | None]
    counts: Mapping[str, float | None]
    """Teachers of each kind; null where unknown."""
    enrolment: str = ""
    """Which of the enrolments of its campus this is; empty where zones stay as they are."""

    @property
    def key(self) -> tuple[str, str]:
        """School and level."""
        return self.school, self.level


@dataclass(frozen=True, slots=True)
class Start:
    """A county at the start of a plan."""

    county: str
    year: int
    """Of the data."""
    target: int
    standard: Standard
    """As of the target year, without what a plan does not change."""
    tables: Mapping[str, pl.DataFrame]
    sections: tuple[Section, ...]
    cells: Mapping[str, str]
    """Indicator to the reported column that a plan adds to."""
    spread: Mapping[str, float]
    """Level to the highest coefficient of variation."""
    eligible: float | None
    """Teachers eligible for rotation; None where that is unknown."""
    rotation: tuple[float, float]
    """The least share of them that must move a year, and of those the least share of backbone
    teachers, as the standard says; 0 where it says nothing."""
    projected: bool
    """Whether pupils are projected; else they are last year's."""
    assumed: tuple[Problem, ...] = ()
    """Unknown figures that were taken to be low, each of them."""
    waiting: tuple[Label, ...] = ()
    """What parts of the standard wait for, such as a province's overlay: no plan can see to them."""
    enrolments: Mapping[str, tuple[tuple[Section, ...], ...]] = field(default_factory=dict)
    """Schools whose zones may change: all their sections, as they would stand with each enrolment of
    the campus. What levels share is parted by the pupils of all of them, so they stand together."""
    ceilings: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Level and indicator to a ceiling, where the standard judges the mean of the coefficients: to
    keep them is enough, but may be dearer than it need be. Else empty."""

    @property
    def years(self) -> range:
        """The years in which something can be done."""
        return range(self.year + 1, self.target + 1)

    def options(self, section: Section) -> tuple[Section, ...]:
        """Give a section with each enrolment of its campus; itself where there is no choice."""
        campuses = self.enrolments.get(section.school, ((section,),))
        return tuple(one for campus in campuses for one in campus if one.level == section.level)


def resources(standard: Standard) -> Standard:
    """Keep of a standard the parts that a plan is about: schools' limits and balance between them."""
    parts = tuple(
        replace(part, items=None) for part in standard.parts if part.sections or part.balance
    )
    easements = tuple(e for e in standard.easements if e.adds)
    return replace(standard, parts=parts, veto=(), eligibility=(), easements=easements)


def start(
    tables: Mapping[str, Any],
    standard: Standard,
    target: int,
    *,
    projected: pl.DataFrame | None = None,
    assume_lowest: bool = False,
    as_of: dt.date | None = None,
) -> Start:
    """Put one county's newest year into the target year and judge it there.

    Parameters
    ----------
    tables
        Frames by table name, of one county.
    standard
        Not yet cut to a day; the rules of `as_of` hold, or of 1 September of the target year.
    target
        First calendar year of the school year by which everything must be reached.
    projected
        Columns year, school, level, pupils; those of the target year are taken.
    assume_lowest
        Take an unknown amount to be the lowest known in the county for each pupil of that level,
        and say so; else unknown amounts are refused.

    Raises
    ------
    WrongUse
        More than one county, a target that is not 1 to 15 years ahead, a standard that a plan
        cannot be made for. DataNeedsMending names every figure that is unknown and needed.
    """
    held = {name: pl.DataFrame(nw.from_native(t).lazy().collect("polars").to_native())
            for name, t in tables.items()}  # fmt: skip
    county, year = _which(held["schools"], target)
    whole = standard.on(day_of(target, standard, as_of))
    rules = resources(whole)
    plannable(rules)
    eligible = _eligible(held.get("facts"), year)
    moved = _in_target_year(held, (year, target), projected)
    moved, assumed = with_lowest(moved, rules) if assume_lowest else (moved, ())
    sections = sections_of(judge(moved, rules), moved)
    cells = {one: reported(rules.indicator(one), rules) for one in used(rules)}
    return Start(county, year, target, rules, moved, sections, cells, _spread(rules), eligible,
                 _rotation(whole), projected is not None, assumed,
                 tuple(part.waits_for for part in whole.parts if part.waits_for),
                 ceilings=ceilings(rules, sections))  # fmt: skip


def _spread(rules: Standard) -> Mapping[str, float]:
    rule = rules.balance_rule
    return rule.limit.by_level() if rule and rule.limit else {}


def used(standard: Standard) -> tuple[str, ...]:
    """Name the indicators that the rules on schools or on balance look at, in order of the form."""
    rule, balance = standard.section_rule, standard.balance_rule
    named = {*(rule.indicators if rule else ()), *(balance.indicators if balance else ())}
    return tuple(i.id for i in standard.indicators if i.id in named)


def plannable(standard: Standard) -> None:
    """Refuse a standard whose rules a plan cannot be computed for."""
    rule, balance = standard.section_rule, standard.balance_rule
    if rule is None and balance is None:
        raise WrongUse("plan.nothing_to_reach", standard=standard.id)
    for name in used(standard):
        indicator = standard.indicator(name)
        if indicator.limit is not None and indicator.limit.comparison != "at_least":
            raise WrongUse("plan.not_at_least", standard=standard.id, indicator=name)


def _which(schools: pl.DataFrame, target: int) -> tuple[str, int]:
    counties = sorted(schools["county"].unique().to_list())
    if len(counties) != 1:
        raise WrongUse("plan.one_county", n=len(counties), allowed=", ".join(counties[:8]))
    year = int(schools["year"].max())  # type: ignore[arg-type]  # a column of whole numbers
    if target <= year:
        raise WrongUse("plan.target_before_start", target=target, year=year)
    if target > year + MOST_YEARS:
        raise WrongUse("plan.target_too_far", target=target, most=year + MOST_YEARS)
    return counties[0], year


def _eligible(facts: pl.DataFrame | None, year: int) -> float | None:
    if facts is None:
        return None
    mine = facts.filter(pl.col("year") == year, pl.col("item") == ROTATION[0])
    return mine["value"][0] if mine.height else None


def _rotation(standard: Standard) -> tuple[float, float]:
    """Find the limits on rotation among the items of a standard."""
    shares = {ROTATION[:2]: 0.0, ROTATION[1:]: 0.0}
    for check in (check for _, item in standard.every_item() for check in item.checks):
        pair = (*(check.per.names if check.per else ()), *check.of.names)
        if check.kind == "facts" and check.limit and pair in shares:
            shares[pair] = (check.limit.cases[0].value or 0.0) / check.times
    return shares[ROTATION[:2]], shares[ROTATION[1:]]


def _in_target_year(
    tables: Mapping[str, pl.DataFrame], years: tuple[int, int], projected: pl.DataFrame | None
) -> dict[str, pl.DataFrame]:
    year, target = years
    moved = {
        name: tables[name]
        .filter(pl.col("year") == year)
        .with_columns(year=pl.lit(target, pl.Int64))
        for name in ("schools", "sections")
    }
    schools = moved["schools"].select("school")
    moved["sections"] = moved["sections"].join(schools, on="school", how="semi")
    if projected is not None:
        then = projected.filter(pl.col("year") == target).select(
            "school", "level", then=pl.col("pupils").cast(pl.Float64)
        )
        sections = moved["sections"].join(then, on=["school", "level"], how="left")
        if not sections["then"].count():
            raise WrongUse("plan.projection_without", target=target)
        pupils = pl.coalesce("then", pl.col("pupils").cast(pl.Float64))
        moved["sections"] = sections.with_columns(pupils=pupils).drop("then")
    return moved


def sections_of(found: Evaluation, tables: Mapping[str, pl.DataFrame]) -> tuple[Section, ...]:
    """Read the sections in scope off the evaluator's answer; refuse what is unknown."""
    judged = nw.to_native(found.wide.judged).collect().sort("school", "level")
    sponsors = dict(tables["schools"].select("school", "sponsor").iter_rows())
    names = used(found.standard)
    counts = [name for name in PEOPLE if name in tables["sections"].columns]
    people = tables["sections"].select(
        "school", "level", *[pl.col(c).alias(f"n:{c}") for c in counts]
    )
    judged = judged.join(people, on=["school", "level"], how="left")
    problems = [
        p for row in judged.iter_rows(named=True) for p in _unknown(row, names, found.standard)
    ]
    if problems:
        raise DataNeedsMending(problems)
    return tuple(
        Section(
            row["school"], row["name"] or row["school"], row["level"], row["pupils"],
            row["share"], str(sponsors[row["school"]]) in COUNTY_RUN,
            {name: row[f"amount:{name}"] for name in names},
            {name: row[f"limit:{name}"] for name in names},
            {name: row[f"n:{name}"] for name in counts},
        )
        for row in judged.iter_rows(named=True)
    )  # fmt: skip


def _unknown(row: dict[str, Any], names: Sequence[str], standard: Standard) -> list[Problem]:
    """Name what is unknown of a section and needed: its pupils, or an amount."""
    level = Label(LEVELS[row["level"]], row["level"])
    where = {"school": row["name"] or row["school"], "id": row["school"], "level": level}
    if row["pupils"] is None:
        return [Problem("plan.unknown_pupils", **where)]
    if row["share"] is None:
        return [Problem("plan.unknown_share", **where)]
    missing = [name for name in names if row[f"amount:{name}"] is None]
    cells = [standard.indicator(name).amount.names for name in missing]
    return [Problem("plan.unknown_amount", **where, column=_one_of(names)) for names in cells]


def _one_of(names: Sequence[str]) -> Label:
    columns = [amount_column(name) for name in names]
    return Label("或".join(c.zh for c in columns), " or ".join(c.label.en for c in columns))


def is_shared(cell: str) -> bool:
    """Say whether a column is reported for the campus, and shared by its levels."""
    return table_of(cell) == "schools"
