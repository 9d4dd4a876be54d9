"""The pages of collection: forms, saving by script, workbooks and statistics."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from cast import Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from test_collection import COUNTY, SCHOOL, SECOND, begin, filing_of, fill, with_statistics

from junheng.web.accounts.models import Kind, Organisation
from junheng.web.accounts.services import found
from junheng.web.audit.models import Entry
from junheng.web.collection.models import Campaign, Filing, Record, Revision, Source
from junheng.web.jobs.models import Job, State
from junheng.web.jobs.services import do, take

ClientOf = Callable[[str], Client]


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return begin(cast)


def send(client: Client, code: str, *edits: dict[str, Any], key: str = "a key of its own") -> Any:
    body = {"key": key, "source": "reported", "edits": list(edits)}
    address = reverse("collection:cells", args=[filing_of(code).pk])
    return client.post(address, json.dumps(body), content_type="application/json")


def edit(
    column: str, now: str, was: str | None = "", table: str = "schools", key: str = ""
) -> dict[str, Any]:
    return {"table": table, "key": key, "column": column, "was": was, "now": now, "reason": ""}


def work() -> Job:
    job = take()
    assert job is not None
    do(job)
    job.refresh_from_db()
    return job


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


def workbook(client: Client, code: str) -> openpyxl.Workbook:
    answer = client.get(reverse("collection:template", args=[filing_of(code).pk]))
    assert "attachment" in answer.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(b"".join([answer.content])))


def put(book: openpyxl.Workbook, sheet: str, heading: str, text: object) -> None:
    """Write under a heading, in the first row below."""
    for row in book[sheet].iter_rows(max_row=10):
        for cell in row:
            if str(cell.value or "").split("\n")[0].strip("*") == heading:
                book[sheet].cell(cell.row + 1, cell.column).value = text
                return
    raise AssertionError(heading)


def upload(
    client: Client, code: str, book: openpyxl.Workbook | bytes, name: str = "表.xlsx"
) -> Any:
    content = io.BytesIO()
    if isinstance(book, bytes):
        content.write(book)
    else:
        book.save(content)
    file = SimpleUploadedFile(name, content.getvalue())
    return client.post(reverse("collection:workbook", args=[filing_of(code).pk]), {"file": file})


def test_a_workbook_is_compared_shown_and_then_applied_in_one_piece(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    clerk = client_of("clerk")
    book = workbook(clerk, SCHOOL)
    put(book, "学校", "图书", "1.5万")
    put(book, "学段", "在校生数", 512)
    assert upload(clerk, SCHOOL, book).status_code == 302
    before = Revision.objects.count()
    job = work()
    assert (job.state, job.problem) == (State.DONE, "")
    changed = {(d["column"], d["was"], d["now"]) for d in job.result["differences"]}
    assert changed == {("books", None, "15000"), ("pupils", 500, "512")}
    assert Revision.objects.count() == before
    address = job.result["next"]
    assert "15000" in clerk.get(address).content.decode()
    assert clerk.post(address).status_code == 302
    assert clerk.post(address).status_code == 302
    assert Revision.objects.count() == before + 2
    assert Record.objects.get(table="sections").reported["pupils"] == 512
    assert "sha256:" in Revision.objects.latest("pk").origin


def test_a_workbook_that_differs_from_what_changed_meanwhile_is_not_applied_at_all(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    clerk = client_of("clerk")
    book = workbook(clerk, SCHOOL)
    put(book, "学校", "图书", 15000)
    put(book, "学段", "在校生数", 512)
    upload(clerk, SCHOOL, book)
    job = work()
    send(client_of("headmaster"), SCHOOL, edit("pupils", "520", "500", "sections", "primary"))
    assert clerk.post(job.result["next"]).status_code == 422
    assert "books" not in Record.objects.get(table="schools").reported


def test_a_bad_workbook_is_refused_with_sheet_row_column_and_a_sentence(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    clerk = client_of("clerk")
    book = workbook(clerk, SCHOOL)
    put(book, "学校", "图书", "约一万")
    put(book, "学段", "在校生数", 12.5)
    upload(clerk, SCHOOL, book)
    job = work()
    assert job.state == State.REFUSED
    page = clerk.get(reverse("jobs:job", args=[job.pk])).content.decode()
    assert "《学校》" in page
    assert "约一万" in page
    assert "《学段》" in page


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 no zip at all", b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600],
)
def test_a_hostile_workbook_is_refused_with_a_sentence(
    campaign: Campaign, client_of: ClientOf, content: bytes
) -> None:
    clerk = client_of("clerk")
    answer = upload(clerk, SCHOOL, content)
    if answer.status_code != 422:  # an empty file is refused at once
        job = work()
        assert (job.state, bool(job.problem)) == (State.REFUSED, True)
    assert not Record.objects.exists()


def test_what_is_no_workbook_by_name_or_of_another_school_is_refused(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    assert upload(client_of("clerk"), SCHOOL, b"x", "表.exe").status_code == 422
    fill(cast, SECOND, "second_clerk", "nine_year", ("primary", "junior"))
    upload(client_of("clerk"), SCHOOL, workbook(client_of("second_clerk"), SECOND))
    assert SECOND in work().problem


def test_a_job_is_shown_to_who_asked_for_it_alone(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    answer = upload(client_of("clerk"), SCHOOL, workbook(client_of("clerk"), SCHOOL))
    part = client_of("clerk").get(answer.headers["Location"], headers={"HX-Request": "true"})
    assert "every 1s" in part.content.decode()
    work()
    part = client_of("clerk").get(answer.headers["Location"], headers={"HX-Request": "true"})
    assert "every 1s" not in part.content.decode()
    assert client_of("headmaster").get(answer.headers["Location"]).status_code == 404
    job = Job.objects.get()
    stolen = reverse("collection:upload", args=[filing_of(SCHOOL).pk, job.pk])
    assert client_of("headmaster").get(stolen).status_code == 404


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


def export(*rows: tuple[str, int, int]) -> bytes:
    """Make exports of the statistics with pupils and books of schools."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    head = ["学校标识码", "学校名称"]
    pupils = [
        ["小学学生数"],
        [*head, "在校生数"],
        *([code, "模拟", many] for code, many, _b in rows),
    ]
    books = [[*head, "图书（册）"], *([code, "模拟", many] for code, _p, many in rows)]
    for name, lines in (("教基3112", pupils), ("教基5176", books)):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bring(client: Client, content: bytes) -> Any:
    address = reverse("collection:statistics", args=[filing_of(COUNTY).pk])
    return client.post(address, {"files": SimpleUploadedFile("统计.xlsx", content)})


def test_statistics_stand_beside_what_was_reported_and_say_where_they_come_from(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    send(client_of("clerk"), SCHOOL, edit("books", "4000"))
    content = export((SCHOOL, 410, 3000), ("9901020001", 100, 900))
    assert bring(client_of("county_clerk"), content).status_code == 302
    job = work()
    assert (job.state, job.problem) == (State.DONE, "")
    school = Record.objects.get(table="schools")
    assert (school.reported, school.statistics["books"]) == ({"books": 4000}, 3000)
    assert Record.objects.get(table="sections").statistics == {"pupils": 410}
    said = " ".join(job.result["notices"])
    assert "9901020001" in said
    assert SECOND in said
    revision = Revision.objects.get(record=school, source=Source.STATISTICS)
    assert hashlib.sha256(content).hexdigest() in revision.origin
    assert filing_of(COUNTY).data_version == 2


def test_statistics_sent_again_change_only_what_they_say_otherwise(
    cast: Cast, campaign: Campaign, client_of: ClientOf
) -> None:
    clerk = client_of("county_clerk")
    for books in (3000, 3000, 3100):
        bring(clerk, export((SCHOOL, 410, books)))
        assert work().state == State.DONE
    changes = [r.changes["books"] for r in Revision.objects.all() if "books" in r.changes]
    assert changes == [[None, 3000], [3000, 3100]]
    assert filing_of(COUNTY).data_version == 2


@pytest.mark.parametrize("who", ["clerk", "county_approver", "city"])
def test_only_who_fills_in_for_the_county_brings_its_statistics(
    campaign: Campaign, client_of: ClientOf, who: str
) -> None:
    assert bring(client_of(who), export((SCHOOL, 410, 3000))).status_code in (404, 422)
    assert not Job.objects.exists()


def test_a_damaged_export_changes_nothing(campaign: Campaign, client_of: ClientOf) -> None:
    bring(client_of("county_clerk"), export((SCHOOL, 410, 3000))[:700])
    assert work().state == State.REFUSED
    assert not Record.objects.exists()
