"""Every difference between registers and what was reported is listed, with both numbers."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
import register_cast as cast

from junheng.derive import compare

KEY = {"year": 2025, "school": "9901010001", "level": "primary"}
SCHOOLS = pl.DataFrame([{"year": 2025, "county": "990101", "school": "9901010001"}])


def differences(
    told: dict[str, list[dict[str, Any]]], **reported: pl.DataFrame
) -> list[tuple[Any, ...]]:
    found = compare(cast.derived(cast.registers(told)), reported).collect()
    return sorted(found.select("column", "derived", "reported", "kind").iter_rows(), key=str)


def test_what_agrees_is_not_listed() -> None:
    sections = pl.DataFrame([KEY | {"teachers": 2, "above_degree": 2}])
    assert differences({"teachers": [{}, {}]}, sections=sections, schools=SCHOOLS) == []


def test_each_kind_of_difference_is_told_apart() -> None:
    sections = pl.DataFrame([KEY | {"teachers": 3, "above_degree": 2, "backbone": None}])
    told = {"teachers": [{}, {"degree": None}]}
    assert differences(told, sections=sections, schools=SCHOOLS) == [
        ("above_degree", None, 2.0, "not_derived"),
        ("backbone", 0.0, None, "not_reported"),
        ("teachers", 2.0, 3.0, "differs"),
    ]


def test_rows_of_one_side_only_are_told_once() -> None:
    sections = pl.DataFrame([KEY | {"teachers": 1}, KEY | {"level": "junior", "teachers": 1}])
    told = {"teachers": [{}, {"school": "9901010002"}]}
    assert differences(told, sections=sections, schools=SCHOOLS) == [
        (None, None, None, "no_such_row"),
        (None, None, None, "not_in_registers"),
    ]


def test_counties_and_senior_levels_that_nobody_asks_about_are_left_alone() -> None:
    other = {"year": 2025, "county": "990102", "school": "9901020001"}
    sections = pl.DataFrame([
        KEY | {"teachers": 1},
        KEY | {"level": "senior", "teachers": 9},
        KEY | {"school": other["school"], "teachers": 9},
    ])  # fmt: skip
    schools = pl.concat([SCHOOLS, pl.DataFrame([other])])
    assert differences({"teachers": [{}]}, sections=sections, schools=schools) == []


def test_facts_and_classes_are_compared_too() -> None:
    facts = pl.DataFrame(
        [{"year": 2025, "county": "990101", "item": "rotated_teachers", "value": 1.0}]
    )
    classes = pl.DataFrame([KEY | {"grade": "一年级", "class": "class-0", "pupils": 41}])
    told = {"teachers": [{}], "classes": [{}]}
    assert differences(told, facts=facts, classes=classes) == [
        ("pupils", 40.0, 41.0, "differs"),
        ("rotated_backbone_teachers", 0.0, None, "no_such_row"),
        ("rotated_teachers", 0.0, 1.0, "differs"),
        ("rotation_eligible_teachers", 0.0, None, "no_such_row"),
    ]


def test_numbers_that_do_not_round_alike_are_equal() -> None:
    sections = pl.DataFrame([KEY | {"teachers": 2 + 1e-12}])
    assert differences({"teachers": [{}, {}]}, sections=sections, schools=SCHOOLS) == []


def test_data_without_such_tables_cannot_be_compared() -> None:
    with pytest.raises(KeyError, match="needed"):
        differences({"teachers": [{}]}, schools=SCHOOLS)
