"""The web application: server time of its pages, and a hundred clerks who save at once.

python -m bench.web [--schools 60] [--counties 150] [--clerks 100]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.clerks import CELLS, Clerk, burst, open_pages, typing
from bench.served import served

TIMES = 15
MOST = {"county": 150.0, "board": 150.0, "province": 300.0, "burst": 800.0, "typing": 800.0,
        "burst: verdict": 1000.0, "typing: verdict": 1000.0}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=60)
    parser.add_argument("--counties", type=int, default=150)
    parser.add_argument("--clerks", type=int, default=100)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="junheng-bench-") as folder:
        os.environ["JUNHENG_DATA"] = folder
        os.environ["JUNHENG_HOSTS"] = "127.0.0.1,testserver"
        os.environ["DJANGO_SETTINGS_MODULE"] = "junheng.web.project.settings"
        import django

        django.setup()
        place = _filled(asked)
        rows = _pages(place)
        rows += _at_once(Path(folder), place, asked.clerks)
    load = os.getloadavg()[0]
    print(
        f"| what | median | p95 | most | errors |\n| --- | --- | --- | --- | --- |  load {load:.1f}"
    )
    for row in rows:
        print(row)


@dataclass
class Place:
    """What was made up: one county in full, many small ones, and who may see them."""

    campaign: int
    county: int
    province: int
    schools: list[int] = field(default_factory=list)


def _filled(asked: argparse.Namespace) -> Place:
    from django.core.management import call_command
    from django.utils import timezone

    from junheng.web.accounts.models import Kind
    from junheng.web.project import demo
    from junheng.web.verdicts.services import refresh_one

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    demo.SCHOOLS_WITH_ACCOUNTS = asked.schools
    frames = _together(demo.data(2, (2025, 2025), asked.schools), asked.counties, demo)
    places = demo.organisations(frames)
    demo.people(places, "Correct-horse-7")
    campaign = demo.campaign(places, 2025, today=timezone.localdate())
    demo.plant(campaign, frames)
    while refresh_one():
        pass
    filings = campaign.filings.select_related("organisation", "county")
    schools = filings.filter(organisation__kind=Kind.SCHOOL, county__code__in=("990101", "990102"))
    county = filings.get(organisation__code="990101")
    return Place(
        campaign.pk, county.pk, places[demo.PROVINCE].pk, list(schools.values_list("pk", flat=True))
    )


def _together(full: Any, counties: int, demo: Any) -> dict[str, Any]:
    """Give two counties in full and the others with two schools each."""
    import polars as pl

    small = demo.data(counties, (2025, 2025), 2)
    first = pl.col("county").is_in(["990101", "990102"])
    kept = {}
    for name, frame in full.items():
        other = small[name]
        if "county" in frame.columns:
            other = other.filter(~first)
        else:
            known = frame["school"].implode()
            other = other.filter(~pl.col("school").is_in(known))
        kept[name] = pl.concat([frame, other])
    return kept


def _client(username: str) -> Any:
    from django.test import Client

    from junheng.web.accounts.models import Account

    client = Client()
    client.force_login(
        Account.objects.get(username=username), backend="junheng.web.accounts.backend.Accounts"
    )
    return client


def _pages(place: Place) -> list[str]:
    """Ask for each page again and again in this process, all middleware included."""
    county, province = _client("county_clerk-990101"), _client("provincial_reviewer-990000")
    board = f"/provinces/{place.province}/campaigns/{place.campaign}/"
    asked: list[tuple[str, Callable[[], Any]]] = [
        ("county", lambda: county.get(f"/verdicts/{place.county}/")),
        ("board", lambda: county.get(f"/counties/{place.county}/")),
        ("province", lambda: province.get(board)),
    ]
    rows = []
    for name, ask in asked:
        taken = []
        for number in range(TIMES + 2):
            begun = time.perf_counter()
            answer = ask()
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code}")
            if number > 1:
                taken.append(1000 * (time.perf_counter() - begun))
        rows.append(_row(name, taken, 0))
    return rows


def _row(name: str, taken: list[float], errors: int) -> str:
    middle = statistics.median(taken)
    high = statistics.quantiles(taken, n=20)[-1]
    compared = high if name in ("burst", "typing") else middle
    said = "met" if compared <= MOST[name] and not errors else "**missed**"
    return f"| {name} | {middle:.0f} ms | {high:.0f} ms | {MOST[name]:.0f} ms: {said} | {errors} |"


def _at_once(folder: Path, place: Place, clerks: int) -> list[str]:
    """Serve, and have so many clerks save: all at the same moment, then each as he types."""
    with served(folder) as port:
        people = [Clerk(port, filing, _session(filing)) for filing in place.schools[:clerks]]
        asyncio.run(open_pages(people))
        return [
            row
            for name, way in (("burst", burst), ("typing", typing))
            for row in _saved(name, way, people)
        ]


def _session(filing: int) -> str:
    """Sign the clerk of a school in, without the time that hashing a password takes."""
    from junheng.web.collection.models import Filing

    code = Filing.objects.get(pk=filing).organisation.code
    key: str = _client(f"school_clerk-{code}").cookies["sessionid"].value
    return key


def _saved(
    name: str, way: Callable[[list[Clerk]], Coroutine[Any, Any, None]], people: list[Clerk]
) -> list[str]:
    """Have them save one way; what was acknowledged must be there, and the verdicts follow."""
    for clerk in people:
        clerk.taken, clerk.wrong = [], []
    asyncio.run(way(people))
    waited = _judged()
    wrong = [each for clerk in people for each in clerk.wrong]
    lost = sum(not _kept(clerk) for clerk in people)
    taken = [each for clerk in people for each in clerk.taken]
    print(
        f"{name}: {len(taken)} saves of {len(people)} clerks, {lost} lost",
        *sorted(set(wrong)),
        file=sys.stderr,
    )
    return [_row(name, taken, len(wrong) + lost), _row(f"{name}: verdict", [waited] * 2, 0)]


def _kept(clerk: Clerk) -> bool:
    """Tell whether the last values that were acknowledged stand in the database."""
    from junheng.web.collection.models import Record

    stored = Record.objects.get(filing=clerk.filing, table="schools").reported
    return [stored.get(name) for name in CELLS] == clerk.held


def _judged() -> float:
    """Give how long after the last answer every county's verdict is of the data as they stand."""
    from django.db.models import F

    from junheng.web.collection.models import Filing

    begun = time.perf_counter()
    stale = Filing.objects.filter(standing__data_version__lt=F("data_version"))
    while stale.exists():
        time.sleep(0.02)
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
