"""What the proofs of scale share: one edge-rich data set, and answers as rows from any engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import test_golden as golden
import test_same_answer as same

from junheng.demo import Wanted, write
from junheng.evaluate import evaluate
from junheng.evaluate.verdict import Keep
from junheng.intake import read
from junheng.report.collected import TABLES

Frames = Mapping[str, pl.DataFrame]


def everything(standard: str, folder: Path) -> dict[str, pl.DataFrame]:
    """Random counties, every golden case and a small synthetic nation, in one data set."""
    parts = [same.tables(standard), *_golden(standard), _nation(folder)]
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: pl.concat([part[name] for part in parts if name in part], how="diagonal_relaxed")
        for name in names
    }


def _golden(standard: str) -> Iterator[Frames]:
    """Every worked case, each in a county and under school codes of its own."""
    for place, given in enumerate(golden.cases()):
        case = given.values[0]
        if case["standard"] == standard and "published" not in case:
            yield {name: _moved(frame, place) for name, frame in golden.frames(case).items()}


def _moved(frame: pl.DataFrame, place: int) -> pl.DataFrame:
    codes = {"county": pl.lit(f"98{place:04}"), "school": pl.format(f"{place}-{{}}", "school")}
    present = {name: code for name, code in codes.items() if name in frame.columns}
    return frame.with_columns(pl.col("year").cast(pl.Int64), **present)


def _nation(folder: Path) -> Frames:
    write(folder, Wanted(counties=3, years=range(2024, 2026)))
    return {name: frame.collect() for name, frame in read(folder).tables.items()}


def answers(tables: Mapping[str, Any], standard: str, keep: Keep) -> same.Answers:
    """Evaluate, and bring every table here, sorted by its keys."""
    found = evaluate(tables, same.standard(standard), keep=keep)
    return {name: rows(getattr(found, name)) for name in TABLES}


def rows(native: Any) -> list[dict[str, Any]]:
    """Bring a frame of any engine here, in the order of its keys; none where there is none."""
    if native is None:
        return []
    here: pl.DataFrame = nw.from_native(native).lazy().collect("polars").to_native()
    keys = [key for key in same.KEYS if key in here.columns]
    return list(here.sort(keys).iter_rows(named=True))
