"""Queries whose SQL is kept give and store what Django's own do; one save is a fixed number of them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest
from cast import Cast, signed_in
from collecting import COUNTY, SCHOOL, begin, filing_of, put
from django.db import connection, transaction
from django.db.models import DateField, F
from django.db.transaction import TransactionManagementError
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from junheng.web.audit.models import Chain, Entry
from junheng.web.audit.prepared import Given, Prepared, PreparedChange, PreparedInsert
from junheng.web.collection.cells import _SPACES
from junheng.web.collection.edits import Edit
from junheng.web.collection.models import Campaign, Filing, Record, Revision, Save, Source


def revisions(record: Any) -> Any:
    rows = Revision.objects.filter(record=record).order_by("-pk")
    return rows.select_related("record__filing", "by")


def test_a_kept_query_gives_the_models_that_the_query_itself_gives(
    cast: Cast, campaign: Campaign
) -> None:
    put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "1200"))
    put(cast, "clerk", SCHOOL, Edit("schools", "", "books", 1200, "1300", "核对"))
    record = Record.objects.get()
    kept = Prepared(lambda: revisions(Given("record")))
    own, found = list(revisions(record.pk)), kept.rows(record=record.pk)
    assert [model_to_dict(each) for each in found] == [model_to_dict(each) for each in own]
    assert [each.at for each in found] == [each.at for each in own]
    with CaptureQueriesContext(connection) as asked:
        assert found[0].record.filing.pk == record.filing_id
        assert found[0].by.username == cast.people["clerk"].username
    assert not asked.captured_queries
    assert kept.rows(record=record.pk + 1) == []
    assert kept.one(record=record.pk + 1) is None


def test_a_kept_query_takes_new_values_every_time(campaign: Campaign) -> None:
    of_code = Filing.objects.filter(
        organisation__code=Given("code"), campaign__opens__lte=Given("day", DateField())
    )
    kept = Prepared(lambda: of_code.values_list("pk", flat=True))
    found = [kept.one(code=code, day=campaign.opens) for code in (SCHOOL, COUNTY, "x")]
    assert found == [filing_of(SCHOOL).pk, filing_of(COUNTY).pk, None]
    assert kept.one(code=SCHOOL, day=campaign.opens - dt.timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_alone() -> None:
    kept = Prepared(lambda: Chain.objects.select_for_update().filter(pk=Given("pk")))
    with pytest.raises(TransactionManagementError):
        kept.rows(pk=1)
    with transaction.atomic():
        assert kept.rows(pk=1) == []


def test_kept_changes_and_additions_store_what_the_models_would(
    cast: Cast, campaign: Campaign
) -> None:
    filing, by = filing_of(SCHOOL), cast.people["clerk"]
    change = PreparedChange(
        lambda: (
            Filing.objects.filter(pk=Given("pk")),
            {"data_version": F("data_version") + Given("by")},
        )
    )
    for _ in range(2):
        change.make(pk=filing.pk, by=3)
    assert filing_of(SCHOOL).data_version == filing.data_version + 6
    insert, begun = PreparedInsert(Save), timezone.now()
    for number in range(2):
        save = Save(filing=filing, by=by, key=f"key {number}", digest="0", receipt={"值": [number]})
        insert.add(save)
        stored = Save.objects.get(pk=save.pk)
        assert model_to_dict(stored) == model_to_dict(save)
        assert begun <= stored.at == save.at <= timezone.now()
        assert stored.at - begun < dt.timedelta(minutes=1)
    with pytest.raises(TypeError):
        Entry.objects.last().save()  # type: ignore[union-attr]  # opening the campaign is in the log


def saved(client: Client, number: int) -> list[str]:
    """Save two cells as a page does; give the statements that the database was asked."""
    cells = [
        {"table": "schools", "key": "", "column": name, "was": was, "now": str(number + 1)}
        for name in ("books", "computers")
        for was in [number or None]
    ]
    sent = {"key": f"key number {number}", "source": Source.REPORTED, "edits": cells}
    address = reverse("collection:cells", args=[filing_of(SCHOOL).pk])
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(address, json.dumps(sent), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return [each["sql"] for each in asked.captured_queries]


@pytest.mark.django_db(transaction=True)
def test_a_save_asks_the_database_seventeen_times(cast: Cast) -> None:
    begin(cast)
    client = signed_in(cast.people["clerk"])
    statements = [saved(client, number) for number in range(3)][-1]
    begins = next(n for n, sql in enumerate(statements) if sql.startswith("BEGIN"))
    assert (len(statements), begins) == (17, 5), "\n".join(statements)


def test_spaces_around_what_is_typed_are_those_around_cells_of_workbooks() -> None:
    every = [chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000]
    texts = [f"{each}1{each}" for each in every]
    assert pl.Series(texts).str.strip_chars().to_list() == [text.strip(_SPACES) for text in texts]


def test_a_save_into_the_filing_of_another_school_finds_none(
    cast: Cast, campaign: Campaign
) -> None:
    others = Filing.objects.exclude(organisation__code=SCHOOL)
    client = signed_in(cast.people["clerk"])
    sent = json.dumps({"key": "x" * 20, "source": Source.REPORTED, "edits": []})
    answers = {
        client.post(reverse("collection:cells", args=[pk]), sent, content_type="application/json")
        .status_code for pk in others.values_list("pk", flat=True)
    }  # fmt: skip
    assert answers == {404}
