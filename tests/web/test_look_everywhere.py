"""Every page that links lead to, with the numbers of a synthetic province: axe, width, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import filled
import pytest
from browser import PHONE, picture, violations, wider_than_the_screen
from browser_fixtures import PageFor
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from junheng.web.accounts.models import Account

pytestmark = pytest.mark.xdist_group("browser")

WALKERS = ("provincial_reviewer", "county_approver", "headmaster", "administrator", "auditor")
"""From above to below, so that each page is met first with the most on it."""
OF_EACH_ROLE = {"home", "collection:filing", "reviews:filing"}


def test_every_page_passes_axe_and_fits_a_phone(page_for: PageFor) -> None:
    filled.province()
    wrong: list[str] = []
    seen: set[str] = set()
    for role in WALKERS:
        page = page_for(Account.objects.filter(appointments__role=role).earliest("username"))
        for route, address in _walk(page, seen):
            wrong += [f"{role} {address}: {each}" for each in violations(page)]
            picture(page, f"{role}-{route.replace(':', '-')}")
            page.set_viewport_size(PHONE)
            wrong += [f"{role} {address}: wide: {each}" for each in wider_than_the_screen(page)]
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 20


def _walk(page: Page, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Go to one page of each route that links lead to; what is no page is left out."""
    seen -= OF_EACH_ROLE
    ahead = ["/"]
    while ahead:
        address = ahead.pop(0)
        route = _route(address)
        if route in seen:
            continue
        if "text/html" not in page.request.get(address).headers["content-type"]:
            continue
        page.goto(address)
        seen.add(route)
        yield route, address
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        inside = [urlsplit(urldefrag(link).url) for link in links]
        ahead += [f"{one.path}?{one.query}".rstrip("?") for one in inside]


def _route(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return address
