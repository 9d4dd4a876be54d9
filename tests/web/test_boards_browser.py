"""Boards in a real browser: nothing axe objects to in either language, and they fit a phone."""

from __future__ import annotations

import gzip
import json

import pytest
from browser import picture, violations, wider_than_the_screen
from browser_fixtures import PageFor
from django.core.files.uploadedfile import SimpleUploadedFile
from filled import account, province
from playwright.sync_api import Page, Response, expect

from junheng.web.boards.services import keep_outline, plan_year
from junheng.web.collection.models import Filing, Record
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.services import refresh

pytestmark = pytest.mark.xdist_group("browser")
COUNTY = "990101"
LANGUAGES = ("zh-CN", "en-GB")
PHONE = {"width": 360, "height": 740}
FIRST_LOAD = 300 * 1024


@pytest.fixture
def filing(transactional_db: None) -> Filing:
    _, campaign = province()
    rows = campaign.filings.select_related("campaign", "organisation", "county")
    for county in rows.filter(organisation__kind="county"):
        refresh(county)
    return rows.get(organisation__code=COUNTY)


def looked_at(page: Page, address: str, name: str) -> None:
    page.goto(address)
    assert violations(page) == []
    picture(page, name)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert wider_than_the_screen(page) == []


def test_boards_pass_axe_and_fit_a_phone_in_english(page_for: PageFor, filing: Filing) -> None:
    plan_year(filing.organisation, 2025, by=account("county_approver", COUNTY))
    sections = Standing.objects.get(filing=filing).payload["counties"][0]["sections"]
    failing = next(s["school"] for s in sections if s["verdict"] == "fail")
    school = filing.campaign.filings.get(organisation__code=failing)
    above = f"/provinces/{filing.campaign.owner_id}/campaigns/{filing.campaign_id}/"
    side = "&".join(f"with={place.pk}" for place in filing.campaign.counties.all())
    ring = [[100.0, 20.0], [125.0, 20.0], [125.0, 45.0], [100.0, 45.0], [100.0, 20.0]]
    area = {
        "type": "Feature",
        "properties": {"code": COUNTY, "name": "模拟县"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [area]}).encode()
    file = SimpleUploadedFile("a.geojson", content)
    keep_outline(filing.campaign.owner, file, by=account("provincial_reviewer", "990000"))
    for role, code, address, name in [
        ("county_approver", COUNTY, f"/counties/{filing.pk}/", "board-county"),
        ("county_clerk", COUNTY, f"/schools/{school.pk}/", "board-school"),
        ("provincial_reviewer", "990000", above, "board-province"),
        ("provincial_reviewer", "990000", f"{above}?show=primary", "board-indicators"),
        ("provincial_reviewer", "990000", f"{above}compare/?{side}", "board-compare"),
        ("provincial_reviewer", "990000", f"{above}map/", "board-regions"),
        ("county_approver", COUNTY, f"/verdicts/{filing.pk}/", "verdict-county"),
    ]:
        page = page_for(account(role, code), "en-GB")
        looked_at(page, address, f"{name}-en-GB")


def weight(answer: Response) -> int:
    """Weigh an answer as an installation sends it: static files are compressed, pages are not."""
    static = "/static/" in answer.url
    return len(gzip.compress(answer.body())) if static else len(answer.body())


def test_a_county_board_loads_little_and_shows_verdict_and_distance_first(
    page_for: PageFor, filing: Filing
) -> None:
    page = page_for(account("county_approver", COUNTY))
    loaded: list[Response] = []
    page.on("response", lambda answer: loaded.append(answer))  # noqa: PLW0108  # Playwright marks it
    page.goto(f"/counties/{filing.pk}/")
    page.wait_for_load_state("networkidle")
    assert sum(weight(answer) for answer in loaded) < FIRST_LOAD
    for words in ("按现有数据测算", "差异系数超过要求", "缺数据"):
        expect(page.get_by_text(words, exact=True).first).to_be_in_viewport()


def test_a_board_follows_the_data(page_for: PageFor, filing: Filing) -> None:
    Filing.objects.filter(pk=filing.pk).update(data_version=filing.data_version + 1)
    page = page_for(account("county_approver", COUNTY))
    page.goto(f"/counties/{filing.pk}/")
    expect(page.get_by_text("正在重新测算")).to_be_visible()
    filing.refresh_from_db()
    refresh(filing)
    expect(page.get_by_text("正在重新测算")).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_draws_groups_finds_schools_and_prints(
    page_for: PageFor, filing: Filing, language: str
) -> None:
    rows = Record.objects.filter(filing__county=filing.organisation, table="schools")
    places = [(r.statistics["lon"], r.statistics["lat"]) for r in rows if "lon" in r.statistics]
    (west, south), (east, north) = (
        tuple(f(a) for a in zip(*places, strict=True)) for f in (min, max)
    )
    ring = [[west - 0.05, south - 0.05], [east + 0.05, south - 0.05],
            [east + 0.05, north + 0.05], [west - 0.05, north + 0.05], [west - 0.05, south - 0.05]]  # fmt: skip
    area = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [area]}).encode()
    file = SimpleUploadedFile("a.geojson", content)
    keep_outline(filing.organisation, file, by=account("county_clerk", COUNTY))
    page = page_for(account("county_clerk", COUNTY), language)
    page.goto(f"/counties/{filing.pk}/map/")
    page.wait_for_selector(".map-drawn")
    page.locator("#map-search").fill("模拟")
    page.locator("#map-found button").first.click()
    expect(page.locator("#map-said a")).to_be_visible()
    page.locator("#map-shown").select_option(index=1)
    assert violations(page) == []
    picture(page, f"board-map-{language}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert wider_than_the_screen(page) == []
