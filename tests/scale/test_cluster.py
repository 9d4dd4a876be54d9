"""A standalone cluster that loses a worker in the middle still gives the answer of one machine."""

from __future__ import annotations

from pathlib import Path

import cluster
import polars as pl
import pytest
from click.testing import CliRunner
from measuring import near

from junheng.cli.main import cli
from junheng.demo import Wanted, write
from junheng.report.collected import TABLES

pytestmark = pytest.mark.xdist_group("spark")


def test_a_worker_that_dies_changes_no_verdict_and_no_number(tmp_path: Path) -> None:
    data = tmp_path / "data"
    write(data, Wanted(counties=30, detail=False))
    here, there = tmp_path / "here", tmp_path / "there"
    judge = ["evaluate", str(data), "--standard", "cn-quality-2017", "--out", str(here)]
    assert CliRunner().invoke(cli, judge).exit_code == 0

    words = tmp_path / "words.txt"
    with cluster.running(tmp_path / "cluster") as started:
        status = cluster.judged_with_a_loss(started, data, there, words)

    assert status == 0, words.read_text("utf-8", "replace")
    for table in TABLES:
        assert same(there / f"{table}.parquet", here / f"{table}.parquet"), table


def same(found: Path, wanted: Path) -> bool:
    mine, theirs = pl.read_parquet(found), pl.read_parquet(wanted)
    assert mine.columns == theirs.columns
    return mine.rows() == [near(list(row)) for row in theirs.iter_rows()] or _sorted_same(
        mine, theirs
    )


def _sorted_same(mine: pl.DataFrame, theirs: pl.DataFrame) -> bool:
    keys = [name for name, dtype in theirs.schema.items() if not dtype.is_float()]
    pairs = zip(mine.sort(keys).rows(), theirs.sort(keys).rows(), strict=True)
    return all(list(one) == near(list(other)) for one, other in pairs)
