"""The older standard has a rule of its own: a title falls when the balance fails three years in a row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from boarded import client_of, shown
from copies import copied
from django.test import Client
from django.urls import reverse
from filled import PASSWORD, account, frames
from grown import in_year

from junheng.model.load import load_standard
from junheng.web.collection.models import Campaign, Filing, Record
from junheng.web.collection.services import open_campaign
from junheng.web.project import demo
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.services import make_official, refresh

pytestmark = pytest.mark.django_db
YEARS = (2024, 2025, 2026)
UNBALANCED, POOR = "990101", "990102"
COLUMNS = ("teaching_area", "sports_ground_area", "equipment_value", "computers", "books")


@pytest.fixture
def runs(db: None) -> dict[int, Campaign]:
    """Three years under the standard of 2012 with a province's limits: one county fails in balance, one not."""
    copied("recheck", _three_years)
    return {run.year: run for run in Campaign.objects.filter(year__in=YEARS)}


def _three_years() -> None:
    made = frames((YEARS[0], YEARS[-1]))
    places = demo.organisations(made)
    demo.people(places, PASSWORD)
    by = account("provincial_reviewer", "990000")
    runs = {}
    for year in YEARS:
        day = dt.date(year, 10, 1)
        run = Campaign.objects.create(
            owner=places["990000"], name=f"{year}（模拟）", standard="cn-basic-2012",
            overlay="example", year=year, opens=day, schools_due=day, county_due=day,
            created_by=by,
        )  # fmt: skip
        run.counties.set([places[UNBALANCED], places[POOR]])
        open_campaign(run, by=by)
        demo.plant(run, made)
        times(run, UNBALANCED, 40.0)
        times(run, POOR, 0.1)
        runs[year] = run
    for county in runs[YEARS[0]].counties.all():
        in_year(Filing.objects.get(campaign=runs[YEARS[0]], organisation=county), 2023, by,
                state="recognised")  # fmt: skip
    judge(runs)


def times(run: Campaign, county: str, factor: float) -> None:
    """Give a county's first school so many times what it has."""
    row = Record.objects.get(filing__campaign=run, table="schools",
                             filing__organisation__code=f"{county}0001")  # fmt: skip
    row.counted = {name: (row.statistics | row.reported)[name] * factor for name in COLUMNS}
    row.save()


def judge(runs: dict[int, Campaign]) -> None:
    rows = Filing.objects.filter(campaign__in=runs.values(), organisation__kind="county")
    for filing in rows.select_related("campaign", "organisation", "county"):
        refresh(filing)


def standings(runs: dict[int, Campaign], county: str) -> Iterator[Standing]:
    for run in runs.values():
        yield Standing.objects.get(filing__campaign=run, filing__organisation__code=county)


def watched(client: Client, runs: dict[int, Campaign]) -> str:
    """Give what the province's board says of recognised counties that fail."""
    run = runs[YEARS[-1]]
    page = shown(client, "province", run.owner_id, run.pk)
    return page[page.index("watched-title") :].partition("</section>")[0]


def test_three_years_of_failing_in_balance_are_named_and_other_failures_are_not(
    runs: dict[int, Campaign],
) -> None:
    for county, parts in ((UNBALANCED, {"balance": "fail"}), (POOR, {"balance": "pass", "threshold": "fail"})):  # fmt: skip
        for standing in standings(runs, county):
            assert standing.verdict == "fail"
            assert parts.items() <= standing.summary["parts"].items()
    rule = load_standard("cn-basic-2012").recheck
    assert rule is not None
    client = client_of(account("provincial_reviewer", "990000"))
    said = watched(client, runs)
    assert rule.reference.quote in said
    names = re.findall(r'<a href="/filings/\d+/steps/">([^<]+)</a>', said)
    [place] = Filing.objects.filter(campaign=runs[2026], organisation__code=UNBALANCED)
    assert names == [place.organisation.name]
    assert "连续3年不达标" in said
    assert "有的年份还没有正式结论" in said
    Filing.objects.filter(campaign=runs[2024], organisation__code=UNBALANCED).update(
        state="recognised"
    )
    assert "连续2年不达标" in watched(client, runs), "only years after the latest recognition count"


def test_a_year_in_balance_ends_the_row_and_official_years_open_the_step(
    runs: dict[int, Campaign],
) -> None:
    reviewer = account("provincial_reviewer", "990000")
    client = client_of(reviewer)
    title = Filing.objects.get(campaign__year=2023, organisation__code=UNBALANCED)
    step = reverse("reviews:take", args=[title.pk, "propose_revocation"])
    for standing in standings(runs, UNBALANCED):
        assert step not in watched(client, runs)
        make_official(standing.filing, by=reviewer, occasion="submitted")
    assert f'href="{step}"' in watched(client, runs)
    assert client.get(step).status_code == 200
    for standing in standings(runs, POOR):
        make_official(standing.filing, by=reviewer, occasion="submitted")
    poor = Filing.objects.get(campaign__year=2023, organisation__code=POOR)
    refused = client.post(reverse("reviews:take", args=[poor.pk, "propose_revocation"]),
                          {"version": poor.version, "text": "三年不达标"})  # fmt: skip
    assert "连续3年" in refused.content.decode(), (
        "it failed for three years, but not in what counts"
    )
    times(runs[2025], UNBALANCED, 1.0)
    judge(runs)
    said = watched(client, runs)
    assert "连续1年不达标" in said
    assert step not in said
