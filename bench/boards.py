"""Boards at size: server time of each page, queries and memory; and what takes time in a browser.

python -m bench.boards [--counties 150] [--schools 70] [--years 5] [--nation 2900]

Two counties are made up and judged; the others stand where these do, written straight into the
tables that the boards read. All of it is synthetic.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import resource
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.large_county import CODE, large_county

TIMES = 9
MOST = 300.0
PROVINCES, CITIES = 31, 11
LAST = 2025


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=150)
    parser.add_argument("--schools", type=int, default=70)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--nation", type=int, default=2900)
    parser.add_argument("--keep", type=Path, help="a folder for the database, kept and used again")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="junheng-bench-") as folder:
        os.environ["JUNHENG_DATA"] = str(asked.keep or folder)
        os.environ["JUNHENG_HOSTS"] = "127.0.0.1,testserver"
        os.environ["DJANGO_SETTINGS_MODULE"] = "junheng.web.project.settings"
        import django

        django.setup()
        _fill(asked)
        _measure()
        _on_screen(Path(os.environ["JUNHENG_DATA"]))


def _fill(asked: argparse.Namespace) -> None:
    from django.core.management import call_command

    from junheng.web.accounts.models import Organisation

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Organisation.objects.exists():
        begun = time.perf_counter()
        Nation(asked).build()
        print(f"built in {time.perf_counter() - begun:.0f} s")


class Nation:
    """Builds one province in full, with its schools, and counties alone in the others."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked, self.dice = asked, random.Random(1)  # noqa: S311  # made-up figures

    def build(self) -> None:
        """Make up two counties, judge them, and copy what the boards read of them."""
        from django.db import transaction
        from django.utils import timezone

        from junheng.web.project import demo
        from junheng.web.verdicts.services import refresh_one

        years = range(LAST - self.asked.years + 1, LAST + 1)
        frames = demo.data(2, (years[0], LAST), self.asked.schools)
        self.places = demo.organisations(frames)
        demo.people(self.places, "Correct-horse-7")
        self.runs = []
        for year in years:
            run = demo.campaign(self.places, year, today=timezone.localdate())
            demo.plant(run, frames)
            self.runs.append(run)
        while refresh_one():
            pass
        with transaction.atomic():
            self._copy()

    def _copy(self) -> None:
        from junheng.web.accounts.models import Kind

        nation, home = self.places["000000"], self.places["990000"]
        cities = self._found(Kind.CITY, home, (f"9990{n:02d}" for n in range(CITIES)))
        codes = (f"999{n:03d}" for n in range(100, 100 + self.asked.counties - 2))
        ours = [self._one(Kind.COUNTY, cities[n % CITIES], code) for n, code in enumerate(codes)]
        schools = [
            self._one(Kind.SCHOOL, county, f"{county.code}{n:04d}")
            for county in ours
            for n in range(self.asked.schools)
        ]
        above = [
            self._one(Kind.PROVINCE, nation, f"{n}0000") for n in range(11, 11 + PROVINCES - 1)
        ]
        rest = max(0, self.asked.nation - self.asked.counties)
        others = [
            self._one(
                Kind.COUNTY, above[n % len(above)], f"{above[n % len(above)].code[:2]}{n:05d}"
            )
            for n in range(rest)
        ]
        for run in self.runs:
            self._file(run, [*ours, *others], schools if run.year == LAST else [])
        large_county(self.runs[-1], cities[0])

    def _one(self, kind: Any, parent: Any, code: str) -> Any:
        return self._found(kind, parent, iter([code]))[0]

    def _found(self, kind: Any, parent: Any, codes: Iterator[str]) -> list[Any]:
        from junheng.web.accounts.models import Organisation

        made = []
        for code in codes:
            place = Organisation(kind=kind, code=code, name=f"模拟{code}", parent=parent, path=code)
            place.save()
            Organisation.objects.filter(pk=place.pk).update(path=f"{parent.path}{place.pk}/")
            place.path = f"{parent.path}{place.pk}/"
            made.append(place)
        return made

    def _file(self, run: Any, counties: list[Any], schools: list[Any]) -> None:
        from junheng.web.boards.models import Outlook, RoadmapYear
        from junheng.web.collection.models import Filing, FilingState
        from junheng.web.verdicts.models import Standing

        last = run.year == LAST
        states = [state for state in FilingState if state not in ("submitted", "accepted")]
        filings = Filing.objects.bulk_create(
            [
                Filing(campaign=run, organisation=county, county=county, data_version=1,
                       state=self.dice.choice(states) if last else FilingState.RECOGNISED)
                for county in counties
            ],
            batch_size=2000,
        )  # fmt: skip
        of = {place.pk: place for place in counties}
        Filing.objects.bulk_create(
            [Filing(campaign=run, organisation=s, county=of[s.parent_id]) for s in schools],
            batch_size=2000,
        )
        models = list(Standing.objects.filter(filing__campaign=run))
        Standing.objects.bulk_create(
            [self._standing(filing, models[n % 2]) for n, filing in enumerate(filings)],
            batch_size=200,
        )
        if last:
            who = run.created_by
            Outlook.objects.bulk_create(
                [self._outlook(filing) for filing in filings], batch_size=2000
            )
            RoadmapYear.objects.bulk_create(
                [RoadmapYear(county=c, year=self.dice.randint(2024, 2035), by=who) for c in counties],
                batch_size=2000,
            )  # fmt: skip

    def _standing(self, filing: Any, model: Any) -> Any:
        from junheng.web.verdicts.models import Standing

        told = dict(model.summary)
        told["balance"] = [
            {**row, "cv": row["cv"] and row["cv"] * self.dice.uniform(0.6, 1.4)}
            for row in told["balance"]
        ]
        told["balance_unmet"] = self.dice.randint(0, 6)
        full = int(filing.organisation.path.startswith(self.places["990000"].path))
        at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        return Standing(
            filing=filing, data_version=1, computed_at=at, summary=told,
            verdict=self.dice.choice(["pass", "fail", "not_assessed"]),
            payload=model.payload if full else {}, board=model.board if full else {},
        )  # fmt: skip

    def _outlook(self, filing: Any) -> Any:
        from junheng.web.boards.models import Outlook

        return Outlook(
            filing=filing, data_version=1, computed_at=dt.datetime.now(dt.UTC), year=LAST + 1,
            verdict="fail", sections_fail=self.dice.randint(0, 60),
            balance_unmet=self.dice.randint(0, 6),
        )  # fmt: skip


def _measure() -> None:
    from bench.web import _client
    from junheng.web.accounts.models import Organisation
    from junheng.web.collection.models import Campaign, Filing

    run = Campaign.objects.get(year=LAST)
    home, nation = (Organisation.objects.get(code=code) for code in ("990000", "000000"))
    filing = Filing.objects.get(campaign=run, organisation__code="990101")
    school = Filing.objects.filter(campaign=run, county__code="990101", organisation__kind="school")
    above, top, county = map(
        _client,
        ("provincial_reviewer-990000", "national_reviewer-000000", "county_approver-990101"),
    )
    province, whole = (f"/provinces/{place.pk}/campaigns/{run.pk}/" for place in (home, nation))
    print("| page | first | median | most | processor | queries | kB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, client, address in [
        ("county", county, f"/counties/{filing.pk}/"),
        ("school", county, f"/schools/{school[0].pk}/"),
        ("map", county, f"/counties/{filing.pk}/map/"),
        ("province", above, province),
        ("province, indicators", above, f"{province}?show=primary"),
        ("province, comparison", above, f"{province}compare/"),
        ("province, home", above, "/"),
        ("nation", top, whole),
        ("nation, indicators", top, f"{whole}?show=primary&sort=-primary:teaching_area"),
        ("nation, comparison", top, f"{whole}compare/"),
        ("nation, home", top, "/"),
        ("nation, table", top, f"{whole}table.csv"),
    ]:
        print(_page(name, client, address))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {peak:.0f} MB; load {os.getloadavg()[0]:.1f}")


def _on_screen(folder: Path) -> None:
    from bench.screen import on_screen
    from junheng.web.collection.models import Filing

    of_county = Filing.objects.filter(campaign__year=LAST)
    board, chart = (of_county.get(organisation__code=code).pk for code in ("990101", CODE))
    on_screen(
        folder,
        ("county_approver-990101", f"/counties/{board}/"),
        ("provincial_reviewer-990000", f"/counties/{chart}/map/"),
    )


def _page(name: str, client: Any, address: str) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    taken, worked = [], []
    for _ in range(TIMES):
        begun, at_work = time.perf_counter(), time.process_time()
        answer = client.get(address)
        taken.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - at_work))
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    first, warm = taken[0], taken[1:]
    said = "met" if statistics.median(warm) <= MOST else "**missed**"
    size = len(answer.content) / 1024
    return (
        f"| {name} | {first:.0f} ms | {statistics.median(warm):.0f} ms: {said} | {max(warm):.0f} ms"
        f" | {statistics.median(worked[1:]):.0f} ms | {len(asked)} | {size:.0f} |"
    )


if __name__ == "__main__":
    main()
