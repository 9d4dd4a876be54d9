"""Findings on boards and pages are those of the data as they are, and worked out once for each state."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from boarded import COUNTY, client_of, judged, shown
from django.test import Client
from django.urls import reverse
from filled import account

from junheng import inmemory
from junheng.web.collection.edits import Edit
from junheng.web.collection.findings import found, hard
from junheng.web.collection.models import Campaign, Filing, Record, Revision
from junheng.web.collection.saving import save_cells

pytestmark = pytest.mark.django_db
SCHOOL = f"{COUNTY}0001"


@pytest.fixture
def filing(db: None) -> Filing:
    return judged()


@pytest.fixture
def school(filing: Filing) -> Filing:
    return filing.campaign.filings.get(organisation__code=SCHOOL)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time that tables are checked."""
    made: list[int] = []
    really = inmemory.checked

    def counted(*tables: Any) -> Any:
        made.append(1)
        return really(*tables)

    monkeypatch.setattr(inmemory, "checked", counted)
    return made


def to_mend(client: Client, school: Filing) -> int:
    """Read off a school's page how many data are to be looked at."""
    page = shown(client, "school", school.pk)
    told = re.search(r'#findings">(\d+)</a>', page)
    assert told is not None
    return int(told.group(1))


def primary(school: Filing) -> Record:
    return Record.objects.get(filing=school, table="sections", key="primary")


def backbone(school: Filing, now: str) -> None:
    """Have the school report so many backbone teachers."""
    was = primary(school).reported.get("backbone")
    edit = Edit("sections", "primary", "backbone", was=was, now=now, reason="核对")
    clerk = account("school_clerk", SCHOOL)
    assert save_cells(school, [edit], by=clerk, client_key=uuid4().hex).saved


def test_a_page_shows_at_once_what_a_save_breaks_and_mends(school: Filing) -> None:
    row = primary(school)
    del row.statistics["backbone"]
    row.save()
    client = client_of(account("headmaster", SCHOOL))
    sound = to_mend(client, school)
    assert not Revision.objects.exists(), "What is there came with the filing."
    for number, more in (("9000", 1), ("1", 0), ("9000", 1), ("2", 0)):
        backbone(school, number)
        assert to_mend(client, school) == sound + more
        assert hard(school) == sound + more


def test_what_changes_without_a_save_is_seen_too(filing: Filing, school: Filing) -> None:
    before = {each.mark for each in found(filing, "zh")}
    row = primary(school)
    row.counted = {"pupils": 77.5}
    row.save()
    new = [each for each in found(filing, "zh") if each.mark not in before]
    assert any(each.school == SCHOOL and each.hard for each in new)
    last_year(school)
    row = primary(Filing.objects.get(organisation=school.organisation, campaign__year=2024))
    for times in (10, 1):
        row.counted = {"pupils": 77.5 * times}
        row.save()
        grew = [e for e in found(filing, "zh") if e.school == SCHOOL and "人变为" in e.what]
        assert bool(grew) == (times > 1)


def last_year(school: Filing) -> None:
    """Give the county a campaign of the year before, with this school in it."""
    now = school.campaign
    run = Campaign.objects.create(
        owner=now.owner, name="2024（模拟）", standard=now.standard, year=2024, opens=now.opens,
        schools_due=now.schools_due, county_due=now.county_due, state="open",
        created_by=now.created_by,
    )  # fmt: skip
    for place in (school.county, school.organisation):
        Filing.objects.create(campaign=run, organisation=place, county=school.county)
    own = run.filings.get(organisation=school.organisation)
    for record in Record.objects.filter(filing=school, table__in=("schools", "sections")):
        record.pk, record.filing = None, own
        record.save()


def test_the_same_data_are_checked_once(school: Filing, checks: list[int]) -> None:
    client = client_of(account("headmaster", SCHOOL))
    row = primary(school)
    for number, times in ((50321, 1), (50322, 2), (50321, 2)):
        row.counted = {"pupils": number}
        row.save()
        for _ in range(3):
            to_mend(client, school)
            client.get(reverse("collection:checks", args=[school.pk]))
        assert len(checks) == times
