"""A county of 2,000 schools for the map: townships of a thousand points each, and a zone a school."""

from __future__ import annotations

import json
import math
import random
from typing import Any

SCHOOLS, TOWNS, POINTS = 2000, 49, 1000
CODE = "999099"
_MIDDLE = 110.0, 30.0
Ring = list[list[float]]


def large_county(run: Any, city: Any) -> None:
    """Found the county in a campaign, where its schools stand by what another county's do."""
    from junheng.web.accounts.models import Organisation
    from junheng.web.collection.models import Filing, Record

    dice = random.Random(3)  # noqa: S311  # made-up places
    county = Organisation.objects.create(
        kind="county", code=CODE, name="模拟大县", parent=city, path=f"{city.path}{CODE}/"
    )
    Organisation.objects.bulk_create(
        Organisation(kind="school", code=f"{CODE}{n:04d}", name=f"模拟第{n}小学", parent=county,
                     path=f"{county.path}{n}/")
        for n in range(SCHOOLS)
    )  # fmt: skip
    places = list(Organisation.objects.filter(parent=county).order_by("code"))
    filing = Filing.objects.create(campaign=run, organisation=county, county=county, data_version=1)
    filings = Filing.objects.bulk_create(
        Filing(campaign=run, organisation=place, county=county) for place in places
    )
    at = [(dice.gauss(_MIDDLE[0], 0.3), dice.gauss(_MIDDLE[1], 0.2)) for _ in places]
    Record.objects.bulk_create(
        Record(filing=own, table="schools", key="", statistics={"lon": lon, "lat": lat})
        for own, (lon, lat) in zip(filings, at, strict=True)
    )
    _stand(filing, [place.code for place in places])
    _draw(county, run.created_by, dict(zip((place.code for place in places), at, strict=True)))


def _stand(filing: Any, codes: list[str]) -> None:
    """Judge the schools as those of another county, over and over."""
    from junheng.web.verdicts.models import Standing

    model = Standing.objects.filter(filing__campaign=filing.campaign).exclude(payload={})[0]
    sections = model.payload["counties"][0]["sections"]
    told = [
        {**sections[n % len(sections)], "school": code, "name": code}
        for n, code in enumerate(codes)
    ]
    payload = {**model.payload, "counties": [{**model.payload["counties"][0], "sections": told}]}
    model.pk, model.filing, model.payload, model.board = None, filing, payload, {}
    model.data_version = 1
    model.save()


def _draw(county: Any, by: Any, schools: dict[str, tuple[float, float]]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from junheng.web.boards.models import Drawn
    from junheng.web.boards.services import keep_outline

    west, south = _MIDDLE[0] - 1, _MIDDLE[1] - 0.7
    towns = [
        _area(
            _round((west + n % 7 * 0.33, south + n // 7 * 0.23), (0.18, 0.12), POINTS),
            name=f"模拟镇{n}",
        )
        for n in range(TOWNS)
    ]
    towns += [_area(_round(_MIDDLE, (3, 3), 100))]
    zones = [_area(_round(at, (0.02, 0.02), 20), school=code) for code, at in schools.items()]
    for kind, areas in ((Drawn.BORDERS, towns), (Drawn.ZONES, zones)):
        content = json.dumps({"type": "FeatureCollection", "features": areas}).encode()
        keep_outline(county, SimpleUploadedFile("a.geojson", content), by=by, kind=kind)


def _round(middle: tuple[float, float], wide: tuple[float, float], points: int) -> Ring:
    turns = [2 * math.pi * n / points for n in (*range(points), 0)]
    (x, y), (east, north) = middle, wide
    return [[x + east * math.cos(turn), y + north * math.sin(turn)] for turn in turns]


def _area(ring: Ring, **told: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": told,
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
