"""Spark as an engine: reads Parquet wherever Spark can, keeps stages by checkpoint."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import narwhals as nw
import polars as pl
from py4j.protocol import Py4JJavaError
from pyspark import StorageLevel
from pyspark.errors import PySparkException

from junheng.cli import engine_lake
from junheng.errors import WrongUse, say
from junheng.evaluate import Evaluation, evaluate
from junheng.report.collected import TABLES, Collected, Progress, of_evaluation

if TYPE_CHECKING:
    from junheng.evaluate.regimes import Regime
    from junheng.intake import Dataset

_CHECKPOINTS = "spark.checkpoint.dir"


class Spark:
    """A running Spark session."""

    def __init__(self, session: Any, language: str) -> None:
        self._session = session
        self._hold = _holder(session)
        self._said = _steps(language)

    def read(self, data: Path | str) -> Dataset:
        """Read Parquet with Spark, anything else with the intake; see `engine_lake`."""
        return engine_lake.read(self._session, data)

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Compute an intermediate result once and forget how it came about.

        A plan that is only cached is carried along in whatever is built on it, and grows until no
        memory holds it; a checkpoint is a table like any other.
        """
        held: nw.LazyFrame[Any] = nw.from_native(self._hold(frame.to_native())).lazy()
        self._said()
        return held

    def by_year(
        self, tables: Mapping[str, Any], regimes: Sequence[Regime], progress: Progress | None = None
    ) -> Iterator[Collected]:
        """Judge all years of a regime at once, then bring the verdicts here year by year."""
        found = [
            (year, regime, judged)
            for regime in regimes
            for judged in [evaluate(regime.cut(tables), regime.standard, keep=self.keep)]
            for year in regime.days
        ]
        found.sort(key=lambda one: one[0])
        for done, (year, regime, judged) in enumerate(found):
            if progress:
                progress(done, len(found))
            one = replace(regime, days={year: regime.days[year]})
            yield of_evaluation(_of_year(judged, year), one)
        if progress:
            progress(len(found), len(found))


def _of_year(found: Evaluation, year: int) -> Evaluation:
    """Bring the results of one year here."""
    frames: dict[str, Any] = {}
    for name in TABLES:
        frame = getattr(found, name)
        if frame is not None:
            rows = nw.from_native(frame).filter(nw.col("year") == year)
            frames[name] = _as_here(rows.collect("polars").to_native()).lazy()
    return replace(found, **frames)


def _as_here(frame: pl.DataFrame) -> pl.DataFrame:
    """Give whole numbers the one width that results have."""
    narrow = [name for name, dtype in frame.schema.items() if dtype.is_integer()]
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in narrow)


def _holder(session: Any) -> Callable[[Any], Any]:
    """Say how a stage is kept: on the storage named for it, or with the workers, twice.

    Kept with two workers, a stage outlives the loss of one. In one process once is enough.
    """
    folder = session.conf.get(_CHECKPOINTS, None)
    if folder:
        session.sparkContext.setCheckpointDir(folder)
        return lambda frame: frame.checkpoint()
    local = session.sparkContext.master.startswith("local[")
    level = StorageLevel.MEMORY_AND_DISK if local else StorageLevel.MEMORY_AND_DISK_2
    return lambda frame: frame.localCheckpoint(storageLevel=level)


def _steps(language: str) -> Callable[[], None]:
    """Say on stderr how many steps are done, from the second second on."""
    began = time.monotonic()
    done = 0

    def step() -> None:
        nonlocal done
        done, taken = done + 1, time.monotonic() - began
        if taken >= 1:
            click.echo(say("engine.stage", language, done=done, taken=taken), err=True)

    return step


@contextmanager
def finished() -> Iterator[None]:
    """Say in one sentence why Spark did not finish."""
    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        raise WrongUse("engine.failed", reason=reason_of(error)) from error


def reason_of(error: Exception) -> str:
    """Give the heart of what Spark says: its first line, without class names."""
    text = str(error.java_exception) if isinstance(error, Py4JJavaError) else str(error)
    first = next((line for line in text.splitlines() if line.strip()), type(error).__name__)
    return re.sub(r"^(?:[\w.]+(?:Exception|Error): )+", "", first.strip())[:300]
