"""What waits for whom, several at once, reminders and mails."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from ready import COUNTY, SCHOOL, S
from reviewing import TODAY, Desk

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.collection.models import CampaignState
from junheng.web.reviews import selectors
from junheng.web.reviews.models import (
    Reminder,
)
from junheng.web.reviews.reminders import remind
from junheng.web.reviews.services import accept_all


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
