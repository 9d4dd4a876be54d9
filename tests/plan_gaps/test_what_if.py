"""Edits: done to a copy, all problems at once, and what they change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_counties import YEAR, data, school, section, standard

from junheng.errors import DataNeedsMending
from junheng.evaluate.regimes import Regime
from junheng.intake.side import typed_side
from junheng.plan.whatif import what_if
from junheng.plan.whatif_compare import compare
from junheng.plan.whatif_edits import EDITS, from_table, from_text
from junheng.report.collected import collect


def county() -> dict[str, Any]:
    return data(
        schools=[school("1"), school("2"), school("3", "nine_year")],
        sections=[section("1", pupils=100, classes=2), section("2", pupils=300, classes=6),
                  section("3", pupils=600), section("3", "junior", 200)],
        classes=[{"year": YEAR, "school": "1", "level": "primary", "grade": "一年级",
                  "class": str(n), "pupils": 50} for n in (1, 2)],
        rooms=[{"year": YEAR, "school": "1", "use": "music", "name": "a", "area": 96}],
    )  # fmt: skip


def edited(*texts: str) -> dict[str, pl.DataFrame]:
    reads = [from_text(text) for text in texts]
    edits = [edit for read, _ in reads for edit in read]
    wrong = [problem for _, told in reads for problem in told]
    return what_if(county(), edits, YEAR, wrong=wrong)


def cell(tables: dict[str, pl.DataFrame], column: str, code: str, level: str = "primary") -> Any:
    if column in tables["sections"].columns:
        return tables["sections"].filter(school=code, level=level)[column].item()
    return tables["schools"].filter(school=code)[column].item()


def test_cells_are_added_to_taken_from_and_set() -> None:
    found = edited(
        "school=1,pe_arts+=3,backbone-=10,pupils=120", "school=2,教学及辅助用房面积+=400"
    )
    assert (cell(found, "pe_arts", "1"), cell(found, "backbone", "1")) == (63, 50)
    assert cell(found, "pupils", "1") == 120
    assert cell(found, "teaching_area", "2") == 60_400


def test_other_pupils_make_the_list_of_classes_unknown() -> None:
    assert edited("school=1,pupils=120")["classes"].height == 0
    assert edited("school=1,pe_arts=1")["classes"].height == 2


def test_teachers_who_move_count_for_the_other_school_in_all_that_they_are() -> None:
    found = edited("move=3,column=pe_arts+backbone,from=3,to=1,level=primary")
    for column, before in (("pe_arts", 60), ("backbone", 60), ("teachers", 400)):
        assert cell(found, column, "3") == before - 3
        assert cell(found, column, "1") == before + 3
    assert cell(found, "above_degree", "3") == 300


def test_the_pupils_of_a_closed_school_are_shared_out_to_the_last_one() -> None:
    found = edited("close=1")
    assert "1" not in set(found["schools"]["school"])
    assert (cell(found, "pupils", "2"), cell(found, "pupils", "3")) == (333, 667)
    assert cell(found, "classes", "2") is None


def test_the_classes_of_a_closed_school_go_whole_to_the_one_that_is_named() -> None:
    found = edited("close=1,into=2")
    assert (cell(found, "pupils", "2"), cell(found, "classes", "2")) == (400, 8)
    assert found["classes"]["school"].to_list() == ["2", "2"]
    assert cell(found, "teachers", "2") == 400


def test_a_merged_school_hands_everything_on() -> None:
    found = edited("merge=1,into=2")
    assert (cell(found, "pupils", "2"), cell(found, "classes", "2")) == (400, 8)
    assert (cell(found, "teachers", "2"), cell(found, "teaching_area", "2")) == (800, 120_000)
    assert found["rooms"]["school"].to_list() == ["2"]
    assert cell(found, "built", "2") == 2020


def test_a_level_that_the_other_school_lacks_comes_with_the_merger() -> None:
    found = edited("merge=3,into=2")
    assert cell(found, "pupils", "2", "junior") == 200
    assert cell(found, "pupils", "2") == 900


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["close=1", "close=2", "merge=1,into=2", "merge=2,into=3"]), max_size=1),
       st.integers(0, 50))  # fmt: skip
def test_no_edit_of_places_loses_a_pupil(edits: list[str], more: int) -> None:
    found = edited(f"school=1,pupils+={more}", *edits)
    assert found["sections"]["pupils"].sum() == 1200 + more


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "not_an_edit"),
        ("school=1", "not_an_edit"),
        ("school=1,windows+=2", "no_such_column"),
        ("school=1,level=kindergarten,pe_arts+=1", "no_such_level"),
        ("school=1,pe_arts+=many", "not_a_change"),
        ("school=9,pe_arts+=1", "no_such_school"),
        ("school=3,pe_arts+=1", "which_level"),
        ("school=3,level=junior,books+=1", "level_not_needed"),
        ("school=1,books+=1", "unknown_value"),
        ("school=1,pe_arts-=61", "not_possible"),
        ("school=1,pupils=10.5", "not_possible"),
        ("move=3,column=books,from=1,to=2", "moves_persons"),
        ("move=1.5,column=pe_arts,from=1,to=2", "moves_persons"),
        ("move=61,column=pe_arts,from=1,to=2", "too_few"),
        ("move=1,column=pe_arts,from=1,to=1", "into_itself"),
        ("move=1,column=pe_arts,from=1", "one_other"),
        ("move=1,from=1,to=2", "no_column"),
        ("close=9", "no_such_school"),
        ("close=1,into=1", "into_itself"),
        ("close=3,into=1", "nobody_takes"),
        ("merge=1", "one_other"),
    ],
)
def test_an_edit_that_cannot_be_done_says_why(text: str, code: str) -> None:
    with pytest.raises(DataNeedsMending) as refusal:
        edited(text)
    assert [p.code for p in refusal.value.problems] == [f"whatif.{code}"]
    assert all(p.say(language) for p in refusal.value.problems for language in ("zh", "en"))


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(DataNeedsMending) as refusal:
        edited("nonsense", "school=9,pe_arts+=1", "move=61,column=pe_arts,from=1,to=2")
    assert len(refusal.value.problems) == 3


def test_a_table_of_edits_says_the_same_as_the_command_line() -> None:
    rows: Sequence[dict[str, Any]] = [
        {
            "动作": "修改",
            "学校标识码": "1",
            "学段": "小学",
            "填报项": "pe_arts",
            "改动": "+3",
            "相关学校": "",
        },
        {
            "动作": "调动",
            "学校标识码": "3",
            "学段": "小学",
            "填报项": "backbone",
            "改动": "2",
            "相关学校": "1",
        },
        {
            "动作": "撤销",
            "学校标识码": "2",
            "学段": "",
            "填报项": "",
            "改动": "",
            "相关学校": "1;3",
        },
    ]
    edits, wrong = from_table(typed_side(pl.DataFrame(rows), EDITS))
    assert not wrong
    found = what_if(county(), edits, YEAR)
    texts = ("school=1,level=小学,pe_arts+=3", "move=2,column=backbone,from=3,to=1,level=primary",
             "close=2,into=1;3")  # fmt: skip
    assert found["sections"].equals(edited(*texts)["sections"])


def test_what_flips_is_told_with_before_and_after() -> None:
    regime = Regime(standard(), {YEAR: standard().as_of}, (), ())  # type: ignore[dict-item]
    tables = data(
        schools=[school("1", teaching_area=400.0), school("2")],
        sections=[section("1", pupils=100), section("2", pupils=300)],
    )
    edits, _ = from_text("school=1,teaching_area+=50")
    sides = [collect(each, regime) for each in (tables, what_if(tables, edits, YEAR))]
    found = compare(*sides)
    near = found.values.row(0, named=True)
    assert (near["value_before"], near["value_after"]) == (4.0, 4.5)
    assert (near["verdict_before"], near["verdict_after"]) == ("near", "met")
    assert found.sections.select("school", "met_before", "met_after").rows() == [("1", 6, 7)]
    assert found.flipped.height == 0
    moved = found.balance.filter(indicator="teaching_area")
    assert moved["cv_before"].item() > moved["cv_after"].item()
    assert compare(sides[0], sides[0]).values.height == 0
