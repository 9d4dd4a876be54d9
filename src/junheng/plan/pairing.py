"""Who goes where: the moves that a design asks for, from school to school, by the shortest ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

import polars as pl

from junheng.plan.actions import Action
from junheng.plan.limits import Limits
from junheng.plan.model import Model
from junheng.plan.solve import Effort, solve

KM = 111.2
"""Kilometres in a degree of latitude."""
_MANY, _NEAREST = 20_000, 30
_FAR = 1000.0
_EFFORT = Effort(60.0, 0.0, ("quick",))


@dataclass(frozen=True, slots=True)
class Move:
    """So many teachers of a kind from one school to another, within a level."""

    level: str
    cell: str
    from_school: str
    to_school: str
    persons: int
    km: float | None
    """As the crow flies; None where a place is unknown."""


@dataclass(frozen=True, slots=True)
class Unpaired:
    """Givers whose allowed receivers take too few: what a new row of the design must say."""

    level: str
    cell: str
    givers: frozenset[str]
    receivers: frozenset[str]


def paired(
    done: Iterable[Action], schools: pl.DataFrame, limits: Limits
) -> tuple[list[Move], list[Unpaired]]:
    """Pair those who leave with those who come, the shortest ways in all, nobody within one school.

    Gives the moves, and for each level and kind in which schools kept apart leave somebody without
    a place, which givers and receivers that are.
    """
    places = _places(schools)
    ends: dict[tuple[str, str], dict[str, dict[str, int]]] = {}
    for action in done:
        if action.kind in ("in", "out"):
            kind = ends.setdefault((action.level, action.cell), {"in": {}, "out": {}})
            kind[action.kind][action.school] = round(action.amount)
    moves: list[Move] = []
    left: list[Unpaired] = []
    for (level, cell), kind in sorted(ends.items()):
        found = _flow(kind["out"], kind["in"], places, limits.apart)
        if isinstance(found, frozenset):
            allowed = {b for b in kind["in"] if any((a, b) not in limits.apart for a in found)}
            left.append(Unpaired(level, cell, found, frozenset(allowed)))
            continue
        moves += [Move(level, cell, a, b, n, _km(places, a, b)) for (a, b), n in found.items()]
    return moves, left


def _places(schools: pl.DataFrame) -> dict[str, tuple[float, float]]:
    if not {"lon", "lat"} <= set(schools.columns):
        return {}
    known = schools.select("school", "lon", "lat").drop_nulls()
    return {school: (float(lon), float(lat)) for school, lon, lat in known.iter_rows()}


def _km(places: Mapping[str, tuple[float, float]], a: str, b: str) -> float | None:
    if a not in places or b not in places:
        return None
    (lon_a, lat_a), (lon_b, lat_b) = places[a], places[b]
    return KM * hypot((lon_a - lon_b) * cos(radians((lat_a + lat_b) / 2)), lat_a - lat_b)


def _flow(
    out: Mapping[str, int],
    into: Mapping[str, int],
    places: Mapping[str, tuple[float, float]],
    apart: frozenset[tuple[str, str]],
) -> dict[tuple[str, str], int] | frozenset[str]:
    """Give the persons by pair; or the givers that cannot place all, where there are such."""
    for arcs in _arcs(out, into, places, apart):
        model = Model()
        at = {
            (a, b): model.column((a, b), 1.0 + (_km(places, a, b) or 0.0), whole=False)
            for a, b in arcs
        }
        missing = {a: model.column(("", a), _FAR * KM, whole=False) for a in out}
        for a, n in out.items():
            terms = {at[arc]: 1.0 for arc in arcs if arc[0] == a} | {missing[a]: 1.0}
            model.row("out", terms, n, n)
        for b, n in into.items():
            model.row("in", {at[arc]: 1.0 for arc in arcs if arc[1] == b}, high=n)
        found = solve(model, _EFFORT)
        stuck = frozenset(a for a, column in missing.items() if found.values[column] > 1 / 2)
        if not stuck:
            return {arc: round(found.values[c]) for arc, c in at.items() if found.values[c] > 1 / 2}
    return stuck


def _arcs(
    out: Mapping[str, int],
    into: Mapping[str, int],
    places: Mapping[str, tuple[float, float]],
    apart: frozenset[tuple[str, str]],
) -> Iterable[Sequence[tuple[str, str]]]:
    """Give the pairs to look at: of very many the nearest first, then all."""
    every = [(a, b) for a in out for b in into if a != b and (a, b) not in apart]
    if len(every) > _MANY:
        near = set()
        for side in (0, 1):
            ways: dict[str, list[tuple[float, tuple[str, str]]]] = {}
            for arc in every:
                ways.setdefault(arc[side], []).append((_km(places, *arc) or 0.0, arc))
            near |= {arc for options in ways.values() for _, arc in sorted(options)[:_NEAREST]}
        yield sorted(near)
    yield every
