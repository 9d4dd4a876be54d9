"""No page of the boards asks the database more often for many counties or schools than for few."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from boarded import COUNTY, client_of, judged
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from filled import account
from grown import in_year, more_counties, more_schools, stand

from junheng.web.boards.models import Outline
from junheng.web.boards.services import keep_outline
from junheng.web.collection.models import Filing
from junheng.web.verdicts.models import Standing

pytestmark = pytest.mark.django_db
MORE = 20


@pytest.fixture
def filing(db: None) -> Filing:
    return judged()


Asked = dict[tuple[str, str], int]
Pages = list[tuple[Client, str, str]]


def asked(pages: Pages) -> Asked:
    """Count what each page asks when what it keeps in memory is there; and that it answers."""
    counts = {}
    for client, who, address in pages:
        assert client.get(address).status_code == 200, (who, address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts[who, address] = len(queries)
    return counts


def above(filing: Filing) -> Iterator[tuple[Client, str, str]]:
    """Give the pages on which a province, a city and the nation look at counties."""
    run, county = filing.campaign, filing.organisation
    city, province = county.parent, run.owner
    assert city is not None
    side = "&".join(f"with={place.pk}" for place in (county, city))
    for role, place in (("city_reviewer", city), ("provincial_reviewer", province),
                        ("national_reviewer", province.parent)):  # fmt: skip
        assert place is not None
        client = client_of(account(role, place.code))
        where = [place.pk, run.pk]
        board, compare, drawn = (
            reverse(f"boards:{name}", args=where)
            for name in ("province", "compare", "province_map")
        )
        for address in (
            "/", board, f"{board}?show=primary", compare, f"{compare}?{side}", drawn,
            f"{drawn}?by=far", reverse("boards:province_table", args=[*where, "csv"]),
            reverse("reviews:desk"), reverse("collection:campaigns"),
            reverse("collection:campaign", args=[run.pk]),
        ):  # fmt: skip
            yield client, role, address


def area(code: str) -> dict[str, object]:
    ring = [[100.0, 20.0], [125.0, 20.0], [125.0, 45.0], [100.0, 45.0], [100.0, 20.0]]
    return {"type": "Feature", "properties": {"code": code, "name": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip


def drawn(filing: Filing) -> None:
    """Upload the borders of the counties there are."""
    codes = Filing.objects.filter(county__path__startswith=filing.campaign.owner.path)
    areas = [area(code) for code in codes.values_list("county__code", flat=True).distinct()]
    content = json.dumps({"type": "FeatureCollection", "features": areas}).encode()
    by = account("provincial_reviewer", "990000")
    keep_outline(filing.campaign.owner, SimpleUploadedFile("a", content), by=by)


def failing_since(filing: Filing) -> None:
    """Recognise a county four years ago, and let it fail every year since: monitoring names it."""
    by, model = account("provincial_reviewer", "990000"), Standing.objects.get(filing=filing)
    in_year(filing, 2022, by, state="recognised")
    for year in (2023, 2024):
        stand(in_year(filing, year, by), model)


def test_pages_of_counties_ask_as_often_for_two_as_for_twenty_two(
    filing: Filing, settings: LazySettings
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "export": (10**6, 3600)}
    Standing.objects.update(verdict="fail")
    failing_since(filing)
    drawn(filing)
    pages = list(above(filing))
    few = asked(pages)
    for other in more_counties(filing, MORE):
        failing_since(other)
    Outline.objects.all().delete()
    drawn(filing)
    assert asked(pages) == few
    board = next(address for _, role, address in pages if role == "national_reviewer" and address != "/")  # fmt: skip
    page = client_of(account("national_reviewer", "000000")).get(board).content.decode()
    assert page.count("<tr data-county=") == MORE + 2
    assert page.count("连续3年不达标") == 6
    assert f"共{MORE + 1}个县，其余见下表" in page


def test_pages_of_schools_ask_as_often_for_six_as_for_twenty_six(filing: Filing) -> None:
    clerk = client_of(account("county_clerk", COUNTY))
    pages: Pages = [
        (clerk, "county_clerk", address)
        for address in (
            *(reverse(f"boards:{name}", args=[filing.pk])
              for name in ("county", "board", "map", "map_schools", "map_still")),
            reverse("collection:campaign", args=[filing.campaign_id]),
            reverse("reviews:desk"), reverse("verdicts:county", args=[filing.pk]),
            reverse("collection:checks", args=[filing.pk]), "/",
        )
    ]  # fmt: skip
    Filing.objects.filter(county=filing.organisation).exclude(pk=filing.pk).update(
        state="submitted"
    )
    few = asked(pages)
    more_schools(filing, MORE, "submitted")
    assert asked(pages) == few
    found = json.loads(clerk.get(reverse("boards:map_schools", args=[filing.pk])).content)
    assert len(found["features"]) == 6 + MORE
