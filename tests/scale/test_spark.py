"""The same data on Polars, DuckDB and Spark: every verdict equal, every number to 1e-9."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
import scaling
from checking_cases import standard as check_standard
from click.testing import CliRunner
from measuring import ENGINES as MEASURED
from measuring import EVERY_MEASURE, answer, near
from test_check_engines import a_mess
from test_measures_on_engines import COUNTRY, KEYS
from test_same_answer import STANDARDS, apart, held_by_duckdb, on_duckdb

from junheng.check import check
from junheng.cli.engine_session import session
from junheng.cli.engine_spark import Spark
from junheng.cli.main import cli
from junheng.demo import Wanted, write
from junheng.errors import DataNeedsMending
from junheng.inmemory import hold
from junheng.intake import read

pytestmark = [
    pytest.mark.xdist_group("spark"),
    # PySpark leaves sockets to the garbage collector, which says so.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """One session for all: a Java machine takes seconds to start and a gigabyte to live."""
    settings = {
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.memory": "1g",
    }
    with session("local[2]", settings, "en") as running:
        yield running
    gc.collect()


@pytest.fixture(scope="module")
def engine(spark: Any) -> Spark:
    return Spark(spark, "en")


@pytest.fixture(scope="module", params=STANDARDS)
def judged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, scaling.Frames, Any]:
    """A standard, a data set with every edge in it, and what Polars says of it."""
    name = request.param
    tables = scaling.everything(name, tmp_path_factory.mktemp("scale") / "nation")
    lazy = {table: frame.lazy() for table, frame in tables.items()}
    return name, tables, scaling.answers(lazy, name, hold)


def on_spark(spark: Any, tables: scaling.Frames) -> dict[str, Any]:
    return {name: spark.createDataFrame(frame.to_arrow()) for name, frame in tables.items()}


def test_spark_gives_the_verdicts_and_numbers_of_polars(
    judged: tuple[str, scaling.Frames, Any], spark: Any, engine: Spark
) -> None:
    name, tables, by_polars = judged
    found = scaling.answers(on_spark(spark, tables), name, engine.keep)

    assert len(by_polars["counties"]) > 80
    assert apart(found, by_polars, 1e-9) == []


def test_duckdb_gives_the_verdicts_and_numbers_of_polars(
    judged: tuple[str, scaling.Frames, Any],
) -> None:
    name, tables, by_polars = judged
    found = scaling.answers(on_duckdb(tables), name, held_by_duckdb)

    assert apart(found, by_polars, 1e-9) == []


def test_spark_finds_what_polars_finds_when_it_checks(spark: Any, engine: Spark) -> None:
    mess = a_mess()
    standard = check_standard()
    order = ["rule", "year", "county", "school", "level", "row", "columns"]
    by_polars = _found(check({k: f.lazy() for k, f in mess.items()}, standard=standard, keep=hold))
    by_spark = _found(check(on_spark(spark, mess), standard=standard, keep=engine.keep))

    assert len(set(by_polars["rule"])) > 50
    assert _apart(by_spark.sort(order), by_polars.sort(order)) == []


def _found(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    found: pl.DataFrame = frame.collect("polars").to_native()
    return found


def _apart(found: pl.DataFrame, wanted: pl.DataFrame) -> list[Any]:
    if found.height != wanted.height:
        return [(found.height, wanted.height)]
    pairs = zip(found.iter_rows(named=True), wanted.iter_rows(named=True), strict=True)
    return [(mine, theirs) for mine, theirs in pairs if mine != near(theirs)]


@pytest.mark.parametrize("measure", EVERY_MEASURE)
def test_spark_gives_the_measures_of_polars(measure: str, spark: Any) -> None:
    here = MEASURED["polars_lazy"](COUNTRY)
    there = nw.from_native(spark.createDataFrame(here.collect().to_native().to_arrow()))
    found = answer(EVERY_MEASURE[measure](there, by=KEYS))

    assert found == near(answer(EVERY_MEASURE[measure](here, by=KEYS)))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two synthetic counties of two years in Parquet."""
    folder = tmp_path_factory.mktemp("lake") / "counties"
    csv = folder.with_name("csv")
    write(csv, Wanted(counties=2, years=range(2024, 2026)))
    folder.mkdir()
    for name, frame in read(csv).tables.items():
        frame.collect().write_parquet(folder / f"{name}.parquet")
    return folder


def test_the_command_gives_the_json_of_polars(lake: Path, spark: Any) -> None:
    judge = ["evaluate", str(lake), "--standard", "cn-quality-2017", "--format", "json"]
    here, there = (
        CliRunner().invoke(cli, [*judge, "--language", "en", "--engine", engine])
        for engine in ("polars", "spark")
    )

    assert (here.exit_code, there.exit_code) == (0, 0), there.stderr
    assert json.loads(there.stdout) == near_json(json.loads(here.stdout))


def near_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: near_json(one) for key, one in value.items()}
    return [near_json(one) for one in value] if isinstance(value, list) else near(value)


def _every_fault(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Put a fault of every kind into two tables, each into rows of its own."""
    row = pl.int_range(pl.len())
    schools = tables["schools"].with_columns(
        kind=pl.when(row == 0).then(pl.lit("学校")).otherwise("kind"),
        books=pl.when(row == 1).then(float("nan")).otherwise("books"),
        county=pl.when(row == 2).then(pl.lit("99010")).otherwise("county"),
    )
    sections = tables["sections"].with_columns(
        level=pl.when(row > 1).then("level"),
        pupils=pl.when(row == 3).then(-1).when(row == 4).then(0.5).otherwise("pupils"),
        school=pl.when(row == 5).then(pl.lit("x")).otherwise("school"),
        year=pl.when(row == 6).then(20).otherwise("year"),
    )
    return {"schools": pl.concat([schools, schools.tail(1)]), "sections": sections}


def test_every_fault_of_a_lake_is_told_at_once_in_words(
    lake: Path, tmp_path: Path, engine: Spark
) -> None:
    tables = {name: pl.read_parquet(lake / f"{name}.parquet") for name in ("schools", "sections")}
    for name, frame in _every_fault(tables).items():
        frame.write_parquet(tmp_path / f"{name}.parquet")

    with pytest.raises(DataNeedsMending) as refusal:
        engine.read(tmp_path)

    told = refusal.value.say("en")
    for words in (
        "column kind: 1 rows hold what is not allowed here, such as 2024/9",
        "column books: 1 rows hold no definite number",
        "column county: 1 rows are not 6 digits",
        "Table schools: 1 groups of rows share the same year, school, such as",
        "column level: 2 rows are empty",
        "column pupils: 1 rows are below 0",
        "column pupils: 1 rows should be whole numbers",
        "Table sections: 2 rows name a school that has no row of that year",
        "column year: 1 rows are not between 1986 and 2100, such as 20/",
    ):
        assert words in told, told
    assert len(refusal.value.problems) == 9
    assert "{" not in refusal.value.say("zh")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.with_columns(pupils=pl.lit("many")), "is of type String"),
        (lambda f: f.drop("pupils"), "has no column pupils"),
    ],
)
def test_a_lake_with_columns_that_cannot_be_used_is_refused(
    change: Callable[[pl.DataFrame], pl.DataFrame],
    words: str,
    lake: Path,
    tmp_path: Path,
    engine: Spark,
) -> None:
    pl.read_parquet(lake / "schools.parquet").write_parquet(tmp_path / "schools.parquet")
    sections = change(pl.read_parquet(lake / "sections.parquet"))
    sections.write_parquet(tmp_path / "sections.parquet")

    with pytest.raises(DataNeedsMending, match=words):
        engine.read(tmp_path)


def test_tables_in_parts_and_by_address_are_read_as_those_in_one_file(
    lake: Path, tmp_path: Path, engine: Spark
) -> None:
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    whole.mkdir()
    for name in ("schools", "sections"):
        frame = pl.read_parquet(lake / f"{name}.parquet")
        frame.write_parquet(whole / f"{name}.parquet")
        parts = parted / f"{name}.parquet"
        parts.mkdir(parents=True)
        for place in range(2):
            frame.gather_every(2, place).write_parquet(parts / f"part-{place}.parquet")

    by_address, in_parts = engine.read(whole.as_uri()), engine.read(parted)

    assert by_address.digest == read(whole).digest
    assert in_parts.tables["schools"].count() == by_address.tables["schools"].count()


def test_what_is_no_parquet_is_read_by_the_intake_and_handed_over(
    lake: Path, engine: Spark
) -> None:
    csv = lake.with_name("csv")
    found, expected = engine.read(csv), read(csv)

    assert found.digest == expected.digest
    for name, frame in expected.tables.items():
        assert found.tables[name].count() == frame.select(pl.len()).collect().item(), name


def test_a_place_without_tables_is_said(tmp_path: Path, engine: Spark) -> None:
    with pytest.raises(DataNeedsMending, match="No table was found"):
        engine.read(tmp_path.as_uri())
