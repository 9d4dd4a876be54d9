"""Same data, same answer: whatever the engine, whether eager or lazy, and in whatever order."""

from __future__ import annotations

import datetime as dt
import math
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from random_counties import data_set, frames, with_details

from junheng.evaluate import Evaluation, evaluate, explain_contributions
from junheng.evaluate.regimes import Regime
from junheng.evaluate.verdict import Keep
from junheng.inmemory import contributions, hold, judge
from junheng.model.load import load_standard
from junheng.model.overlay import load_overlay
from junheng.model.standard import Standard
from junheng.report.collected import TABLES, collect

Frames = Mapping[str, pl.DataFrame]
Answers = dict[str, list[dict[str, Any]]]
KEYS = ("year", "county", "part", "item", "check", "school", "level", "indicator", "unit")
STANDARDS = ("cn-quality-2017", "cn-basic-2012")


def polars_eager(tables: Frames) -> dict[str, Any]:
    return dict(tables)


def polars_lazy(tables: Frames) -> dict[str, Any]:
    return {name: frame.lazy() for name, frame in tables.items()}


def on_duckdb(tables: Frames) -> dict[str, Any]:
    return {name: duckdb.from_arrow(frame.to_arrow()) for name, frame in tables.items()}


def held_by_duckdb(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute an intermediate result once; DuckDB would work it out anew wherever it is used."""
    return nw.from_native(duckdb.from_arrow(frame.to_native().to_arrow_table())).lazy()


ENGINES: dict[str, tuple[Callable[[Frames], dict[str, Any]], Keep]] = {
    "polars_lazy": (polars_lazy, hold),
    "polars_nothing_held": (polars_lazy, lambda frame: frame),
    "duckdb": (on_duckdb, held_by_duckdb),
}


@cache
def standard(name: str) -> Standard:
    """A standard as of a day; the basic one with the overlay that gives it limits and points."""
    read = load_standard(name)
    if name == "cn-basic-2012":
        read = load_overlay("example", name).change(read)
    return read.on(dt.date(2021, 9, 1) if name == "cn-quality-2017" else dt.date(2025, 9, 1))


@cache
def tables(name: str) -> Frames:
    random = Random(7)  # noqa: S311  # any numbers will do, as long as they stay the same
    return frames(with_details(random, data_set(random, 25), tuple(standard(name).facts)))


@cache
def by_polars(name: str) -> Answers:
    return answers(polars_eager(tables(name)), name)


def answers(given: Mapping[str, Any], name: str, keep: Keep = hold) -> Answers:
    """Evaluate, and collect every table, sorted by its keys."""
    return rows_of(evaluate(given, standard(name), keep=keep))


def rows_of(found: Evaluation) -> Answers:
    return {table: _rows(getattr(found, table)) for table in TABLES}


def _rows(frame: Any) -> list[dict[str, Any]]:
    if isinstance(frame, duckdb.DuckDBPyRelation):
        frame = frame.to_arrow_table()
    frame = frame.collect() if isinstance(frame, pl.LazyFrame) else pl.DataFrame(frame)
    keys = [key for key in KEYS if key in frame.columns]
    return list(frame.sort(keys).iter_rows(named=True))


def apart(found: Answers, wanted: Answers, tolerance: float) -> list[Any]:
    """Name what differs: anything in words or counts, and numbers by more than a tolerance."""
    told: list[Any] = [table for table in wanted if len(found[table]) != len(wanted[table])]
    for table, rows in wanted.items():
        for mine, theirs in zip(found[table], rows, strict=False):
            names = [n for n in theirs if not _same(mine[n], theirs[n], tolerance)]
            told += [(table, name, mine[name], theirs) for name in names]
    return told


def _same(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance / 1000)
    return bool(one == other)


@pytest.mark.parametrize("name", STANDARDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_verdicts_and_numbers(name: str, engine: str) -> None:
    on_engine, keep = ENGINES[engine]
    found = answers(on_engine(tables(name)), name, keep)

    assert apart(found, by_polars(name), 1e-9) == []


@pytest.mark.parametrize("name", STANDARDS)
def test_the_order_of_rows_and_columns_changes_no_verdict_and_no_digit_that_is_shown(
    name: str,
) -> None:
    shuffled = {
        table: frame.sample(fraction=1, shuffle=True, seed=11).select(reversed(frame.columns))
        for table, frame in tables(name).items()
    }

    assert apart(answers(shuffled, name), by_polars(name), 1e-12) == []


@pytest.mark.parametrize("name", STANDARDS)
def test_a_county_is_judged_alone_as_among_others(name: str) -> None:
    everywhere = by_polars(name)["counties"]
    code = everywhere[len(everywhere) // 2]["county"]
    alone = {
        table: frame.filter(pl.col("county") == code) if "county" in frame.columns else frame
        for table, frame in tables(name).items()
    }

    among = {t: [r for r in rows if r["county"] == code] for t, rows in by_polars(name).items()}
    assert apart(answers(alone, name), among, 1e-12) == []


@pytest.mark.parametrize("name", STANDARDS)
def test_a_plan_that_is_kept_judges_other_rows_too_and_several_at_once(name: str) -> None:
    half = {table: frame.gather_every(2) for table, frame in tables(name).items()}
    given = [half, tables(name)] * 4
    wanted = [answers(half, name), by_polars(name)] * 4

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda each: judge(each, standard(name)), given))

    for one, other in zip(found, wanted, strict=True):
        assert apart(rows_of(one), other, 0) == []


@pytest.mark.parametrize("name", STANDARDS)
def test_lazy_tables_are_collected_by_a_plan_that_is_kept_whatever_rows_they_give(
    name: str,
) -> None:
    regime = Regime(standard(name), {}, (), ())
    half = {table: frame.gather_every(2) for table, frame in tables(name).items()}
    given = [polars_lazy(half), polars_lazy(tables(name))] * 2
    wanted = [answers(half, name), by_polars(name)] * 2

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda each: collect(each, regime), given))

    for one, other in zip(found, wanted, strict=True):
        told = {table: _rows(getattr(one, table)) for table in TABLES}
        asked = {table: _without_place(other[table]) for table in TABLES}
        assert apart(told, asked, 0) == []


def _without_place(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the place in the form, by which collected tables are sorted and which they do not name."""
    return [{key: cell for key, cell in row.items() if key != "n"} for row in rows]


def test_a_plan_forgets_the_rows_of_a_judgement_that_failed() -> None:
    name = "cn-quality-2017"
    broken = polars_lazy(tables(name))
    schema = broken["schools"].collect_schema()
    broken["schools"] = broken["schools"].map_batches(_fails, schema=schema)
    regime = Regime(standard(name), {}, (), ())

    with pytest.raises(OSError, match="no such disk"):
        collect(broken, regime)

    found = collect(polars_lazy(tables(name)), regime)
    assert found.counties.height == len(by_polars(name)["counties"])


def _fails(_: pl.DataFrame) -> pl.DataFrame:
    raise OSError("no such disk")


def test_nothing_that_was_judged_stays_in_a_plan() -> None:
    given = tables("cn-quality-2017")
    given = {name: frame.clone() for name, frame in given.items()}
    seen = [weakref.ref(frame) for frame in given.values()]
    judge(given, standard("cn-quality-2017"))
    del given

    assert all(ref() is None for ref in seen)


def test_contributions_come_from_a_plan_as_they_come_without() -> None:
    found = judge(tables("cn-quality-2017"), standard("cn-quality-2017"))
    kept = contributions(found)
    steps = explain_contributions(found.wide.judged, found.standard)
    assert kept is not None
    assert steps is not None
    keys = ("year", "county", "school", "level", "indicator")
    assert_frame_equal(kept.sort(keys), steps.to_native().collect().sort(keys), abs_tol=1e-12)
    known = kept.filter(pl.col("contribution").is_not_null())
    whole = known.group_by("year", "county", "level", "indicator").agg(pl.col("contribution").sum())
    assert whole.height > 0
    assert whole["contribution"].to_list() == pytest.approx([1] * whole.height)


@pytest.mark.parametrize("name", STANDARDS)
def test_whole_numbers_may_come_as_integers(name: str) -> None:
    whole = {
        table: frame.with_columns(pl.col("pupils").cast(pl.Int64))
        if "pupils" in frame.columns
        else frame
        for table, frame in tables(name).items()
    }

    assert apart(answers(whole, name), by_polars(name), 1e-12) == []


def test_of_several_reasons_for_leaving_a_section_out_the_first_is_told() -> None:
    schools = {"year": 2025, "county": "990101", "school": ["1", "2", "3"], "sponsor": "7"}
    kinds = ["special", "special", "teaching_point"]
    sections = {"year": 2025, "school": ["1", "2", "3"], "level": ["senior", "primary", "primary"]}
    given = {
        "schools": pl.DataFrame({**schools, "kind": kinds}),
        "sections": pl.DataFrame({**sections, "pupils": [0, 0, 30]}),
    }

    told = evaluate(given, standard("cn-quality-2017")).excluded

    reasons = nw.to_native(told, pass_through=True).lazy().sort("school").collect()["reason"]
    assert reasons.to_list() == ["level_not_judged", "no_pupils", "teaching_point_under_50"]
