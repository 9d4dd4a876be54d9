"""The scene of the guides' pictures: a synthetic county at work, and which pages are shown of it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from boarded import judged
from browser import LAPTOP
from django.db import transaction
from django.urls import reverse
from filled import account
from PIL import Image
from playwright.sync_api import Page

from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.services import found
from junheng.web.collection.models import Filing, FilingState

COUNTY, OTHER = "990101", "990102"
WINDOW = {"width": 960, "height": 620}
_DATES = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]{2,8} \d{4}|[A-Z][a-z]+day|星期.|\d\d:\d\d"
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: whose page, which, and what is done on it first."""

    role: str
    place: str
    route: str
    of: str = ""
    """The organisation whose filing the page is about; empty: the page is about none."""


SHOTS = {
    "clerk-home": Shot("school_clerk", "9901010001", "home"),
    "clerk-filing": Shot("school_clerk", "9901010001", "collection:filing", "9901010001"),
    "county-home": Shot("county_clerk", COUNTY, "home"),
    "county-review": Shot("county_clerk", COUNTY, "reviews:filing", "9901010002"),
    "reviewer-home": Shot("city_reviewer", "990100", "home"),
    "reviewer-county": Shot("city_reviewer", "990100", "reviews:filing", OTHER),
    "planner-gaps": Shot("county_clerk", COUNTY, "planning:gaps", COUNTY),
    "planner-what-if": Shot("county_clerk", COUNTY, "planning:what_if", COUNTY),
    "administrator-home": Shot("administrator", COUNTY, "home"),
    "administrator-people": Shot("administrator", COUNTY, "accounts:people"),
}


@transaction.atomic
def laid_out() -> None:
    """Fill an empty database: schools at work, one submitted, a county with the city."""
    judged()
    for code, state in (("9901010002", FilingState.SUBMITTED), (OTHER, FilingState.WITH_CITY)):
        Filing.objects.filter(organisation__code=code).update(state=state)
    county = Organisation.objects.get(code=COUNTY)
    found(Kind.SCHOOL, "9901010099", "模拟新城小学", county, by=None)
    for role, code in (("county_approver", COUNTY), ("headmaster", "9901010003")):
        Account.objects.filter(pk=account(role, code).pk).update(must_change_password=True)


def address(shot: Shot) -> str:
    """Give the address of a picture's page."""
    if not shot.of:
        return reverse(shot.route)
    return reverse(shot.route, args=[Filing.objects.get(organisation__code=shot.of).pk])


def text(page: Page) -> list[str]:
    """Give what a page says in the part that is pictured, without days and times."""
    whole = page.locator("main").inner_text()
    lines = [_DATES.sub("…", line).strip() for line in whole.splitlines()]
    return [line for line in lines if line][:30]


def drawn(page: Page) -> bytes:
    """Take the picture, with few colours so that it stays small."""
    page.set_viewport_size(WINDOW)  # type: ignore[arg-type]
    image = Image.open(io.BytesIO(page.screenshot()))
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    kept = io.BytesIO()
    image.convert("RGB").quantize(64).save(kept, "PNG", optimize=True)
    return kept.getvalue()
