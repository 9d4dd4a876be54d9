"""From tables to numbers: who is where, what is known of each site, how far each is from each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.plan.site_core import Core, Marks, Numbers
from junheng.plan.site_tables import DISTANCES, SETTLEMENTS, SITES

Row = Mapping[str, Any]
EARTH = 6371.0088
"""Mean radius in km (IUGG)."""


@dataclass(frozen=True, slots=True)
class Travel:
    """How distances are had from coordinates: figures of this project, to be replaced by local ones.

    The way by road is longer than the straight line by about a quarter to a third: 1.26 in South
    Korea, from 1.22 to 1.44 by region (Kim and others 2015, Journal of the Korean Society of
    Agricultural Engineers 57(4):39). The pace is a child's on foot.
    """

    detour: float = 1.3
    """Kilometres by road for each kilometre as the crow flies."""
    pace: float = 4.0
    """Kilometres an hour, where minutes were not measured."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: which level, by what measure, within which limits."""

    level: str = "primary"
    by: Literal["distance", "cost"] = "distance"
    schools: int | None = None
    """The most schools that may be open; None for any number."""
    radius: float | None = None
    """Kilometres that nobody may have to go beyond."""
    minutes: float | None = None
    whole: bool = True
    """Whether a settlement goes to one school as a whole."""
    pupil_km: float | None = None
    """Yuan for a pupil's kilometre of distance, for one year; needed to go by cost."""
    years: float = 10.0
    """Years for which running and travelling are paid."""
    travel: Travel = Travel()


@dataclass(frozen=True, eq=False)
class Question:
    """The numbers: n settlements with pupils, m sites of the level."""

    wanted: Wanted
    settlements: tuple[Row, ...]
    sites: tuple[Row, ...]
    pupils: Numbers
    km: Numbers
    """n × m; inf where a table of distances has no such way."""
    minutes: Numbers
    core: Core
    constant: float
    """What is paid in any case, in yuan."""
    notices: tuple[Problem, ...] = ()
    measured: bool = False
    """Whether the ways come from a table of distances."""

    @property
    def far(self) -> Numbers:
        """N × m: each way in the unit of the limit: minutes where only those are limited, else km."""
        by_time = self.wanted.minutes is not None and self.wanted.radius is None
        return self.minutes if by_time else self.km

    @property
    def existing(self) -> Marks:
        """M: sites that are schools now."""
        return np.array([bool(row["existing"]) for row in self.sites], dtype=bool)


def question(tables: Mapping[str, pl.LazyFrame], wanted: Wanted) -> Question:
    """Put the tables into numbers; settlements and sites in the order of their codes.

    Raises DataNeedsMending with everything that is not known but needed: pupils and coordinates
    of settlements, whether a site is a school, its capacity where that of others is given, what it
    costs where costs are to be compared. Unknown is never taken for 0 or for no limit.
    """
    settlements = _rows(tables, SETTLEMENTS.name, "settlement")
    sites = [r for r in _rows(tables, SITES.name, "site") if r["level"] == wanted.level]
    problems = [*_of_settlements(settlements, wanted), *_of_sites(sites, wanted)]
    measured = _rows(tables, DISTANCES.name, "settlement")
    if measured:
        problems += _of_distances(measured, settlements, tables)
    else:
        problems += [*_unplaced(settlements, "settlement"), *_unplaced(sites, "site")]
    if problems:
        raise DataNeedsMending(problems)
    served = [row for row in settlements if row[wanted.level] > 0]
    km, minutes = _ways(served, sites, measured, wanted.travel)
    asked = _question(wanted, (served, sites), (km, minutes), len(settlements) - len(served))
    return replace(asked, measured=bool(measured))


def _question(
    wanted: Wanted,
    rows: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    ways: tuple[Numbers, Numbers],
    empty: int,
) -> Question:
    settlements, sites = rows
    pupils = np.array([row[wanted.level] for row in settlements], dtype=float)
    core = _core(wanted, sites, pupils, ways)
    closing = sum(r["closing_cost"] or 0.0 for r in sites if r["existing"] and r["closable"])
    constant = closing if wanted.by == "cost" else 0.0
    notices = list(_notices(sites, ways[0], empty))
    return Question(
        wanted, tuple(settlements), tuple(sites), pupils, *ways, core, constant, tuple(notices)
    )


def _rows(tables: Mapping[str, pl.LazyFrame], name: str, key: str) -> list[dict[str, Any]]:
    return tables[name].sort(key).collect().to_dicts() if name in tables else []


def _of_settlements(rows: Sequence[Row], wanted: Wanted) -> Iterator[Problem]:
    level = SETTLEMENTS.column(wanted.level)
    if not any(row[wanted.level] for row in rows):
        yield Problem("site.no_pupils", level=level.name, level_zh=level.zh)
        return
    for row in rows:
        if row[wanted.level] is None:
            yield Problem(
                "site.pupils_unknown",
                settlement=row["settlement"],
                level=level.name,
                level_zh=level.zh,
            )


def _of_sites(rows: Sequence[Row], wanted: Wanted) -> Iterator[Problem]:
    if not rows:
        yield Problem("site.no_sites", level=wanted.level)
    sized = any(row["capacity"] is not None for row in rows)
    for row in rows:
        for column in _needed(row, wanted, sized=sized):
            about = SITES.column(column)
            yield Problem("site.site_unknown", site=row["site"], column=column, column_zh=about.zh)
        low, held = row["smallest"] or 0.0, row["capacity"]
        top = held if row["largest"] is None else row["largest"]
        if held is not None and top is not None and not low <= top >= held:
            yield Problem("site.sizes_cross", site=row["site"], low=low, held=held, top=top)


def _needed(row: Row, wanted: Wanted, *, sized: bool) -> list[str]:
    """Name what has to be known of a site and is not."""
    needed = ["existing", *(["capacity"] if sized or row["largest"] is not None else [])]
    if wanted.by == "cost":
        needed.append("yearly_cost")
        needed += [] if row["existing"] else ["opening_cost"]
        needed += ["closing_cost"] if row["existing"] and row["closable"] else []
        larger = row["largest"] is not None and row["largest"] > (row["capacity"] or 0.0)
        needed += ["place_cost"] if larger else []
    return [column for column in needed if row[column] is None]


def _of_distances(
    rows: Sequence[Row], settlements: Sequence[Row], tables: Mapping[str, pl.LazyFrame]
) -> Iterator[Problem]:
    known = {row["settlement"] for row in settlements}
    sites = set(tables[SITES.name].select("site").collect()["site"])
    for row in rows:
        fields = {"settlement": row["settlement"], "site": row["site"]}
        if row["settlement"] not in known or row["site"] not in sites:
            yield Problem("site.distance_stray", **fields)
        elif row["km"] is None:
            yield Problem("site.distance_unknown", **fields)


def _unplaced(rows: Sequence[Row], key: str) -> Iterator[Problem]:
    for row in rows:
        if row["lon"] is None or row["lat"] is None:
            yield Problem(f"site.{key}_nowhere", found=row[key])


def _ways(
    settlements: Sequence[Row], sites: Sequence[Row], measured: Sequence[Row], travel: Travel
) -> tuple[Numbers, Numbers]:
    if not measured:
        km = travel.detour * great_circle(_points(settlements), _points(sites))
        return km, km / travel.pace * 60
    shape = (len(settlements), len(sites))
    km, minutes = np.full(shape, np.inf), np.full(shape, np.inf)
    at = {row["settlement"]: i for i, row in enumerate(settlements)}
    to = {row["site"]: j for j, row in enumerate(sites)}
    for row in measured:
        if row["settlement"] in at and row["site"] in to:
            cell = at[row["settlement"]], to[row["site"]]
            km[cell] = row["km"]
            on_foot = row["km"] / travel.pace * 60
            minutes[cell] = on_foot if row["minutes"] is None else row["minutes"]
    return km, minutes


def _points(rows: Sequence[Row]) -> Numbers:
    points: Numbers = np.radians([(row["lon"], row["lat"]) for row in rows])
    return points.reshape(-1, 2)


def great_circle(one: Numbers, other: Numbers) -> Numbers:
    """Give the distances in km between points in radians, (n, 2) and (m, 2), as n × m (haversine)."""
    step = one[:, None, :] - other[None, :, :]
    lat = np.cos(one[:, 1])[:, None] * np.cos(other[:, 1])[None, :]
    half = np.sin(step[..., 1] / 2) ** 2 + lat * np.sin(step[..., 0] / 2) ** 2
    distance: Numbers = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(1.0, half)))
    return distance


def reach(wanted: Wanted, km: Numbers, minutes: Numbers) -> Marks:
    """Say which ways are within the limits (n × m); at the limit is within."""
    near = np.isfinite(km)
    if wanted.radius is not None:
        near &= km <= wanted.radius * (1 + 1e-9)
    if wanted.minutes is not None:
        near &= minutes <= wanted.minutes * (1 + 1e-9)
    return near


def _core(
    wanted: Wanted, sites: Sequence[Row], pupils: Numbers, ways: tuple[Numbers, Numbers]
) -> Core:
    def figure(give: Callable[[Row], float | None], unknown: float) -> Numbers:
        found = (give(row) for row in sites)
        return np.array([unknown if value is None else value for value in found], dtype=float)

    in_money = wanted.by == "cost"
    rate = wanted.years * (wanted.pupil_km or 0.0) if in_money else 1.0
    near = reach(wanted, *ways)
    capacity = figure(lambda row: row["capacity"], np.inf)
    return Core(
        link=np.where(near, rate * pupils[:, None] * np.where(near, ways[0], 0.0), np.inf),
        pupils=pupils,
        fixed=figure(lambda r: _fixed(r, wanted.years) if in_money else 0.0, 0.0),
        must=np.array([bool(row["existing"] and not row["closable"]) for row in sites]),
        smallest=figure(lambda row: row["smallest"], 0.0),
        capacity=capacity,
        largest=np.maximum(capacity, figure(lambda row: row["largest"], 0.0)),
        place=figure(lambda row: row["place_cost"] if in_money else 0.0, 0.0),
        most=len(sites) if wanted.schools is None else min(wanted.schools, len(sites)),
        whole=wanted.whole,
    )


def _fixed(row: Row, years: float) -> float:
    once = -(row["closing_cost"] or 0.0) if row["existing"] else row["opening_cost"]
    return float(once + years * row["yearly_cost"])


def _notices(sites: Sequence[Row], km: Numbers, empty: int) -> Iterator[Problem]:
    if empty:
        yield Problem("site.without_pupils", n=empty)
    if all(row["capacity"] is None for row in sites):
        yield Problem("site.no_capacities")
    if silent := [r["site"] for r in sites if r["existing"] and r["closable"] is None]:
        yield Problem("site.closable_unknown", n=len(silent), first=silent[0])
    if missing := int(np.isinf(km).sum()):
        yield Problem("site.ways_absent", n=missing)
