"""The staff of a rotation: who may move, from where to where, and what each counts as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from junheng.derive.counting import counted, register, sums_for
from junheng.derive.definitions import Definitions
from junheng.derive.registers import SECTION
from junheng.errors import Problem
from junheng.model.tables import Column, Table
from junheng.plan.people import COUNTY_RUN

Place = tuple[str, str]
"""School and level."""
WISHES = Table(
    "wishes",
    "交流意愿",
    (
        Column("teacher", "教师编号", "text", required=True),
        Column("home", "家庭所在片区", "text"),
        Column("accepts", "可去学校或片区", "text"),
        Column("avoids", "回避学校或片区", "text"),
        Column("exempt", "本年不参加", "flag"),
    ),
    key=("teacher",),
)
"""Several schools or areas with ; — with `accepts` those alone, else those of the home area, else all."""
AREAS = Table(
    "areas",
    "学校片区",
    (
        Column("school", "学校标识码", "text", required=True),
        Column("area", "片区", "text", required=True),
    ),
    key=("school",),
)
ELIGIBLE, ROTATED, BACKBONE = "rotation_eligible_teachers", "rotated_teachers", "backbone"

REASONS = (
    "other_sponsor",
    "moved",
    "moved_unknown",
    "not_eligible",
    "eligibility_unknown",
    "exempt",
    "nowhere",
)
"""Why teachers cannot be moved; of several reasons the first is given."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """One teacher of the register, by pseudonym."""

    id: str
    place: Place
    course: str
    counts: frozenset[str]
    """The counts in which the teacher is known to be: teachers, above_degree, backbone, pe_arts, …"""
    eligible: bool | None
    """Under the rule of rotation; None where that is not known."""
    moved: bool
    """Whether the teacher has moved this school year already."""
    years: float
    goes_to: frozenset[Place]
    """Where the teacher may be moved; empty for who may not move."""
    stays: str = ""
    """Why the teacher cannot be moved (one of `REASONS`); empty for who can."""

    @property
    def backbone(self) -> bool:
        """Whether the teacher is known to be a backbone teacher."""
        return BACKBONE in self.counts


def staff(
    registers: Mapping[str, Any],
    definitions: Definitions,
    places: Mapping[Place, str],
    sides: Mapping[str, pl.DataFrame],
    year: int,
) -> tuple[tuple[Teacher, ...], list[Problem]]:
    """Give the teachers of a school year in order, and what is wrong with their wishes.

    `places` are the sections of the county with their sponsors; only those run by the county give
    and take. `sides` are the tables `wishes` and `areas`, either of which may be absent.
    """
    rows = _rows(registers, definitions, year)
    wishes, problems = _wishes(sides, rows, places)
    open_to = {place for place, sponsor in places.items() if sponsor in COUNTY_RUN}
    teachers = []
    for row in rows.iter_rows(named=True):
        place = (row["school"], row["level"])
        if place not in places:
            continue
        teachers.append(_teacher(row, place, wishes.get(row["teacher"], _Wish()), open_to))
    return tuple(teachers), problems


def next_year(registers: Mapping[str, Any]) -> dict[str, Any]:
    """Give the registers as they will be when the next school year begins and nobody has moved yet.

    Everyone has been at their school a year longer, so that who has just moved is not eligible.
    """
    frame = register(registers, "teachers")
    if frame is None:
        return dict(registers)
    older = nw.col("years_in_school") + 1
    none = nw.lit(None, dtype=nw.Float64)
    rows = frame.with_columns(moved=nw.lit(0.0), years_in_school=older, years_before_move=none)
    return {**registers, "teachers": rows.to_native()}


def _rows(registers: Mapping[str, Any], definitions: Definitions, year: int) -> pl.DataFrame:
    """Give a row a teacher: the cells, and of each count n:ID and unknown:ID."""
    frame = register(registers, "teachers")
    if frame is None:
        raise KeyError("teachers")
    counts, sums = definitions.of("teachers"), sums_for(definitions, "teachers")
    keys = (*SECTION, "teacher")
    flags: pl.DataFrame = counted(frame, counts, sums, keys).collect("polars").to_native()
    cells: pl.DataFrame = frame.collect("polars").to_native()
    plain = cells.select(*keys, "course", "years_in_school", "moved")
    return plain.filter(pl.col("year") == year).join(flags, on=list(keys)).sort("teacher", "school")


@dataclass(frozen=True, slots=True)
class _Wish:
    accepts: frozenset[str] | None = None
    avoids: frozenset[str] = frozenset()
    exempt: bool = False


def _wishes(
    sides: Mapping[str, pl.DataFrame], rows: pl.DataFrame, places: Mapping[Place, str]
) -> tuple[dict[str, _Wish], list[Problem]]:
    """Read wishes, areas resolved to their schools."""
    schools = {school for school, _ in places}
    areas: dict[str, set[str]] = {}
    for row in sides["areas"].iter_rows(named=True) if "areas" in sides else ():
        areas.setdefault(row["area"], set()).add(row["school"])
    known, problems, read = set(rows["teacher"]), [], {}
    for row in sides["wishes"].iter_rows(named=True) if "wishes" in sides else ():
        if row["teacher"] not in known:
            problems.append(Problem("rotate.no_such_teacher", row=row["row"], found=row["teacher"]))
        named = {name: _split(row[name]) for name in ("home", "accepts", "avoids")}
        problems += _unknown(row, named, schools, areas)
        resolved = {
            name: frozenset(_schools(words, schools, areas)) for name, words in named.items()
        }
        accepts = resolved["accepts"] if named["accepts"] else resolved["home"] or None
        read[row["teacher"]] = _Wish(accepts, resolved["avoids"], row["exempt"] == 1)
    return read, problems


def _split(cell: str | None) -> list[str]:
    return [word.strip() for word in (cell or "").replace("；", ";").split(";") if word.strip()]


def _unknown(
    row: Mapping[str, Any],
    named: Mapping[str, Sequence[str]],
    schools: set[str],
    areas: Mapping[str, Any],
) -> Iterator[Problem]:
    for words in named.values():
        for word in words:
            if word not in schools and word not in areas:
                yield Problem("rotate.no_such_place", row=row["row"], found=word)


def _schools(
    words: Iterable[str], schools: set[str], areas: Mapping[str, set[str]]
) -> Iterator[str]:
    for word in words:
        if word in areas:
            yield from areas[word]
        elif word in schools:
            yield word


def _teacher(row: Mapping[str, Any], place: Place, wish: _Wish, open_to: set[Place]) -> Teacher:
    def known(name: str) -> bool | None:
        return None if row[f"unknown:{name}"] else bool(row[f"n:{name}"])

    names = [name.removeprefix("n:") for name in row if name.startswith("n:")]
    eligible, moved = known(ELIGIBLE), known(ROTATED)
    at = (place not in open_to, moved is True, moved is None, eligible is False,
          eligible is None, wish.exempt)  # fmt: skip
    stays = next((why for why, so in zip(REASONS, at, strict=False) if so), "")
    goes_to = {
        other
        for other in open_to
        if other[1] == place[1] and other[0] != place[0] and other[0] not in wish.avoids
        and (wish.accepts is None or other[0] in wish.accepts)
    } if not stays else set()  # fmt: skip
    return Teacher(
        row["teacher"],
        place,
        row["course"] or "?",
        frozenset(name for name in names if known(name)),
        eligible,
        moved is True,
        row["years_in_school"] or 0.0,
        frozenset(goes_to),
        stays or ("" if goes_to else REASONS[-1]),
    )
