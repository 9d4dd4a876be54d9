"""Typing into a filing in a real browser: saved, contested, offline, signed out, pasted; nothing lost."""

from __future__ import annotations

import pytest
from browser import PHONE, Watch, picture, violations, wider_than_the_screen
from browser_fixtures import PageOf
from cast import PASSWORD, Cast
from collecting import COUNTY, SCHOOL, SECOND, begin, filing_of, fill, put, with_statistics
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from junheng.web.collection.edits import ROW_ITSELF, Edit
from junheng.web.collection.models import Record, Revision

pytestmark = pytest.mark.xdist_group("browser")
SAVED = "已保存"
PICTURED = {"campaign", "filing-schools", "filing-classes"}


def opened(page: Page, code: str, table: str = "schools") -> Page:
    page.goto(f"/filings/{filing_of(code).pk}/?table={table}")
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    return page


def cell(page: Page, column: str, table: str = "schools", key: str = "") -> object:
    return page.locator(f'.cell[data-table="{table}"][data-key="{key}"][data-column="{column}"]')


def reported(table: str = "schools", key: str = "") -> dict[str, object]:
    return Record.objects.get(table=table, key=key, filing__organisation__code=SCHOOL).reported


def test_a_school_types_and_every_cell_is_saved_by_itself(
    page_of: PageOf, cast: Cast, watch: Watch
) -> None:
    begin(cast)
    watch.expected |= {422}
    page = opened(page_of("clerk"), SCHOOL)
    cell(page, "kind").select_option("primary")
    cell(page, "teaching_area").fill("1,234.5 平方米")
    cell(page, "teaching_area").press("Enter")
    expect(cell(page, "teaching_area")).to_have_value("1234.5")
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    cell(page, "multimedia_rooms").fill("约一万")
    cell(page, "multimedia_rooms").press("Tab")
    expect(page.get_by_text("填的是“约一万”，不是数字")).to_be_visible()
    assert reported() == {"kind": "primary", "teaching_area": 1234.5}


def test_what_is_typed_offline_survives_closing_the_page_and_is_sent_later(
    page_of: PageOf, cast: Cast, watch: Watch
) -> None:
    begin(cast)
    page = opened(page_of("clerk"), SCHOOL)
    page.route("**/cells/", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    watch.expected.add(0)
    cell(page, "multimedia_rooms").fill("1200")
    cell(page, "multimedia_rooms").press("Tab")
    expect(page.locator(".saving-words")).to_contain_text("离线")
    picture(page, "filing-offline")
    page.unroute("**/cells/")
    page.goto("/campaigns/")
    assert not Record.objects.exists()
    opened(page, SCHOOL)
    expect(cell(page, "multimedia_rooms")).to_have_value("1200")
    assert reported() == {"multimedia_rooms": 1200}
    watch.wrong = [line for line in watch.wrong if "ERR_FAILED" not in line]


def test_a_save_whose_answer_was_lost_counts_once(
    page_of: PageOf, cast: Cast, watch: Watch
) -> None:
    begin(cast)
    page = opened(page_of("clerk"), SCHOOL)

    def lose(route: object) -> None:
        route.fetch()
        route.abort()

    page.route("**/cells/", lose)
    page.on("dialog", lambda dialog: dialog.accept())
    cell(page, "multimedia_rooms").fill("1200")
    cell(page, "multimedia_rooms").press("Tab")
    expect(page.locator(".saving-words")).to_contain_text("离线")
    page.unroute("**/cells/")
    page.reload()
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    assert Revision.objects.count() == 1
    watch.wrong = [line for line in watch.wrong if "ERR_FAILED" not in line]


def test_a_session_that_ends_while_typing_loses_nothing(
    page_of: PageOf, cast: Cast, watch: Watch
) -> None:
    begin(cast)
    watch.expected |= {401}
    page = opened(page_of("clerk"), SCHOOL)
    Session.objects.all().delete()
    cell(page, "multimedia_rooms").fill("1200")
    cell(page, "multimedia_rooms").press("Tab")
    expect(page.locator(".saving-words")).to_contain_text("登录已过期")
    picture(page, "filing-expired")
    dialog = page.locator("#sign-in")
    dialog.get_by_label("用户名").fill("clerk")
    dialog.get_by_label("密码", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    assert reported() == {"multimedia_rooms": 1200}


@pytest.mark.parametrize(("choice", "kept"), [("用我的", 1300), ("用对方的", 1250)])
def test_two_editors_see_each_others_value_and_choose(
    page_of: PageOf, cast: Cast, watch: Watch, choice: str, kept: int
) -> None:
    begin(cast)
    watch.expected |= {409}
    page = opened(page_of("clerk"), SCHOOL)
    put(cast, "headmaster", SCHOOL, Edit("schools", "", "multimedia_rooms", None, "1250"))
    cell(page, "multimedia_rooms").fill("1300")
    cell(page, "multimedia_rooms").press("Tab")
    expect(page.get_by_text("模拟headmaster在")).to_be_visible()
    picture(page, "filing-contested")
    page.get_by_role("button", name=choice).click()
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    expect(cell(page, "multimedia_rooms")).to_have_value(str(kept))
    assert reported() == {"multimedia_rooms": kept}


def test_statistics_are_corrected_beside_with_a_reason(
    page_of: PageOf, cast: Cast, watch: Watch
) -> None:
    begin(cast)
    watch.expected |= {422}
    with_statistics(SCHOOL, multimedia_rooms=1000)
    page = opened(page_of("clerk"), SCHOOL)
    line = page.locator("#schools--multimedia_rooms")
    line.get_by_text("更正", exact=True).click()
    cell(page, "multimedia_rooms").fill("1200")
    cell(page, "multimedia_rooms").press("Tab")
    expect(line.get_by_text("请写明更正理由")).to_be_visible()
    line.get_by_placeholder("更正理由（必填）").fill("漏报捐赠图书")
    line.get_by_placeholder("更正理由（必填）").press("Tab")
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    assert reported() == {"multimedia_rooms": 1200}


def test_a_block_of_a_spreadsheet_is_pasted_looked_at_and_saved(
    page_of: PageOf, cast: Cast
) -> None:
    begin(cast)
    for number in (1, 2, 3):
        row = Edit("classes", f"primary/一/{number}班", ROW_ITSELF, was=False, now="1")
        put(cast, "clerk", SCHOOL, row)
    page = opened(page_of("clerk"), SCHOOL, "classes")
    first = cell(page, "pupils", "classes", "primary/一/1班")
    first.focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "41\\n42\\n43\\n");
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert reported("classes", "primary/一/3班") == {}
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".saving-words")).to_have_text(SAVED)
    assert reported("classes", "primary/一/3班") == {"pupils": 43}
    first.focus()
    first.press("Enter")
    expect(cell(page, "pupils", "classes", "primary/一/2班")).to_be_focused()


def test_the_pages_pass_axe_and_fit_a_phone_in_english(page_of: PageOf, cast: Cast) -> None:
    begin(cast, 2024)
    begin(cast, 2025)
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    fill(cast, SECOND, "second_clerk", "nine_year", ("primary", "junior"))
    school, county = filing_of(SCHOOL), filing_of(COUNTY)
    seen = {
        "campaigns": ("city", "/campaigns/"),
        "new-campaign": ("city", "/campaigns/new/"),
        "campaign": ("city", f"/campaigns/{school.campaign_id}/"),
        "filing-schools": ("clerk", f"/filings/{school.pk}/"),
        "filing-sections": ("clerk", f"/filings/{school.pk}/?table=sections"),
        "filing-classes": ("clerk", f"/filings/{school.pk}/?table=classes"),
        "filing-facts": ("county_clerk", f"/filings/{county.pk}/"),
        "filing-opinions": ("county_clerk", f"/filings/{county.pk}/?table=opinions"),
        "filing-expert": ("expert", f"/filings/{school.pk}/?table=sections"),
        "history": ("clerk", f"/filings/{school.pk}/history/"),
    }
    pages = {who: page_of(who, "en-GB") for who in {who for who, _ in seen.values()}}
    wrong: list[str] = []
    for name, (who, address) in seen.items():
        page = pages[who]
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if name in PICTURED:
            picture(page, f"{name}-en-GB")
        wrong += [f"{name}: {line}" for line in violations(page)]
        page.set_viewport_size(PHONE)
        wrong += [f"{name} is too wide: {line}" for line in wider_than_the_screen(page)]
    assert not wrong, "\n".join(wrong)
