"""A made-up data set is written whole or not at all, and never over anything else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from junheng.demo import Wanted, write
from junheng.errors import WrongUse
from junheng.model.tables import TABLES


class Stopped(Exception):
    """What breaks off the writing in these tests."""


def stop(done: int, total: int) -> None:
    raise Stopped


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_wishes_give_the_same_bytes(first_county: Path, tmp_path: Path) -> None:
    write(tmp_path / "again", Wanted(counties=1, years=range(2025, 2026), seed=2025))
    assert contents(tmp_path / "again") == contents(first_county)


def test_another_seed_gives_other_figures(first_county: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", Wanted(seed=7))
    one, other = contents(first_county), contents(tmp_path / "other")
    assert one.keys() == other.keys()
    assert all(one[name] != other[name] for name in one)


def test_the_bytes_do_not_depend_on_threads_or_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(f"write(Path({str(tmp_path)!r}, 'alone'), Wanted(counties=6))", POLARS_MAX_THREADS="1")
    monkeypatch.setattr("junheng.demo.folder._CASES_A_PART", 4)
    write(tmp_path / "in portions", Wanted(counties=6))
    assert contents(tmp_path / "in portions") == contents(tmp_path / "alone")


def run(code: str, **environment: str) -> int:
    """Run a piece of code in a process of its own, and give how it ended."""
    code = "from pathlib import Path; from junheng.demo import Wanted, write\n" + code
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.environ["PATH"]}
    return subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_has_the_columns_of_the_contract(
    first_county: Path, sample: Mapping[str, pl.DataFrame], name: str
) -> None:
    columns = [column.name for column in TABLES[name].columns]
    assert pl.read_csv(first_county / f"{name}.csv").columns == columns
    assert sample[name].columns == columns


def test_excel_is_told_the_encoding_and_whole_figures_look_whole(first_county: Path) -> None:
    for path in first_county.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert ".0\n" not in path.read_text("utf-8-sig")


def test_many_counties_come_without_classes_and_rooms_unless_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "demo", Wanted(counties=51))
    assert {"classes.parquet", "rooms.parquet"}.isdisjoint(contents(tmp_path / "demo"))
    assert "left out" in (tmp_path / "demo" / "README.txt").read_text("utf-8")
    assert not Wanted(counties=51).in_detail
    assert Wanted(counties=51, detail=True).in_detail


def test_it_is_told_to_be_made_up(first_county: Path) -> None:
    note = (first_county / "README.txt").read_text("utf-8")
    assert "模拟数据" in note
    assert "SYNTHETIC" in note
    names = pl.read_csv(first_county / "schools.csv")["name"]
    assert names.str.starts_with("模拟").all()


def test_progress_ends_when_all_tables_have_all_counties(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write(
        tmp_path / "demo",
        Wanted(counties=6),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (36, 36)
    assert told == sorted(told)


def test_breaking_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        write(tmp_path / "demo", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_breaking_off_leaves_an_earlier_data_set_as_it_was(earlier: Path) -> None:
    before = contents(earlier)
    with pytest.raises(Stopped):
        write(earlier, Wanted(seed=7), progress=stop)
    assert list(earlier.parent.iterdir()) == [earlier]
    assert contents(earlier) == before


def test_a_kill_leaves_no_half_data_set(tmp_path: Path) -> None:
    kill = "lambda done, total: done > total / 2 and os.kill(os.getpid(), signal.SIGKILL)"
    ended = run(
        f"import os, signal; write(Path({str(tmp_path)!r}, 'demo'), Wanted(counties=6), progress={kill})"
    )
    assert ended == -signal.SIGKILL
    assert not (tmp_path / "demo").exists()
    assert all(path.name.startswith(".demo.") for path in tmp_path.iterdir())


def test_an_earlier_data_set_is_replaced_whole(earlier: Path) -> None:
    write(earlier, Wanted(counties=6, detail=False))
    assert list(earlier.parent.iterdir()) == [earlier]
    assert set(contents(earlier)) == {
        "README.txt",
        "schools.parquet",
        "sections.parquet",
        "facts.parquet",
        "opinions.parquet",
    }


@pytest.mark.parametrize("stranger", ["schools.csv", "README.txt", "mine.xlsx"])
def test_a_folder_with_anything_else_is_refused(tmp_path: Path, stranger: str) -> None:
    (tmp_path / stranger).write_text("mine", "utf-8")
    with pytest.raises(WrongUse) as refusal:
        write(tmp_path)
    assert refusal.value.code == "demo.not_ours"
    assert contents(tmp_path) == {stranger: b"mine"}


def test_an_earlier_data_set_with_a_file_of_ones_own_is_refused(earlier: Path) -> None:
    (earlier / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(WrongUse, match="something other"):
        write(earlier)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine", "utf-8")
    with pytest.raises(WrongUse):
        write(tmp_path / "demo")


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(WrongUse) as refusal:
        write(tmp_path / "file" / "demo")
    assert refusal.value.code == "demo.unwritable"


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"counties": 0}, "demo.counties"),
        ({"counties": 100_000}, "demo.counties"),
        ({"years": range(2025, 2025)}, "demo.years"),
        ({"years": range(1900, 2025)}, "demo.years"),
    ],
)
def test_what_cannot_be_made_up_is_refused(wishes: dict[str, Any], code: str) -> None:
    with pytest.raises(WrongUse) as refusal:
        Wanted(**wishes)
    assert refusal.value.code == code
    assert refusal.value.say("zh") != refusal.value.say("en")
