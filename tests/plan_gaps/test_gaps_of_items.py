"""Special rooms, classes and schools over size, and when each disappears."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from made_counties import YEAR, data, school, section, standard

from junheng.inmemory import hold
from junheng.model.load import with_options
from junheng.model.standard import Standard
from junheng.plan.costs import load_costs
from junheng.plan.gaps import Gaps, gaps
from junheng.plan.gaps_items import grade_number
from junheng.plan.gaps_money import totals

SEPTEMBER = dt.date(YEAR, 9, 1)


def found(judged_by: Standard | None = None, projected: Any = None, **rows: Any) -> Gaps:
    return gaps(data(**rows), judged_by or standard(), keep=hold, projected=projected)


def one_school(**cells: Any) -> dict[str, Any]:
    return {"schools": [school("1", built=2020)], "sections": [section("1", **cells)]}


def room(use: str, area: float | None) -> dict[str, Any]:
    return {"year": YEAR, "school": "1", "use": use, "name": use, "area": area}


def class_(grade: str, name: str, pupils: int | None, level: str = "primary") -> dict[str, Any]:
    return {
        "year": YEAR,
        "school": "1",
        "level": level,
        "grade": grade,
        "class": name,
        "pupils": pupils,
    }


def test_thirteen_classes_need_two_rooms_of_each_kind() -> None:
    rooms = [room("music", 96), room("music", 95), room("art", 90), room("art", 120)]
    short = found(**one_school(classes=13), rooms=rooms).rooms
    said = {
        row["use"]: (row["need"], row["have"], row["short"]) for row in short.iter_rows(named=True)
    }
    assert said == {"music": (2, 1, 1), "art": (2, 2, 0)}


def test_where_uses_count_together_rooms_of_both_kinds_are_added_up() -> None:
    together = with_options(standard(), rooms="uses_together")
    rooms = [room("music", 96), room("art", 90)]
    short = found(replace(together, as_of=SEPTEMBER), **one_school(classes=13), rooms=rooms).rooms
    assert short.select("use", "have", "short").row(0) == ("music+art", 2, 0)


@pytest.mark.parametrize("rooms", [None, [room("music", None)]], ids=["none listed", "no area"])
def test_rooms_of_which_too_little_is_known_leave_the_gap_unknown(rooms: Any) -> None:
    tables = one_school(classes=12) | ({"rooms": rooms} if rooms else {})
    short = found(**tables).rooms.filter(pl.col("use") == "music")
    assert short["short"].to_list() == ([] if rooms is None else [None])


def test_classes_are_counted_grade_by_grade() -> None:
    classes = [class_("一年级", "1", 46), class_("二年级", "1", 20)]
    short = found(**one_school(pupils=66, classes=2), classes=classes).classes
    assert short.select("need", "short", "by").row(0) == (3, 1, "grade")


def test_without_a_whole_list_of_classes_the_pupils_of_the_section_say_the_least() -> None:
    short = found(**one_school(pupils=91, classes=2)).classes
    assert short.select("need", "short", "by").row(0) == (3, 1, "section")


def test_a_class_over_size_is_gone_once_it_has_left_the_last_grade() -> None:
    classes = [class_("四年级", "1", 46), class_("六年级", "1", 47), class_("一年级", "1", 45)]
    ledger = found(**one_school(pupils=138, classes=3), classes=classes).ledger
    sized = ledger.filter(pl.col("item") == "class_size").sort("unit")
    said = sized.select("unit", "excess", "gone", "gone_by").rows()
    assert said == [
        ("六年级 1", 2, 2026, "graduation"),
        ("四年级 1", 1, 2028, "graduation"),
    ]


def test_where_a_grade_cannot_be_read_nothing_is_said_to_end() -> None:
    classes = [class_("毕业班", "1", 46), class_("一年级", "1", 45)]
    ledger = found(**one_school(pupils=91, classes=2), classes=classes).ledger
    assert ledger.filter(pl.col("item") == "class_size")["gone"].to_list() == [None]


def test_a_school_over_size_is_dated_by_the_projection_that_stays_within_it() -> None:
    rows = one_school(pupils=2100)
    years = {2026: 1990.0, 2027: 2001.0, 2028: 1999.0, 2029: 1900.0}
    projected = pl.DataFrame(
        [("1", "primary", year, pupils) for year, pupils in years.items()],
        schema=["school", "level", "year", "pupils"],
        orient="row",
    )
    ledger = found(None, projected, **rows).ledger
    sized = ledger.filter(pl.col("item") == "school_size")
    assert sized.select("excess", "gone", "gone_by").row(0) == (100, 2028, "projection")
    assert found(**rows).ledger.filter(pl.col("item") == "school_size")["gone"].to_list() == [None]


def test_a_school_that_never_shrinks_keeps_no_date() -> None:
    projected = pl.DataFrame(
        {"school": ["1"], "level": ["primary"], "year": [2026], "pupils": [2200.0]}
    )
    ledger = found(None, projected, **one_school(pupils=2100)).ledger
    assert ledger.filter(pl.col("item") == "school_size")["gone"].to_list() == [None]


def test_teachers_without_training_are_counted_as_persons() -> None:
    ledger = found(**one_school(teachers=30, trained_360h=27)).ledger
    short = ledger.filter(pl.col("item") == "teacher_training")
    assert short.select("short", "short_of").row(0) == (3, "trained_360h")


def test_totals_are_units_times_the_price_and_unknown_ones_are_counted_apart() -> None:
    rows = {
        "schools": [school("1", teaching_area=2200.0), school("2", teaching_area=None)],
        "sections": [section("1"), section("2")],
    }
    money = totals(found(**rows), load_costs(), SEPTEMBER)
    area = money.filter(pl.col("what") == "teaching_area").row(0, named=True)
    assert (area["add"], area["price"], area["yuan"]) == (50, 3000, 150_000)
    assert (area["schools"], area["unknown"], area["basis"]) == (1, 1, "illustrative")


def test_what_has_no_price_costs_an_unknown_sum_and_never_nothing() -> None:
    priced = load_costs()
    costs = replace(priced, costs={k: v for k, v in priced.costs.items() if k != "teaching_area"})
    rows = {"schools": [school("1", teaching_area=2200.0)], "sections": [section("1")]}
    money = totals(found(**rows), costs, SEPTEMBER)
    assert money.filter(pl.col("what") == "teaching_area")["yuan"].to_list() == [None]


@pytest.mark.parametrize(
    ("grade", "number"),
    [("一年级", 1), ("6年级", 6), ("初三", 9), ("九年级", 9), ("七年级(1)", 7), ("预备班", None)],
)
def test_grades_are_read_as_people_write_them(grade: str, number: int | None) -> None:
    assert grade_number(grade) == number
