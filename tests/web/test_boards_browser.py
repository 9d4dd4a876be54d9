"""Boards in a real browser: nothing axe objects to in either language, and they fit a phone."""

from __future__ import annotations

import gzip
import io
import json
import re

import pytest
from boarded import COUNTY, judged
from browser import picture, violations, wider_than_the_screen
from browser_fixtures import PageFor
from django.core.files.uploadedfile import SimpleUploadedFile
from filled import account
from PIL import Image
from playwright.sync_api import Page, Response, expect
from pypdfium2 import PdfDocument

from junheng.web.accounts.models import Organisation
from junheng.web.boards.models import Drawn
from junheng.web.boards.services import keep_outline, plan_year
from junheng.web.collection.models import Filing, Record
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.services import refresh

pytestmark = pytest.mark.xdist_group("browser")
LANGUAGES = ("zh-CN", "en-GB")
PHONE = {"width": 360, "height": 740}
FIRST_LOAD = 300 * 1024


@pytest.fixture
def filing(transactional_db: None) -> Filing:
    return judged()


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
    where = coordinates(filing)
    keep(filing, around(*where.values(), far=0.05))
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


def coordinates(filing: Filing) -> dict[str, tuple[float, float]]:
    """Give where the county's schools are, by their codes."""
    rows = Record.objects.filter(filing__county=filing.organisation, table="schools")
    told = {row.filing.organisation.code: row.statistics for row in rows}
    return {
        code: (row["lon"], row["lat"]) for code, row in told.items() if {"lon", "lat"} <= set(row)
    }


def around(*places: tuple[float, float], far: float, **told: str) -> dict[str, object]:
    """Draw an area around places, with so many degrees to spare."""
    lons, lats = zip(*places, strict=True)
    west, south, east, north = min(lons) - far, min(lats) - far, max(lons) + far, max(lats) + far
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": told, "geometry": geometry}


def keep(filing: Filing, *areas: object, kind: Drawn = Drawn.BORDERS) -> None:
    content = json.dumps({"type": "FeatureCollection", "features": areas}).encode()
    file = SimpleUploadedFile("a.geojson", content)
    keep_outline(filing.organisation, file, by=account("county_clerk", COUNTY), kind=kind)


def middle(page: Page) -> tuple[float, float]:
    found = page.locator("#map").bounding_box()
    assert found is not None
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def colour(page: Page, right: int, down: int) -> tuple[int, ...]:
    """Give the colour of the map so far from its middle."""
    x, y = middle(page)
    clip = {"x": x + right, "y": y + down, "width": 1, "height": 1}
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip)))  # type: ignore[arg-type]
    return shot.convert("RGB").getpixel((0, 0))  # type: ignore[return-value]


WHITE, IN_ZONE = (255, 255, 255), (208, 221, 232)


def test_a_click_on_a_school_shows_its_zone_and_township(page_for: PageFor, filing: Filing) -> None:
    where = coordinates(filing)
    mine, other = sorted(where)[:2]
    keep(
        filing,
        around(*where.values(), far=0.2, name="模拟县全境"),
        around(where[mine], far=0.02, name="模拟东镇"),
    )
    keep(filing, around(where[mine], far=0.01, school=mine), kind=Drawn.ZONES)
    names = dict(Organisation.objects.values_list("code", "name"))
    page = page_for(account("county_clerk", COUNTY))
    page.goto(f"/counties/{filing.pk}/map/")
    page.wait_for_selector(".map-drawn")
    said = page.locator("#map-said")
    for code, words, shade in (
        (mine, "模拟东镇 · 学区已画出", IN_ZONE),
        (other, "模拟县全境 · 没有上传这所学校的学区", WHITE),
    ):
        page.locator("#map-search").fill(names[code])
        page.locator("#map-found button").first.click()
        page.locator("#map-search").fill("")
        said.evaluate("node => node.replaceChildren()")
        page.locator("#map").scroll_into_view_if_needed()
        page.locator("#map").click()
        expect(said).to_contain_text(f"{names[code]} · {words}")
        page.wait_for_timeout(SETTLED)
        assert colour(page, 40, 40) == shade
    picture(page, "board-map-zone")


def test_a_map_that_is_moved_keeps_schools_in_their_zones_and_chooses_none(
    page_for: PageFor, filing: Filing
) -> None:
    where = coordinates(filing)
    mine = min(where)
    keep(filing, around(*where.values(), far=0.2))
    keep(filing, around(where[mine], far=0.01, school=mine), kind=Drawn.ZONES)
    name = Organisation.objects.get(code=mine).name
    page = page_for(account("county_clerk", COUNTY))
    page.goto(f"/counties/{filing.pk}/map/")
    page.wait_for_selector(".map-drawn")
    page.locator("#map-search").fill(name)
    page.locator("#map-found button").first.click()
    expect(page.locator("#map-said")).to_contain_text("学区已画出")
    page.locator("#map-said").evaluate("node => node.replaceChildren()")
    school = page.locator("#map").get_by_role("button", name=name)
    school.hover()
    page.mouse.down()
    x, y = middle(page)
    page.mouse.move(x + 80, y + 40, steps=8)
    page.wait_for_timeout(SETTLED)
    page.mouse.up()
    page.mouse.move(x, y)
    page.mouse.wheel(0, 60)
    page.wait_for_timeout(SETTLED)
    assert page.locator("#map-said").inner_text() == ""
    found = school.bounding_box()
    assert found is not None
    right, down = found["x"] + found["width"] / 2 - x, found["y"] + found["height"] / 2 - y
    assert (right, down) == pytest.approx((40, 20), abs=2)
    edge = 0.01 * 256 * 2**14 / 360
    colours = [colour(page, int(right + far), int(down)) for far in (edge - 5, edge + 5)]
    assert colours == [IN_ZONE, WHITE]


def test_schools_are_reached_with_the_keyboard_alone(page_for: PageFor, filing: Filing) -> None:
    page = page_for(account("county_clerk", COUNTY))
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/counties/{filing.pk}/map/")
    page.wait_for_selector(".map-drawn")
    groups, schools = page.locator("#map .map-group"), page.locator("#map .map-school")
    for _ in range(8):
        page.get_by_role("button", name="缩小").press("Enter")
    expect(groups).to_have_text([str(len(coordinates(filing)))])
    page.locator("#map").focus()
    while schools.count() == 0:
        page.keyboard.press("Tab")
        expect(groups.and_(page.locator(":focus"))).to_have_accessible_name(
            re.compile(r"这里的学校 \d+")
        )
        page.keyboard.press("Enter")
        expect(page.locator("#map")).to_be_focused()
    schools.first.focus()
    name = str(schools.first.get_attribute("aria-label")).split(" · ")[0]
    page.keyboard.press("Enter")
    expect(page.locator("#map-said a")).to_contain_text(name)


SETTLED = 1000
"""Milliseconds in which a map draws what it was told."""


SIDEWAYS = """() => [...document.querySelectorAll(".table-responsive:has(.board-stack)")]
  .filter((frame) => frame.scrollWidth > frame.clientWidth)
  .map((frame) => frame.firstElementChild.className)"""


def test_a_board_on_a_phone_begins_with_what_matters_and_is_whole_on_paper(
    page_for: PageFor, filing: Filing
) -> None:
    page = page_for(account("county_approver", COUNTY))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"/counties/{filing.pk}/")
    tall = page.evaluate("document.documentElement.scrollHeight")
    ends = page.locator(".board-verdict").bounding_box()
    assert ends is not None
    assert ends["y"] + ends["height"] < 2 * PHONE["height"]
    assert tall < 9 * PHONE["height"]
    assert violations(page) == []
    assert wider_than_the_screen(page) == []
    assert page.evaluate(SIDEWAYS) == []
    jumps = page.locator(".board-jump a")
    addresses = [jumps.nth(n).get_attribute("href") for n in range(jumps.count())]
    assert len(addresses) >= 6
    for address in addresses:
        page.locator(f".board-jump a[href='{address}']").click()
        expect(page.locator(str(address))).to_be_in_viewport()
    folded = page.locator("details.fold .board-settings")
    expect(folded).to_be_visible()
    page.reload()
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()
    page.emulate_media(media="screen")
    expect(folded).to_be_hidden()
    page.emulate_media(media="null")
    paper = PdfDocument(page.pdf())
    told = "".join(each.get_textpage().get_text_range() for each in paper)
    assert "城乡比" in told
    expect(folded).to_be_hidden()
