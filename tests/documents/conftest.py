"""One small county, judged once a run under each standard."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_county import bundled, write

from junheng.report.bundle import Bundle


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small") / "data")


@pytest.fixture(scope="session")
def small(small_data: Path) -> Bundle:
    return bundled(small_data)


@pytest.fixture(scope="session")
def small_basic(small_data: Path) -> Bundle:
    return bundled(small_data, "cn-basic-2012", "example")
