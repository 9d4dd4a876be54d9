"""What if: edits done to a copy of a data set, in the order in which they were written.

Persons who move are teachers: whatever else they count as, `teachers` moves with them; a count that
is not known stays so, while nothing can be added to an unknown cell by a change. A school that
closes hands its pupils on; its staff, rooms and equipment are left over, unless moved before. A
school that merges hands on everything. What an edit makes doubtful becomes unknown: class lists of
sections whose pupils change, unless whole classes go to one school.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.model.tables import SCHOOLS, SECTIONS, Column, table_of
from junheng.plan.whatif_edits import Edit, column_of

Row = dict[str, Any]
Key = tuple[str, str]
_PERSONS = tuple(c.name for c in SECTIONS.columns if c.unit == "person" and c.kind == "number")
_ADDED = tuple(
    c.name
    for t in (SCHOOLS, SECTIONS)
    for c in t.columns
    if c.kind in ("number", "whole") and c.unit
)
_STAYS = ("built", "grades")
"""Numbers that are not added up when two schools become one."""


@dataclass
class World:
    """The rows of one school year while they are edited."""

    schools: dict[str, Row]
    sections: dict[Key, Row]
    classes: list[Row]
    rooms: list[Row]
    problems: list[Problem] = field(default_factory=list)

    def note(self, code: str, edit: Edit, **fields: object) -> None:
        """Remember what is wrong with an edit."""
        self.problems.append(Problem(f"whatif.{code}", at=edit.at, **fields))

    def forget_classes(self, key: Key) -> None:
        """Take the list of classes of a section away: it no longer says how large they are."""
        self.classes = [c for c in self.classes if (c["school"], c["level"]) != key]


def what_if(
    tables: Mapping[str, Any], edits: Sequence[Edit], year: int, *, wrong: Sequence[Problem] = ()
) -> dict[str, pl.DataFrame]:
    """Give the tables of one school year with the edits done; what was handed in stays as it is.

    Raises DataNeedsMending with every edit that cannot be done, and why; with what was `wrong`
    already when they were read.
    """
    frames = {
        name: frame.lazy().filter(pl.col("year") == year).collect()
        for name, frame in tables.items()
    }
    world = World(
        {row["school"]: row for row in frames["schools"].to_dicts()},
        {(row["school"], row["level"]): row for row in frames["sections"].to_dicts()},
        frames["classes"].to_dicts() if "classes" in frames else [],
        frames["rooms"].to_dicts() if "rooms" in frames else [],
        list(wrong),
    )
    for edit in edits:
        _DO[edit.action](edit, world)
    if world.problems:
        raise DataNeedsMending(world.problems)
    rows = {"schools": list(world.schools.values()), "sections": list(world.sections.values()),
            "classes": world.classes, "rooms": world.rooms}  # fmt: skip
    return {
        name: pl.DataFrame(rows[name], schema=frame.schema) if name in rows else frame
        for name, frame in frames.items()
    }


def counties_of(tables: Mapping[str, Any], edits: Sequence[Edit], year: int) -> list[str]:
    """Name the counties whose schools are edited."""
    named = {edit.school for edit in edits} | {other for edit in edits for other in edit.others}
    schools = tables["schools"].lazy().filter(pl.col("year") == year)
    mine = schools.filter(pl.col("school").is_in(list(named))).select("county").unique().collect()
    return sorted(mine["county"])


def _change(edit: Edit, world: World) -> None:
    column = column_of(edit.columns[0])
    row = _row(edit, edit.school, world)
    if row is None or column is None:
        return
    new = _changed(edit, row[column.name], column, world)
    if new is None:
        return
    row[column.name] = new
    if column.name in ("pupils", "classes"):
        world.forget_classes((edit.school, row["level"]))


def _row(edit: Edit, school: str, world: World) -> Row | None:
    """Find the row that an edit is about: of a section where its column belongs to a level."""
    if school not in world.schools:
        world.note("no_such_school", edit, found=school)
        return None
    if table_of(edit.columns[0]) == "schools":
        if edit.level:
            world.note("level_not_needed", edit, column=edit.columns[0])
        return None if edit.level else world.schools[school]
    levels = [level for code, level in world.sections if code == school]
    level = edit.level or (levels[0] if len(levels) == 1 else "")
    if (school, level) not in world.sections:
        world.note("which_level", edit, school=school, allowed=", ".join(levels))
        return None
    return world.sections[school, level]


def _changed(edit: Edit, now: float | None, column: Column, world: World) -> float | None:
    if edit.sign != "=" and now is None:
        world.note("unknown_value", edit, column=column.name)
        return None
    new = {"=": edit.amount, "+": (now or 0) + edit.amount, "-": (now or 0) - edit.amount}[
        edit.sign
    ]
    whole = column.kind in ("whole", "flag") and new != int(new)
    flag = column.kind == "flag" and new not in (0, 1)
    if new < 0 or whole or flag:
        world.note("not_possible", edit, column=column.name, found=f"{new:g}")
        return None
    return new


def _move(edit: Edit, world: World) -> None:
    wrong = [name for name in edit.columns if name not in _PERSONS or name == "migrant_pupils"]
    if wrong or edit.amount != int(edit.amount) or edit.amount < 1:
        world.note("moves_persons", edit, found=", ".join(wrong) or f"{edit.amount:g}")
        return
    giver, taker = _row(edit, edit.school, world), _row(edit, edit.others[0], world)
    if giver is None or taker is None:
        return
    if giver is taker:
        world.note("into_itself", edit, school=edit.school)
        return
    for name in dict.fromkeys(("teachers", *edit.columns)):
        if giver[name] is not None and giver[name] < edit.amount:
            world.note("too_few", edit, column=name, found=f"{giver[name]:g}", school=edit.school)
        else:
            giver[name] = None if giver[name] is None else giver[name] - edit.amount
            taker[name] = None if taker[name] is None else taker[name] + edit.amount


def _close(edit: Edit, world: World) -> None:
    levels = [key for key in world.sections if key[0] == edit.school]
    if not _can_leave(edit, world):
        return
    for key in levels:
        leaving = world.sections.pop(key)
        takers = _takers(edit, key, world)
        if not takers:
            world.note("nobody_takes", edit, level=key[1])
            continue
        _hand_on(leaving, takers, world)
    _forget_school(edit.school, world)


def _can_leave(edit: Edit, world: World) -> bool:
    unknown = [school for school in (edit.school, *edit.others) if school not in world.schools]
    for school in unknown:
        world.note("no_such_school", edit, found=school)
    if edit.school in edit.others:
        world.note("into_itself", edit, school=edit.school)
    return not unknown and edit.school not in edit.others


def _takers(edit: Edit, key: Key, world: World) -> list[Row]:
    """Give the sections that take the pupils: those named, else all of the county with pupils."""
    if edit.others:
        return [
            world.sections[other, key[1]]
            for other in edit.others
            if (other, key[1]) in world.sections
        ]
    county = world.schools[edit.school]["county"]
    return [row for (school, level), row in world.sections.items()
            if level == key[1] and row["pupils"] and world.schools[school]["county"] == county]  # fmt: skip


def _hand_on(leaving: Row, takers: Sequence[Row], world: World) -> None:
    """Share pupils out by the pupils of those who take them; no pupil is split or lost."""
    weights = [row["pupils"] for row in takers]
    if leaving["pupils"] is None or None in weights:
        for row in takers:
            row["pupils"] = None
            world.forget_classes((row["school"], row["level"]))
        return
    for name in ("pupils", "migrant_pupils"):
        shares = _portions(leaving[name], weights)
        for row, share in zip(takers, shares, strict=True):
            row[name] = None if share is None or row[name] is None else row[name] + share
    if len(takers) == 1:
        _with_classes(leaving, takers[0], world)
        return
    for row in takers:
        row["classes"] = None
        world.forget_classes((row["school"], row["level"]))


def _portions(total: float | None, weights: Sequence[float]) -> list[float | None]:
    """Split a whole number in proportion, the largest remainders rounded up."""
    if total is None:
        return [None] * len(weights)
    whole = sum(weights) or len(weights)
    exact = [total * (weight if sum(weights) else 1) / whole for weight in weights]
    shares = [float(int(part)) for part in exact]
    order = sorted(range(len(exact)), key=lambda n: (shares[n] - exact[n], n))
    for n in order[: round(total - sum(shares))]:
        shares[n] += 1
    return list(shares)


def _with_classes(leaving: Row, taker: Row, world: World) -> None:
    """Hand whole classes on to one school, under names that say where they come from."""
    both = (leaving["classes"], taker["classes"])
    taker["classes"] = None if None in both else sum(both)
    for row in world.classes:
        if (row["school"], row["level"]) == (leaving["school"], leaving["level"]):
            row["class"] = f"{row['class']}（{leaving['school']}）"
            row["school"] = taker["school"]


def _merge(edit: Edit, world: World) -> None:
    if not _can_leave(edit, world):
        return
    into = edit.others[0]
    _add_up(world.schools[into], world.schools[edit.school])
    for key in [key for key in world.sections if key[0] == edit.school]:
        leaving = world.sections.pop(key)
        taker = world.sections.get((into, key[1]))
        if taker is None:
            world.sections[into, key[1]] = leaving | {"school": into}
            taker = world.sections[into, key[1]]
        else:
            classes = taker["classes"]
            _add_up(taker, leaving)
            taker["classes"] = classes
            _with_classes(leaving, taker, world)
            continue
        _with_classes(leaving | {"classes": 0}, taker, world)
    for room in world.rooms:
        if room["school"] == edit.school:
            room["school"] = into
    _forget_school(edit.school, world)


def _add_up(to: Row, more: Row) -> None:
    for name in to.keys() & set(_ADDED):
        if name not in _STAYS:
            to[name] = None if to[name] is None or more[name] is None else to[name] + more[name]


def _forget_school(school: str, world: World) -> None:
    del world.schools[school]
    world.classes = [row for row in world.classes if row["school"] != school]
    world.rooms = [row for row in world.rooms if row["school"] != school]


_DO: Mapping[str, Callable[[Edit, World], None]] = {
    "change": _change,
    "move": _move,
    "close": _close,
    "merge": _merge,
}
