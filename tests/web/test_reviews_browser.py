"""The review in a real browser: a county returns, the school corrects; nothing is wider than a phone."""

from __future__ import annotations

import pytest
from browser import PHONE, picture, violations, wider_than_the_screen
from browser_fixtures import PageOf
from cast import Cast
from reviewing import Desk

from junheng.web.collection.models import FilingState, Record
from junheng.web.reviews.models import Certificate, StepTaken

pytestmark = pytest.mark.xdist_group("browser")
SCHOOL, COUNTY = "9901010001", "990101"


def test_a_county_returns_with_reasons_and_its_pages_are_sound(page_of: PageOf, cast: Cast) -> None:
    desk = Desk(cast)
    filing = desk.filing(SCHOOL)
    Record.objects.create(filing=filing, table="schools", key="", reported={"kind": "primary"})
    section = {"pupils": 300, "teachers": 10, "above_degree": 12}
    Record.objects.create(filing=filing, table="sections", key="primary", reported=section)
    desk.put(SCHOOL, FilingState.SUBMITTED)
    desk.put("9901010002", FilingState.SUBMITTED)
    page = page_of("county_clerk")
    page.goto("/reviews/")
    looked_at(page, "reviews-desk")
    page.get_by_role("link", name="模拟一小", exact=True).click()
    page.get_by_text("逻辑错误").first.wait_for()
    page.get_by_role("link", name="退回学校").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="再加一项").click()
    page.locator('[name="item-2-subject"]').wait_for()
    page.locator('[name="item-2-subject"]').select_option("sections:pupils")
    page.locator('[name="item-2-why"]').fill("与学籍人数不符，请核对。")
    looked_at(page, "reviews-return")
    page.get_by_role("button", name="退回学校").click()
    page.get_by_text("与学籍人数不符，请核对。").wait_for()
    looked_at(page, "reviews-filing")
    assert len(StepTaken.objects.get().items) == 2
    page.get_by_role("link", name="回执").click()
    looked_at(page, "reviews-receipt")


def test_the_pages_of_certificates_objections_and_publication_are_sound(
    page_of: PageOf, cast: Cast
) -> None:
    desk = Desk(cast)
    desk.schools_ready()
    desk.put(COUNTY, FilingState.WITH_NATION)
    desk.take("nation", "recognise", COUNTY)
    page = page_of("county_approver")
    page.goto(f"/reviews/certificates/{Certificate.objects.get().pk}/")
    looked_at(page, "reviews-certificate")
    desk.put(COUNTY, FilingState.WITH_PROVINCE)
    desk.take("province", "province_return", COUNTY)
    desk.take("county_approver", "ask_re_examination", COUNTY)
    page.goto("/objections/")
    looked_at(page, "reviews-objections")
    desk.put(COUNTY, FilingState.WITH_PROVINCE)
    desk.take("province", "province_approve", COUNTY)
    desk.take("publisher", "publish", COUNTY)
    public = page_of(None, "en")
    public.goto("/public/")
    looked_at(public, "public-counties")
    public.get_by_role("link", name="模拟县").click()
    looked_at(public, "public-county")
    public.get_by_role("link", name="Object").first.click()
    looked_at(public, "public-objection")
    public.get_by_label("Your objection").fill("The area of the sports field is wrong.")
    public.get_by_role("button", name="Object").click()
    looked_at(public, "public-thanks")


def looked_at(page, name: str) -> None:
    """Take its picture at laptop and phone width; nothing may be wrong with it."""
    wrong = violations(page)
    picture(page, name)
    wide = page.viewport_size
    page.set_viewport_size(PHONE)
    too_wide = wider_than_the_screen(page)
    page.set_viewport_size(wide)
    assert not wrong, wrong
    assert not too_wide, too_wide
