"""Many people saving at once, on a database that lets them: run by test_postgres.py."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from cast import Cast
from collecting import COUNTY, SCHOOL, SECOND, begin, filing_of
from django.db import connection

from junheng.web.audit.models import Entry
from junheng.web.collection.edits import Edit
from junheng.web.collection.models import Record, Revision
from junheng.web.collection.saving import Receipt, save_cells

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 12


def at_once(act: Callable[[int], Receipt]) -> list[Receipt]:
    """Let as many act as threads, all beginning together; what goes wrong in one fails the test."""
    found: dict[int, Receipt] = {}
    gate = threading.Barrier(AT_ONCE)

    def run(number: int) -> None:
        try:
            gate.wait()
            found[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == AT_ONCE
    return list(found.values())


def test_of_many_who_change_one_cell_at_once_one_wins_and_the_others_are_told(cast: Cast) -> None:
    begin(cast)
    filing, people = filing_of(SCHOOL), [cast.people["clerk"], cast.people["headmaster"]]

    def change(number: int) -> Receipt:
        edit = Edit("schools", "", "books", None, str(1000 + number))
        return save_cells(filing, [edit], by=people[number % 2], client_key=f"key {number}")

    receipts = at_once(change)
    assert sum(len(each.saved) for each in receipts) == 1
    assert sum(len(each.contested) for each in receipts) == AT_ONCE - 1
    assert Revision.objects.count() == 1


def test_one_save_sent_many_times_at_once_counts_once(cast: Cast) -> None:
    begin(cast)
    filing = filing_of(SCHOOL)
    edit = Edit("sections", "primary", "pupils", None, "500")
    receipts = at_once(
        lambda _number: save_cells(filing, [edit], by=cast.people["clerk"], client_key="the key")
    )
    assert all(each == receipts[0] for each in receipts)
    assert Revision.objects.count() == Record.objects.count() == 1


def test_schools_that_save_at_once_lose_nothing_and_the_county_counts_every_save(
    cast: Cast,
) -> None:
    begin(cast)
    schools = [(filing_of(SCHOOL), "clerk"), (filing_of(SECOND), "second_clerk")]

    def save(number: int) -> Receipt:
        filing, who = schools[number % 2]
        edit = Edit("classes", f"primary/一/{number}班", "pupils", None, "40")
        return save_cells(filing, [edit], by=cast.people[who], client_key=f"key {number}")

    at_once(save)
    assert Record.objects.count() == Revision.objects.count() == AT_ONCE
    assert filing_of(COUNTY).data_version == AT_ONCE
    assert Entry.objects.filter(action="filing.save").count() == AT_ONCE
