"""Planned openings, closures and mergers: checked all at once, then done year by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from junheng.errors import Problem
from junheng.plan.project_state import Key, Section

_WHOLE = 1.0
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One school that opens, or whose pupils leave it: with which schools, in which shares."""

    year: int
    school: str
    action: str
    level: str | None
    others: tuple[tuple[str, float], ...]
    """Of an opening, the schools that give and the share of theirs; else those that take, by share."""


def changes(
    rows: pl.DataFrame | None, sections: Mapping[Key, Section], years: range
) -> tuple[tuple[Change, ...], list[Problem]]:
    """Read the planned changes; give them in order, and everything that is wrong with them."""
    if rows is None or not rows.height:
        return (), []
    problems = [
        p for row in rows.iter_rows(named=True) for p in _wrong_row(row, rows, sections, years)
    ]
    grouped: dict[tuple[int, str, str, str | None], list[tuple[str, float | None]]] = defaultdict(
        list
    )
    for row in rows.iter_rows(named=True):
        key = (row["year"], row["school"], row["action"], row["level"])
        grouped[key] += [(row["other"], row["share"])] if row["other"] else []
    read = []
    for (year, school, action, level), others in grouped.items():
        shares, wrong = _shares(others, school, action)
        problems += wrong
        read.append(Change(year, school, action, level, shares))
    return tuple(sorted(read, key=lambda c: (c.year, c.action, c.school, c.level or ""))), problems


def _wrong_row(
    row: Mapping[str, object], rows: pl.DataFrame, sections: Mapping[Key, Section], years: range
) -> Iterator[Problem]:
    at = {"row": row["row"], "school": row["school"]}
    known = {school for school, _ in sections}
    opened = set(rows.filter(pl.col("action") == "open")["school"])
    if row["action"] == "open" and row["school"] in known:
        yield Problem("project.opens_existing", **at)
    if row["action"] != "open" and row["school"] not in known | opened:
        yield Problem("project.changes_unknown", **at)
    if row["other"] is not None and row["other"] not in known | opened:
        yield Problem("project.other_unknown", **at, other=row["other"])
    if row["other"] == row["school"]:
        yield Problem("project.into_itself", **at)
    if row["action"] == "open" and row["other"] is None:
        yield Problem("project.opens_empty", **at)
    if row["action"] == "merge" and row["other"] is None:
        yield Problem("project.merges_nowhere", **at)
    if row["year"] not in years:
        yield Problem("project.change_year", **at, year=row["year"], first=years[0], last=years[-1])


def _shares(
    others: list[tuple[str, float | None]], school: str, action: str
) -> tuple[tuple[tuple[str, float], ...], list[Problem]]:
    """Give a share to each; those left empty share equally, of an opening they cannot be empty."""
    given = [share for _, share in others if share is not None]
    total = sum(given)
    if action == "open":
        wrong = len(given) < len(others) or any(share > _WHOLE for share in given)
    elif len(given) == len(others):
        wrong = bool(others) and abs(total - _WHOLE) > _SLACK
    else:
        wrong = bool(given)
    if wrong:
        return (), [Problem("project.shares", school=school, found=f"{total:g}")]
    equal = _WHOLE / len(others) if others else 0.0
    return tuple((other, equal if share is None else share) for other, share in others), []


def carry_out(change: Change, sections: dict[Key, Section]) -> None:
    """Do one change to the sections as they are in its year."""
    if change.action == "open":
        _open(change, sections)
        return
    for key in [k for k in sections if k[0] == change.school and change.level in (None, k[1])]:
        leaving = sections.pop(key)
        for to, share in _receivers(change, leaving, sections):
            sections[to].add(leaving.grades, share)
            sections[to].entrants += share * leaving.entrants
            sections[to].known = sections[to].known and leaving.known


def _receivers(
    change: Change, leaving: Section, sections: Mapping[Key, Section]
) -> list[tuple[Key, float]]:
    named = [
        ((s, leaving.level), share) for s, share in change.others if (s, leaving.level) in sections
    ]
    if named:
        total = sum(share for _, share in named)
        return [(key, share / total) for key, share in named]
    near = {k: s.pupils or 0.0 for k, s in sections.items()
            if s.county == leaving.county and s.level == leaving.level}  # fmt: skip
    total = sum(near.values())
    return [(key, pupils / total) for key, pupils in near.items()] if total else []


def _open(change: Change, sections: dict[Key, Section]) -> None:
    for giver, share in change.others:
        for key in [k for k in sections if k[0] == giver and change.level in (None, k[1])]:
            old = sections[key]
            new = sections.setdefault(
                (change.school, key[1]),
                Section(change.school, old.county, key[1], dict.fromkeys(old.grades, 0.0)),
            )
            new.add(old.grades, share)
            new.known = new.known and old.known
            new.entrants += share * old.entrants
            old.grades = {grade: pupils * (1 - share) for grade, pupils in old.grades.items()}
            old.entrants *= 1 - share
