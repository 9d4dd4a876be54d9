from __future__ import annotations

from pathlib import Path

import pytest

from junheng.demo import Wanted, write
from junheng.intake import read

Rows = dict[str, object]
County = list[tuple[Rows, dict[str, Rows]]]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A made-up county: each school with its sections by level."""
    folder: Path = tmp_path_factory.mktemp("demo") / "county"
    write(folder, Wanted(counties=1, years=range(2023, 2024), seed=7))
    tables = {name: frame.collect().rows(named=True) for name, frame in read(folder).tables.items()}
    return [
        (school, {r["level"]: r for r in tables["sections"] if r["school"] == school["school"]})
        for school in tables["schools"]
    ]
