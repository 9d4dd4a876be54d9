"""The way of a filing: who may take which step, what is asked, what is kept."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from ready import COUNTY, SCHOOL, S, ready_for
from reviewing import ITEM, NEEDED, TODAY, Desk

from junheng.web.accounts.models import Appointment, Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.services import found
from junheng.web.audit.models import Entry
from junheng.web.blobs.services import open_blob
from junheng.web.collection.models import Filing, FilingState, Record
from junheng.web.collection.saving import Edit, save_cells
from junheng.web.reviews.conditions import CONDITIONS
from junheng.web.reviews.effects import EFFECTS
from junheng.web.reviews.frozen import changed
from junheng.web.reviews.models import (
    Certificate,
    StepTaken,
)
from junheng.web.reviews.services import take
from junheng.web.reviews.situation import Reasons
from junheng.web.reviews.steps import STEPS
from junheng.web.reviews.terms import terms
from junheng.web.verdicts.models import Official

WHO_MAY = {
    "school_submit": {"headmaster"},
    "county_return": {"county_clerk", "county_approver"},
    "county_accept": {"county_clerk", "county_approver"},
    "county_unlock": {"county_clerk", "county_approver"},
    "county_submit": {"county_approver"},
    "county_resubmit": {"county_approver"},
    "city_return": {"city"},
    "city_approve": {"city"},
    "province_return": {"province"},
    "province_approve": {"province"},
    "province_withdraw": {"province"},
    "publish": {"publisher"},
    "close_publication": {"publisher"},
    "nation_return": {"nation"},
    "recognise": {"nation"},
    "not_recognise": {"nation"},
    "propose_revocation": {"province"},
    "revoke": {"nation"},
    "defend": {"county_approver"},
    "ask_re_examination": {"county_approver"},
    "ask_reconsideration": {"county_approver"},
    "withdraw_objection": {"county_approver"},
    "uphold": {"city"},
    "dismiss": {"city"},
}
"""Written by hand beside the table of steps: of the cast, who may take a step of 模拟县 or its school.
Objections are here to a decision of the city."""


def test_the_table_names_only_what_there_is() -> None:
    assert set(WHO_MAY) == set(STEPS)
    for step in STEPS.values():
        assert set(step.conditions) <= set(CONDITIONS), step.id
        assert set(step.effects) <= set(EFFECTS), step.id
        assert step.term is None or step.term in terms(), step.id


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_by_those_named_and_by_nobody_else(desk: Desk, step: str) -> None:
    code = ready_for(desk, step)
    before = desk.filing(code)
    for who in sorted(set(desk.cast.people) - WHO_MAY[step]):
        with pytest.raises(WebRefusal):
            desk.take(who, step, code)
    assert desk.filing(code).version == before.version
    for who in sorted(WHO_MAY[step]):
        with transaction.atomic():
            taken = desk.take(who, step, code)
            assert (taken.number, taken.source) == (before.version, before.state)
            assert desk.filing(code).state == taken.target
            transaction.set_rollback(True)


@pytest.mark.parametrize("step", [s for s in STEPS.values() if s.needs != "nothing"])
def test_what_needs_a_reason_is_refused_without_one(desk: Desk, step) -> None:
    code = ready_for(desk, step.id)
    who = min(WHO_MAY[step.id])
    empty = {"items": [{**ITEM, "why": " "}]} if step.needs == "items" else {"text": "  "}
    for said in ({"given": {}}, empty):
        with pytest.raises(WebRefusal, match="理由"):
            desk.take(who, step.id, code, **said)


def test_the_whole_journey_from_school_to_certificate_and_revocation(desk: Desk) -> None:
    clerk, school = desk.cast.people["clerk"], desk.filing(SCHOOL)
    pupils = Edit("sections", "primary", "pupils", None, "400")
    assert save_cells(school, [pupils], by=clerk, client_key="1").saved
    desk.take("headmaster", "school_submit", SCHOOL)
    with pytest.raises(WebRefusal, match="不能修改"):
        save_cells(desk.filing(SCHOOL), [pupils], by=clerk, client_key="2")
    desk.take("county_clerk", "county_return", SCHOOL)
    pupils = Edit("sections", "primary", "pupils", 400, "410")
    assert save_cells(desk.filing(SCHOOL), [pupils], by=clerk, client_key="3").saved
    (difference,) = changed(desk.filing(SCHOOL))
    assert (difference.column, difference.before, difference.now) == ("pupils", 400, 410)
    desk.take("headmaster", "school_submit", SCHOOL)
    (difference,) = changed(desk.filing(SCHOOL))
    assert (difference.key, difference.before, difference.now) == ("primary", 400, 410)
    desk.take("county_approver", "county_accept", SCHOOL)
    with pytest.raises(WebRefusal, match="模拟九年一贯制学校"):
        desk.take("county_approver", "county_submit", COUNTY)
    desk.put("9901010002", S.ACCEPTED)
    way = [
        ("county_approver", "county_submit", S.WITH_CITY),
        ("city", "city_return", S.RETURNED),
        ("county_approver", "county_resubmit", S.WITH_CITY),
        ("city", "city_approve", S.WITH_PROVINCE),
        ("province", "province_approve", S.APPROVED),
        ("publisher", "publish", S.IN_PUBLICATION),
    ]
    for who, step, target in way:
        assert desk.take(who, step, COUNTY).target == target
        assert desk.filing(COUNTY).state == target
    with pytest.raises(WebRefusal, match="公示到"):
        desk.take("publisher", "close_publication", COUNTY)
    desk.later(6)
    desk.take("publisher", "close_publication", COUNTY)
    desk.take("nation", "recognise", COUNTY)
    certificate = Certificate.objects.get()
    assert certificate.valid
    assert certificate.number == "模拟-2026-001"
    desk.take("nation", "revoke", COUNTY)
    assert not Certificate.objects.get().valid
    kinds = list(Official.objects.order_by("pk").values_list("occasion", flat=True))
    assert kinds == ["submitted", "submitted", "approved", "recognised"]
    steps = [step for _, step, _ in way] + ["close_publication", "recognise", "revoke"]
    history = StepTaken.objects.filter(filing__organisation__code=COUNTY)
    assert list(history.values_list("step", flat=True)) == steps
    logged = Entry.objects.filter(about=f"filing:{desk.filing(COUNTY).pk}")
    assert [f"filing.{step}" for step in steps] == list(
        logged.order_by("number").values_list("action", flat=True)
    )


def test_a_submission_is_kept_word_by_word_and_its_hash_is_in_the_log(desk: Desk) -> None:
    Record.objects.create(
        filing=desk.filing(SCHOOL), table="schools", key="",
        statistics={"built": 1998}, reported={"built": 1997, "kind": "primary"},
    )  # fmt: skip
    taken = desk.take("headmaster", "school_submit", SCHOOL)
    with open_blob(taken.frozen_id) as file:
        content = file.read().decode()
    assert '"values":{"9901010001":{"schools":{"":{"built":1998,"kind":"primary"}}}}' in content
    entry = Entry.objects.get(digest=taken.log_digest)
    assert entry.details["frozen"] == taken.frozen_id
    assert entry.number == taken.log_number


def test_logic_errors_have_to_be_mended_before_a_school_submits(desk: Desk) -> None:
    school = desk.filing(SCHOOL)
    Record.objects.create(filing=school, table="schools", key="", reported={"kind": "primary"})
    section = {"pupils": 300, "teachers": 10, "above_degree": 12}
    Record.objects.create(filing=school, table="sections", key="primary", reported=section)
    with pytest.raises(WebRefusal, match="逻辑错误"):
        desk.take("headmaster", "school_submit", SCHOOL)
    assert desk.filing(SCHOOL).state == S.DRAFT


def test_the_second_of_two_who_decide_is_told_who_did_what_and_when(desk: Desk) -> None:
    desk.put(SCHOOL, S.SUBMITTED)
    seen = desk.filing(SCHOOL)
    desk.take("county_clerk", "county_return", SCHOOL)
    approver = desk.cast.people["county_approver"]
    with pytest.raises(WebRefusal, match=r"模拟county_clerk（模拟县）已在.*办理“退回”"):
        take("county_accept", seen, seen.version, by=approver, today=TODAY)
    with pytest.raises(WebRefusal, match="模拟county_clerk"):
        take("county_accept", desk.filing(SCHOOL), seen.version, by=approver, today=TODAY)
    assert StepTaken.objects.count() == 1


@pytest.mark.parametrize(
    "sql", ["UPDATE reviews_steptaken SET text = 'x'", "DELETE FROM reviews_steptaken"]
)
def test_the_database_refuses_to_change_or_delete_steps(desk: Desk, sql: str) -> None:
    desk.take("headmaster", "school_submit", SCHOOL)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_county_directly_under_a_province_skips_the_city(desk: Desk) -> None:
    places, people = desk.cast.places, desk.cast.people
    county = found(Kind.COUNTY, "990191", "直管县", places["990000"], by=None)
    school = found(Kind.SCHOOL, "9901910001", "模拟直管县一小", county, by=None)
    for place in (county, school):
        Filing.objects.create(campaign=desk.campaign, organisation=place, county=county)
    Appointment.objects.create(
        account=people["far_approver"], organisation=county, role="county_approver"
    )
    desk.put("9901910001", S.ACCEPTED)
    assert desk.take("far_approver", "county_submit", "990191").target == S.WITH_PROVINCE


def test_an_accepted_school_opens_again_only_while_the_county_still_works(desk: Desk) -> None:
    desk.schools_ready()
    desk.put(COUNTY, S.WITH_CITY)
    with pytest.raises(WebRefusal, match="本县数据已上报"):
        desk.take("county_clerk", "county_unlock", SCHOOL)
    desk.put(COUNTY, S.RETURNED)
    assert desk.take("county_clerk", "county_unlock", SCHOOL).target == S.RETURNED


def test_who_approved_does_not_publish(desk: Desk) -> None:
    desk.put(COUNTY, S.WITH_PROVINCE)
    Appointment.objects.create(
        account=desk.cast.people["province"], organisation=desk.cast.places["990000"],
        role="publisher",
    )  # fmt: skip
    desk.take("province", "province_approve", COUNTY)
    with pytest.raises(WebRefusal, match="另一人"):
        desk.take("province", "publish", COUNTY)
    with pytest.raises(WebRefusal, match="不得少于6天"):
        desk.take("publisher", "publish", COUNTY, given={"days": 5})


def test_needed_reasons_are_known_for_every_step_that_needs_some() -> None:
    needing = {s.id for s in STEPS.values() if s.needs != "nothing" or s.asks}
    assert set(NEEDED) == needing | {"province_approve"}  # where the verdict is no pass


def test_a_county_that_does_not_pass_is_approved_only_with_a_written_reason(desk: Desk) -> None:
    desk.put(COUNTY, FilingState.WITH_PROVINCE)
    with pytest.raises(WebRefusal, match="写明理由"):
        take("province_approve", desk.filing(COUNTY), 1, by=desk.cast.people["province"])
    why = Reasons("两项缺数据的指标已现场核实。")
    taken = take(
        "province_approve", desk.filing(COUNTY), 1, by=desk.cast.people["province"], reasons=why
    )
    assert taken.text == why.text
