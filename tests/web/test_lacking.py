"""What is said to be missing is what the verdict does not know: classes and rooms as well as cells."""

from __future__ import annotations

import pytest
from cast import Cast
from collecting import COUNTY, SCHOOL, SECOND, filing_of, fill, put

from junheng.web.collection import selectors
from junheng.web.collection.edits import ROW_ITSELF, Edit
from junheng.web.collection.models import Campaign
from junheng.web.verdicts.judging import case_of

FIRST = "primary/一/1班"
SIZES = "class_size"


@pytest.fixture
def schools(cast: Cast, campaign: Campaign) -> Cast:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    fill(cast, SECOND, "second_clerk", "nine_year", ("primary", "junior"))
    return cast


def change(cast: Cast, edit: Edit) -> None:
    receipt = put(cast, "clerk", SCHOOL, edit)
    assert receipt.saved, receipt


def lacks(table: str) -> list[tuple[str, str]]:
    found = selectors.missing(filing_of(SCHOOL))
    return [(each.label, each.anchor) for each in found if each.table == table]


def judged(item: str) -> str:
    rows = case_of(filing_of(COUNTY)).payload()["counties"][0]["items"]
    return next(str(row["verdict"]) for row in rows if row["item"] == item)


def test_nothing_is_missing_where_all_classes_and_their_pupils_are_listed(schools: Cast) -> None:
    assert lacks("classes") == lacks("rooms") == []
    assert judged(SIZES) == "met"


def test_classes_that_are_not_listed_are_missing_and_leave_the_item_open(schools: Cast) -> None:
    change(schools, Edit("sections", "primary", "classes", 1, "3"))
    assert lacks("classes") == [("小学：班级没有列全，已列1个，共3个", "rows")]
    assert judged(SIZES) == "not_assessed"


def test_where_nobody_knows_how_many_there_are_the_pupils_tell(schools: Cast) -> None:
    change(schools, Edit("sections", "primary", "classes", 1, ""))
    assert lacks("classes") == [("小学：班级没有列全，已列1个", "rows")]
    assert judged(SIZES) == "not_assessed"
    change(schools, Edit("sections", "primary", "pupils", 500, "44"))
    assert lacks("classes") == []
    assert judged(SIZES) == "met"


def test_a_class_whose_pupils_are_not_known_is_missing(schools: Cast) -> None:
    change(schools, Edit("classes", FIRST, "pupils", 44, ""))
    assert lacks("classes") == [("小学 一 1班 班级学生数", "classes-primary-一-1班-pupils")]
    assert judged(SIZES) == "not_assessed"


def test_a_school_that_lists_no_room_or_no_area_is_told_so(schools: Cast) -> None:
    change(schools, Edit("rooms", "1", "area", 96, ""))
    assert lacks("rooms") == [("1 教室面积", "rooms-1-area")]
    change(schools, Edit("rooms", "1", ROW_ITSELF, was=True, now=""))
    assert lacks("rooms") == [("还没有列出一间：专用教室", "rows")]
