"""Workbooks: handed out, compared, applied whole or refused."""

from __future__ import annotations

import pytest
from cast import Cast
from collecting import SCHOOL, SECOND, filing_of, fill
from django.urls import reverse
from sending import ClientOf, edit, put, send, upload, work, workbook

from junheng.web.collection.models import Campaign, Record, Revision
from junheng.web.jobs.models import Job, State


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
