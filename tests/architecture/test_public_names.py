"""What is public can be imported, and works as the README says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import junheng
from junheng.demo import write
from junheng.evaluate import evaluate


@pytest.mark.parametrize("name", junheng.__all__)
def test_a_public_name_is_there(name: str) -> None:
    assert getattr(junheng, name)


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        junheng.no_such_name  # noqa: B018


def test_a_county_is_judged_as_a_library_in_three_lines(tmp_path: Path) -> None:
    write(tmp_path / "demo")
    data = junheng.read(tmp_path / "demo")
    standard = junheng.load_standard("cn-quality-2017").on(date(2025, 9, 1))
    found = evaluate(data.tables, standard)
    assert found.counties.collect()["verdict"].to_list() == ["fail"]
