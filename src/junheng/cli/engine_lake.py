"""Data for Spark: Parquet read where it lies and checked there; any other data by the intake.

A lake is a folder or address with `schools.parquet`, `sections.parquet` and whichever other tables
there are, each a file or a folder of parts, under machine names. Its rows are never brought here
to be checked: each fault is counted where the rows are, and a few examples are brought.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import narwhals as nw
from pyspark.errors import AnalysisException, PySparkException

from junheng.cli import engine_faults
from junheng.errors import DataNeedsMending, Problem
from junheng.intake import Dataset, digest
from junheng.intake import read as intake_read
from junheng.intake.labels import known, listed, of, quoted
from junheng.model.tables import TABLES, Table

Frame = nw.LazyFrame[Any]
_TYPES: Mapping[str, Any] = {"text": nw.String, "choice": nw.String, "year": nw.Int64}


def read(session: Any, data: Path | str) -> Dataset:
    """Read a data set; raises DataNeedsMending with every problem."""
    if isinstance(data, Path) and not _is_lake(data):
        return _handed_over(session, data)
    frames = dict(_frames(session, str(data).rstrip("/")))
    problems, notices = _missing(frames)
    for name, frame in frames.items():
        found, said = _columns(TABLES[name], frame)
        problems += found
        notices += said
    if not problems:
        typed = {name: _typed(TABLES[name], frame) for name, frame in frames.items()}
        problems += engine_faults.all_of(typed)
    if problems:
        raise DataNeedsMending(problems)
    tables = {name: frame.to_native() for name, frame in typed.items()}
    return Dataset(cast("Any", tables), notices, _digest(session, data, tables))


def _is_lake(folder: Path) -> bool:
    """Say whether every table of a folder is in Parquet."""
    if not folder.is_dir():
        return False
    tables = [path for path in folder.iterdir() if known(path.stem)]
    return bool(tables) and all(path.suffix == ".parquet" for path in tables)


def _handed_over(session: Any, data: Path) -> Dataset:
    """Read with the intake, and hand the checked tables over to Spark."""
    here = intake_read(data)
    tables = {
        name: session.createDataFrame(frame.collect().to_arrow())
        for name, frame in here.tables.items()
    }
    return Dataset(cast("Any", tables), here.notices, here.digest)


def _frames(session: Any, folder: str) -> Iterator[tuple[str, Frame]]:
    """Find the tables there are."""
    problems = []
    for name in TABLES:
        path = f"{folder}/{name}.parquet"
        try:
            yield name, nw.from_native(session.read.parquet(path)).lazy()
        except AnalysisException as error:
            if error.getCondition() != "PATH_NOT_FOUND":
                problems.append(_unreadable(path, error))
        except PySparkException as error:
            problems.append(_unreadable(path, error))
    if problems:
        raise DataNeedsMending(problems)


def _unreadable(path: str, error: PySparkException) -> Problem:
    from junheng.cli.engine_spark import reason_of

    return Problem("engine.unreadable", path=path, reason=reason_of(error))


def _missing(frames: Mapping[str, Frame]) -> tuple[list[Problem], list[Problem]]:
    if not frames:
        raise DataNeedsMending([Problem("intake.no_tables", names=listed(TABLES.values()))])
    gone = [table for name, table in TABLES.items() if name not in frames]
    problems = [of(table, "table_missing") for table in gone if table.required]
    return problems, [of(table, "table_absent") for table in gone if not table.required]


def _columns(table: Table, frame: Frame) -> tuple[list[Problem], list[Problem]]:
    """Tell which columns are missing or of a type that cannot be used, and which are not read."""
    schema = frame.collect_schema()
    problems, absent = [], []
    for column in table.columns:
        dtype = schema.get(column.name)
        if dtype is None and column.required:
            problems.append(of(table, "column_missing", column=listed([column])))
        elif dtype is None:
            absent.append(column)
        elif not _fits(column.kind, dtype):
            fields = {"table": listed([table]), "column": listed([column]), "type": dtype}
            problems.append(Problem("engine.column_type", **fields))
    names = {column.name for column in table.columns}
    more = [name for name in schema.names() if name not in names]
    notices = [of(table, "columns_absent", columns=listed(absent))] if absent else []
    notices += [of(table, "extra_columns", headings=quoted(more))] if more else []
    return problems, notices


def _fits(kind: str, dtype: Any) -> bool:
    if kind in ("text", "choice"):
        return bool(dtype == nw.String or dtype.is_integer())
    if kind == "year":
        return bool(dtype.is_integer())
    return bool(dtype.is_numeric()) or (kind == "flag" and dtype == nw.Boolean)


def _typed(table: Table, frame: Frame) -> Frame:
    """Give the columns of the contract that are there, in its types."""
    have = set(frame.collect_schema().names())
    return frame.select(
        nw.col(column.name).cast(_TYPES.get(column.kind, nw.Float64))
        for column in table.columns
        if column.name in have
    )


def _digest(session: Any, data: Path | str, tables: Mapping[str, Any]) -> str:
    return digest.of_tables(fingerprints(session, data, tables))


def fingerprints(session: Any, data: Path | str, tables: Mapping[str, Any]) -> dict[str, str]:
    """Fingerprint the files of each table: one file as the intake does, several by their order."""
    found = {}
    for name, frame in tables.items():
        paths = sorted(frame.inputFiles())
        local = isinstance(data, Path)
        each = [digest.of_file(_local(path)) for path in paths] if local else _far(session, paths)
        whole = "".join(each).encode()
        found[name] = each[0] if len(each) == 1 else hashlib.sha256(whole).hexdigest()
    return found


def _local(uri: str) -> Path:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(uri).path))


def _far(session: Any, paths: list[str]) -> list[str]:
    """Fingerprint files by the workers that can read them, in the order of their paths."""
    from pyspark.sql import functions as f

    files = session.read.format("binaryFile").load(paths)
    rows = files.select("path", f.sha2("content", 256).alias("sha")).orderBy("path").collect()
    return [row["sha"] for row in rows]
