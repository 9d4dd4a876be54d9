"""The reviews through their pages: what each role is offered, what a form does, what is printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from ready import COUNTY, SCHOOL, ready_for
from reviewing import NEEDED, Desk
from test_reviews import WHO_MAY

from junheng.web.accounts.models import Kind
from junheng.web.accounts.services import found
from junheng.web.collection.models import Filing, FilingState, Record
from junheng.web.reviews.models import Certificate, PublicObjection, StepTaken
from junheng.web.reviews.steps import STEPS

S = FilingState
ClientOf = Callable[[str], Client]


def form_of(desk: Desk, step: str, code: str) -> dict[str, object]:
    """Write into the form of a step the least it asks for."""
    said = NEEDED.get(step)
    form: dict[str, object] = {"version": desk.filing(code).version}
    if said:
        form |= {"text": said.text, **said.given}
        for number, item in enumerate(said.items):
            subject = f"{item['table']}:{item['column']}"
            form |= {f"item-{number}-subject": subject, f"item-{number}-why": item["why"]}
    return form


@pytest.mark.parametrize("step", [s for s in STEPS if s != "propose_revocation"])
def test_each_step_is_offered_and_taken_on_the_page_by_those_named_alone(
    desk: Desk, client_of: ClientOf, step: str
) -> None:
    code = ready_for(desk, step)
    filing = desk.filing(code)
    page = reverse("reviews:filing", args=[filing.pk])
    address = reverse("reviews:take", args=[filing.pk, step])
    if step == "close_publication":  # its days are over
        publication = filing.publications.get()
        filing.publications.update(
            begins=publication.begins.replace(year=2020), ends=publication.begins.replace(year=2020)
        )
    for who in sorted(set(desk.cast.people) - WHO_MAY[step]):
        client = client_of(who)
        shown = client.get(page)
        assert shown.status_code in {200, 404}
        assert address not in shown.content.decode()
        assert client.post(address, form_of(desk, step, code)).status_code == 404, who
    assert desk.filing(code).version == filing.version
    client = client_of(min(WHO_MAY[step]))
    assert address in client.get(page).content.decode()
    assert client.get(address).status_code == 200
    answer = client.post(address, form_of(desk, step, code))
    onwards = reverse("reviews:desk") if step == "close_publication" else page
    assert (answer.status_code, answer.get("Location")) == (302, onwards)
    assert client.get(onwards).status_code == 200
    assert StepTaken.objects.order_by("pk").last().step == step


def test_a_refused_step_says_why_and_keeps_what_was_written(
    desk: Desk, client_of: ClientOf
) -> None:
    desk.put(SCHOOL, S.SUBMITTED)
    filing = desk.filing(SCHOOL)
    address = reverse("reviews:take", args=[filing.pk, "county_return"])
    form = form_of(desk, "county_return", SCHOOL) | {"item-0-why": "把名称改成批文上的。"}
    client = client_of("county_clerk")
    answer = client.post(address, form | {"item-0-subject": ""})
    assert answer.status_code == 422
    assert "请选择是哪一项" in answer.content.decode()
    desk.take("county_approver", "county_accept", SCHOOL)
    answer = client.post(address, form)
    assert answer.status_code == 422
    assert "模拟county_approver（模拟县）已在" in answer.content.decode()
    assert "把名称改成批文上的。" in answer.content.decode()


def test_what_the_checks_found_can_be_ticked_as_a_reason(desk: Desk, client_of: ClientOf) -> None:
    filing = desk.filing(SCHOOL)
    Record.objects.create(filing=filing, table="schools", key="", reported={"kind": "primary"})
    section = {"pupils": 300, "teachers": 10, "above_degree": 12}
    Record.objects.create(filing=filing, table="sections", key="primary", reported=section)
    desk.put(SCHOOL, S.SUBMITTED)
    address = reverse("reviews:take", args=[filing.pk, "county_return"])
    client = client_of("county_clerk")
    (mark,) = {f.mark for f in client.get(address).context["findings"] if f.hard}
    assert client.post(address, {"version": 1, "finding": mark}).status_code == 302
    (item,) = StepTaken.objects.get().items
    assert item["table"] == "sections"
    assert "above_degree" in item["column"].split(",")
    page = client.get(reverse("reviews:filing", args=[filing.pk])).content.decode()
    assert item["why"] in page


def test_the_county_accepts_the_schools_it_chose_and_hears_of_each(
    desk: Desk, client_of: ClientOf
) -> None:
    desk.put(SCHOOL, S.SUBMITTED)
    desk.put("9901010002", S.SUBMITTED)
    client = client_of("county_approver")
    assert client.get(reverse("reviews:desk")).content.decode().count('name="chosen"') == 2
    stale = desk.filing("9901010002")
    desk.take("county_clerk", "county_return", "9901010002")
    foreign = desk.filing("9901020001")
    chosen = [f"{desk.filing(SCHOOL).pk}:1", f"{stale.pk}:1", f"{foreign.pk}:1"]
    page = client.post(reverse("reviews:accept"), {"chosen": chosen}, follow=True).content.decode()
    assert "已通过1所学校" in page
    assert "模拟九年一贯制学校没有通过：模拟county_clerk" in page
    assert desk.filing("9901020001").state == S.DRAFT


def test_a_receipt_carries_the_hash_of_the_data_and_the_head_of_the_log(
    desk: Desk, client_of: ClientOf
) -> None:
    taken = desk.take("headmaster", "school_submit", SCHOOL)
    page = client_of("clerk").get(reverse("reviews:receipt", args=[taken.pk])).content.decode()
    head = taken.log_digest[:16]
    assert taken.frozen_id in page
    assert " ".join(head[i : i + 4] for i in range(0, 16, 4)) in page
    assert 'src="data:image/png;base64,' in page
    foreign = client_of("neighbour_clerk").get(reverse("reviews:receipt", args=[taken.pk]))
    assert foreign.status_code == 404


def test_a_certificate_says_that_it_was_revoked(desk: Desk, client_of: ClientOf) -> None:
    desk.schools_ready()
    desk.put(COUNTY, S.WITH_NATION)
    desk.take("nation", "recognise", COUNTY)
    address = reverse("reviews:certificate", args=[Certificate.objects.get().pk])
    client = client_of("county_approver")
    assert "模拟-2026-001" in client.get(address).content.decode()
    assert "撤销" not in client.get(address).content.decode()
    desk.take("nation", "revoke", COUNTY)
    assert "撤销" in client.get(address).content.decode()


def test_what_changed_since_the_last_submission_is_shown_cell_by_cell(
    desk: Desk, client_of: ClientOf
) -> None:
    record = Record.objects.create(
        filing=desk.filing(SCHOOL), table="sections", key="primary", reported={"pupils": 300}
    )
    desk.take("headmaster", "school_submit", SCHOOL)
    desk.take("county_clerk", "county_return", SCHOOL)
    record.reported = {"pupils": 310, "teachers": 21}
    record.save()
    page = client_of("headmaster").get(reverse("reviews:differences", args=[record.filing_id]))
    rows = [
        (row["about"].split(" · ")[1], row["before"], row["now"]) for row in page.context["rows"]
    ]
    assert rows == [("在校生数", 300, 310), ("专任教师数", None, 21)]


def test_findings_come_as_a_part_and_as_a_page(desk: Desk, client_of: ClientOf) -> None:
    address = reverse("reviews:findings", args=[desk.filing(SCHOOL).pk])
    client = client_of("clerk")
    assert "<html" in client.get(address).content.decode()
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    more = reverse("reviews:item", args=[desk.filing(SCHOOL).pk, "county_return"])
    row = client_of("county_clerk").get(more, {"next": "3"}).content.decode()
    assert 'name="item-3-subject"' in row
    assert "next=4" in row


@pytest.mark.parametrize(
    ("route", "who"),
    [("desk", "county_clerk"), ("objections", "city"), ("public_objections", "publisher")],
)
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(
    desk: Desk, client_of: ClientOf, django_assert_num_queries: Callable, route: str, who: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(count: int, start: int) -> None:
        county = desk.cast.places[COUNTY]
        for n in range(start, start + count):
            school = found(Kind.SCHOOL, f"99010188{n:02}", f"模拟{n}小", county, by=None)
            Filing.objects.create(
                campaign=desk.campaign, organisation=school, county=county, state="submitted"
            )
            publication = desk.filing(COUNTY).publications.first()
            if publication:
                PublicObjection.objects.create(publication=publication, text=f"异议{n}")

    desk.put(COUNTY, S.APPROVED)
    desk.take("publisher", "publish", COUNTY)
    desk.take("province", "province_withdraw", COUNTY)
    grow(2, 0)
    desk.take("county_approver", "defend", COUNTY)
    desk.take("county_approver", "withdraw_objection", COUNTY)
    client = client_of(who)
    client.get(reverse(f"reviews:{route}"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse(f"reviews:{route}"))
    if route == "objections":
        for _again in range(5):
            desk.take("county_approver", "defend", COUNTY)
            desk.take("county_approver", "withdraw_objection", COUNTY)
    grow(18, 2)
    with django_assert_num_queries(len(few)):
        client.get(reverse(f"reviews:{route}"))


def test_what_is_said_to_the_public_is_answered_on_its_page(
    desk: Desk, client_of: ClientOf
) -> None:
    desk.put(COUNTY, S.APPROVED)
    desk.take("publisher", "publish", COUNTY)
    publication = desk.filing(COUNTY).publications.get()
    said = PublicObjection.objects.create(publication=publication, text="面积不实", contact="010-1")
    address = reverse("reviews:answer", args=[said.pk])
    assert "010-1" not in client_of("province").get(address).content.decode()
    assert client_of("province").post(address, {"answer": "好"}).status_code == 422
    client = client_of("publisher")
    assert "010-1" in client.get(address).content.decode()
    assert client.post(address, {"answer": "已丈量更正。"}).status_code == 302
    said.refresh_from_db()
    assert said.answer == "已丈量更正。"
