"""Names and identity numbers never come in, wherever they stand, and are never said again."""

from __future__ import annotations

import random
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest
import register_cast as cast
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.derive import privacy
from junheng.errors import DataNeedsMending
from junheng.intake.registers import read_registers

WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def identity_number(seed: int) -> str:
    """Make up a number of the right form for an area that there is not, with the right last digit."""
    draw = random.Random(seed)  # noqa: S311  # figures, not secrets
    day = f"{draw.randint(1950, 2015)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    first = f"990101{day}{draw.randint(0, 999):03}"
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


def found(*cells: str | None) -> list[bool]:
    frame = nw.from_native(pl.LazyFrame({"cell": cells}, schema={"cell": pl.String}))
    cell = nw.col("cell")
    told = frame.select(privacy.identity(cell).alias("is")).collect("polars")
    return [row[0] for row in told.rows()]


@given(st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_an_identity_number_is_known_by_its_last_digit(seed: int) -> None:
    number = identity_number(seed)
    wrong = [number[:-1] + digit for digit in "0123456789X" if digit != number[-1]]
    assert found(number, number.lower(), f"T{number}", f" {number} ") == [True] * 4
    assert found(*wrong) == [False] * 10


def test_what_only_looks_long_is_no_identity_number() -> None:
    codes = ["T70368744177664", "9901010001", "3f2504e04f8941d39a0c0305e82c3301", None, ""]
    assert found(*codes) == [False] * 5
    assert found(f"证件 {identity_number(1)} 电话 13800138000") == [True]


@pytest.mark.parametrize("heading", ["姓名", "教师姓名", "身份证号", "ID_card", "Name", "手机号码",
                                     "phone-number", "家庭地址", "Date of Birth"])  # fmt: skip
def test_a_heading_tells_a_personal_column(heading: str) -> None:
    assert privacy.names_a_person(heading)


@pytest.mark.parametrize("heading", ["班级名称", "学校名称", "school_name", "教师编号", "teacher"])
def test_other_names_may_stay(heading: str) -> None:
    assert not privacy.names_a_person(heading)


def refused(folder: Path) -> str:
    with pytest.raises(DataNeedsMending) as caught:
        read_registers(folder)
    return caught.value.say("zh") + caught.value.say("en")


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_all_that_is_personal_is_told_at_once_with_the_reason_and_never_shown(
    tmp_path: Path, suffix: str
) -> None:
    number = identity_number(7)
    teachers = cast.register("teachers", [{}, {"teacher": number}, {}]).with_columns(
        姓名=pl.lit("某某"), 备注=pl.Series([None, None, "13800138000"])
    )
    write(teachers, tmp_path / f"teachers.{suffix}")

    told = refused(tmp_path)
    assert "姓名" in told
    assert "个人信息保护法" in told
    row = 3 if suffix == "csv" else 2
    assert f"第{row}行" in told
    assert f"第{row + 1}行" in told
    assert number not in told
    assert "13800138000" not in told
    assert "某某" not in told


def test_telephones_kept_as_numbers_are_found_too(tmp_path: Path) -> None:
    teachers = cast.register("teachers", [{}]).with_columns(备注=pl.lit(13800138000))
    write(teachers, tmp_path / "teachers.parquet")
    assert "手机号码" in refused(tmp_path)


def write(frame: pl.DataFrame, path: Path) -> None:
    (frame.write_csv if path.suffix == ".csv" else frame.write_parquet)(path)
