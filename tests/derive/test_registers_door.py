"""Registers come in checked: plainly right ones in one go, all others cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import register_cast as cast
from polars.testing import assert_frame_equal

from junheng.derive.registers import REGISTERS, SECTION, TEACHERS
from junheng.errors import DataNeedsMending, WrongUse
from junheng.intake import registers as door
from junheng.intake import registers_plain
from junheng.intake.registers import read_registers


def parquet(folder: Path, **frames: pl.DataFrame) -> Path:
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


def said(folder: Path) -> str:
    with pytest.raises(DataNeedsMending) as caught:
        read_registers(folder)
    return caught.value.say("en")


def test_a_file_in_chinese_reads_like_one_for_machines(tmp_path: Path) -> None:
    teachers = cast.register("teachers", [{}, {"degree": None, "full_time": 0}])
    words: dict[str, Any] = {"bachelor": "本科", "staff": "在编", "none": "未定职级"}
    chinese = teachers.with_columns(
        pl.col("degree", "employment").replace(words), full_time=pl.Series(["是", "否"])
    ).rename({column.name: column.zh for column in TEACHERS.columns})
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "教师名册.csv").write_bytes(chinese.write_csv().encode("gb18030"))
    (tmp_path / "en").mkdir()

    one = read_registers(tmp_path / "zh").tables["teachers"].collect()
    other = read_registers(parquet(tmp_path / "en", teachers=teachers)).tables["teachers"].collect()
    assert_frame_equal(one, other, check_dtypes=False)


def test_what_is_plainly_right_is_not_gone_over_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = cast.registers({"teachers": [{}] * 3, "classes": [{}], "pupils": [{}] * 3})
    whole = [pl.col(pl.Float64).cast(pl.Int16)]
    told: list[Any] = []
    monkeypatch.setattr(door, "open_all", lambda found: told.extend(found.raws) or {})
    found = read_registers(
        parquet(tmp_path, **{n: f.with_columns(whole) for n, f in frames.items()})
    )
    assert told == []
    assert list(found.tables) == list(REGISTERS)


@pytest.mark.parametrize(
    ("column", "wrong", "words"),
    [
        ("degree", "phd", "phd"),
        ("full_time", 2, "full_time"),
        ("hours_3", -1, "-1"),
        ("county", "9901", "9901"),
        ("year", 1066, "1066"),
        ("teacher", None, "teacher"),
        ("level", None, "level"),
        ("employment", " staff", ""),
    ],
)
def test_a_wrong_cell_is_told_with_its_row(
    tmp_path: Path, column: str, wrong: Any, words: str
) -> None:
    kind = pl.Int16 if column in ("full_time", "hours_3", "year") else pl.String
    teachers = cast.register("teachers", [{}, {}]).with_columns(
        pl.col("full_time", "hours_3", "year", "certificate", "moved").cast(pl.Int16)
    )
    teachers = teachers.with_columns(pl.Series(column, [teachers[column][0], wrong], kind))
    folder = parquet(tmp_path, teachers=teachers)
    if not words:  # spaces around a word are taken away, not refused
        assert (
            read_registers(folder).tables["teachers"].collect()[column].to_list() == ["staff"] * 2
        )
        return
    problem = said(folder)
    assert words in problem
    assert "row 2" in problem


@pytest.mark.parametrize("at_once", [2, 20_000_000])
def test_nobody_is_counted_twice(
    tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers_plain, "_AT_ONCE", at_once)
    rows = [{"teacher": "T1"}, {"teacher": "T1", "school": "9901010002"}]
    rows += [{"teacher": f"T{nth}"} for nth in range(2, 8)]
    problem = said(parquet(tmp_path, teachers=cast.register("teachers", rows)))
    assert "T1" in problem
    assert "T2" not in problem
    some = parquet(tmp_path, teachers=cast.register("teachers", rows[1:]))
    assert read_registers(some).tables["teachers"].collect().height == len(rows) - 1


@pytest.mark.parametrize("empty", [[0], [1], [0, 1]])
def test_a_row_without_any_key_is_told_wherever_it_stands(tmp_path: Path, empty: list[int]) -> None:
    teachers = cast.register("teachers", [{}, {"teacher": "T2"}]).with_columns(
        pl.when(pl.int_range(pl.len()).is_in(empty)).then(None).otherwise(pl.col(key)).alias(key)
        for key in SECTION
    )
    plain = teachers.with_columns(pl.col(pl.Float64).cast(pl.Int16))
    problem = said(parquet(tmp_path, teachers=plain))
    assert all(f"row {nth + 1}" in problem for nth in empty)


def test_a_visitor_stands_in_the_rows_of_both_schools(tmp_path: Path) -> None:
    visit = {"teacher": "T1", "full_time": 0, "employment": "visiting", "school": "9901010002"}
    folder = parquet(tmp_path, teachers=cast.register("teachers", [{"teacher": "T1"}, visit]))
    assert read_registers(folder).tables["teachers"].collect().height == 2


def test_a_class_is_listed_once(tmp_path: Path) -> None:
    rows = [{"class": "1班"}, {"class": "1班"}]
    assert "1班" in said(parquet(tmp_path, classes=cast.register("classes", rows)))


def test_an_empty_folder_and_one_that_is_not_there_are_told_apart(tmp_path: Path) -> None:
    assert "teachers" in said(tmp_path)
    with pytest.raises(WrongUse, match="no folder"):
        read_registers(tmp_path / "nowhere")


def test_a_register_without_rows_or_keys_or_in_two_files_is_refused(tmp_path: Path) -> None:
    teachers = cast.register("teachers", [{}])
    for name, frame in (("a", teachers.clear()), ("b", teachers.drop("school"))):
        (tmp_path / name).mkdir()
        assert "teachers" in said(parquet(tmp_path / name, teachers=frame))
    (tmp_path / "c").mkdir()
    teachers.write_csv(tmp_path / "c" / "教师名册.csv")
    assert "教师名册" in said(parquet(tmp_path / "c", teachers=teachers))


def test_a_broken_file_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "teachers.parquet").write_bytes(b"PAR1 not really")
    assert "teachers.parquet" in said(tmp_path)
