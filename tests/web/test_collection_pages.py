"""The pages of collection: forms, saving by script, rows, checks."""

from __future__ import annotations

import json
import re

import pytest
from cast import Cast
from collecting import COUNTY, SCHOOL, begin, filing_of, fill, with_statistics
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from sending import ClientOf, edit, send

from junheng.web.accounts.models import Kind, Organisation
from junheng.web.accounts.services import found
from junheng.web.audit.models import Entry
from junheng.web.collection.models import Campaign, Filing, Record, Revision, Source


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("table", ["schools", "sections", "classes", "rooms"])
def test_a_school_sees_its_forms(
    cast: Cast, campaign: Campaign, client_of: ClientOf, table: str, language: str
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    client = client_of("clerk")
    client.cookies["django_language"] = language
    page = client.get(reverse("collection:filing", args=[filing_of(SCHOOL).pk]), {"table": table})
    assert page.status_code == 200
    assert 'data-was="' in page.content.decode()


@pytest.mark.parametrize("table", ["facts", "opinions"])
def test_a_county_sees_what_the_standard_asks_with_its_clause(
    cast: Cast, campaign: Campaign, client_of: ClientOf, table: str
) -> None:
    address = reverse("collection:filing", args=[filing_of(COUNTY).pk])
    page = client_of("county_clerk").get(address, {"table": table}).content.decode()
    assert ("教师年平均工资" in page and "政府保障程度" in page) or "家长" in page


def test_a_form_shows_last_year_the_statistics_and_what_counts(
    cast: Cast, client_of: ClientOf
) -> None:
    begin(cast, 2024)
    Record.objects.create(filing=filing_of(SCHOOL, 2024), table="schools", reported={"books": 777})
    begin(cast, 2025)
    with_statistics(SCHOOL, books=1000, teaching_area=5000)
    page = client_of("clerk").get(reverse("collection:filing", args=[filing_of(SCHOOL).pk]))
    text = page.content.decode()
    assert "777" in text
    assert "1000" in text
    assert "更正理由（必填）" in text


def test_a_page_saves_a_cell_and_says_what_was_contested_or_refused(
    campaign: Campaign, client_of: ClientOf
) -> None:
    clerk, head = client_of("clerk"), client_of("headmaster")
    assert send(clerk, SCHOOL, edit("books", "1200 册")).json()["saved"][0]["value"] == 1200
    answer = send(head, SCHOOL, edit("books", "1300"), edit("computers", "六十"))
    assert answer.status_code == 409
    assert (len(answer.json()["contested"]), len(answer.json()["refused"])) == (1, 1)
    assert (
        send(head, SCHOOL, edit("books", "1300", was="1200"), key="another key").status_code == 200
    )


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"edits": [{}], "key": "12345678", "source": "reported"}',
    '{"edits": [], "key": "12345678", "source": "statistics"}', '{"edits": [], "key": "1", "source": "reported"}',
    '{"edits": 3, "key": "12345678", "source": "reported"}'])  # fmt: skip
def test_nonsense_is_answered_with_a_sentence(
    campaign: Campaign, client_of: ClientOf, body: str
) -> None:
    address = reverse("collection:cells", args=[filing_of(SCHOOL).pk])
    answer = client_of("clerk").post(address, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["refusal"]


def test_what_one_account_typed_is_not_saved_under_another(
    campaign: Campaign, cast: Cast, client_of: ClientOf
) -> None:
    typed_by = {"X-Account": str(cast.people["clerk"].pk)}
    body = {"key": "12345678", "source": "reported", "edits": [edit("books", "1")]}
    address = reverse("collection:cells", args=[filing_of(SCHOOL).pk])
    answer = client_of("headmaster").post(
        address, json.dumps(body), content_type="application/json", headers=typed_by
    )
    assert answer.status_code == 422
    assert not Record.objects.exists()


def test_a_session_that_is_over_is_told_to_the_script(campaign: Campaign) -> None:
    address = reverse("collection:cells", args=[filing_of(SCHOOL).pk])
    answer = Client().post(address, "{}", "application/json", headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401


@pytest.mark.parametrize("who", ["neighbour_clerk", "second_clerk", "far_approver", "auditor"])
def test_other_places_filings_are_not_there(
    campaign: Campaign, client_of: ClientOf, who: str
) -> None:
    client, pk = client_of(who), filing_of(SCHOOL).pk
    for name in ("filing", "history", "checks", "template"):
        assert client.get(reverse(f"collection:{name}", args=[pk])).status_code == 404


def test_classes_and_rooms_are_added_and_taken_out(campaign: Campaign, client_of: ClientOf) -> None:
    clerk = client_of("clerk")
    address = reverse("collection:rows", args=[filing_of(SCHOOL).pk])
    new = {
        "table": "classes",
        "level": "primary",
        "grade": "一年级",
        "name": "1班",
        "client_key": "1",
    }
    assert clerk.post(address, new).status_code == 302
    assert clerk.post(address, new | {"client_key": "2"}).status_code == 422
    assert (
        clerk.post(address, {"table": "rooms", "use": "music", "client_key": "3"}).status_code
        == 302
    )
    gone = {"table": "classes", "remove": "primary/一年级/1班", "client_key": "4"}
    assert clerk.post(address, gone).status_code == 302
    held = Record.objects.order_by("table").values_list("table", "removed")
    assert list(held) == [("classes", True), ("rooms", False)]


def test_the_checks_stand_beside_the_form_and_soft_ones_can_be_explained(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    clerk = client_of("clerk")
    send(clerk, SCHOOL, edit("above_degree", "90", "30", "sections", "primary"))
    address = reverse("collection:checks", args=[filing_of(SCHOOL).pk])
    page = clerk.get(address)
    hard = [each for each in page.context["found"] if each.hard]
    assert any("above_degree" in each.columns for each in hard)
    soft = next(each for each in page.context["found"] if not each.hard)
    written = edit(soft.column, "已核对原始台账", "", soft.table, soft.key)
    assert send(clerk, SCHOOL, written, key="an explanation").status_code == 200
    again = [each for each in clerk.get(address).context["found"] if each.column == soft.column]
    assert again[0].explanation == "已核对原始台账"


def test_a_campaign_is_laid_out_and_opened_on_its_pages(cast: Cast, client_of: ClientOf) -> None:
    city = client_of("city")
    form = {
        "owner": cast.places["990100"].pk, "name": "自评", "standard": "cn-quality-2017", "year": 2025,
        "opens": "2025-09-01", "schools_due": "2025-10-01", "county_due": "2025-11-01",
        "counties": [cast.places[COUNTY].pk],
    }  # fmt: skip
    answer = city.post(reverse("collection:new_campaign"), form | {"schools_due": "2024-01-01"})
    assert answer.status_code == 422
    answer = city.post(reverse("collection:new_campaign"), form)
    campaign = Campaign.objects.get()
    assert "拟稿" in city.get(answer.headers["Location"]).content.decode()
    assert client_of("county_clerk").get(answer.headers["Location"]).status_code == 404
    for step in ("open_campaign", "take_in", "close_campaign"):
        address = reverse(f"collection:{step}", args=[campaign.pk])
        assert client_of("other_city").post(address).status_code == 404
        assert client_of("county_approver").post(address).status_code in (404, 422)
        assert city.post(address).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.state, campaign.filings.count()) == ("closed", 3)
    assert Entry.objects.filter(action="campaign.open").count() == 2


def test_pages_ask_the_database_as_often_with_many_rows_as_with_few(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    addresses = [
        reverse("collection:campaigns"),
        reverse("collection:campaign", args=[campaign.pk]),
        reverse("collection:filing", args=[filing_of(SCHOOL).pk]) + "?table=classes",
        reverse("collection:history", args=[filing_of(SCHOOL).pk]),
    ]
    client = client_of("city")
    send(client_of("clerk"), SCHOOL, edit("books", "1"))
    few = [_queries(client, address) for address in addresses]
    _many(cast, campaign)
    assert [_queries(client, address) for address in addresses] == few


def _many(cast: Cast, campaign: Campaign) -> None:
    for number in range(20):
        found(
            Kind.SCHOOL, f"99010100{number + 10}", f"模拟{number}小", cast.places[COUNTY], by=None
        )
    new = Organisation.objects.filter(kind=Kind.SCHOOL, parent=cast.places[COUNTY])
    there = Filing.objects.values("organisation")
    Filing.objects.bulk_create(
        Filing(campaign=campaign, organisation=each, county=cast.places[COUNTY])
        for each in new.exclude(pk__in=there)
    )
    for number in range(20):
        record = Record.objects.create(
            filing=filing_of(SCHOOL), table="classes", key=f"primary/一/{number}班",
            reported={"pupils": 40},
        )  # fmt: skip
        Revision.objects.create(
            record=record, by=cast.people["clerk"], source=Source.REPORTED,
            changes={"pupils": [None, 40]},
        )  # fmt: skip
    for year in range(2000, 2020):
        Campaign.objects.create(
            owner=cast.places["990100"], name=str(year), standard="cn-quality-2017", year=year,
            opens="2025-01-01", schools_due="2025-01-01", county_due="2025-01-01",
            created_by=cast.people["city"],
        )  # fmt: skip


def _queries(client: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # what is read once for the whole process
    with CaptureQueriesContext(connection) as asked:
        answer: HttpResponse = client.get(address)
    assert answer.status_code == 200
    return len(asked)


def test_english_pages_name_columns_for_people(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    client, pk = client_of("clerk"), filing_of(SCHOOL).pk
    client.cookies["django_language"] = "en"
    pages = [f"?table={name}" for name in ("schools", "sections", "classes", "rooms")]
    for address in (*pages, "checks/", "history/"):
        shown = client.get(f"/filings/{pk}/{address}").content.decode()
        text = re.sub(r"<[^>]*>", " ", shown)
        assert not re.findall(r"\b[a-z]+_[a-z_]+\b", text), address
    assert (
        "Teachers of sports and arts"
        in client.get(f"/filings/{pk}/?table=sections").content.decode()
    )
