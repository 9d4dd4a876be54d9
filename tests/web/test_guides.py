"""The guides: both languages, words that the pages really have, small pictures, pages of the web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.urls import reverse
from guides_scene import SHOTS

from junheng.web.project.guides import DOCS, GUIDES, path_of
from junheng.web.project.words import catalogues

LANGUAGES = ("zh", "en")
BOTH = [(slug, language) for slug in GUIDES for language in LANGUAGES]
MOST = 80 * 1024


def words(language: str) -> Iterator[str]:
    """Give every sentence that the pages may show."""
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            yield entry.msgid if language == "zh" else entry.msgstr


@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_what_a_guide_names_is_on_the_pages(slug: str, language: str) -> None:
    named = re.findall(r"\*\*([^*]+)\*\*", path_of(slug, language).read_text("utf-8"))
    assert len(named) > 3
    assert not set(named) - set(words(language))


@pytest.mark.parametrize(("slug", "language"), BOTH)
def test_a_guide_is_short_and_its_pictures_are_there(slug: str, language: str) -> None:
    text = path_of(slug, language).read_text("utf-8")
    assert len(text.splitlines()) < 65
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert shown
    for each in shown:
        picture = path_of(slug, language).parent / each
        assert picture.stat().st_size <= MOST, each
        assert picture.name.endswith(f".{language}.png")


def test_every_picture_is_shown_and_every_shot_is_kept() -> None:
    kept = {path.name for path in (DOCS / "pictures" / "guides").glob("*.png")}
    assert kept == {f"{name}.{language}.png" for name in SHOTS for language in LANGUAGES}
    texts = [path_of(*each).read_text("utf-8") for each in BOTH]
    shown = {Path(each).name for text in texts for each in re.findall(r"\(([^)]+\.png)\)", text)}
    assert shown == kept


@pytest.mark.django_db
@pytest.mark.parametrize(("accepts", "title"), [("zh-CN", "学校填报员"), ("en", "School clerk")])
def test_a_guide_is_read_within_the_web_without_signing_in(accepts: str, title: str) -> None:
    client = Client(headers={"Accept-Language": accepts})
    listed = client.get(reverse("help")).content.decode()
    for slug in GUIDES:
        assert reverse("guide", args=[slug]) in listed
    page = client.get(reverse("guide", args=["school-clerk"])).content.decode()
    assert f'<h1 class="page-title">{title}</h1>' in page
    (first, *_) = re.findall(r'src="(/help/pictures/[^"]+)"', page)
    picture = client.get(first)
    assert picture.status_code == 200
    assert b"".join(picture).startswith(b"\x89PNG")  # type: ignore[arg-type]


@pytest.mark.django_db
def test_nothing_but_guides_and_their_pictures_is_read() -> None:
    client = Client()
    for address in ("/help/serving/", "/help/pictures/map.zh.svg", "/help/pictures/..%2Fx.png"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_leads_to_every_guide(readme: str) -> None:
    text = (DOCS.parent / readme).read_text("utf-8")
    language = "zh" if "zh" in readme else "en"
    for slug in GUIDES:
        assert f"docs/guides/people/{slug}.{language}.md" in text
