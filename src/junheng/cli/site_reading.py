"""The tables of siting: a folder with a CSV or Parquet file for each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.intake import digest
from junheng.intake.labels import of
from junheng.intake.side import read_side
from junheng.plan.site_tables import TABLES

_SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True)
class Read:
    """The tables, by machine name, and a fingerprint of the files."""

    tables: dict[str, pl.LazyFrame]
    digest: str


def read(folder: Path) -> Read:
    """Read settlements, sites and, where it is there, distances.

    Raises DataNeedsMending with every problem: table, row, column, what was found, what to do.
    """
    if not folder.is_dir():
        raise WrongUse("site.no_folder", found=folder)
    tables: dict[str, pl.LazyFrame] = {}
    problems: list[Problem] = []
    fingerprint = hashlib.sha256()
    for name, table in TABLES.items():
        paths = _files(folder, (name, table.zh))
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            problems.append(Problem("site.table_twice", names=names))
        elif not paths and table.required:
            problems.append(of(table, "table_missing"))
        elif paths:
            fingerprint.update(f"{name} {digest.of_file(paths[0])}\n".encode())
            try:
                tables[name] = read_side(paths[0], table).lazy()
            except DataNeedsMending as refusal:
                problems += refusal.problems
    if problems:
        raise DataNeedsMending(problems)
    return Read(tables, fingerprint.hexdigest())


def _files(folder: Path, names: tuple[str, str]) -> list[Path]:
    found = (folder / f"{name}{suffix}" for name in names for suffix in _SUFFIXES)
    return [path for path in found if path.is_file()]
