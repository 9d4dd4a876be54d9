"""The browser of a test run, the pages of a test, and the people who look at them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from browser import LAPTOP, Watch, sign_in
from cast import Cast
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from junheng.web.accounts.models import Account

PageFor = Callable[..., Page]
PageOf = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a worker. Playwright keeps a loop of its own, beside which the tests ask the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def watch(live_server: LiveServer) -> Iterator[Watch]:
    """What went wrong in the test's pages; at its end there must be nothing."""
    watch = Watch(live_server.url)
    yield watch
    assert not watch.wrong, "\n".join(watch.wrong)


@pytest.fixture
def page_for(
    chromium: Browser, transactional_db: None, live_server: LiveServer, watch: Watch
) -> Iterator[PageFor]:
    """Give a page signed in as an account, or as nobody; its addresses are the site's own."""
    contexts = []

    def opened(account: Account | None = None, language: str = "zh-CN") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale=language,
            timezone_id="Asia/Shanghai",
            viewport=LAPTOP,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        if account is not None:
            sign_in(context, account, live_server.url)
        return watch.over(context.new_page())

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page_of(page_for: PageFor, cast: Cast) -> PageOf:
    """Give a page signed in as one of the cast, or as nobody."""

    def opened(name: str | None = None, language: str = "zh-CN") -> Page:
        return page_for(cast.people[name] if name else None, language)

    return opened
