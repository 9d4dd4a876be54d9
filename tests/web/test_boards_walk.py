"""Each figure opens its explanation: every number of a verdict on a board is a link to its working."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urldefrag

import pytest
from boarded import COUNTY, client_of, judged, shown
from django.test import Client
from filled import account
from lxml import html

from junheng.web.collection.models import Filing
from junheng.web.verdicts.models import Standing

pytestmark = pytest.mark.django_db
DIGIT = re.compile(r"\d")
WORKING = "/verdicts/"
CELLS = "//main//td | //main//dd | //main//ul[@class='board-list']/li"
"""Where boards show numbers. Headings name years and documents; sentences below explain."""
NO_VERDICT = ("board-price",)
"""Cells whose numbers are no part of a verdict: unit prices and sums of the same row or column."""


@pytest.fixture
def filing(db: None) -> Filing:
    return judged()


def unlinked(page: str) -> list[str]:
    """Give the cells whose numbers lead nowhere."""
    found = []
    for cell in html.fromstring(page).xpath(CELLS):
        if set(cell.classes) & set(NO_VERDICT) or cell.xpath("ancestor::*[@data-setting]"):
            continue
        said = ".//text()[not(ancestor::a or ancestor::*[contains(@class, 'badge')])]"
        bare = "".join(cell.xpath(said))
        if DIGIT.search(bare) and not cell.xpath("./ancestor::form"):
            found.append(" ".join(bare.split()))
    return found


def links(page: str) -> dict[str, list[str]]:
    """Give the addresses that numbers lead to, with the numbers."""
    found: dict[str, list[str]] = {}
    for anchor in html.fromstring(page).xpath("//main//a[@href]"):
        if DIGIT.search(anchor.text_content()) and WORKING in anchor.get("href"):
            found.setdefault(anchor.get("href"), []).append(anchor.text_content().strip())
    return found


def follow(client: Client, page: str) -> int:
    """Open every working once; what the address names must be there."""
    pages: dict[str, Any] = {}
    for address in links(page):
        path, part = urldefrag(address)
        if path not in pages:
            answer = client.get(path)
            assert answer.status_code == 200, path
            pages[path] = html.fromstring(answer.content)
        if part:
            assert pages[path].xpath("//*[@id=$part]", part=part), address
    return len(pages)


def test_each_figure_of_a_county_board_opens_its_working(filing: Filing) -> None:
    client = client_of(account("county_approver", COUNTY))
    page = shown(client, "county", filing.pk)
    assert unlinked(page) == []
    balance = Standing.objects.get(filing=filing).summary["balance"]
    assert follow(client, page) >= len([row for row in balance if row["indicator"] != "composite"])
    for row in html.fromstring(page).xpath("//tr[@data-level]"):
        [cv] = row.xpath(".//data/@value")
        [way] = set(row.xpath("./td/a/@href"))
        if cv != "None" and "/balance/" in way:
            assert f"{float(cv):.6f}" in client.get(way).content.decode()


def test_each_figure_of_a_school_opens_its_working(filing: Filing) -> None:
    client = client_of(account("county_approver", COUNTY))
    sections = Standing.objects.get(filing=filing).payload["counties"][0]["sections"]
    failing = next(s["school"] for s in sections if s["verdict"] == "fail")
    school = filing.campaign.filings.get(organisation__code=failing)
    page = shown(client, "school", school.pk)
    assert unlinked(page) == []
    assert follow(client, page) == 1
    working = html.fromstring(client.get(f"/verdicts/schools/{school.pk}/").content)
    for row in html.fromstring(page).xpath("//tr[@data-indicator]"):
        name = f"{row.get('data-level')}-{row.get('data-indicator')}"
        told = row.xpath("string(./td[1]//a/text())").strip().replace(",", "")
        cells = working.xpath("//tr[@id=$name]/td", name=name)
        assert cells[3].text_content().startswith(told), name


def test_each_figure_of_a_province_opens_its_working(filing: Filing) -> None:
    client = client_of(account("provincial_reviewer", "990000"))
    where = filing.campaign.owner_id, filing.campaign_id
    assert unlinked(shown(client, "province", *where)) == []
    pages = [shown(client, "province", *where, show=level) for level in ("primary", "junior")]
    assert [unlinked(page) for page in pages] == [[], []]
    assert sum(follow(client, page) for page in pages) > 0
