"""Write a made-up data set into a folder: all of it, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from uuid import uuid4

import polars as pl
from polars.io.plugins import register_io_source

from junheng.demo import details, surveys, tables
from junheng.demo.campuses import campuses
from junheng.demo.counties import counties
from junheng.demo.wanted import Wanted
from junheng.errors import WrongUse
from junheng.model.tables import TABLES

Case = tuple[int, str]
Progress = Callable[[int, int], None]
"""Told how many parts are done, of how many. May be called from another thread."""

NOTE = "README.txt"
_CASES_A_PART = 1500
_ROWS_A_GROUP = 100_000
_MAKERS: Mapping[str, Callable[[pl.LazyFrame, int], pl.LazyFrame]] = {
    "schools": tables.schools,
    "sections": tables.sections,
    "classes": details.classes,
    "rooms": details.rooms,
    "facts": surveys.facts,
    "opinions": surveys.opinions,
}


def write(out: Path, wanted: Wanted | None = None, *, progress: Progress | None = None) -> None:
    """Write a made-up data set: a file for each table, and a note that says it is made up.

    The tables are CSV for up to five counties × years, Parquet beyond. They are written beside
    OUT and moved there when all are complete; what breaks off on the way leaves OUT as it was.
    Raises WrongUse if OUT holds anything but an earlier made-up data set, or cannot be written.
    """
    asked, told = wanted or Wanted(), progress or silent
    put(out, lambda draft: _fill(draft, asked, told), TABLES)


def put(out: Path, fill: Callable[[Path], None], tables: Iterable[str]) -> None:
    """Have a folder filled beside OUT, then put it there; what breaks off leaves OUT as it was.

    Raises WrongUse if OUT holds anything but an earlier made-up data set of these tables, or
    cannot be written.
    """
    out = out.resolve()
    draft = out.with_name(f".{out.name}.{uuid4().hex}")
    try:
        _refuse_unless_ours(out, tables)
        draft.mkdir(parents=True)
        fill(draft)
        _put_in_place(draft, out)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUse("demo.unwritable", folder=str(out), reason=reason) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def _note() -> str:
    return resources.files("junheng.demo").joinpath("note.txt").read_text("utf-8")


def _refuse_unless_ours(out: Path, tables: Iterable[str]) -> None:
    """Refuse a folder in which anything stands that an earlier call did not put there."""
    if not out.exists():
        return
    if not out.is_dir():
        raise WrongUse("demo.not_ours", folder=str(out))
    names = {path.name for path in out.iterdir()}
    ours = {NOTE} | {f"{table}.{suffix}" for table in tables for suffix in ("csv", "parquet")}
    marked = NOTE in names and _is_marked(out / NOTE)
    if names and not (marked and names <= ours):
        raise WrongUse("demo.not_ours", folder=str(out))


def _is_marked(note: Path) -> bool:
    first_line = _note().splitlines()[0]
    return note.read_text("utf-8", errors="replace").startswith(first_line)


def _fill(draft: Path, wanted: Wanted, progress: Progress) -> None:
    """Write every table, some counties at a time, so that a nation fits into little memory."""
    cases = wanted.cases
    parts = in_parts(cases, _CASES_A_PART)
    names = [name for name in _MAKERS if wanted.in_detail or name not in {"classes", "rooms"}]
    done, total = 0, len(names) * len(cases)

    def made(name: str) -> Iterator[pl.DataFrame]:
        nonlocal done
        for part in parts:
            yield _MAKERS[name](
                campuses(counties(part, wanted.seed), wanted.seed), wanted.seed
            ).collect()
            done += len(part)
            progress(done, total)

    for name in names:
        sink(made(name), draft / f"{name}.{wanted.suffix}")
    _describe(draft / NOTE, wanted)


def in_parts(cases: Sequence[Case], size: int) -> list[Sequence[Case]]:
    """Cut years and counties into parts of a size."""
    return [cases[start : start + size] for start in range(0, len(cases), size)]


def sink(made: Iterator[pl.DataFrame], path: Path) -> None:
    """Write frames under each other as they are made, as CSV or Parquet."""
    first = next(made)

    def source(*_: object) -> Iterator[pl.DataFrame]:
        yield first
        yield from made

    lazy = register_io_source(source, schema=first.schema)
    if path.suffix == ".csv":
        lazy.with_columns(
            _plainly(name) for name, kind in first.schema.items() if kind.is_float()
        ).sink_csv(path, include_bom=True)
    else:
        lazy.sink_parquet(path, compression="zstd", row_group_size=_ROWS_A_GROUP)


def _plainly(name: str) -> pl.Expr:
    """Write 12 rather than 12.0 where a figure is whole."""
    figure = pl.col(name)
    whole = figure.cast(pl.Int64).cast(pl.String)
    return (
        pl.when(figure == figure.round()).then(whole).otherwise(figure.cast(pl.String)).alias(name)
    )


def _describe(path: Path, wanted: Wanted) -> None:
    first_year, last_year = wanted.years[0], wanted.years[-1]
    described = _note().format(
        counties=wanted.counties,
        first=wanted.cases[0][1],
        last=wanted.cases[-1][1],
        years=str(first_year) if first_year == last_year else f"{first_year}–{last_year}",
        seed=wanted.seed,
        detail_zh="有" if wanted.in_detail else "没有（县多年多时默认省去）",
        detail_en="written" if wanted.in_detail else "left out, as they are by default for many",
    )
    path.write_text(described, "utf-8", newline="\n")


def _put_in_place(draft: Path, out: Path) -> None:
    if not out.exists():
        draft.rename(out)
        return
    aside = draft.with_name(f"{draft.name}.old")
    out.rename(aside)
    try:
        draft.rename(out)
    except BaseException:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
