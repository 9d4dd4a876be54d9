"""Objections, publication and revocation, each within its term."""

from __future__ import annotations

import datetime as dt

import pytest
from ready import COUNTY, SCHOOL, S, three_failing_years
from reviewing import TODAY, Desk

from junheng.web.accounts.refusals import WebRefusal
from junheng.web.reviews.models import (
    Answer,
    Objection,
    PublicObjection,
    Tone,
)
from junheng.web.reviews.services import answer_public
from junheng.web.reviews.terms import due_within, last_day, term, terms, tone_of


def test_the_terms_are_those_of_the_ordinance_and_are_dated() -> None:
    days = {name: term(name, TODAY).days for name in terms()}
    assert days["rectification"] == days["re_examination_answer"] == 30
    assert days["re_examination_ask"] == days["reconsideration_ask"] == 15
    assert (days["reconsideration_answer"], days["publication"]) == (20, 6)
    assert {v.basis for versions in terms().values() for v in versions} == {
        "rule", "practice", "ours",
    }  # fmt: skip
    assert last_day("rectification", dt.date(2026, 3, 2)) == dt.date(2026, 4, 1)
    with pytest.raises(LookupError):
        term("publication", dt.date(2000, 1, 1))


def test_each_deadline_has_the_tone_its_list_is_narrowed_by() -> None:
    for left in range(-20, 20):
        day = TODAY + dt.timedelta(days=left)
        tone = tone_of(day, TODAY)
        for each in Tone:
            first, last = due_within(each, TODAY)
            assert (first <= day <= last) == (tone == each), (left, each)
    tones = [tone_of(TODAY + dt.timedelta(days=n), TODAY) for n in (-1, 0, 3, 4, 7, 8)]
    assert tones == [Tone.RED, Tone.YELLOW, Tone.YELLOW, Tone.BLUE, Tone.BLUE, None]


def test_the_public_gets_its_answers_before_a_publication_ends(desk: Desk) -> None:
    desk.put(COUNTY, S.APPROVED)
    desk.take("publisher", "publish", COUNTY)
    publication = desk.filing(COUNTY).publications.get()
    assert (publication.begins, publication.ends) == (TODAY, TODAY + dt.timedelta(days=5))
    objection = PublicObjection.objects.create(
        publication=publication, text="操场面积不实", contact="010-0000"
    )
    desk.later(6)
    with pytest.raises(WebRefusal, match="1件公众异议"):
        desk.take("publisher", "close_publication", COUNTY)
    with pytest.raises(WebRefusal, match="只有公示发布人"):
        answer_public(objection, "已核实", by=desk.cast.people["province"])
    answer_public(objection, "已到校丈量，属实部分已更正。", by=desk.cast.people["publisher"])
    with pytest.raises(WebRefusal, match="已经答复"):
        answer_public(objection, "再答", by=desk.cast.people["publisher"])
    desk.take("publisher", "close_publication", COUNTY)
    assert PublicObjection.objects.get().contact == ""


def test_an_objection_goes_its_way_within_its_terms(desk: Desk) -> None:
    desk.schools_ready()
    desk.put(COUNTY, S.WITH_PROVINCE)
    desk.take("province", "province_return", COUNTY)
    assert desk.filing(COUNTY).due == TODAY + dt.timedelta(days=30)
    desk.later(15)
    desk.take("county_approver", "ask_re_examination", COUNTY)
    asked = Objection.objects.get()
    assert (asked.answers.code, asked.due) == ("990000", TODAY + dt.timedelta(days=45))
    with pytest.raises(WebRefusal, match="复查尚待模拟省"):
        desk.take("county_approver", "county_resubmit", COUNTY)
    desk.take("province", "dismiss", COUNTY)
    desk.later(15)
    desk.take("county_approver", "ask_reconsideration", COUNTY)
    asked = Objection.objects.get(kind="reconsideration")
    assert (asked.answers.code, asked.due) == ("000000", desk.today + dt.timedelta(days=20))
    with pytest.raises(WebRefusal):
        desk.take("province", "uphold", COUNTY)
    assert desk.take("nation", "uphold", COUNTY).target == S.WITH_PROVINCE
    answers = Objection.objects.order_by("pk").values_list("answer", flat=True)
    assert list(answers) == [Answer.DISMISSED, Answer.UPHELD]


def test_what_a_county_has_begun_to_change_it_sends_again_although_its_objection_is_upheld(
    desk: Desk,
) -> None:
    desk.schools_ready()
    desk.put(COUNTY, S.WITH_CITY)
    desk.take("city", "city_return", COUNTY)
    desk.take("county_approver", "defend", COUNTY)
    desk.take("county_clerk", "county_unlock", SCHOOL)
    assert desk.take("city", "uphold", COUNTY).target == S.RETURNED


def test_an_objection_comes_too_late_the_day_after_its_term(desk: Desk) -> None:
    desk.put(COUNTY, S.WITH_CITY)
    desk.take("city", "city_return", COUNTY)
    desk.later(16)
    for step in ("defend", "ask_re_examination"):
        with pytest.raises(WebRefusal, match="期限已过"):
            desk.take("county_approver", step, COUNTY)


def test_each_kind_of_objection_is_raised_once_but_may_be_withdrawn(desk: Desk) -> None:
    desk.put(COUNTY, S.WITH_CITY)
    desk.take("city", "city_return", COUNTY)
    with pytest.raises(WebRefusal, match="先申请复查"):
        desk.take("county_approver", "ask_reconsideration", COUNTY)
    desk.take("county_approver", "defend", COUNTY)
    desk.take("county_approver", "withdraw_objection", COUNTY)
    desk.take("county_approver", "defend", COUNTY)
    desk.take("city", "dismiss", COUNTY)
    with pytest.raises(WebRefusal, match="已经提出过申辩"):
        desk.take("county_approver", "defend", COUNTY)


def test_revocation_is_proposed_only_after_three_failing_years_in_a_row(desk: Desk) -> None:
    desk.put(COUNTY, S.RECOGNISED)
    with pytest.raises(WebRefusal, match="连续3年"):
        desk.take("province", "propose_revocation", COUNTY)
    three_failing_years(desk)
    assert desk.take("province", "propose_revocation", COUNTY).target == S.RECOGNISED
