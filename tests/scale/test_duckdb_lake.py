"""Data judged where it lies: tables of a DuckDB database, as docs/guides/engines.md shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from measuring import near

from junheng import load_standard
from junheng.demo import write
from junheng.evaluate import evaluate
from junheng.inmemory import hold
from junheng.intake import read


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[tuple[Any, dict[str, pl.LazyFrame]]]:
    """A database with the tables of a synthetic county, and the same tables in Polars."""
    write(tmp_path / "demo")
    tables = read(tmp_path / "demo").tables
    with duckdb.connect(str(tmp_path / "lake.duckdb")) as database:
        for name, frame in tables.items():
            here = frame.collect().to_arrow()
            database.register("here", here)
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM here')  # noqa: S608
        yield database, tables


def test_tables_of_a_database_are_judged_where_they_lie(
    lake: tuple[Any, dict[str, pl.LazyFrame]],
) -> None:
    database, tables = lake
    kept = []

    def keep(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        kept.append(frame)
        held = frame.to_native().to_arrow_table()
        return nw.from_native(database.from_arrow(held)).lazy()

    standard = load_standard("cn-quality-2017").on(dt.date(2025, 9, 1))
    there = {name: database.table(name) for name in tables}
    found = evaluate(there, standard, keep=keep)
    expected = evaluate(tables, standard, keep=hold)

    assert len(kept) > 4
    for name in ("counties", "parts", "balance"):
        mine = pl.DataFrame(getattr(found, name).to_arrow_table())
        theirs = getattr(expected, name).collect()
        keys = [key for key in ("county", "part", "level", "indicator") if key in theirs.columns]
        assert mine.sort(keys).rows() == [
            tuple(near(list(row))) for row in theirs.sort(keys).rows()
        ]
