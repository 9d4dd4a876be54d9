"""Random counties with the edges in them: values at a limit, zeros, gaps, every kind of school.

A `random.Random` decides everything, so that Hypothesis (`st.randoms`) can shrink a data set that
goes wrong, and a fixed seed can make a big one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import polars as pl
from oracle import number, share_of
from published_limits import BASIC, JUDGED, MOST_CV, QUALITY, Measured

from junheng.model.tables import LEVELS, TABLES

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

LEVELS_OF = {
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "twelve_year": ("primary", "junior", "senior"),
    "special": ("primary", "junior"),
    "vocational": ("junior", "senior"),
}
SPONSORS = ("7", "7", "7", "7", "8", "10", "5", "1")
PUPILS = (49, 50, 51, 99, 100, 101, 166, 210, 500, 1000, 1200, 2001)
HAIR, LESS_THAN_HAIR = Fraction(1, 10**8), Fraction(1, 10**10)
"""Just more, and just less, than the distance at which a value counts as at its limit."""
NEAR_ONE = (1, 1 - HAIR, 1 + HAIR, 1 - LESS_THAN_HAIR, 1 + LESS_THAN_HAIR)
FLOOR = Fraction(85, 100)
FACTORS = {
    "good": (1, 1, 1 - LESS_THAN_HAIR, Fraction(11, 10), Fraction(3, 2), 2, 2, 2),
    "close": (1, 1, 1, 1 - HAIR, Fraction(5, 4), FLOOR, Fraction(9, 10), 2),
    "wild": (*NEAR_ONE, *(FLOOR * factor for factor in NEAR_ONE), Fraction(1, 5), 3),
}
MOODS = tuple(FACTORS)
WANTED = BASIC | QUALITY
GUESSED = {"computers": (6, 100), "books": (15, 1), "teachers": (5, 100), "mid_title": (2, 100)}
"""Amounts that no national limit speaks of: so many for so many pupils."""


def data_set(
    random: Random, counties: int, years: Sequence[int] = (2021, 2025), *, complete: bool = False
) -> Tables:
    """Make a data set of several counties and years; unless complete, columns may be missing."""
    tables: Tables = {"schools": [], "sections": []}
    for place in range(counties):
        for year in years:
            _county(random, f"99{place:04}", year, tables)
    for name, rows in tables.items():
        if not complete:
            _forget_columns(random, name, rows)
        random.shuffle(rows)
    return tables


def _county(random: Random, county: str, year: int, tables: Tables) -> None:
    if random.random() < 0.1:
        _pair(random, county, year, tables)
        return
    mood = random.choice(MOODS)
    for place in range(random.choice((1, 1, 2, 3, 4, 6))):
        campus, levels = _campus(random, f"{county}{place:04}", mood, year)
        tables["schools"].append({**campus, "county": county})
        tables["sections"] += levels


def _campus(random: Random, code: str, mood: str, year: int) -> tuple[dict[str, Any], Rows]:
    kind = random.choice(tuple(LEVELS_OF) if mood == "wild" else ("primary", "junior", "nine_year"))
    key: dict[str, Any] = {"year": year, "school": code}
    levels = [
        {**key, "level": level, "pupils": _pupils(random, mood)} for level in _levels(random, kind)
    ]
    for level in levels:
        _fill(random, mood, level, _own(level))
        level["pe_arts_visiting"] = random.choice((0, 1, 2, None))
    sponsor = random.choice(SPONSORS) if mood == "wild" else "7"
    setting = random.choice(("urban", "town", "rural", None))
    campus = {**key, "kind": kind, "sponsor": sponsor, "setting": setting}
    goal = random.choice(levels)
    _fill(random, mood, campus, _common(goal, levels))
    return campus, levels


def _levels(random: Random, kind: str) -> tuple[str, ...]:
    """The levels of a kind of school; seldom others, as where classes are attached."""
    if kind != "teaching_point" and random.random() < 0.05:
        return tuple(level for level in LEVELS if random.random() < 0.5) or ("primary",)
    return LEVELS_OF[kind]


def _pupils(random: Random, mood: str) -> int | None:
    if mood == "wild" and random.random() < 0.15:
        return random.choice((0, None))
    return random.choice((*PUPILS, random.randint(1, 3000)))


Amount = Callable[[Measured, Fraction], Fraction | None]


def _own(level: Mapping[str, Any]) -> Amount:
    """How much of an unshared thing brings this level to a multiple of its limit."""

    def amount(of: Measured, factor: Fraction) -> Fraction | None:
        limit, pupils = of.limit(level["level"]), number(level["pupils"])
        if of.shared or not pupils:
            return None
        return factor * (limit or _guess(of)) * pupils / of.per

    return amount


def _common(goal: Mapping[str, Any], levels: Rows) -> Amount:
    """How much of a shared thing brings one level of the campus to a multiple of its limit."""

    def amount(of: Measured, factor: Fraction) -> Fraction | None:
        share, pupils = share_of(goal, levels), number(goal["pupils"])
        if not of.shared or not share or not pupils:
            return None
        limit = of.limit(goal["level"] if goal["level"] in JUDGED else "junior") or _guess(of)
        return factor * limit * pupils / of.per / share

    return amount


def _guess(of: Measured) -> Fraction:
    return of.per * Fraction(*GUESSED.get(of.plus[0], (1, 1)))


def _fill(random: Random, mood: str, row: dict[str, Any], how: Amount) -> None:
    """Fill the cells of a row so that its indicators stand at, above or below their limits."""
    for of in WANTED.values():
        if of.shared == ("kind" in row) and of.plus[-1] not in row:
            known = how(of, Fraction(random.choice(FACTORS[mood])))
            _write(random, row, of, Fraction(random.randint(0, 5000)) if known is None else known)
    if mood == "wild":
        _spoil(random, row)


def _write(random: Random, row: dict[str, Any], of: Measured, total: Fraction) -> None:
    """Write a total into the cells that it is the sum of."""
    if of.minus:
        row["indoor_sports_area"] = random.choice((0, 0, 10, 36.6))
        row["teaching_area"] = float(total + number(row["indoor_sports_area"]))
    elif len(of.plus) == 2:
        row["sports_ground_area"] = max(0.0, float(total - number(row["indoor_sports_area"])))
    else:
        row[of.plus[0]] = float(total)


def _spoil(random: Random, row: dict[str, Any]) -> None:
    """Empty a cell, or write a 0 into it; rooms taken away go with those they are taken from."""
    amounts = [name for of in WANTED.values() for name in of.plus if name in row]
    for name in random.sample(amounts, k=random.choice((0, 0, 1, 1, 3))):
        row[name] = random.choice((0, None))
    if row.get("teaching_area") == 0 and row["indoor_sports_area"]:
        row["indoor_sports_area"] = 0


def _pair(random: Random, county: str, year: int, tables: Tables) -> None:
    """Two schools of equal size, as far from their mean as the limit lets them be, or a hair more."""
    level, kind = random.choice((("primary", "primary"), ("junior", "junior")))
    rule = random.choice(tuple(MOST_CV))
    most = MOST_CV[rule][level] * random.choice(NEAR_ONE)
    for place, side in enumerate((1 - most, 1 + most)):
        key = {"year": year, "school": f"{county}{place:04}"}
        pupils = 400
        own: dict[str, Any] = {**key, "level": level, "pupils": pupils}
        campus = {**key, "county": county, "kind": kind, "sponsor": "7", "setting": "urban"}
        campus["indoor_sports_area"] = 0
        for of in WANTED.values():
            limit = of.limit(level) or _guess(of)
            (campus if of.shared else own)[of.plus[-1]] = float(4 * limit * side * pupils / of.per)
        tables["schools"].append(campus)
        tables["sections"].append(own)


def _forget_columns(random: Random, table: str, rows: Rows) -> None:
    """Drop a column or two, as a county does that has not collected them."""
    needed = {column.name for column in TABLES[table].columns if column.required}
    optional = [c.name for c in TABLES[table].columns if c.name not in needed]
    gone = random.sample(optional, k=random.choice((0, 0, 0, 0, 0, 1, 2)))
    for row in rows:
        for name in gone:
            row.pop(name, None)


def frames(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pl.DataFrame]:
    """Give the tables as Polars frames, with the types that reading a file gives them."""
    return {name: frame(name, rows) for name, rows in tables.items()}


TYPES: dict[str, Any] = {"text": pl.String, "choice": pl.String, "year": pl.Int64}


def frame(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Give one table as a Polars frame; a column that no row names is left out."""
    named = {name for row in rows for name in row}
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    schema = {
        name: TYPES.get(kind, pl.Float64)
        for name, kind in kinds.items()
        if name in named or TABLES[table].column(name).required
    }
    columns = {name: [row.get(name) for row in rows] for name in schema}
    return pl.DataFrame(columns, schema=schema, strict=False)


def with_details(random: Random, tables: Tables, items: Sequence[str]) -> Tables:
    """Add classes, rooms, county facts and opinions, with gaps, to the schools there are."""
    counties = sorted({(row["year"], row["county"]) for row in tables["schools"]})
    rooms = [room for row in tables["schools"] for room in _rooms(random, row)]
    classes = [one for row in tables["sections"] for one in _classes(random, row)]
    facts = [
        {
            "year": year,
            "county": county,
            "item": item,
            "value": random.choice((0, 1, 1, 1, 3, None)),
        }
        for year, county in counties
        for item in items
        if random.random() < 0.9
    ]
    opinions = [
        {"year": year, "county": county, "group": group, "channel": channel}
        | {"sent": 100, "valid": 80, "satisfied": random.choice((68, 60, 80, None))}
        for year, county in counties
        for group in ("parent", "pupil", "npc")
        for channel in ("questionnaire", "interview")
        if random.random() < 0.7
    ]
    return tables | {"classes": classes, "rooms": rooms, "facts": facts, "opinions": opinions}


def _rooms(random: Random, school: Mapping[str, Any]) -> Rows:
    key = {"year": school["year"], "school": school["school"]}
    return [
        {
            **key,
            "use": use,
            "name": f"{use} {place}",
            "area": random.choice((60, 90, 96, 100, None)),
        }
        for use in ("music", "art")
        for place in range(random.choice((0, 1, 1, 2)))
    ]


def _classes(random: Random, section: dict[str, Any]) -> Rows:
    """A few classes, and how many the section says it has."""
    count = random.choice((1, 2, 3))
    section["classes"] = random.choice((count, count, count, count + 1, None))
    section |= {"teachers": 5, "certified": random.choice((5, 5, 4, None)), "trained_360h": 5}
    key = {name: section[name] for name in ("year", "school", "level")}
    return [
        {**key, "grade": "1", "class": str(place), "pupils": random.choice((29, 45, 46, 50, None))}
        for place in range(count)
    ]
