"""The whole way in a real browser, as a story: from the first typed cell to a certificate anybody can check."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from browser import LAPTOP, PHONE, picture, wider_than_the_screen
from browser_fixtures import PageFor
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from filled import PASSWORD, account
from playwright.sync_api import Locator, Page, expect

from junheng.web.audit import export
from junheng.web.audit.models import Chain
from junheng.web.audit.verify_log import check
from junheng.web.collection.models import Campaign, Filing, FilingState, Record
from junheng.web.project import demo, passing
from junheng.web.reviews.models import Certificate, Publication
from junheng.web.reviews.services import take
from junheng.web.verdicts.models import Official

pytestmark = pytest.mark.xdist_group("browser")
YEAR, COUNTY, CITY = 2025, passing.COUNTY, "990100"
SCHOOL, OTHER = f"{COUNTY}0001", f"{COUNTY}0002"
TYPED = {"teaching_area": 1300, "multimedia_rooms": 7}
"""What the school has still to tell; all else is there. With it the county passes."""


def begin() -> Campaign:
    """Found a county that would pass if one school told what it has; the other school has submitted."""
    frames = passing.tables([YEAR])
    places = demo.organisations(frames)
    demo.people(places, PASSWORD)
    campaign = demo.campaign(places, YEAR, today=timezone.localdate())
    demo.plant(campaign, frames)
    own = Record.objects.get(filing=filing_of(SCHOOL), table="schools")
    own.statistics = {name: value for name, value in own.statistics.items() if name not in TYPED}
    own.save()
    take("school_submit", filing_of(OTHER), 1, by=account("headmaster", OTHER))
    return campaign


def filing_of(code: str) -> Filing:
    rows = Filing.objects.select_related("organisation", "county", "campaign")
    return rows.get(organisation__code=code)


@dataclass
class Story:
    """The people who come in turn, some reading Chinese and some English, each at a desk of his own."""

    page_for: PageFor
    desks: dict[str, Page] = field(default_factory=dict)

    def desk(self, role: str, code: str, language: str = "zh-CN") -> Page:
        """Give somebody's browser, at the first page of the site."""
        if role not in self.desks:
            self.desks[role] = self.page_for(account(role, code), language)
        page = self.desks[role]
        page.goto("/")
        expect(page.locator("html")).to_have_attribute(
            "lang", language.replace("zh-CN", "zh-Hans")[:7]
        )
        return page

    def next_task(self, page: Page, code: str) -> None:
        """Follow the line of the first page that leads to a filing."""
        own = f"/filings/{filing_of(code).pk}/"
        line = page.locator(f'a.task[href^="{own}"]').first
        line.wait_for()
        fits(page)
        line.click()
        page.wait_for_url(f"**{own}**")
        fits(page)

    def take(self, page: Page, step: str, said: Mapping[str, str] = {}) -> None:
        """Take a step as its form asks, and be told so."""
        page.locator(f'main a[href$="/steps/{step}/"]').click()
        page.wait_for_url(f"**/steps/{step}/")
        fits(page)
        for name, words in said.items():
            box = page.locator(f'[name="{name}"]')
            if name.endswith("subject"):
                box.select_option(words)
            else:
                box.fill(words)
        page.locator("main .form-actions button").click()
        expect(page.locator("#messages .alert-success")).to_be_visible()
        fits(page)


def fits(page: Page) -> None:
    """Look at a page as on a phone: nothing may be wider than it."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wide = wider_than_the_screen(page)
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    assert not wide, f"{page.url}: {wide}"


def cell(page: Page, column: str) -> Locator:
    return page.locator(
        f'.cell[data-table="schools"][data-source="reported"][data-column="{column}"]'
    )


def told(page: Page, column: str, value: str) -> None:
    """Type into a cell, leave it, and wait until it is saved."""
    cell(page, column).fill(value)
    cell(page, column).press("Tab")
    expect(page.locator(".saving-mark")).to_be_visible()
    expect(page.locator("#saving")).to_have_attribute("data-mood", "saved")


def test_from_the_first_typed_cell_to_a_certificate_that_anybody_can_check(
    page_for: PageFor,
) -> None:
    begin()
    story = Story(page_for)
    the_clerk_types_and_the_headmaster_submits(story)
    why = "面积是全县平均的十倍，请核对小数位。"
    the_county_returns(story, why)
    the_school_corrects_what_it_was_told(story, why)
    the_county_sees_what_changed_and_accepts(story)
    each_level_passes_it_on(story)
    the_public_reads_it_for_a_week(story)
    the_nation_recognises(story)
    anybody_checks_the_certificate(story)
    what_was_decided_can_be_recomputed_and_the_log_is_whole()


def the_clerk_types_and_the_headmaster_submits(story: Story) -> None:
    clerk = story.desks["school_clerk"] = story.page_for(None, "zh-CN")
    clerk.goto("/")
    clerk.locator("#id_username").fill(f"school_clerk-{SCHOOL}")
    clerk.locator("#id_password").fill(PASSWORD)
    clerk.keyboard.press("Enter")
    story.next_task(clerk, SCHOOL)
    told(clerk, "teaching_area", "13000")  # a nought too many
    told(clerk, "multimedia_rooms", "7")
    headmaster = story.desk("headmaster", SCHOOL, "en")
    story.next_task(headmaster, SCHOOL)
    story.take(headmaster, "school_submit")


def the_county_returns(story: Story, why: str) -> None:
    county = story.desk("county_clerk", COUNTY)
    fits(county)
    county.locator('a.task[href="/reviews/"]').click()
    county.get_by_role("link", name="模拟达标小学", exact=True).click()
    said = {"item-0-subject": "schools:teaching_area", "item-0-why": why}
    story.take(county, "county_return", said)


def the_school_corrects_what_it_was_told(story: Story, why: str) -> None:
    clerk = story.desk("school_clerk", SCHOOL)
    story.next_task(clerk, SCHOOL)
    clerk.get_by_role("link", name="看逐项的理由").click()
    expect(clerk.get_by_text(why)).to_be_visible()
    fits(clerk)
    clerk.get_by_role("link", name="填报的数据").click()
    told(clerk, "teaching_area", "1300")
    headmaster = story.desk("headmaster", SCHOOL, "en")
    story.next_task(headmaster, SCHOOL)
    story.take(headmaster, "school_submit")


def the_county_sees_what_changed_and_accepts(story: Story) -> None:
    county = story.desk("county_clerk", COUNTY)
    county.goto(reverse("reviews:filing", args=[filing_of(SCHOOL).pk]))
    county.get_by_role("link", name="这次提交改了什么").click()
    expect(county.locator("main tbody tr")).to_have_count(1)
    expect(county.locator("main tbody td")).to_contain_text(["达标小学", "面积", "13000", "1300"])
    fits(county)
    county.goto("/reviews/")
    fits(county)
    for box in county.locator('input[name="chosen"]').all():
        box.check()
    county.get_by_role("button", name="通过所选学校").click()
    expect(county.get_by_text("已通过2所学校")).to_be_visible()


def each_level_passes_it_on(story: Story) -> None:
    for role, code, language, step in (
        ("county_approver", COUNTY, "zh-CN", "county_submit"),
        ("city_reviewer", CITY, "en", "city_approve"),
        ("provincial_reviewer", demo.PROVINCE, "zh-CN", "province_approve"),
    ):
        page = story.desk(role, code, language)
        story.next_task(page, COUNTY)
        story.take(page, step)


def the_public_reads_it_for_a_week(story: Story) -> None:
    publisher = story.desk("publisher", demo.PROVINCE)
    story.next_task(publisher, COUNTY)
    story.take(publisher, "publish", {"days": "7"})
    public = story.desks["public"] = story.page_for(None, "en")
    public.goto("/public/")
    fits(public)
    public.get_by_role("link", name=f"模拟县{COUNTY[2:]}").click()
    expect(public.get_by_text(Official.objects.latest("pk").digest)).to_be_visible()
    fits(public)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Publication.objects.update(begins=yesterday - dt.timedelta(days=6), ends=yesterday)
    publisher = story.desk("publisher", demo.PROVINCE)
    story.next_task(publisher, COUNTY)
    story.take(publisher, "close_publication")


def the_nation_recognises(story: Story) -> None:
    nation = story.desk("national_reviewer", demo.NATION, "en")
    story.next_task(nation, COUNTY)
    story.take(nation, "recognise", {"number": "模拟-2025-001"})
    assert filing_of(COUNTY).state == FilingState.RECOGNISED
    assert set(Official.objects.values_list("verdict", flat=True)) == {"pass"}


def anybody_checks_the_certificate(story: Story) -> None:
    approver, public = story.desk("county_approver", COUNTY), story.desks["public"]
    approver.goto(reverse("reviews:filing", args=[filing_of(COUNTY).pk]))
    approver.get_by_role("link", name="证书 模拟-2025-001").click()
    approver.wait_for_url("**/certificates/**")
    fits(approver)
    picture(approver, "journey-certificate")
    address = approver.get_by_role("link", name="查验本证书").get_attribute("href")
    public.goto(str(address))
    expect(public.get_by_text("The certificate is valid")).to_be_visible()
    expect(public.locator("main")).to_contain_text(Official.objects.latest("pk").digest)
    fits(public)
    picture(public, "journey-checked")


def what_was_decided_can_be_recomputed_and_the_log_is_whole() -> None:
    call_command("verify_verdicts", stdout=io.StringIO())
    chain = Chain.objects.select_related("organisation").get(organisation__code=COUNTY)
    rows = [export.row(entry, COUNTY) for entry in chain.entries.order_by("number")]
    assert check(rows, [(COUNTY, chain.length, chain.head)])[0] == []


def test_the_county_of_the_demo_that_passes_has_its_certificate_of_last_year(db: None) -> None:
    frames = passing.tables([YEAR])
    places = demo.organisations(frames)
    demo.people(places, PASSWORD)
    campaign = demo.campaign(places, YEAR, today=timezone.localdate())
    demo.plant(campaign, frames)
    passing.certify(campaign, timezone.localdate())
    assert Certificate.objects.get().valid
    assert set(Official.objects.values_list("verdict", flat=True)) == {"pass"}
