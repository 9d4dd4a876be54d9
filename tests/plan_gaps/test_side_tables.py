"""Side tables are read by the rules of the door, and nothing in them is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from junheng.errors import DataNeedsMending, WrongUse
from junheng.intake.side import read_side
from junheng.plan.project_tables import BIRTHS, HOUSING


def told(path: Path) -> set[str]:
    with pytest.raises(DataNeedsMending) as refusal:
        read_side(path, BIRTHS)
    assert all(p.say(language) for p in refusal.value.problems for language in ("zh", "en"))
    return {problem.code for problem in refusal.value.problems}


def file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "births.csv"
    path.write_text(text, encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_in_any_order_are_read_in_each_encoding(
    tmp_path: Path, encoding: str
) -> None:
    path = file(tmp_path, "出生人数,县代码,统计年份,备注\n120,990101,2019,听说\n\n,,,\n", encoding)
    found = read_side(path, BIRTHS)
    assert found.rows() == [(2, 2019, "990101", 120)]


def test_a_parquet_file_reads_like_a_csv(tmp_path: Path) -> None:
    read_side(file(tmp_path, "year,county,births\n2019,990101,1\n"), BIRTHS).drop(
        "row"
    ).write_parquet(tmp_path / "births.parquet")
    assert read_side(tmp_path / "births.parquet", BIRTHS).height == 1


def test_a_heading_that_is_not_known_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    path = file(tmp_path, "year,county,births,birhts_of_girls\n2019,990101,1,2\n")
    assert told(path) == {"project.side_columns"}


def test_a_heading_that_stands_twice_is_told(tmp_path: Path) -> None:
    assert told(file(tmp_path, "year,county,births,births\n2019,990101,1,2\n")) == {
        "intake.heading_twice"
    }


def test_every_wrong_cell_is_told_with_its_row(tmp_path: Path) -> None:
    path = file(tmp_path, "year,county,births\n1800,990101,1\n2019,99,many\n2019,,\n")
    with pytest.raises(DataNeedsMending) as refusal:
        read_side(path, BIRTHS)
    rows = {(p.code.removeprefix("intake."), p.fields["row"]) for p in refusal.value.problems}
    assert rows == {("not_a_year", 2), ("county_code", 3), ("not_a_number", 3), ("cell_empty", 4)}


def test_the_same_key_twice_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, "year,county,births\n2019,990101,1\n2019,990101,2\n")
    assert told(path) == {"intake.same_key"}


def test_a_column_that_is_needed_and_missing_is_told(tmp_path: Path) -> None:
    assert told(file(tmp_path, "year,county\n2019,990101\n")) == {"intake.column_missing"}


def test_a_file_that_is_none_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse):
        read_side(tmp_path / "nowhere.csv", HOUSING)
