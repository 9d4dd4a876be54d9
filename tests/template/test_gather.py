"""Gathering: what schools sent back becomes one data set, or everything that is wrong is told."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from junheng.cli.main import cli
from junheng.demo import Wanted, write
from junheng.intake import read
from junheng.model.load import load_standard
from junheng.report.template import OF_SCHOOLS, Template, book_name
from junheng.report.template import write as write_template


def run(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(cli, ["gather", *map(str, arguments), "--language", "zh"])
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "county"
    write(folder, Wanted(counties=1))
    return folder


@pytest.fixture
def returned(tmp_path: Path, demo: Path) -> Path:
    """Five schools sent something back: workbooks, a folder, a zip."""
    tables = {name: frame.collect() for name, frame in read(demo).tables.items()}
    folder = tmp_path / "returned"
    folder.mkdir()
    for at, school in enumerate(tables["schools"].head(5).iter_rows(named=True)):
        own = {
            name: tables[name].filter(pl.col("school") == school["school"]) for name in OF_SCHOOLS
        }
        if at < 3:
            rows = {name: frame.rows(named=True) for name, frame in own.items()}
            name = book_name(school["school"], school["name"])
            one = Template(load_standard("cn-quality-2017"), "990101", 2025, rows, school["name"])
            write_template(one, folder / name)
        else:
            place = folder / school["school"]
            place.mkdir()
            for name, frame in own.items():
                frame.write_csv(place / f"{name}.csv")
    place = folder / school["school"]
    with zipfile.ZipFile(folder / "one.zip", "w") as archive:
        for path in place.iterdir():
            archive.write(path, path.name)
    shutil.rmtree(place)
    return folder


def test_returns_become_one_data_set(tmp_path: Path, returned: Path, demo: Path) -> None:
    said = run(returned, tmp_path / "out", "--expect", demo)
    given, found = read(demo).tables, read(tmp_path / "out").tables
    codes = found["schools"].collect()["school"]
    assert len(codes) == 5
    for name in OF_SCHOOLS:
        wanted = given[name].filter(pl.col("school").is_in(codes.implode())).collect()
        key = [c for c in wanted.columns if c in ("school", "level", "grade", "class", "name")]
        assert found[name].collect().sort(key).equals(wanted.sort(key)), name
    assert f"还没有交的学校（{given['schools'].collect().height - 5}所）" in said


def test_missing_schools_are_named_from_a_list(tmp_path: Path, returned: Path) -> None:
    (tmp_path / "list.txt").write_text("9901010001 甲小学\n9900000001 没交小学\n", "utf-8")
    said = run(returned, tmp_path / "out", "--expect", tmp_path / "list.txt")
    assert "9900000001 没交小学" in said
    assert "名单之外的学校（4所）" in said


def test_a_school_twice_is_told_with_both_files(tmp_path: Path, returned: Path) -> None:
    first = sorted(returned.glob("*.xlsx"))[0]
    shutil.copyfile(first, returned / "again.xlsx")
    said = run(returned, tmp_path / "out", status=3)
    assert "again.xlsx" in said
    assert first.name in said
    assert not (tmp_path / "out").exists()


def test_every_problem_of_every_file_is_told(tmp_path: Path, returned: Path) -> None:
    (returned / "broken.xlsx").write_bytes(b"nothing")
    place = next(path for path in returned.iterdir() if path.is_dir())
    text = (place / "sections.csv").read_text("utf-8").replace("primary", "kindergarten")
    (place / "sections.csv").write_text(text, "utf-8")
    said = run(returned, tmp_path / "out", status=3)
    assert "【broken.xlsx】" in said
    assert f"【{place.name}】" in said
    assert "kindergarten" in said
    assert not (tmp_path / "out").exists()


def test_county_facts_that_differ_are_told(tmp_path: Path, returned: Path) -> None:
    for at, value in enumerate((10, 20)):
        place = returned / f"county{at}"
        place.mkdir()
        code = f"99010199{at:02}"
        school = {
            "year": 2025,
            "county": "990101",
            "school": code,
            "kind": "primary",
            "sponsor": "7",
        }
        section = {"year": 2025, "school": code, "level": "primary", "pupils": 5}
        fact = {"year": 2025, "county": "990101", "item": "population", "value": value}
        for name, row in (("schools", school), ("sections", section), ("facts", fact)):
            pl.DataFrame([row]).write_csv(place / f"{name}.csv")
    said = run(returned, tmp_path / "out", status=3)
    assert "“population”报了不同的值：10（county0）；20（county1）" in said


def test_a_folder_of_others_is_left_alone(tmp_path: Path, returned: Path, demo: Path) -> None:
    run(returned, demo, status=2)
    assert read(demo).tables["schools"].collect().height > 5
    run(returned, tmp_path / "out")
    run(returned, tmp_path / "out")


def test_an_empty_folder_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    run(tmp_path / "in", tmp_path / "out", status=2)
