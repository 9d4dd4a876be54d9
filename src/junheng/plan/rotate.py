"""Rotation: named moves for a school year that satisfy the rule and even out what is short.

First transfers, kind by kind, which leave the Lorenz-dominant deficits (`rotate_transfers`); then as
few exchanges among equals as the rule of rotation still takes (`rotate_exchange`). Nobody goes where
they do not accept, or who is exempt, not eligible, or has moved this year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import polars as pl

from junheng.derive.definitions import Definitions
from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.model.standard import Standard
from junheng.plan.gaps import Gaps, unit_of
from junheng.plan.rotate_exchange import Rule, Tally, named, problem, rule_of
from junheng.plan.rotate_staff import Place, Teacher, staff
from junheng.plan.rotate_transfers import Needs, Standing, standing, transfers
from junheng.plan.solve import Effort, solve

ORDER = ("pe_arts", "backbone", "above_degree", "mid_title", "teachers")
"""The order of the kinds: those with the fewest teachers first, since a round takes from the next."""
COUNTED = (
    "teachers",
    "above_degree",
    "backbone",
    "pe_arts",
    "mid_title",
    "certified",
    "trained_360h",
)
"""Columns of sections that count teachers."""
_NOISE = 5e-10
Move = tuple[Teacher, Place, str]
"""Who, where to, and what for: the kind that was short, or exchange."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """The moves of a year, and how far they go."""

    moves: pl.DataFrame
    """Teacher, school, level, to_school, course, counts, years, why (a kind of teachers, exchange),
    and the names of both schools."""
    deficits: pl.DataFrame
    """Kind, school, name, level, need, before, after: of the sections that were short."""
    rule: Rule | None
    tally: Tally
    """Eligible teachers; those who move, with those who have moved already; the backbone among them."""
    unknown: int
    """Of how many teachers it is not known whether they are eligible: they are not moved."""
    certain: bool
    """False: the search for exchanges was stopped, and fewer or more moves may be possible."""
    stays: pl.DataFrame
    """Teacher, school, name, level, course, years, why (`rotate_staff.REASONS`): who cannot move."""

    @property
    def edits(self) -> pl.DataFrame:
        """The moves as edits that `junheng whatif --edits` reads: each teacher in all kinds."""
        kinds = pl.lit(list(COUNTED))
        counted = pl.col("counts").str.split("+").list.set_intersection(kinds).list.sort()
        return self.moves.select(
            pl.lit("move").alias("action"),
            "school",
            "level",
            counted.list.join("+").alias("column"),
            pl.lit("1").alias("change"),
            pl.col("to_school").alias("other"),
        )

    @property
    def short(self) -> int:
        """How many more have to move under the rule; 0 where it is satisfied."""
        return max(0, self.rule.needed(self.tally.eligible) - self.tally.moved) if self.rule else 0

    @property
    def short_of_backbone(self) -> int:
        """How many more of those who move have to be backbone teachers."""
        if self.rule is None:
            return 0
        return max(0, self.rule.needed_backbone(self.tally.moved) - self.tally.backbone)


def needs(found: Gaps, county: str) -> dict[str, dict[Place, int]]:
    """Give how many persons of each kind each section of a county needs under the standard.

    A section whose limit or pupils are not known is left out.
    """
    wanted: dict[str, dict[Place, int]] = {}
    per = {one.id: one.per for one in found.standard.indicators}
    rows = found.amounts.filter(pl.col("county") == county)
    for row in rows.iter_rows(named=True):
        if unit_of(row["cell"]) == "person" and None not in (row["limit"], row["pupils"]):
            exact = row["limit"] * row["pupils"] / per[row["indicator"]]
            place = (row["school"], row["level"])
            wanted.setdefault(row["cell"], {})[place] = ceil(exact - _NOISE * exact)
    return wanted


@dataclass(frozen=True, slots=True)
class County:
    """The county whose teachers rotate: what its sections need, and who sponsors them."""

    needs: Needs
    places: Mapping[Place, str]
    """Section to the sponsor of its school."""
    year: int
    names: Mapping[str, str] = field(default_factory=dict)
    """School to its name, where it has one."""


def rotate(
    county: County,
    registers: Mapping[str, Any],
    definitions: Definitions,
    rule: Rule | None,
    *,
    sides: Mapping[str, pl.DataFrame] | None = None,
    kinds: Sequence[str] = (),
    seconds: float = 60.0,
) -> Rotation:
    """Find the moves of a school year.

    Parameters
    ----------
    county
        Needs by kind and section (`needs`), sections with their sponsors, the school year.
    registers
        The register of teachers (`intake.registers.read_registers`).
    definitions
        Who counts as what (`derive.load_definitions`).
    rule
        `rotate_exchange.rule_of(standard)`; None: no exchanges are looked for.
    sides
        `wishes` and `areas`, both optional.
    kinds
        Which kinds to even out, in this order; all that the standard has limits for unless said.
    seconds
        How long to look for exchanges.

    Raises WrongUse for kinds without a limit or a year without teachers, DataNeedsMending with every
    wish that names someone or somewhere that is not there.
    """
    order = tuple(kinds) or tuple(kind for kind in ORDER if kind in county.needs)
    if missing := [kind for kind in order if kind not in county.needs]:
        allowed = ", ".join(county.needs) or "-"
        raise WrongUse("rotate.no_such_kind", found=", ".join(missing), allowed=allowed)
    teachers, problems = staff(registers, definitions, county.places, sides or {}, county.year)
    if problems:
        raise DataNeedsMending(problems)
    if not teachers:
        raise WrongUse("rotate.no_teachers", year=county.year)
    now = standing(teachers, county.needs)
    before = {kind: now.deficits(kind) for kind in order}
    moves = _transferred(order, teachers, now)
    tally = _tally(teachers, moves)
    exchanged, certain = _exchanged(teachers, moves, (rule, tally), seconds)
    moves += exchanged
    return Rotation(
        _frame(moves, county.names),
        _deficits(before, now, order).join(_names(county), on="school", how="left"),
        rule,
        _tally(teachers, moves),
        sum(one.eligible is None for one in teachers),
        certain,
        _stays(teachers).join(_names(county), on="school", how="left"),
    )


def _names(county: County) -> pl.DataFrame:
    named = list(county.names.items())
    return pl.DataFrame(named, schema={"school": pl.String, "name": pl.String}, orient="row")


def _stays(teachers: Sequence[Teacher]) -> pl.DataFrame:
    rows = [(one.id, *one.place, one.course, one.years, one.stays) for one in teachers if one.stays]
    schema = {"teacher": pl.String, "school": pl.String, "level": pl.String, "course": pl.String,
              "years": pl.Float64, "why": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").sort("school", "level", "teacher")


def _transferred(order: Sequence[str], teachers: Sequence[Teacher], now: Standing) -> list[Move]:
    moves: list[Move] = []
    gone: set[str] = set()
    for kind in order:
        left = [one for one in teachers if one.id not in gone]
        found = transfers(kind, left, now)
        moves += [(one, to, kind) for one, to in found]
        gone |= {one.id for one, _ in found}
    return moves


def _tally(teachers: Sequence[Teacher], moves: Sequence[Move]) -> Tally:
    going = [one for one, _, _ in moves]
    moved = [one for one in teachers if one.moved]
    return Tally(
        sum(one.eligible is True for one in teachers),
        len(going) + len(moved),
        sum(one.backbone for one in (*going, *moved)),
    )


def _exchanged(
    teachers: Sequence[Teacher],
    moves: Sequence[Move],
    asked: tuple[Rule | None, Tally],
    seconds: float,
) -> tuple[list[Move], bool]:
    rule, tally = asked
    if rule is None:
        return [], True
    gone = {one.id for one, _, _ in moves}
    model, ways, alike = problem([t for t in teachers if t.id not in gone], rule, tally)
    found = solve(model, Effort(seconds=seconds, gap=0.0, solvers=("highs",)))
    certain = found.state == "solved"
    return [(one, to, "exchange") for one, to in named(found.values, ways, alike)], certain


def _frame(moves: Sequence[Move], names: Mapping[str, str]) -> pl.DataFrame:
    rows = [
        (
            one.id, *one.place, to[0], one.course, "+".join(sorted(one.counts)), one.years, why,
            names.get(one.place[0]), names.get(to[0]),
        )
        for one, to, why in moves
    ]  # fmt: skip
    schema = {"teacher": pl.String, "school": pl.String, "level": pl.String, "to_school": pl.String,
              "course": pl.String, "counts": pl.String, "years": pl.Float64, "why": pl.String,
              "name": pl.String, "to_name": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _deficits(
    before: Mapping[str, Mapping[Place, int]], now: Standing, order: Sequence[str]
) -> pl.DataFrame:
    rows = [
        (kind, *place, now.needs[kind][place], deficit, now.deficit(kind, place))
        for kind in order
        for place, deficit in before[kind].items()
    ]
    schema = {"kind": pl.String, "school": pl.String, "level": pl.String, "need": pl.Int64,
              "before": pl.Int64, "after": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def county_of(tables: Mapping[str, Any], found: Gaps, county: str, year: int) -> County:
    """Give what `rotate` has to know of a county, from the tables and their gaps."""
    schools = tables["schools"].lazy().filter(pl.col("year") == year, pl.col("county") == county)
    sections = tables["sections"].lazy().filter(pl.col("year") == year).select("school", "level")
    rows = sections.join(schools.select("school", "sponsor", "name"), on="school").collect()
    places = {(school, level): sponsor for school, level, sponsor, _ in rows.iter_rows()}
    names = {row["school"]: row["name"] for row in rows.iter_rows(named=True) if row["name"]}
    return County(needs(found, county), places, year, names)


def rule_for(standard: Standard) -> tuple[Rule | None, list[Problem]]:
    """Give the rule of a standard as of a day, and what is to be said where it has none."""
    rule = rule_of(standard)
    return rule, [] if rule else [Problem("rotate.no_rule", standard=standard.id)]
