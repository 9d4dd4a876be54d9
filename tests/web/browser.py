"""A real browser for the tests: signed in as one of the cast, and strict about every page it sees.

A test fails on any error in the console, any exception in a page, any request to another host.
Pictures are taken where JUNHENG_SCREENS names a folder for them: people look at them, no test does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from junheng.web.accounts.models import Account
from junheng.web.project.assets import BUILT

PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SCREENS = Path(os.environ["JUNHENG_SCREENS"]) if "JUNHENG_SCREENS" in os.environ else None
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Watch:
    """What went wrong in the pages of one test. `expected` are statuses the test asks for."""

    host: str
    wrong: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, page: Page) -> Page:
        """Watch a page from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("request", self._asked)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        words = [f"{of} {status}" for status in self.expected for of in ("status of", "Error Code")]
        known = any(word in message.text for word in words)
        if message.type in {"error", "warning"} and not known:
            self.wrong.append(f"{message.type}: {message.text} {message.location}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.host, "data:", "blob:")):
            self.wrong.append(f"request to another host: {request.url}")


def sign_in(context: BrowserContext, account: Account, host: str) -> None:
    """Give a browser the session of a person."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "junheng.web.accounts.backend.Accounts"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": str(session.session_key), "url": host}])


def violations(page: Page) -> list[str]:
    """Give what axe finds against WCAG 2.2 AA on a page, a line each."""
    page.evaluate((BUILT / "tests" / "axe.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        """async (rules) =>
          (await axe.run({runOnly: rules, resultTypes: ["violations"]})).violations""",
        RULES,
    )
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def wider_than_the_screen(page: Page) -> list[str]:
    """Give what makes a page scroll sideways; what scrolls inside its own frame does not count."""
    found: list[str] = page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) { return []; }
          return [...document.querySelectorAll("body *")]
            .filter((node) => node.getBoundingClientRect().right > wide + 1)
            .map((node) => node.outerHTML.slice(0, 120));
        }"""
    )
    return found


def picture(page: Page, name: str) -> None:
    """Store a page as it looks on a phone, on a laptop and on paper, if somebody wants to see it."""
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    if SCREENS is None:
        return
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width, size in (("phone", PHONE), ("laptop", LAPTOP)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.screenshot(path=SCREENS / f"{name}-print.png", full_page=True)
    page.emulate_media(media="screen")
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]


def focus_order(page: Page, most: int = 40) -> list[str]:
    """Give what the tab key reaches, in order, until it leaves the page or comes round."""
    reached: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
              const node = document.activeElement;
              if (!node || node === document.body) { return null; }
              return (node.getAttribute("aria-label") || node.innerText || node.name || node.id).trim();
            }"""
        )
        if here is None:
            break
        reached.append(here)
    return reached
