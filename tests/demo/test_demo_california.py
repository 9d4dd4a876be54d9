"""The example with real data: what it builds from the package, and that it reads as a data set."""

from __future__ import annotations

import runpy
from pathlib import Path

import polars as pl
import pytest

from junheng.model.tables import SCHOOLS, SECTIONS

MAKE = Path(__file__).parents[2] / "examples" / "california" / "make.py"


@pytest.fixture(scope="module")
def california(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    out = tmp_path_factory.mktemp("california")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["make.py", str(out)])
        runpy.run_path(str(MAKE), run_name="__main__")
    text = {"county": pl.String, "school": pl.String}
    return {
        "schools": pl.read_csv(out / "schools.csv", schema_overrides=text),
        "sections": pl.read_csv(out / "sections.csv", schema_overrides={"school": pl.String}),
    }


def test_it_has_every_district_once_with_all_its_pupils(
    california: dict[str, pl.DataFrame],
) -> None:
    assert california["schools"]["school"].n_unique() == 420
    assert california["sections"].height == 420
    assert california["sections"]["pupils"].sum() == 1_104_093


def test_it_uses_columns_of_the_contract_only(california: dict[str, pl.DataFrame]) -> None:
    for table in (SCHOOLS, SECTIONS):
        columns = california[table.name].columns
        assert set(columns) <= {column.name for column in table.columns}
        assert {column.name for column in table.columns if column.required} <= set(columns)
        assert california[table.name].null_count().sum_horizontal().item() == 0


def test_counties_bear_the_numbers_of_the_census() -> None:
    codes = runpy.run_path(str(MAKE))["CODES"]
    assert len(codes) == 58
    known = {"Alameda": "006001", "Los Angeles": "006037", "San Francisco": "006075"}
    known |= {"Sacramento": "006067", "San Diego": "006073", "Yuba": "006115"}
    assert {name: codes[name] for name in known} == known
    assert list(codes) == sorted(codes)


def test_spending_per_pupil_is_that_of_the_package(california: dict[str, pl.DataFrame]) -> None:
    both = california["schools"].join(california["sections"], on="school")
    each = both.select(pl.col("public_funds") / pl.col("pupils")).to_series()
    assert 3000 < each.min() <= each.max() < 8000  # type: ignore[operator]
