"""Every page of every address, as whoever may see it: axe, width, headings, both languages, pictures.

The addresses come from the resolver, the people and objects from the access matrix: a new route is
looked at as soon as it has its row. Where JUNHENG_SCREENS names a folder for pictures, they are taken
for people to look at, and the English pages are looked at too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product
from unittest import mock

import pytest
import world as tree
import world_objects
import world_plans
from browser import LAPTOP, PHONE, SCREENS, picture, violations, wider_than_the_screen
from browser_fixtures import PageFor
from django.db import transaction
from django.urls import reverse
from matrix import DOORS, NOTHING, Asking, arguments, stated
from playwright.sync_api import Error, Page, Response
from world import Thing, World

pytestmark = pytest.mark.xdist_group("browser")

FIRST = ("county_approver", "provincial_reviewer", "administrator", "headmaster", "anonymous")
"""Who is asked first: those who see most."""
WORDS = {"name": lambda code: code, "data": lambda code: f"sample {code}"}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.fixture
def furnished(transactional_db: None) -> World:
    """The world of the access matrix, with names and words that people would write."""
    with ExitStack() as stack:
        for module, word in product((tree, world_objects, world_plans), ("name", "data")):
            if hasattr(module, word):
                stack.enter_context(mock.patch.object(module, word, WORDS[word]))
        with transaction.atomic():
            return world_objects.build()


@dataclass
class Looking:
    """One person in one browser, in one language at a time."""

    world: World
    page_for: PageFor
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)

    def page(self, name: str, language: str) -> Page:
        """Give the page of an actor."""
        key = (name, language)
        if key not in self.pages:
            account = self.world.actors[name].account
            page = self.pages[key] = self.page_for(account, LANGUAGES[language])
            page.set_default_timeout(60_000)
            page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        return self.pages[key]


def addresses(world: World) -> Iterator[tuple[str, str, str]]:
    """Give each route that can be read, with an actor who may and the address of one of his things."""
    order = [*FIRST, *(name for name in world.actors if name not in FIRST)]
    for route, row in stated().items():
        if route.startswith(DOORS) or "GET" not in row:
            continue
        if found := _first(world, row["GET"], order):
            name, thing = found
            yield route, name, reverse(route, kwargs=arguments(route, thing)) + row.get("query", "")


def _first(
    world: World, asked: dict[str, dict[str, int]], order: list[str]
) -> tuple[str, Thing] | None:
    for kind, answers in asked.items():
        for name in order:
            if 200 not in (answers.get(name), answers.get("everyone")):
                continue
            actor = Asking(world, world.actors[name])
            for thing in world.things.get(kind, [NOTHING]):
                if "everyone" in answers or actor.reaches(thing):
                    return name, thing
    return None


def opened(page: Page, address: str) -> Response | None:
    """Go to an address; None if what it gives is a file or a part of a page."""
    if not address.split("?", maxsplit=1)[0].endswith("/"):
        return None
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return None
    whole = page.evaluate("document.doctype !== null && document.contentType === 'text/html'")
    return answer if whole else None


def complaints(page: Page) -> Iterator[str]:
    """Say what is wrong with a page as it is shown now."""
    if (number := page.locator("h1").count()) != 1:
        yield f"{number} headings of the first order"
    yield from violations(page)


def narrow(page: Page) -> Iterator[str]:
    """Say what makes a page too wide for a phone."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    yield from (f"wide: {each}" for each in wider_than_the_screen(page))
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]


def english(page: Page, address: str, shot: str) -> Iterator[str]:
    """Look at the same page in English, and keep its picture."""
    page.goto(address)
    yield from (f"English: {each}" for each in narrow(page))
    picture(page, shot)


def test_every_page_passes_axe_and_fits_a_phone(page_for: PageFor, furnished: World) -> None:
    looking, wrong, seen = Looking(furnished, page_for), [], []
    for route, name, address in addresses(furnished):
        page = looking.page(name, "zh")
        answer = opened(page, address)
        if answer is None:
            continue
        seen.append(route)
        told = [] if answer.status == 200 else [f"status {answer.status}"]
        told += [*complaints(page), *narrow(page)]
        shot = f"all-{route.replace(':', '-')}"
        picture(page, f"{shot}-zh")
        if SCREENS is not None:
            told += english(looking.page(name, "en"), address, f"{shot}-en")
        wrong += [f"{route} as {name} at {address}: {each}" for each in told]
    assert not wrong, "\n".join(wrong)
    assert len(seen) > 60, seen
