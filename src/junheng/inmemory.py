"""Judging and checking with Polars on one machine: the plan is made once, the rows are handed in.

Much of the time that a county takes goes into making expressions, a tenth of a nation's, and these depend
on the standard and the columns alone. Their plan is kept: the next county or year, or the same one with
other figures, is judged by it. Nothing of the rows is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from threading import Lock
from typing import Any, Literal

import narwhals as nw
import polars as pl
from polars.io.plugins import register_io_source

from junheng.evaluate import Evaluation, evaluate, explain_contributions
from junheng.evaluate.verdict import Keep, Wide
from junheng.model.standard import Standard

ENGINE: Literal["in-memory"] = "in-memory"
"""The engine of Polars that keeps rows in order: the streaming one joins them in any order, so that
sums differ in the last bit from run to run. A nation takes it no more time or memory."""
_FEW = 100_000
"""Up to a province's sections rows are put in order, so that sums come out the same to the last bit
whatever the order of rows and threads; beyond that they agree to 1e-9, as everywhere. And of data
frames up to here a plan is quicker as it is written than as Polars optimises it."""
_ORDER = ("year", "county", "school", "level")
Frames = dict[str, pl.LazyFrame]
Rows = pl.DataFrame | pl.LazyFrame
Make = Callable[[Mapping[str, Any], Any, Keep], Frames]
"""From sources by name to what is to be computed of them by a standard, if any; holds what is used twice."""
_BEFORE = "before "


def hold(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute an intermediate result once and hold it in memory."""
    held: pl.DataFrame = frame.collect("polars", engine=ENGINE).to_native()
    return nw.from_native(_in_order(held).lazy())


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    keys = [key for key in _ORDER if key in frame.columns]
    sections = frame.height <= _FEW and {"school", "level"} <= set(keys)
    return frame.sort(keys) if sections else frame


def judge(tables: Mapping[str, Any], standard: Standard) -> Evaluation:
    """Judge as `evaluate` does, and hold what is used more than once; quick for what is small.

    Where the tables are Polars data frames of few rows everything is computed at once, by a plan
    that is kept for the standard and these columns.
    """
    few = {name: frame for name, frame in tables.items() if isinstance(frame, pl.DataFrame)}
    if len(few) < len(tables) or _many(few):
        return evaluate(tables, standard, keep=hold)
    found = {name: frame.lazy() for name, frame in carried_out(_verdicts, few, standard).items()}
    wide: dict[str, Any] = {name: found.get(f"wide {name}") for name in _WIDE}
    wide = {name: nw.from_native(frame, pass_through=True) for name, frame in wide.items()}
    return Evaluation(standard, Wide(**wide), **{name: found.get(name) for name in _RESULTS})


def _many(tables: Mapping[str, pl.DataFrame]) -> bool:
    return sum(frame.height for frame in tables.values()) > _FEW


_WIDE = tuple(field.name for field in fields(Wide))
_RESULTS = tuple(f.name for f in fields(Evaluation) if f.name not in ("standard", "wide"))


def _verdicts(sources: Mapping[str, Any], standard: Standard, keep: Keep) -> Frames:
    found = evaluate(sources, standard, keep=keep, keep_looked=keep)
    named = {name: getattr(found, name) for name in _RESULTS}
    named |= {f"wide {name}": getattr(found.wide, name) for name in _WIDE}
    return {name: nw.to_native(frame, pass_through=True) for name, frame in named.items()
            if frame is not None}  # fmt: skip


def checked(
    tables: Mapping[str, pl.DataFrame],
    previous: Mapping[str, pl.DataFrame] | None = None,
    standard: Standard | None = None,
) -> pl.DataFrame:
    """Find what `check` finds; of few rows by a plan that is kept."""
    from junheng.check import check  # a county is judged without it

    if _many(tables):
        lazy, before = _lazy(tables), previous and _lazy(previous)
        every = check(lazy, previous=before, standard=standard, keep=hold)
        frame: pl.DataFrame = every.collect("polars").to_native()
        return frame
    earlier = {f"{_BEFORE}{name}": frame for name, frame in (previous or {}).items()}
    return carried_out(_findings, {**tables, **earlier}, standard)["findings"]


def _findings(sources: Mapping[str, Any], standard: Standard | None, keep: Keep) -> Frames:
    from junheng.check import check

    cut = len(_BEFORE)
    earlier = {name[cut:]: each for name, each in sources.items() if name.startswith(_BEFORE)}
    now = {name: each for name, each in sources.items() if not name.startswith(_BEFORE)}
    found = check(now, previous=earlier or None, standard=standard, keep=keep)
    return {"findings": nw.to_native(found)}


def _lazy(tables: Mapping[str, pl.DataFrame]) -> Frames:
    return {name: frame.lazy() for name, frame in tables.items()}


def contributions(found: Evaluation) -> pl.DataFrame | None:
    """Say which part of each coefficient each school makes; see `explain_contributions`."""
    judged: pl.DataFrame = found.wide.judged.collect("polars").to_native()
    return carried_out(_contributions, {"judged": judged}, found.standard).get("contributions")


def _contributions(sources: Mapping[str, Any], standard: Standard, _: Keep) -> Frames:
    found = explain_contributions(nw.from_native(sources["judged"]), standard)
    return {} if found is None else {"contributions": found.to_native()}


def carried_out(
    make: Make, tables: Mapping[str, Rows], standard: Standard | None
) -> dict[str, pl.DataFrame]:
    """Compute what a function makes of tables, by a plan that is kept for it, the standard and the columns.

    `make` is called without rows, and once for each thread that asks at the same time. Lazy tables are
    read as often as the plan needs them, and only the columns that it needs.
    """
    columns = {name: tuple(frame.collect_schema().items()) for name, frame in tables.items()}
    return _plans(_Asked(make, standard, tuple(columns.items()))).carry_out(tables)


@dataclass(frozen=True)
class _Asked:
    """What a plan is kept for."""

    make: Make
    standard: Standard | None
    columns: tuple[tuple[str, tuple[tuple[str, pl.DataType], ...]], ...]

    def __hash__(self) -> int:
        return hash((self.make, self.standard and self.standard.digest, self.columns))


@lru_cache(maxsize=16)
def _plans(asked: _Asked) -> _Plans:
    return _Plans(asked)


class _Plans:
    """The plans for one thing asked: as many as there were threads that asked for it at the same time."""

    def __init__(self, asked: _Asked) -> None:
        self._asked = asked
        self._idle: list[_Plan] = []
        self._one_at_a_time = Lock()

    def carry_out(self, tables: Mapping[str, Rows]) -> dict[str, pl.DataFrame]:
        """Compute the results of these tables by a plan that is not at work."""
        with self._one_at_a_time:
            plan = self._idle.pop() if self._idle else _Plan(self._asked)
        try:
            return plan.carry_out(tables)
        finally:
            self._idle.append(plan)


class _Plan:
    """Stages and results, in order, of sources that read the rows of the moment."""

    def __init__(self, asked: _Asked) -> None:
        self._rows: dict[str, Rows] = {}
        self._stages: Frames = {}
        sources = {name: self._source(name, dict(columns)) for name, columns in asked.columns}
        self._results = asked.make(sources, asked.standard, self._stage)

    def carry_out(self, tables: Mapping[str, Rows]) -> dict[str, pl.DataFrame]:
        """Compute the results of these tables, and forget the tables."""
        few = {name: frame for name, frame in tables.items() if isinstance(frame, pl.DataFrame)}
        as_written = len(few) == len(tables) and not _many(few)
        flags = pl.QueryOptFlags.none() if as_written else pl.QueryOptFlags()
        how: dict[str, Any] = {"engine": ENGINE, "optimizations": flags}
        try:
            self._rows.update(tables)
            for name, stage in self._stages.items():
                self._rows[name] = _in_order(stage.collect(**how))
            found = pl.collect_all(self._results.values(), **how)
        finally:
            self._rows.clear()
        return dict(zip(self._results, found, strict=True))

    def _source(self, name: str, schema: Mapping[str, Any]) -> pl.LazyFrame:
        def read(
            columns: list[str] | None, predicate: pl.Expr | None, most: int | None, _: int | None
        ) -> Iterator[pl.DataFrame]:
            rows = self._rows[name]
            rows = rows if predicate is None else rows.filter(predicate)
            rows = rows if most is None else rows.head(most)
            if isinstance(rows, pl.LazyFrame):
                rows = (rows if columns is None else rows.select(columns)).collect(engine=ENGINE)
            yield rows if columns is None else rows[columns]

        return register_io_source(read, schema=schema, is_pure=True)

    def _stage(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        stage: pl.LazyFrame = frame.to_native()
        name = f"stage {len(self._stages)}"
        self._stages[name] = stage
        return nw.from_native(self._source(name, stage.collect_schema()))
