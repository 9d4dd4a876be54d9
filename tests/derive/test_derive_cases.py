"""Who counts as what: the golden cases, each small enough to be checked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import register_cast as cast
import yaml

CASES: list[Mapping[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("cases.yaml").read_text("utf-8")
)
LEVELS = ("primary", "junior", "senior")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_registers_give(case: Mapping[str, Any]) -> None:
    found = cast.derived(cast.registers({n: case[n] for n in cast.NAMED if n in case}))

    for level in LEVELS:
        if level in case:
            row = cast.section(found, level=level)
            assert {name: row[name] for name in case[level]} == case[level]
    if "facts" in case:
        told = cast.facts(found)
        assert {name: told[name] for name in case["facts"]} == case["facts"]
    if "class_sizes" in case:
        sizes = dict(found.classes.select("class", "pupils").collect().iter_rows())
        assert sizes == case["class_sizes"]
    if "gaps" in case:
        gaps = found.gaps.select("column", "certain", "unknown").collect()
        assert {name: [n, open_] for name, n, open_ in gaps.iter_rows()} == case["gaps"]


def test_a_column_that_is_not_there_is_unknown_and_not_zero() -> None:
    teachers = cast.register("teachers", [{}, {}]).drop("degree", "moved")
    found = cast.derived({"teachers": teachers})
    row = cast.section(found)
    assert (row["teachers"], row["above_degree"], row["backbone"]) == (2, None, 0)
    assert cast.facts(found)["rotated_teachers"] is None


def test_narrow_whole_numbers_do_not_run_over() -> None:
    hours = [pl.col(f"hours_{ago}").cast(pl.Int8) for ago in range(5)]
    teachers = cast.register("teachers", [{}] * 300).with_columns(
        pl.col("full_time", "certificate", "moved").cast(pl.Int8), *hours
    )
    row = cast.section(cast.derived({"teachers": teachers}))
    assert (row["teachers"], row["trained_360h"]) == (300, 300)


def test_without_any_register_there_is_nothing_to_derive() -> None:
    with pytest.raises(KeyError, match="register"):
        cast.derived({})


def test_registers_are_read_once_however_many_tables_come_of_them() -> None:
    kept: list[Any] = []

    def keep(frame: Any) -> Any:
        kept.append(frame)
        return frame

    frames = cast.registers({"teachers": [{}], "classes": [{}], "pupils": [{}]})
    cast.derive(frames, cast.load_definitions(), keep=keep)
    assert len(kept) == 4  # teachers, pupils by class, classes, and the sections of all three
