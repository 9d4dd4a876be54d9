"""The commands, called as a person calls them, on the demo county."""

from __future__ import annotations

from pathlib import Path

import pytest

from junheng.demo import Wanted, write


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "demo"
    write(folder)
    return folder


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "province"
    write(folder, Wanted(counties=6, years=range(2019, 2022), detail=False))
    return folder
