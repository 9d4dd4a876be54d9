"""Exports of the statistics stand beside what was reported."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import openpyxl
import pytest
from cast import Cast
from collecting import COUNTY, SCHOOL, SECOND, filing_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from sending import ClientOf, edit, send, work

from junheng.web.collection.models import Campaign, Record, Revision, Source
from junheng.web.jobs.models import Job, State


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
