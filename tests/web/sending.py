"""What pages and workbooks send."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
from collecting import filing_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from junheng.web.jobs.models import Job
from junheng.web.jobs.services import do, take

ClientOf = Callable[[str], Client]


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
