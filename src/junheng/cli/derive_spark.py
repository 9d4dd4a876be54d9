"""Registers for Spark: Parquet read where it lies, checked there, and free of personal numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import narwhals as nw
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from junheng.cli import engine_faults
from junheng.cli.engine_lake import fingerprints
from junheng.derive import privacy
from junheng.derive.counting import register
from junheng.derive.registers import COUNTS, PERSON, REGISTERS
from junheng.errors import DataNeedsMending, Problem
from junheng.intake import Dataset
from junheng.intake.labels import label, listed, of, quoted, shown
from junheng.model.tables import Table

_EXAMPLES = 3


def read(folder: Path | str) -> Dataset:
    """Read the registers of a folder or address with the Spark session that is open.

    Each is a file or folder NAME.parquet under machine names. Raises DataNeedsMending with every
    problem.
    """
    session = cast("SparkSession", SparkSession.getActiveSession())
    frames = dict(_frames(session, str(folder).rstrip("/")))
    if not frames:
        raise DataNeedsMending([Problem("derive.no_registers", names=listed(REGISTERS.values()))])
    problems = [p for name, frame in frames.items() for p in _problems(REGISTERS[name], frame)]
    if problems:
        raise DataNeedsMending(problems)
    return Dataset(cast("Any", frames), [], _digest(session, folder, frames))


def _frames(session: Any, folder: str) -> Iterator[tuple[str, Any]]:
    for name in REGISTERS:
        try:
            yield name, session.read.parquet(f"{folder}/{name}.parquet")
        except AnalysisException as error:
            if error.getCondition() != "PATH_NOT_FOUND":
                raise


def _problems(table: Table, native: Any) -> Iterator[Problem]:
    """Tell what is personal; of a register without that, what is wrong with it."""
    frame = nw.from_native(native).lazy()
    private = list(_personal(table, frame))
    have = set(frame.collect_schema().names())
    missing = [c for c in table.columns if c.required and c.name not in have]
    yield from private
    yield from (of(table, "column_missing", column=label(column)) for column in missing)
    if private or missing:
        return
    typed = register({table.name: native}, table.name)
    yield from engine_faults.of_table(table, cast("nw.LazyFrame[Any]", typed))
    if table.name in PERSON:
        yield from _twice(table, cast("nw.LazyFrame[Any]", typed))


def _personal(table: Table, frame: nw.LazyFrame[Any]) -> Iterator[Problem]:
    for name, dtype in frame.collect_schema().items():
        heading = quoted([name])
        if privacy.names_a_person(name):
            yield Problem("derive.personal_column", table=label(table), heading=heading)
        elif _may_hold_one(table, name, dtype):
            numbered = frame.with_columns(nw.lit(1).alias("row:"))
            found = privacy.suspects(numbered, name, "row:").collect("polars").rows(named=True)[0]
            for kind in ("identity", "mobile"):
                if found[kind]:
                    yield Problem(f"derive.{kind}_number", table=label(table), heading=heading,
                                  many=found[kind], row="?")  # fmt: skip


def _may_hold_one(table: Table, name: str, dtype: Any) -> bool:
    known = next((column for column in table.columns if column.name == name), None)
    return (dtype == nw.String or dtype.is_integer()) and (known is None or known.kind == "text")


def _twice(table: Table, frame: nw.LazyFrame[Any]) -> Iterator[Problem]:
    person, flag = PERSON[table.name], COUNTS[table.name]
    groups = frame.filter(nw.col(flag) == 1).group_by("year", person).agg(nw.len().alias("many"))
    found = groups.filter(nw.col("many") > 1).sort("year", person).head(_EXAMPLES)
    for year, who, many in found.collect("polars").rows():
        yield Problem("derive.twice", table=label(table), year=year, found=shown(who), many=many,
                      column=label(table.column(flag)))  # fmt: skip


def _digest(session: Any, folder: Path | str, frames: dict[str, Any]) -> str:
    found = fingerprints(session, folder, frames)
    told = "".join(f"{name} {found[name]}\n" for name in found)
    return hashlib.sha256(told.encode()).hexdigest()
