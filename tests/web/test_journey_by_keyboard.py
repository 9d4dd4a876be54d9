"""A school fills in and submits by keyboard alone, and always sees where it is."""

from __future__ import annotations

import pytest
from browser_fixtures import PageFor
from filled import PASSWORD
from playwright.sync_api import Page, expect
from test_journey_browser import SCHOOL, TYPED, begin, filing_of

from junheng.web.collection.models import FilingState, Record

pytestmark = pytest.mark.xdist_group("browser")
FOCUSED = """selector => {
  const node = document.activeElement;
  if (!node || node === document.body) { return {seen: true, there: false, what: "the page"}; }
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const wide = document.documentElement.clientWidth, high = document.documentElement.clientHeight;
  const x = (Math.max(box.left, 0) + Math.min(box.right, wide)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, high)) / 2;
  const top = document.elementFromPoint(x, y);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const open = Boolean(top) && (node.contains(top) || top.contains(node));
  const at = `${Math.round(box.left)}, ${Math.round(box.top)}`;
  return {seen: ring && open, there: node.matches(selector), what: `${node.outerHTML.slice(0, 160)} at ${at}`};
}"""
"""Where the focus is, whether it has a ring and nothing lies over it."""
SCROLLS = 1_000
"""Milliseconds within which a page has scrolled to what has the focus."""


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Go on by keyboard until something has the focus; on the way the focus is always seen."""
    for _ in range(200):
        page.keyboard.press(key)
        here = page.evaluate(FOCUSED, selector)
        if not here["seen"]:
            page.wait_for_timeout(SCROLLS)
            here = page.evaluate(FOCUSED, selector)
        assert here["seen"], f"the focus is not seen at {here['what']}"
        if here["there"]:
            return
    raise AssertionError(f"{selector} is not reached by keyboard on {page.url}")


def test_a_school_fills_in_and_submits_without_a_mouse(page_for: PageFor) -> None:
    begin()
    page = page_for(None)
    page.goto("/")
    tab_to(page, "#id_username")
    page.keyboard.type(f"headmaster-{SCHOOL}")
    tab_to(page, "#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    own = f"/filings/{filing_of(SCHOOL).pk}/"
    page.wait_for_selector("a.task")
    tab_to(page, f'a.task[href^="{own}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{own}steps/")
    tab_to(page, f'main a[href="{own}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{own}")
    for column, value in TYPED.items():
        tab_to(page, f'.cell[data-column="{column}"]')
        page.keyboard.type(str(value))
    tab_to(page, f'main a[href="{own}steps/"]', "Shift+Tab")
    expect(page.locator("#saving")).to_have_attribute("data-mood", "saved")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{own}steps/")
    tab_to(page, 'a[href$="/school_submit/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/school_submit/")
    tab_to(page, "main .form-actions button")
    page.keyboard.press("Enter")
    expect(page.locator("#messages .alert-success")).to_be_visible()
    assert filing_of(SCHOOL).state == FilingState.SUBMITTED
    kept = Record.objects.get(filing=filing_of(SCHOOL), table="schools").reported
    assert kept == TYPED
