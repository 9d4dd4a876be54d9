"""The made-up first county, and a sample of forty for the tests that look at the figures."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from junheng.demo import Wanted, write
from junheng.model.tables import TABLES


@pytest.fixture(scope="session")
def first_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made up") / "first county"
    write(folder)
    return folder


@pytest.fixture
def earlier(first_county: Path, tmp_path: Path) -> Path:
    """Give a folder of one's own that holds the first county."""
    return Path(shutil.copytree(first_county, tmp_path / "demo"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("made up") / "sample"
    write(folder, Wanted(counties=40))
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
