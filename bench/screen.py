"""What people wait for in Chromium: the county's board on a cold start, and a map of 2,000 schools."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.served import served

TIMES = 7
LAPTOP = {"width": 1366, "height": 768}
MOST = {"interactive": 1000.0, "kB": 300.0, "map": 3000.0, "frame": 50.0, "search": 200.0}
_WATCH = """
window.seen = {long: [], largest: 0};
new PerformanceObserver((list) => { for (const e of list.getEntries()) { seen.long.push([e.startTime, e.duration]); } })
  .observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => { for (const e of list.getEntries()) { seen.largest = e.startTime; } })
  .observe({type: "largest-contentful-paint", buffered: true});
"""
_TOLD = """() => {
  const page = performance.getEntriesByType("navigation")[0], files = performance.getEntriesByType("resource");
  const first = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  const long = seen.long.filter(([at, took]) => at + took > first);
  const quiet = Math.max(0, ...long.map(([at, took]) => at + took));
  return {
    first, largest: seen.largest, ready: page.domContentLoadedEventEnd, load: page.loadEventEnd,
    blocked: long.reduce((sum, [, took]) => sum + took - 50, 0),
    interactive: Math.max(page.domContentLoadedEventEnd, quiet, first),
    kB: [page, ...files].reduce((sum, each) => sum + each.transferSize, 0) / 1024, files: files.length + 1,
  };
}"""
_FRAMES = """() => {
  window.frames_ = []; window.run_ = true; let last = performance.now();
  const step = (now) => { frames_.push(now - last); last = now; if (run_) { requestAnimationFrame(step); } };
  requestAnimationFrame(step);
}"""
_TAKEN = "() => { window.run_ = false; return window.frames_.slice(1); }"
_SEARCH = """async (words) => {
  const box = document.getElementById("map-search"), begun = performance.now();
  box.value = words; box.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [performance.now() - begun, document.querySelectorAll("#map-found button").length];
}"""


def on_screen(folder: Path, board: tuple[str, str], chart: tuple[str, str]) -> None:
    """Print what a board and a map take in a browser; each comes as (username, address)."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs beside the database
    with served(folder) as port, _chromium() as browser:
        host = f"http://127.0.0.1:{port}"
        _print_board([_cold(browser, host, *board) for _ in range(TIMES + 2)][2:])
        _print_map(*_map(browser, host, *chart))


@contextmanager
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )


@contextmanager
def _page(browser: Any, host: str, username: str) -> Iterator[Any]:
    """Give a page of a new profile: nothing is cached."""
    from bench.web import _client

    context = browser.new_context(base_url=host, locale="zh-CN", viewport=LAPTOP)
    context.set_default_timeout(120_000)
    key = _client(username).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": host}])
    context.add_init_script(_WATCH)
    try:
        yield context.new_page()
    finally:
        context.close()


def _cold(browser: Any, host: str, username: str, address: str) -> dict[str, float]:
    with _page(browser, host, username) as page:
        page.goto(address, wait_until="load")
        page.wait_for_timeout(500)
        told: dict[str, float] = page.evaluate(_TOLD)
        return told


def _print_board(taken: list[dict[str, float]]) -> None:
    middle = {name: statistics.median(each[name] for each in taken) for name in taken[0]}
    most = max(each["interactive"] for each in taken)
    print("\n| county board, cold | median of all | limit |\n| --- | --- | --- |")
    for name, words in (("first", "first paint"), ("largest", "largest contentful paint"),
                        ("ready", "DOMContentLoaded"), ("load", "load"), ("blocked", "total blocking time")):  # fmt: skip
        print(f"| {words} | {middle[name]:.0f} ms | |")
    print(f"| interactive | {middle['interactive']:.0f} ms, at most {most:.0f} ms"
          f" | {_met('interactive', middle['interactive'])} |")  # fmt: skip
    print(f"| first load, {middle['files']:.0f} files | {middle['kB']:.0f} kB"
          f" | {_met('kB', middle['kB'])} |")  # fmt: skip
    print(f"load {os.getloadavg()[0]:.1f}")


def _met(name: str, found: float) -> str:
    return f"{MOST[name]:.0f}: {'met' if found <= MOST[name] else '**missed**'}"


def _map(
    browser: Any, host: str, username: str, address: str
) -> tuple[float, Mapping[str, list[float]], float]:
    """Give when the map can be used, its frames by what moves, and how long a search takes."""
    with _page(browser, host, username) as page:
        page.goto(address)
        page.wait_for_selector(".map-drawn")
        drawn: float = page.evaluate("performance.now()")
        page.check("#map-zones")
        page.wait_for_timeout(1000)
        frames = {"pan": _pan(page), "zoom": _zoom(page)}
        found = [page.evaluate(_SEARCH, words) for words in ("1", "19", "199", "1999", "小学")]
        if not all(many for _, many in found):
            raise SystemExit("The search found no school.")
        return drawn, frames, max(took for took, _ in found)


def _pan(page: Any) -> list[float]:
    x, y = _middle(page)
    page.evaluate(_FRAMES)
    page.mouse.move(x, y)
    page.mouse.down()
    for n in range(120):
        page.mouse.move(x + 300 * math.sin(n / 15), y + 100 * math.sin(n / 10))
    page.mouse.up()
    frames: list[float] = page.evaluate(_TAKEN)
    return frames


def _zoom(page: Any) -> list[float]:
    page.mouse.move(*_middle(page))
    page.evaluate(_FRAMES)
    for n in range(60):
        page.mouse.wheel(0, -60 if n < 30 else 60)
        page.wait_for_timeout(30)
    frames: list[float] = page.evaluate(_TAKEN)
    return frames


def _middle(page: Any) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _print_map(drawn: float, frames: Mapping[str, list[float]], search: float) -> None:
    print("\n| map of 2,000 schools, with zones | | limit |\n| --- | --- | --- |")
    print(f"| can be used after | {drawn:.0f} ms | {_met('map', drawn)} |")
    for name, taken in frames.items():
        high = statistics.quantiles(taken, n=20)[-1]
        print(f"| {name}: {len(taken)} frames | median {statistics.median(taken):.0f} ms,"
              f" p95 {high:.0f} ms, most {max(taken):.0f} ms | {_met('frame', high)} |")  # fmt: skip
    print(f"| search, the slowest of five | {search:.0f} ms | {_met('search', search)} |")
    print(f"load {os.getloadavg()[0]:.1f}")
