"""junheng demo --registers and junheng derive, called as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import register_cast as cast
from click.testing import CliRunner, Result
from polars.testing import assert_frame_equal

import junheng
from junheng.cli.main import cli
from junheng.demo import Wanted, WantedRegisters, write, write_registers
from junheng.derive.registers import REGISTERS
from junheng.errors import WrongUse


def call(*arguments: object) -> Result:
    done = CliRunner().invoke(cli, [str(a) for a in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registers of three counties, and the tables that belong to them."""
    folder, wanted = tmp_path_factory.mktemp("made up"), Wanted(counties=3)
    write_registers(folder / "registers", WantedRegisters(wanted, pupils=True))
    write(folder / "data", wanted)
    return folder


def test_registers_without_noise_agree_with_the_tables_made_of_the_same_seed(
    made: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = call("derive", made / "registers", out, "--against", made / "data", "--language", "en")
    assert done.exit_code == 0
    assert "0 numbers differ" in done.stdout
    kinds = pl.read_csv(out / "differences.csv")["kind"].unique().to_list()
    assert set(kinds) <= {"not_reported"}  # cells that the made-up county left empty
    assert pl.read_csv(out / "gaps.csv").is_empty()


def test_what_is_written_reads_back_as_a_data_set(made: Path, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        out = tmp_path / form
        assert call("derive", made / "registers", out, "--format", form).exit_code == 0
        scan = pl.read_csv if form == "csv" else pl.read_parquet
        schools = scan(made / "data" / "schools.csv") if form == "csv" else None
        if schools is not None:
            schools.write_csv(out / "schools.csv")
            tables = junheng.read(out).tables
            assert {"schools", "sections", "classes", "facts"} <= set(tables)
    one = pl.read_csv(tmp_path / "csv" / "sections.csv", infer_schema_length=None)
    other = pl.read_parquet(tmp_path / "parquet" / "sections.parquet")
    assert_frame_equal(one, other.with_columns(pl.col("school").cast(pl.Int64)), check_dtypes=False)


def test_it_says_what_was_derived_from_what(made: Path, tmp_path: Path) -> None:
    call("derive", made / "registers", tmp_path / "out", "--against", made / "data")
    about = json.loads((tmp_path / "out" / "derived.json").read_text("utf-8"))
    assert about["definitions"]["id"] == "cn-registers"
    assert len(about["registers"]) == len(about["against"]) == 64


def test_noise_makes_differences_and_gaps(tmp_path: Path) -> None:
    call("demo", tmp_path / "registers", "--registers", "--noise", "0.05", "--quiet")
    call("demo", tmp_path / "data", "--quiet")
    call("derive", tmp_path / "registers", tmp_path / "out", "--against", tmp_path / "data")
    found = pl.read_csv(tmp_path / "out" / "differences.csv", infer_schema_length=None)
    assert {"differs", "not_derived"} <= set(found["kind"])
    gaps = pl.read_csv(tmp_path / "out" / "gaps.csv")
    assert set(gaps["column"]) == {"above_degree"}
    assert gaps["unknown"].min() == 1


def test_a_register_with_names_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    cast.register("teachers", [{}]).with_columns(姓名=pl.lit("某某")).write_csv(
        tmp_path / "teachers.csv"
    )
    done = call("derive", tmp_path, tmp_path / "out")
    assert done.exit_code == 3
    assert "姓名" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_school_in_two_counties_is_refused(tmp_path: Path) -> None:
    cast.register("teachers", [{}, {"county": "990102"}]).write_csv(tmp_path / "teachers.csv")
    done = call("derive", tmp_path, tmp_path / "out", "--language", "en")
    assert done.exit_code == 3
    assert "990101, 990102" in done.stderr


def test_text_that_a_spreadsheet_would_calculate_is_not_written_as_csv(tmp_path: Path) -> None:
    cast.register("classes", [{"class": "=1+1"}]).write_parquet(tmp_path / "classes.parquet")
    done = call("derive", tmp_path, tmp_path / "out", "--language", "en")
    assert done.exit_code == 3
    assert "=1+1" in done.stderr
    assert call("derive", tmp_path, tmp_path / "out", "--format", "parquet").exit_code == 0


def test_a_folder_of_other_files_is_left_alone(made: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    done = call("derive", made / "registers", tmp_path, "--language", "en")
    assert done.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_earlier_result_is_replaced(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call("derive", made / "registers", out, "--against", made / "data").exit_code == 0
    assert call("derive", made / "registers", out, "--format", "parquet").exit_code == 0
    assert not (out / "differences.csv").exists()
    assert not (out / "sections.csv").exists()


def test_data_that_cannot_be_compared_and_files_that_are_not_there_are_told(
    made: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert call("derive", tmp_path / "nowhere", out).exit_code == 2
    assert call("derive", made / "registers", out, "--against", tmp_path / "nowhere").exit_code == 3
    assert call("derive", made / "registers", out, "--definitions", "nowhere.yaml").exit_code == 2
    assert not out.exists()


def test_the_same_wishes_give_the_same_registers_whatever_the_portions(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("junheng.demo.registers_folder._CASES_A_PART", dict.fromkeys(REGISTERS, 2))
    write_registers(tmp_path / "again", WantedRegisters(Wanted(counties=3), pupils=True))
    for path in (made / "registers").iterdir():
        again = (tmp_path / "again" / path.name).read_bytes()
        assert sorted(path.read_bytes().splitlines()) == sorted(again.splitlines())
    note = (tmp_path / "again" / "README.txt").read_text("utf-8")
    assert "模拟数据" in note
    assert "SYNTHETIC" in note


def test_no_two_made_up_people_share_an_identifier(made: Path) -> None:
    for name, person in (("teachers", "teacher"), ("pupils", "pupil")):
        column = pl.read_csv(made / "registers" / f"{name}.csv", columns=[person]).to_series()
        assert column.is_unique().all()
        assert column.str.contains(r"^[A-Z]\d{14,15}$").all()


def test_what_is_only_for_registers_is_refused_without_them(tmp_path: Path) -> None:
    assert call("demo", tmp_path / "out", "--noise", "0.1").exit_code == 2
    assert call("demo", tmp_path / "out", "--pupils").exit_code == 2
    with pytest.raises(WrongUse, match="noise"):
        WantedRegisters(noise=0.9)
