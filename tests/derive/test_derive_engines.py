"""The same registers on Polars, DuckDB and Spark: every number and every gap equal."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
import register_cast as cast
import yaml
from polars.testing import assert_frame_equal

from junheng.cli.engine_session import session
from junheng.derive import compare, derive, load_definitions
from junheng.derive.comparing import COLUMNS
from junheng.errors import DataNeedsMending

Frames = dict[str, pl.DataFrame]
TABLES = ("sections", "classes", "facts", "gaps")
CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def everyone() -> Frames:
    """Every case of the golden file, each in a county of its own."""
    rows: dict[str, list[Any]] = {name: [] for name in cast.NAMED}
    for nth, case in enumerate(CASES):
        for name, told in rows.items():
            own = {"county": f"99{nth:04}", "school": f"99{nth:04}0001"}
            moved = {"9901010002": f"99{nth:04}0002"}
            for row in case.get(name, []):
                school = moved.get(row.get("school", ""), own["school"])
                told.append(row | own | {"school": school})
    return cast.registers(rows)


@pytest.fixture(scope="module")
def reported(everyone: Frames) -> Frames:
    """What was reported: nearly what the registers say."""
    found = derive({n: f.lazy() for n, f in everyone.items()}, load_definitions())
    sections = found.sections.collect().sort("school", "level")
    facts = found.facts.collect().sort("county", "item")
    elsewhere = sections.tail(3).with_columns(school=pl.col("school") + "9", level=pl.lit("junior"))
    told = pl.concat([sections.head(-2), elsewhere])
    return {
        "schools": told.select("year", "school", "county").unique(),
        "sections": told.with_columns(
            pl.col("teachers") + (pl.int_range(pl.len()) % 3 == 0),
            backbone=pl.lit(None, pl.Float64),
        ),
        "classes": found.classes.collect().with_columns(pl.col("pupils") + 1),
        "facts": facts.with_columns(pl.col("value").fill_null(7.0)),
    }


def answers(tables: Mapping[str, Any], reported: Mapping[str, Any], keep: Any = None) -> Frames:
    found = derive(tables, load_definitions(), keep=keep)
    native = {name: getattr(found, name) for name in TABLES}
    native["differences"] = compare(found, reported)
    return {name: here(frame) for name, frame in native.items()}


def here(native: Any) -> pl.DataFrame:
    frame = nw.from_native(native).lazy().collect("polars").to_native()
    keys = (
        "year",
        "county",
        "school",
        "level",
        "grade",
        "class",
        "table",
        "column",
        "item",
        "kind",
    )
    return frame.sort([key for key in keys if key in frame.columns], nulls_last=True)


def in_duckdb(frame: pl.DataFrame) -> Any:
    return duckdb.from_arrow(frame.to_arrow())


def kept_in_duckdb(frame: Any) -> Any:
    """Compute a frame once, and go on in DuckDB."""
    return nw.from_native(duckdb.from_arrow(frame.to_native().to_arrow_table())).lazy()


def same(one: Frames, other: Frames) -> None:
    for name, frame in one.items():
        assert frame.height > 0, name
        assert_frame_equal(frame, other[name], check_dtypes=False, rel_tol=1e-9)


def on(frames: Frames, engine: Callable[[pl.DataFrame], Any]) -> dict[str, Any]:
    return {name: engine(frame) for name, frame in frames.items()}


def test_duckdb_derives_what_polars_derives(everyone: Frames, reported: Frames) -> None:
    polars = answers(on(everyone, pl.DataFrame.lazy), on(reported, pl.DataFrame.lazy))
    assert polars["differences"].columns == list(COLUMNS)
    assert polars["differences"]["kind"].n_unique() == 5
    same(polars, answers(on(everyone, in_duckdb), on(reported, in_duckdb), kept_in_duckdb))


def test_the_order_of_rows_changes_nothing(everyone: Frames, reported: Frames) -> None:
    lazy = on(reported, pl.DataFrame.lazy)
    shuffled = {n: f.sample(fraction=1, shuffle=True, seed=5) for n, f in everyone.items()}
    same(
        answers(on(everyone, pl.DataFrame.lazy), lazy),
        answers(on(shuffled, pl.DataFrame.lazy), lazy),
    )


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    settings = {
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.memory": "1g",
    }
    with session("local[2]", settings, "en") as running:
        yield running
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # sockets that py4j leaves open
def test_spark_counts_what_polars_counts(everyone: Frames, spark: Any) -> None:
    """As the command does: the registers are counted by Spark, the rest is made of the counts."""
    polars = derive(on(everyone, pl.DataFrame.lazy), load_definitions())

    def keep(frame: Any) -> Any:
        return nw.from_native(frame.collect("polars").to_native().lazy())

    tables = on(everyone, lambda frame: spark.createDataFrame(frame.to_arrow()))
    by_spark = derive(tables, load_definitions(), keep=keep)
    for name in TABLES:
        same({name: here(getattr(polars, name))}, {name: here(getattr(by_spark, name))})


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_spark_reads_registers_and_refuses_what_polars_refuses(spark: Any, tmp_path: Path) -> None:
    from junheng.cli.derive_spark import read

    sound = cast.register("teachers", [{}, {}])
    wrong = sound.with_columns(
        姓名=pl.lit("某某"), 备注=pl.lit("13800138000"), teacher=pl.lit("11010519491231002X")
    )
    twice = sound.with_columns(teacher=pl.lit("T1"), degree=pl.Series(["phd", "bachelor"]))
    for name, frame in (("sound", sound), ("wrong", wrong), ("twice", twice)):
        (tmp_path / name).mkdir()
        frame.write_parquet(tmp_path / name / "teachers.parquet")

    assert spark is not None
    assert list(read(tmp_path / "sound").tables) == ["teachers"]
    with pytest.raises(DataNeedsMending) as caught:
        read(tmp_path / "wrong")
    told = caught.value.say("zh")
    assert all(word in told for word in ("姓名", "身份号码", "手机号码"))
    assert "13800138000" not in told
    with pytest.raises(DataNeedsMending) as caught:
        read(tmp_path / "twice")
    assert all(word in caught.value.say("en") for word in ("phd", "T1"))
