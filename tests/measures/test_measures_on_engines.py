"""One code, any engine: the same figures, and nothing computed before it is asked for."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from measuring import ENGINES, EVERY_MEASURE, answer, near

from junheng import measures
from junheng.measures import balance

MIXED = [7919 * i * i % 1009 for i in range(60)]
COUNTRY: dict[str, Any] = {
    "county": [["a", "b", "c", "d", None][i % 5] for i in MIXED],
    "Level": [["primary", "junior"][i % 2] for i in MIXED],
    "setting": [["urban", "town", "rural"][i % 3] for i in MIXED],
    "amount": [None if i % 29 == 0 else i % 41 for i in MIXED],
    "pupils": [i % 31 for i in MIXED],
    "books": [i / 7 for i in MIXED],
}
KEYS = ["county", "Level"]


@pytest.mark.parametrize("engine", ["polars_eager", "duckdb"])
@pytest.mark.parametrize("by", [[], KEYS], ids=["one group", "groups"])
@pytest.mark.parametrize("measure", EVERY_MEASURE)
def test_every_engine_gives_the_same_figures(measure: str, by: list[str], engine: str) -> None:
    columns = COUNTRY if by else {name: cells[1:9] for name, cells in COUNTRY.items()}
    expected = answer(EVERY_MEASURE[measure](ENGINES["polars_lazy"](columns), by=by))
    found = answer(EVERY_MEASURE[measure](ENGINES[engine](columns), by=by))
    assert found == near(expected)


@pytest.mark.parametrize("engine", ["polars_eager", "duckdb"])
@pytest.mark.parametrize("weighted", [True, False])
def test_every_engine_gives_the_same_balance(weighted: bool, engine: str) -> None:
    amounts = {"a": "amount", "books": "books"}
    expected, found = (
        answer(balance(frame, amounts=amounts, pupils="pupils", by=KEYS, weighted=weighted))
        for frame in (ENGINES["polars_lazy"](COUNTRY), ENGINES[engine](COUNTRY))
    )
    assert found == near(expected)


def never(_: pl.DataFrame) -> pl.DataFrame:
    raise AssertionError("a row was read")


@pytest.mark.parametrize("measure", EVERY_MEASURE)
def test_no_row_is_read_before_the_answer_is_asked_for(measure: str) -> None:
    native = pl.LazyFrame(COUNTRY).map_batches(never)
    answer = EVERY_MEASURE[measure](nw.from_native(native), by=KEYS)
    assert isinstance(answer, nw.LazyFrame)


@pytest.mark.parametrize("path", sorted(Path(measures.__path__[0]).glob("*.py")), ids=str)
def test_a_measure_knows_no_engine(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {name.name for n in ast.walk(tree) if isinstance(n, ast.Import) for name in n.names}
    known = {"__future__", "collections.abc", "narwhals", "narwhals.typing", "junheng.errors"}
    assert {name for name in modules - known if not name.startswith("junheng.measures")} == set()
    assert ".collect(" not in path.read_text("utf-8")


def test_column_names_of_the_data_are_never_mixed_up_with_those_of_the_measures() -> None:
    taken = {"mean": [1], "s": [2], "total": [3], "weight": [9], "value": [5], "schools": [6]}
    columns: dict[str, Any] = {"amount": [3.0], "pupils": [2], **taken}
    for engine in ENGINES.values():
        (row,) = answer(measures.contributions(engine(columns), amount="amount", pupils="pupils"))
        assert {name: row[name] for name in columns if name != "weight"} == {
            name: cells[0] for name, cells in columns.items() if name != "weight"
        }
        assert row["weight"] == 1.0
