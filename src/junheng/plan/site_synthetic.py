"""Synthetic settlements and sites; every name says that they are (模拟)."""

from __future__ import annotations

import random

import polars as pl

MADE_UP = "模拟"
"""What the name of everything synthetic begins with."""
_LON, _LAT = 110.0, 30.0
_SPREAD = 0.22
_TOWNS = 6
_NEAR_A_TOWN, _STRAY = 0.6, 0.18


def synthetic(settlements: int, sites: int, seed: int) -> dict[str, pl.DataFrame]:
    """Make a county: settlements thick about some towns and thin between; two sites in three are schools.

    The same numbers for the same seed, on every machine.
    """
    dice = random.Random(seed)  # noqa: S311  # nothing here is secret
    towns = [(dice.uniform(-1, 1), dice.uniform(-1, 1)) for _ in range(_TOWNS)]
    people = [_settlement(dice, towns, number) for number in range(1, settlements + 1)]
    places = [_place(dice, towns) for _ in range(sites)]
    levels = {
        level: sum(row[level] for row in people)  # type: ignore[misc]  # counts are whole
        for level in ("primary", "junior")
    }
    rows = [
        _site(dice, level, (number, place), total / sites)
        for level, total in levels.items()
        for number, place in enumerate(places, start=1)
    ]
    return {"settlements": pl.DataFrame(people), "sites": pl.DataFrame(rows)}


def _place(dice: random.Random, towns: list[tuple[float, float]]) -> tuple[float, float]:
    """Put something near a town, or anywhere."""
    if dice.random() < _NEAR_A_TOWN:
        east, north = dice.choice(towns)
        return east + dice.gauss(0, _STRAY), north + dice.gauss(0, _STRAY)
    return dice.uniform(-1.1, 1.1), dice.uniform(-1.1, 1.1)


def _degrees(place: tuple[float, float]) -> dict[str, float]:
    return {
        "lon": round(_LON + _SPREAD * place[0] * 1.15, 5),
        "lat": round(_LAT + _SPREAD * place[1], 5),
    }


def _settlement(
    dice: random.Random, towns: list[tuple[float, float]], number: int
) -> dict[str, object]:
    pupils = max(2, round(dice.lognormvariate(3.2, 0.8)))
    return {
        "settlement": f"V{number:05}",
        "name": f"{MADE_UP}第{number}居民点",
        **_degrees(_place(dice, towns)),
        "primary": pupils,
        "junior": max(1, round(pupils * dice.uniform(0.4, 0.6))),
    }


def _site(
    dice: random.Random, level: str, at: tuple[int, tuple[float, float]], usual: float
) -> dict[str, object]:
    number, place = at
    existing = number % 3 != 0
    capacity = max(20, round(usual * dice.uniform(1.1, 2.2) / 10) * 10)
    kind = {"primary": "小学", "junior": "初中"}[level]
    return {
        "site": f"S{number:03}",
        "level": level,
        "name": f"{MADE_UP}第{number}{kind}" + ("" if existing else "（候选）"),
        **_degrees(place),
        "existing": int(existing),
        "closable": int(number % 6 != 1) if existing else None,
        "capacity": capacity,
        "largest": round(capacity * 1.3) if number % 2 else capacity,
        "smallest": round(capacity * 0.2),
        "opening_cost": None if existing else capacity * 30000,
        "closing_cost": 400000 if existing else None,
        "place_cost": 24000,
        "yearly_cost": 900000 + 400 * capacity,
    }
