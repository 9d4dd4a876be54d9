"""The API: the same rights as the pages, tokens that may do less than their owner, no nonsense kills it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cast import Cast, signed_in
from django.test import Client
from django.utils import timezone
from filled import account, province

from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.api import services
from junheng.web.api.models import Token
from junheng.web.collection.models import Campaign, Filing, Record
from junheng.web.verdicts.services import make_official, refresh

pytestmark = pytest.mark.django_db
SCHOOL, COUNTY = "9901010001", "990101"


@pytest.fixture
def campaign(db: None) -> Campaign:
    return province()[1]


def token_of(person: Account, *permissions: str) -> str:
    today = timezone.localdate()
    until = today + dt.timedelta(days=30)
    return services.give("测试", permissions, until, by=person, today=today)[1]


def ask(secret: str, address: str) -> Any:
    return Client().get(f"/api/v1/{address}", headers={"Authorization": f"Bearer {secret}"})


def send(secret: str, address: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().post(f"/api/v1/{address}", body, "application/json", headers=headers)


def test_without_a_token_or_with_a_session_alone_nothing_is_told(campaign: Campaign) -> None:
    assert Client().get("/api/v1/campaigns").status_code == 401
    assert signed_in(account("county_clerk", COUNTY)).get("/api/v1/campaigns").status_code == 401


def test_a_token_sees_what_its_owner_sees_and_nothing_else(campaign: Campaign) -> None:
    secret = token_of(account("school_clerk", SCHOOL), "see")
    filings = ask(secret, f"campaigns/{campaign.pk}/filings").json()
    assert [filing["organisation"] for filing in filings] == [SCHOOL]
    other = Filing.objects.get(campaign=campaign, organisation__code="9901020001")
    assert ask(secret, f"filings/{other.pk}").status_code == 404
    records = ask(secret, f"filings/{filings[0]['id']}").json()["records"]
    assert {record["table"] for record in records} >= {"schools", "sections", "classes"}


def test_a_token_may_do_less_than_its_owner_and_never_more(campaign: Campaign) -> None:
    clerk = account("school_clerk", SCHOOL)
    with pytest.raises(WebRefusal):
        token_of(clerk, "see", "audit")
    reading = token_of(clerk, "see")
    filing = Filing.objects.get(campaign=campaign, organisation__code=SCHOOL)
    assert send(reading, f"filings/{filing.pk}/cells", save("5")).status_code == 422
    filling = token_of(clerk, "see", "fill")
    assert send(filling, f"filings/{filing.pk}/cells", save("5")).status_code == 200
    assert Record.objects.get(filing=filing, table="schools").reported["public_funds"] == 5


def save(now: str, was: Any = None, key: str = "a-save-0001") -> dict[str, Any]:
    edit = {"table": "schools", "key": "", "column": "public_funds", "was": was, "now": now}
    return {"key": key, "edits": [{**edit, "reason": "按决算更正"}]}


def test_a_save_sent_again_counts_once_and_a_contested_cell_is_told(campaign: Campaign) -> None:
    secret = token_of(account("school_clerk", SCHOOL), "see", "fill")
    filing = Filing.objects.get(campaign=campaign, organisation__code=SCHOOL)
    address = f"filings/{filing.pk}/cells"
    first = send(secret, address, save("5"))
    assert send(secret, address, save("5")).json() == first.json()
    contested = send(secret, address, save("7", was=None, key="a-save-0002"))
    assert contested.status_code == 409
    assert contested.json()["contested"]


def test_a_revoked_expired_or_orphaned_token_opens_nothing(campaign: Campaign) -> None:
    clerk = account("school_clerk", SCHOOL)
    secret = token_of(clerk, "see")
    Token.objects.update(ends=timezone.localdate() - dt.timedelta(days=1))
    assert ask(secret, "campaigns").status_code == 401
    secret = token_of(clerk, "see")
    services.revoke(Token.objects.get(digest=services.digest_of(secret)), by=clerk)
    assert ask(secret, "campaigns").status_code == 401
    secret = token_of(clerk, "see")
    Account.objects.filter(pk=clerk.pk).update(is_active=False)
    assert ask(secret, "campaigns").status_code == 401


def test_secrets_are_kept_as_hashes_alone(campaign: Campaign) -> None:
    secret = token_of(account("school_clerk", SCHOOL), "see")
    assert secret not in str(list(Token.objects.values()))


def test_verdicts_are_given_in_the_form_of_the_contract(campaign: Campaign) -> None:
    filing = Filing.objects.select_related("campaign", "organisation").get(
        campaign=campaign, organisation__code=COUNTY
    )
    refresh(filing)
    official = make_official(filing, by=account("county_approver", COUNTY), occasion="submitted")
    secret = token_of(account("county_clerk", COUNTY), "see")
    assert ask(secret, f"filings/{filing.pk}/standing").json()["payload"]["counties"]
    assert ask(secret, "verdicts").json()[0]["digest"] == official.digest
    assert ask(secret, f"verdicts/{official.pk}").json() == official.payload
    stranger = token_of(account("county_clerk", "990102"), "see")
    assert ask(stranger, f"verdicts/{official.pk}").status_code == 404


def test_heads_of_the_log_are_for_auditors(cast: Cast) -> None:
    heads = ask(token_of(cast.people["auditor"], "audit"), "log/heads").json()
    assert [head["organisation"] for head in heads] == [COUNTY]
    assert ask(token_of(cast.people["clerk"], "see"), "log/heads").json() == []


def test_the_description_names_every_door(campaign: Campaign) -> None:
    described = Client().get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.")
    assert len(described["paths"]) == 9
