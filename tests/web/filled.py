"""A campaign that is open and filled from a synthetic data set, for tests that need numbers."""

from __future__ import annotations

import datetime as dt
from functools import cache

from copies import copied
from django.utils import timezone

from junheng.web.accounts.models import Account, Organisation
from junheng.web.collection.models import Campaign
from junheng.web.project import demo

SCHOOLS = 6
PASSWORD = "Correct-horse-7"  # noqa: S105  # of the tests' people alone


@cache
def frames(years: tuple[int, int] = (2025, 2025)) -> demo.Frames:
    """Make up two counties of six schools each, once for all tests of a run."""
    return demo.data(2, years, SCHOOLS)


def province(today: dt.date | None = None) -> tuple[dict[str, Organisation], Campaign]:
    """Found the places, their people and an open campaign with data, in an empty database."""
    today = today or timezone.localdate()
    copied(("province", today), lambda: _lay_out(today))
    places = {place.code: place for place in Organisation.objects.select_related("parent")}
    return places, Campaign.objects.select_related("owner").get()


def _lay_out(today: dt.date) -> None:
    places = demo.organisations(frames())
    demo.people(places, PASSWORD)
    demo.plant(demo.campaign(places, 2025, today=today), frames())


def account(role: str, code: str) -> Account:
    """Find the account of a role at a place."""
    return Account.objects.get(username=f"{role}-{code}")
