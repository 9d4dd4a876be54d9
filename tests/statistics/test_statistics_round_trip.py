"""A made-up county, written as exports in either form and layout, comes back with the same values."""

from __future__ import annotations

from pathlib import Path

import exports
import pytest
from click.testing import CliRunner

from junheng.cli.main import cli
from junheng.intake import read

SCHOOLS = ("county", "name", "kind", "sponsor", "setting", "boarding", "teaching_area",
           "indoor_sports_area", "sports_ground_area", "equipment_value", "computers", "books",
           "multimedia_rooms")  # fmt: skip
SECTIONS = ("pupils", "classes", "teachers", "above_degree", "backbone", "pe_arts", "mid_title")


def imported(files: list[Path], out: Path, year: int) -> str:
    done = CliRunner().invoke(cli, ["import", *map(str, files), str(out), "--year", str(year)])
    assert done.exit_code == 0, done.output
    return done.output


def compare(out: Path, county) -> int:
    tables = {name: frame.collect().rows(named=True) for name, frame in read(out).tables.items()}
    schools = {row["school"]: row for row in tables["schools"]}
    sections = {(row["school"], row["level"]): row for row in tables["sections"]}
    compared = 0
    for school, rows in county:
        for column in SCHOOLS:
            assert schools[school["school"]][column] == school[column], (school["school"], column)
            compared += 1
        for level, row in rows.items():
            for column in SECTIONS if level != "senior" else ("pupils",):
                found = sections[school["school"], level][column]
                assert found == row[column], (school["school"], level, column)
                compared += 1
    assert len(schools) == len(county)
    assert len(sections) == sum(len(rows) for _, rows in county)
    return compared


@pytest.mark.parametrize(("new", "year"), [(False, 2019), (True, 2023)])
def test_a_list_of_the_county_comes_back(tmp_path: Path, demo, new: bool, year: int) -> None:
    book = exports.county(tmp_path / "county.xlsx", demo, new=new)
    imported([book], tmp_path / "out", year)
    assert compare(tmp_path / "out", demo) > 1000


@pytest.mark.parametrize(("new", "year"), [(False, 2016), (True, 2021)])
def test_a_workbook_for_each_school_comes_back(tmp_path: Path, demo, new: bool, year: int) -> None:
    kinds = {str(school["kind"]): at for at, (school, _) in enumerate(demo)}
    some = [demo[at] for at in kinds.values()]
    files = [
        exports.one_school(tmp_path / f"{school['school']}.xlsx", school, rows, new=new)
        for school, rows in some
    ]
    imported(files, tmp_path / "out", year)
    assert compare(tmp_path / "out", some) > 100
