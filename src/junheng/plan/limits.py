"""What a plan must keep within: money a year, heads, land, moves, rotation. Files are read strictly."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.model.strict import Entry, Slips, read_yaml
from junheng.model.tables import LEVELS, SCHOOLS

AREAS = tuple(column.name for column in SCHOOLS.columns if column.unit == "m²")
_HEADINGS = {"year": "year", "年份": "year", "yuan": "yuan", "元": "yuan"}
T = TypeVar("T")
Budget = Mapping[int, float]
"""Calendar year to yuan."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The bounds within which the pupils of a section may change, and where they may go."""

    school: str
    level: str
    least: float | None = None
    """Pupils; None: no fewer than there are."""
    most: float | None = None
    """Pupils; None: no more than there are."""
    to: tuple[str, ...] = ()
    """Schools whose section of the same level takes those who leave; each has bounds of its own."""

    @property
    def key(self) -> tuple[str, str]:
        """School and level."""
        return self.school, self.level

    def bounds(self, pupils: float) -> tuple[float, float]:
        """Give the fewest and the most pupils, of a section that has so many."""
        return (
            pupils if self.least is None else self.least,
            pupils if self.most is None else self.most,
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan must keep within; what is not stated is not limited, and the page says so."""

    headcount: Mapping[str, float] = field(default_factory=dict)
    """Level to the most teachers that the county may have in it."""
    land: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """School and area column to the most m² that can still be built."""
    share_a_year: float = 0.15
    """At most this share of a section's teachers of a kind leave it in a year, but one may always."""
    stay: frozenset[str] = frozenset()
    """Schools that take no part in moves."""
    apart: frozenset[tuple[str, str]] = frozenset()
    """Pairs (from, to) of schools between which nobody moves."""
    eligible: float | None = None
    """Teachers eligible for rotation; None: what the county reported, if it did."""
    counted_years: int = 10
    """Yearly costs count for so many years from their first."""
    zones: tuple[Zone, ...] = ()
    """Sections whose enrolment zones may change; the pupils of all others stay as they are."""
    zone_step: int = 20
    """Pupils change zones in groups of so many."""


def load_limits(path: Path | None) -> Limits:
    """Read a YAML file of limits; without one nothing is limited but what `Limits` says.

    Raises WrongUse where there is no such file, StandardNeedsMending with every slip.
    """
    if path is None:
        return Limits()
    if not path.is_file():
        raise WrongUse("plan.no_such_file", found=path)
    slips = Slips()
    top = read_yaml(path, path.name, slips)
    read = _limits(top) if top else Limits()
    slips.raise_if_any()
    return read


def _limits(top: Entry) -> Limits:
    moves = top.entry("moves") if top.has("moves") else None
    read = Limits(
        headcount=top.maybe("headcount", _heads) or {},
        land=dict(_each(top, "land", _land)),
        share_a_year=_share(moves, "share_a_year", Limits().share_a_year),
        stay=frozenset(moves.words("stay", ())) if moves else frozenset(),
        apart=frozenset(_each(moves, "apart", _pair)) if moves else frozenset(),
        eligible=top.maybe("rotation", _eligible),
        counted_years=top.whole("counted_years", least=1) if top.has("counted_years") else 10,
        **_zoned(top.entry("zones") if top.has("zones") else None),
    )
    if moves:
        moves.done()
    top.done()
    return read


def _each(entry: Entry, key: str, read: Callable[[Entry], list[T]]) -> Iterator[T]:
    for inner in entry.entries(key) if entry.has(key) else ():
        yield from read(inner)
        inner.done()


def _heads(entry: Entry) -> dict[str, float]:
    read = {level: float(entry.whole(level)) for level in LEVELS if entry.has(level)}
    entry.done()
    return read


def _land(entry: Entry) -> list[tuple[tuple[str, str], float]]:
    school = entry.text("school")
    return [((school, area), _at_least_0(entry, area)) for area in AREAS if entry.has(area)]


def _pair(entry: Entry) -> list[tuple[str, str]]:
    return [(entry.text("from"), entry.text("to"))]


def _held_against(
    entry: Entry, zone: Zone, *, twice: bool, keys: Sequence[tuple[str, str]]
) -> None:
    """Note a zone that is given twice, or that gives pupils to a section without bounds."""
    if twice:
        entry.note("zone_twice", "school", school=zone.school, level=zone.level)
    for school in zone.to:
        if (school, zone.level) not in keys:
            entry.note("zone_unbounded", "to", school=school, level=zone.level)


def _zoned(entry: Entry | None) -> dict[str, Any]:
    """Read where zones may change, and in groups of how many pupils."""
    if entry is None:
        return {}
    read = [(one, _zone(one)) for one in entry.entries("sections")]
    keys = [zone.key for _, zone in read]
    for at, (one, zone) in enumerate(read):
        _held_against(one, zone, twice=zone.key in keys[:at], keys=keys)
        one.done()
    step = entry.whole("step", least=1) if entry.has("step") else Limits().zone_step
    entry.done()
    return {"zones": tuple(zone for _, zone in read), "zone_step": step}


def _zone(entry: Entry) -> Zone:
    least, most = (_at_least_0(entry, k) if entry.has(k) else None for k in ("least", "most"))
    if least is not None and most is not None and least > most:
        entry.note("too_small", "most", key="most", found=most, least=least)
    school, level = entry.text("school"), entry.one_of("level", LEVELS)
    return Zone(school, level, least, most, entry.words("to", ()))


def _eligible(entry: Entry) -> float:
    read = _at_least_0(entry, "eligible")
    entry.done()
    return read


def _at_least_0(entry: Entry, key: str) -> float:
    found = entry.number(key)
    if found < 0:
        entry.note("too_small", key, key=key, found=found, least=0)
    return found


def _share(entry: Entry | None, key: str, default: float) -> float:
    if entry is None or not entry.has(key):
        return default
    found = entry.number(key)
    if not 0 <= found <= 1:
        entry.note("not_a_share", key, key=key, found=found)
    return found


def load_budget(path: Path | None) -> Budget | None:
    """Read a CSV of yuan a calendar year (headings year, yuan or 年份, 元); None without a file.

    Raises WrongUse where there is no such file or it is no such CSV, DataNeedsMending with every
    row that is wrong: not a year, not an amount, below 0, a year twice.
    """
    if path is None:
        return None
    if not path.is_file():
        raise WrongUse("plan.no_such_file", found=path)
    rows = list(csv.reader(_text(path).splitlines()))
    names = [_HEADINGS.get(name.strip()) for name in rows[0]] if rows else []
    if {"year", "yuan"} - set(names):
        raise WrongUse("plan.budget_headings", found=path)
    at, of = names.index("year"), names.index("yuan")
    problems: list[Problem] = []
    budget: dict[int, float] = {}
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            cells = [row[place].strip() if place < len(row) else "" for place in (at, of)]
            _read_row(path.name, number, cells, budget, problems)
    if problems:
        raise DataNeedsMending(problems)
    return budget


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongUse("plan.budget_headings", found=path)


def _read_row(
    file: str, number: int, cells: list[str], budget: dict[int, float], problems: list[Problem]
) -> None:
    where = {"file": file, "row": number}
    year = int(cells[0]) if cells[0].isdecimal() and len(cells[0]) == len("2026") else None
    yuan = _amount(cells[1])
    if year is None:
        problems.append(Problem("plan.budget_year", **where, found=cells[0]))
    elif year in budget:
        problems.append(Problem("plan.budget_twice", **where, found=year))
    if yuan is None:
        problems.append(Problem("plan.budget_amount", **where, found=cells[1]))
    elif yuan < 0:
        problems.append(Problem("plan.budget_negative", **where, found=cells[1]))
    elif year is not None:
        budget[year] = yuan


def _amount(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None
