"""A province that was judged, and its boards as people see them."""

from __future__ import annotations

from copies import copied
from django.test import Client
from django.urls import reverse
from filled import province

from junheng.web.accounts.models import Account
from junheng.web.collection.models import Filing
from junheng.web.verdicts.services import refresh

COUNTY = "990101"


def judged() -> Filing:
    """Fill a province, judge its counties, and give the filing of the first."""
    copied("judged", _judge)
    rows = Filing.objects.select_related("campaign", "organisation", "county")
    return rows.get(organisation__code=COUNTY)


def _judge() -> None:
    _, campaign = province()
    rows = campaign.filings.select_related("campaign", "organisation", "county")
    for county in rows.filter(organisation__kind="county"):
        refresh(county)


def client_of(person: Account) -> Client:
    """Give a client of a person who has signed in."""
    client = Client()
    client.force_login(person, backend="junheng.web.accounts.backend.Accounts")
    return client


def shown(client: Client, route: str, *arguments: object, **query: str) -> str:
    """Give a page of the boards as it is sent."""
    answer = client.get(reverse(f"boards:{route}", args=arguments), query)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()
