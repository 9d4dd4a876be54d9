"""The pictures of the guides are those of the pages as they are now.

`make guides` takes them anew. Fonts differ from machine to machine, so what is compared is what the pages say.
"""

from __future__ import annotations

import json
import os

import pytest
from browser import sign_in
from browser_fixtures import PageFor
from filled import account
from guides_scene import SHOTS, address, drawn, laid_out, text
from pytest_django.live_server_helper import LiveServer

from junheng.web.project.guides import DOCS

pytestmark = pytest.mark.xdist_group("browser")

PICTURES = DOCS / "pictures" / "guides"
PAGES = PICTURES / "pages.json"
ARRIVED = """() => [...document.querySelectorAll('[hx-trigger="load"]')].every(
  part => !part.querySelector(`a[href="${part.getAttribute('hx-get')}"]`))"""
"""What a page loads after itself has taken the place of the link to it."""
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


def test_the_pictures_show_the_pages_as_they_are(
    page_for: PageFor, live_server: LiveServer, transactional_db: None
) -> None:
    laid_out()
    said: dict[str, list[str]] = {}
    anew = os.environ.get("JUNHENG_GUIDES") == "1"
    pages = {language: page_for(None, locale) for language, locale in LANGUAGES.items()}
    for name, shot in SHOTS.items():
        for language, page in pages.items():
            sign_in(page.context, account(shot.role, shot.place), live_server.url)
            page.goto(address(shot), wait_until="networkidle")
            page.wait_for_function(ARRIVED)
            said[f"{name}.{language}"] = text(page)
            if anew:
                PICTURES.mkdir(parents=True, exist_ok=True)
                (PICTURES / f"{name}.{language}.png").write_bytes(drawn(page))
    if anew:
        PAGES.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    kept = json.loads(PAGES.read_text("utf-8"))
    changed = [name for name in said if said[name] != kept.get(name)]
    assert not changed, f"These pages changed; `make guides` takes their pictures anew: {changed}"
