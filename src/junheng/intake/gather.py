"""What schools sent back, joined into one data set: nothing twice, nothing lost, nothing guessed."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.intake.door import read
from junheng.intake.labels import quoted, shown
from junheng.model.tables import TABLES

_FILES = (".xlsx", ".xls", ".zip")
_TABLES = (".csv", ".parquet")
_TOLD = ("intake.ignored", "intake.extra_columns", "intake.no_heading")
"""Notices worth repeating for a return; that a school hands in no county facts is not."""
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Joined:
    """One data set made of many returns, and what is worth saying of it."""

    tables: Mapping[str, pl.DataFrame]
    returns: int
    notices: tuple[Problem, ...] = ()


@dataclass
class _Returns:
    """The returns that could be read, by name, and what is wrong with the others."""

    read: dict[str, Tables] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)


def gather(folder: Path, expected: Path | None = None) -> Joined:
    """Join the returns in a folder; raises DataNeedsMending with every problem of every file."""
    places = list(_places(folder))
    if not places:
        raise WrongUse("template.no_files", found=folder)
    returns = _read_all(places)
    returns.problems += _twice(returns.read)
    returns.problems += _conflicts(returns.read)
    if returns.problems:
        raise DataNeedsMending(returns.problems)
    tables = {name: _together(name, returns.read) for name in TABLES}
    held = {name: frame for name, frame in tables.items() if frame.height}
    notices = [*returns.notices, *(_attendance(held, expected) if expected else ())]
    return Joined(held, len(places), tuple(notices))


def _places(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        inside = path.is_dir() and any(p.suffix.lower() in _TABLES for p in path.iterdir())
        if inside or path.suffix.lower() in _FILES:
            yield path


def _read_all(places: Sequence[Path]) -> _Returns:
    """Read the returns, several at a time: each is read in a process of its own."""
    returns = _Returns()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for place, found in zip(places, pool.map(_read, places), strict=True):
            if isinstance(found, DataNeedsMending):
                returns.problems += [_InFile(place, problem) for problem in found.problems]
                continue
            tables, notices = found
            returns.read[place.name] = tables
            returns.notices += [_InFile(place, each) for each in notices if each.code in _TOLD]
    return returns


def _read(place: Path) -> tuple[Tables, list[Problem]] | DataNeedsMending:
    try:
        dataset = read(place)
        tables = {name: frame.collect() for name, frame in dataset.tables.items()}
    except DataNeedsMending as refusal:
        return refusal
    return tables, dataset.notices


class _InFile(Problem):
    """A problem, and the file it is in."""

    def __init__(self, place: Path, problem: Problem) -> None:
        self.problem = problem
        super().__init__("template.in_file", file=shown(place.name), problem=problem.say("en"))

    def say(self, language: str) -> str:
        """Say the problem after the name of the file."""
        self.fields["problem"] = self.problem.say(language)
        return super().say(language)


def _twice(returns: Mapping[str, Tables]) -> Iterator[Problem]:
    """Find the schools that more than one return has, in any table."""
    files: dict[tuple[int, str], set[str]] = defaultdict(set)
    for name, tables in returns.items():
        for frame in tables.values():
            if "school" in frame.columns:
                for year, school in frame.select("year", "school").unique().iter_rows():
                    files[year, school].add(name)
    for (year, school), names in sorted(files.items()):
        if len(names) > 1:
            fields = {"school": shown(school), "year": year, "files": quoted(sorted(names))}
            yield Problem("template.duplicate_school", **fields)


def _conflicts(returns: Mapping[str, Tables]) -> Iterator[Problem]:
    """Find what returns say of a county that does not agree."""
    for table in (TABLES["facts"], TABLES["opinions"]):
        said: dict[tuple[object, ...], dict[tuple[object, ...], str]] = defaultdict(dict)
        for name, tables in returns.items():
            rows = tables[table.name].iter_rows(named=True) if table.name in tables else ()
            for row in rows:
                values = tuple(value for key, value in row.items() if key not in table.key)
                if any(value is not None for value in values):
                    said[tuple(row[key] for key in table.key)].setdefault(values, name)
        for (year, county, *item), found in said.items():
            if len(found) > 1:
                texts = "；".join(f"{_plain(v)}（{shown(name)}）" for v, name in found.items())
                what = " ".join(map(str, item))
                fields = {"year": year, "county": county, "item": what, "values": texts}
                yield Problem("template.county_conflict", **fields)


def _plain(values: tuple[object, ...]) -> str:
    return "/".join("—" if value is None else f"{value:g}" for value in values)


def _together(name: str, returns: Mapping[str, Tables]) -> pl.DataFrame:
    """Put the rows of a table together in the order of its key; of equal county rows, one."""
    table = TABLES[name]
    frames = [tables[name] for tables in returns.values() if name in tables]
    if not frames:
        return pl.DataFrame()
    joined = pl.concat(frames)
    if "county" in table.key:
        others = [column.name for column in table.columns if column.name not in table.key]
        known = pl.any_horizontal(pl.col(others).is_not_null())
        joined = joined.sort(known, descending=True, maintain_order=True)
        joined = joined.unique(table.key, keep="first", maintain_order=True)
    keys = list(table.key or ("year", "school", "use"))
    return joined.sort(keys, maintain_order=True)


def _attendance(tables: Tables, expected: Path) -> Iterator[Problem]:
    """Name the schools that are missing, and those nobody expected."""
    wanted = _expected(expected)
    there = set(tables["schools"]["school"])
    for code, names in (("missing_schools", wanted.keys() - there),
                        ("unexpected_schools", there - wanted.keys())):  # fmt: skip
        if names:
            listed = "、".join(f"{each} {wanted.get(each, '')}".strip() for each in sorted(names))
            yield Problem(f"template.{code}", n=len(names), schools=listed)


def _expected(place: Path) -> dict[str, str]:
    """Read the schools expected, with their names: a data set, or a list with a code a line."""
    if place.suffix.lower() in (".txt", ".list"):
        lines = (line.split(None, 1) for line in place.read_text("utf-8-sig").splitlines())
        found = {parts[0]: "".join(parts[1:]) for parts in lines if parts}
    else:
        schools = read(place).tables["schools"].select("school", "name").collect()
        found = {code: name or "" for code, name in schools.iter_rows()}
    if not found:
        raise WrongUse("template.expect_unread", found=place)
    return found
