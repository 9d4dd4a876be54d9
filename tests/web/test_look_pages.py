"""Pages seen in a real browser: nothing axe objects to, nothing wider than a phone, all by keyboard."""

from __future__ import annotations

import re

import pytest
from browser import PHONE, Watch, focus_order, picture, violations, wider_than_the_screen
from browser_fixtures import PageOf
from campaigns import running
from cast import PASSWORD, Cast
from django.template.loader import render_to_string
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def demo(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]


def test_who_has_nothing_to_do_is_told_so(page_of: PageOf, cast: Cast) -> None:
    """What each role finds when there is something: test_first_minutes_browser.py."""
    running(cast)
    page = page_of("finance")
    page.goto("/")
    expect(page.get_by_text("现在没有等您办理的事")).to_be_visible()
    assert violations(page) == []
    picture(page, "home-nothing")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert wider_than_the_screen(page) == []


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_all_parts_pass_axe_and_fit_a_phone(page_of: PageOf, demo: None, language: str) -> None:
    page = page_of("county_clerk", language)
    page.goto("/look/")
    assert violations(page) == []
    picture(page, f"look-{language}")
    page.set_viewport_size({"width": 360, "height": 740})
    assert wider_than_the_screen(page) == []


def test_the_sign_in_page_passes_axe_and_fits_a_phone(page_of: PageOf) -> None:
    page = page_of()
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    assert violations(page) == []
    picture(page, "sign-in")
    page.set_viewport_size(PHONE)
    assert wider_than_the_screen(page) == []


def test_the_keyboard_reaches_everything_in_reading_order(page_of: PageOf, cast: Cast) -> None:
    running(cast)
    page = page_of("county_approver")
    page.goto("/")
    reached = focus_order(page)
    assert reached[:3] == ["跳到正文", "均衡义务教育均衡发展督导评估", "English"]
    places = [
        next(i for i, at in enumerate(reached) if words in at) for words in ("首页", "审核学校")
    ]
    assert places == sorted(places)
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_menu_opens_and_closes_by_keyboard(page_of: PageOf) -> None:
    page = page_of("county_approver")
    page.goto("/")
    page.locator("details.menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()


def test_the_language_is_switched_and_kept(page_of: PageOf) -> None:
    page = page_of("clerk")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("What to do today")
    page.goto("/")
    expect(page.get_by_role("button", name="中文")).to_be_visible()


def test_what_is_not_there_is_told_with_what_to_do(page_of: PageOf, watch: Watch) -> None:
    watch.expected.add(404)
    page = page_of("clerk")
    page.goto("/nowhere/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这一页")
    assert violations(page) == []
    picture(page, "not-found")


def test_no_font_is_fetched_where_the_system_has_chinese(page_of: PageOf) -> None:
    page = page_of("clerk")
    fonts = []
    page.on(
        "request", lambda request: fonts.append(request.url) if ".woff" in request.url else None
    )
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert fonts == []


def test_charts_and_maps_draw_under_the_policy_of_the_site(page_of: PageOf) -> None:
    page = page_of("clerk")
    page.goto("/")
    for name in ("vega", "vega-lite", "vega-embed", "leaflet", "supercluster"):
        page.add_script_tag(url=f"/static/vendor/{name}.js")
    page.add_style_tag(url="/static/vendor/leaflet.css")
    page.evaluate(
        """async () => {
          const main = document.querySelector("main");
          main.append(Object.assign(document.createElement("div"), {id: "chart"}));
          const values = [{"学校": "模拟一小", "值": 3}, {"学校": "模拟二小", "值": 5}];
          const spec = {data: {values}, mark: "bar", transform: [{calculate: "datum['值'] * 2", as: "倍"}],
            encoding: {x: {field: "倍", type: "quantitative"}, y: {field: "学校", type: "nominal"}}};
          const how = {ast: true, defaultStyle: false, actions: false, renderer: "canvas",
            tooltip: {disableDefaultStyle: true}};
          await vegaEmbed("#chart", spec, how);
          const box = Object.assign(document.createElement("div"), {id: "map"});
          box.style.height = "200px";
          main.append(box);
          const map = leaflet.map(box, {attributionControl: false, preferCanvas: true}).setView([30, 110], 8);
          const feature = (type, coordinates) => ({type: "Feature", properties: {}, geometry: {type, coordinates}});
          leaflet.geoJSON(feature("LineString", [[109, 29], [111, 31]])).addTo(map);
          const places = [feature("Point", [110, 30]), feature("Point", [110.01, 30])];
          const groups = new Supercluster().load(places).getClusters([109, 29, 111, 31], 8);
          leaflet.marker([30, 110], {icon: leaflet.divIcon({html: String(groups[0].properties.point_count)})}).addTo(map);
        }"""
    )
    assert page.locator("#chart canvas").bounding_box()["width"] > 50  # type: ignore[index]
    assert page.locator("#map canvas").is_visible()
    expect(page.locator("#map .leaflet-marker-icon")).to_have_text("2")
    picture(page, "chart-and-map")


def test_who_was_signed_out_signs_in_again_and_loses_nothing(page_of: PageOf, watch: Watch) -> None:
    watch.expected.add(401)
    page = page_of("clerk")
    page.goto("/")
    page.evaluate(
        """() => {
          const box = document.createElement("div");
          box.innerHTML = '<input id="typed"><button id="part" hx-get="/" hx-target="#answer">part</button><p id="answer"></p>';
          document.querySelector("main").append(box);
          htmx.process(box);
        }"""
    )
    page.fill("#typed", "正在填写")
    page.context.clear_cookies(name="sessionid")
    page.click("#part")
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    picture(page, "signed-out")
    dialog.get_by_label("用户名").fill("clerk")
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#signed-in")).to_be_visible()
    assert page.input_value("#typed") == "正在填写"
    page.click("#part")
    expect(page.locator("#answer")).to_contain_text("今天要做什么")


@pytest.mark.parametrize("name", ["500", "403_csrf", "400"])
def test_pages_for_when_nothing_else_works_say_what_to_do_in_both_languages(
    page_of: PageOf, name: str
) -> None:
    page = page_of()
    html = render_to_string(f"{name}.html")
    page.route("**/broken/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/broken/")
    assert page.locator("h1").count() == 2
    assert page.get_by_role("link", name="Back to the first page").is_visible()
    assert violations(page) == []
    picture(page, f"error-{name}")
