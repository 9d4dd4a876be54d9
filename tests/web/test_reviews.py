"""The way of a filing: who may take which step, what is asked, what is kept, what becomes of it."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from django.core import mail
from django.db import DatabaseError, connection, transaction
from reviewing import ITEM, NEEDED, TODAY, Desk

from junheng.web.accounts.models import Account, Appointment, Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.services import found
from junheng.web.audit.models import Entry
from junheng.web.blobs.services import open_blob
from junheng.web.collection.models import CampaignState, Filing, FilingState, Record
from junheng.web.collection.saving import Edit, save_cells
from junheng.web.reviews import selectors, services
from junheng.web.reviews.conditions import CONDITIONS
from junheng.web.reviews.effects import EFFECTS
from junheng.web.reviews.frozen import changed
from junheng.web.reviews.models import (
    Answer,
    Certificate,
    Objection,
    PublicObjection,
    Reminder,
    StepTaken,
    Tone,
)
from junheng.web.reviews.reminders import remind
from junheng.web.reviews.services import accept_all, answer_public, take
from junheng.web.reviews.situation import Reasons
from junheng.web.reviews.steps import STEPS
from junheng.web.reviews.terms import due_within, last_day, term, terms, tone_of
from junheng.web.verdicts.models import Official

SCHOOL, COUNTY = "9901010001", "990101"
S = FilingState
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


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


def ready_for(desk: Desk, step: str) -> str:
    """Bring things to where a step can be taken; give the code whose filing it is of."""
    row = STEPS[step]
    if row.whose == Kind.SCHOOL:
        desk.put(SCHOOL, min(row.sources))
        return SCHOOL
    desk.schools_ready()
    desk.put(COUNTY, min(row.sources - {S.RETURNED}, default=S.RETURNED))
    if row.objection or row.answer:
        desk.put(COUNTY, S.WITH_CITY)
        desk.take("city", "city_return", COUNTY)
    if step == "ask_reconsideration":
        desk.take("county_approver", "ask_re_examination", COUNTY)
        desk.take("city", "dismiss", COUNTY)
    if row.answer:
        desk.take("county_approver", "defend", COUNTY)
    if step == "close_publication":
        desk.put(COUNTY, S.APPROVED)
        desk.take("publisher", "publish", COUNTY)
        desk.later(6)
    if step == "propose_revocation":
        three_failing_years(desk)
    return COUNTY


def three_failing_years(desk: Desk) -> None:
    first = desk.filing(COUNTY)
    for year in (2026, 2027, 2028):
        campaign = desk.campaign
        campaign.pk, campaign.year = None, year
        campaign._state.adding = True
        campaign.save()
        later = Filing.objects.create(
            campaign=campaign, organisation=first.organisation, county=first.county
        )
        blob = services.freeze(later)
        Official.objects.create(
            filing=later, occasion="approved", by=desk.cast.people["province"], verdict="fail",
            payload={}, digest="0" * 64, inputs=blob, standard="x", standard_digest="x",
            code_version="x",
        )  # fmt: skip
    desk.campaign = first.campaign


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
    with pytest.raises(WebRefusal, match="连续三年"):
        desk.take("province", "propose_revocation", COUNTY)
    three_failing_years(desk)
    assert desk.take("province", "propose_revocation", COUNTY).target == S.RECOGNISED


def test_several_schools_are_accepted_at_once_each_on_its_own(desk: Desk) -> None:
    desk.put(SCHOOL, S.SUBMITTED)
    approver = desk.cast.people["county_approver"]
    both = [(desk.filing(code), 1) for code in (SCHOOL, "9901010002")]
    outcomes = accept_all(both, by=approver)
    assert [one.refusal[:4] for one in outcomes] == ["", "现在的状"]
    assert desk.filing(SCHOOL).state == S.ACCEPTED


def test_a_closed_campaign_takes_no_submission(desk: Desk) -> None:
    desk.campaign.state = CampaignState.CLOSED
    desk.campaign.save()
    with pytest.raises(WebRefusal, match="已结束"):
        desk.take("headmaster", "school_submit", SCHOOL)


def test_what_waits_for_a_person_is_what_his_own_place_has_to_do(desk: Desk) -> None:
    def waits(who: str) -> set[tuple[str, str]]:
        rows = selectors.waiting_for(desk.cast.people[who], today=TODAY)
        return {(one.filing.organisation.code, step.id) for one in rows for step in one.steps}

    desk.put(SCHOOL, S.SUBMITTED)
    desk.put(COUNTY, S.WITH_CITY)
    assert waits("headmaster") == set()
    assert {code for code, _ in waits("county_clerk")} == {SCHOOL}
    assert waits("city") == {(COUNTY, "city_return"), (COUNTY, "city_approve")}
    assert waits("province") == waits("expert") == waits("administrator") == set()
    desk.put(SCHOOL, S.DRAFT)
    assert waits("headmaster") == {(SCHOOL, "school_submit")}


def test_each_person_is_reminded_of_a_deadline_once_a_tone(desk: Desk, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Account.objects.filter(username="headmaster").update(email="head@school.example", language="en")
    assert remind(desk.campaign.schools_due - dt.timedelta(days=8)) == 0
    due = desk.campaign.schools_due
    for day in (
        due - dt.timedelta(days=7),
        due - dt.timedelta(days=6),
        due,
        due + dt.timedelta(days=1),
    ):
        remind(day)
    mine = Reminder.objects.filter(account__username="headmaster")
    assert list(mine.order_by("pk").values_list("tone", flat=True)) == ["blue", "yellow", "red"]
    assert [message.to for message in mail.outbox] == [["head@school.example"]] * 3
    assert remind(due + dt.timedelta(days=1)) == 0


def test_a_reminder_that_could_not_be_sent_is_sent_the_next_time(desk: Desk, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    Account.objects.filter(username="headmaster").update(email="head@school.example")
    day = desk.campaign.schools_due
    remind(day)
    mine = Reminder.objects.filter(account__username="headmaster")
    assert not mine.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert remind(day) == 1
    assert len(mail.outbox) == 1


def test_those_whom_a_step_concerns_are_told_by_mail(desk: Desk, settings) -> None:
    from junheng.web.jobs.worker import turn

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Account.objects.update(email="somebody@else.example")
    Account.objects.filter(username="headmaster").update(email="head@school.example")
    desk.put(SCHOOL, S.SUBMITTED)
    desk.take("county_clerk", "county_return", SCHOOL)
    turn()
    told = [message for message in mail.outbox if "办理了“退回”" in message.body]
    assert [message.to for message in told] == [["head@school.example"]]


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
