"""Maps: outlines and zones are checked before they are kept; what cannot be drawn is listed."""

from __future__ import annotations

import json

import pytest
from boarded import COUNTY, client_of, judged, shown
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from filled import account

from junheng.web.accounts.models import Appointment
from junheng.web.boards.models import Drawn, Outline
from junheng.web.collection.models import Filing, Record
from junheng.web.verdicts.models import Standing

SQUARE = [[100.0, 20.0], [125.0, 20.0], [125.0, 45.0], [100.0, 45.0], [100.0, 20.0]]

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(db: None) -> Filing:
    return judged()


def outlines(*features: object) -> SimpleUploadedFile:
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return SimpleUploadedFile("outlines.geojson", content)


def area(coordinates: object = None, kind: str = "Polygon", **told: str) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates or [SQUARE]}
    properties = {"name": "模拟镇", "x": 1, **told}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_outlines_are_checked_cut_down_and_kept(filing: Filing) -> None:
    client = client_of(account("county_clerk", COUNTY))
    address = reverse("boards:map_upload", args=[filing.pk])
    assert client.post(address, {"file": outlines(area())}).status_code == 302
    kept = client.get(reverse("boards:map_outline", args=[filing.pk]))
    found = json.loads(b"".join(kept.streaming_content))  # type: ignore[attr-defined]
    assert found["features"][0]["properties"] == {"name": "模拟镇"}
    assert found["features"][0]["geometry"]["coordinates"] == [[SQUARE]]
    still = shown(client, "map_still", filing.pk)
    assert "<path" in still
    assert ">模拟镇</text>" in still


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SimpleUploadedFile("a.geojson", b"<svg/>"), "不能按JSON读出"),
        (SimpleUploadedFile("a.geojson", b"[" * 200_000), "不能按JSON读出"),
        (SimpleUploadedFile("a.geojson", b" " * (5 * 2**20 + 1)), "超过5 MB"),
        (outlines(), "没有任何区域"),
        (outlines(area([1.0, 2.0], "Point")), "只能有Polygon"),
        (outlines(area([[[500000.0, 4000000.0]] * 4])), "不是经纬度"),
        (outlines(area([[[100.0, 20.0]] * 3])), "围不成面"),
        (outlines(area([[["a", 20.0]] * 4])), "不是经纬度"),
    ],
)
def test_what_is_no_outline_is_refused_with_the_reason(
    filing: Filing, file: SimpleUploadedFile, why: str
) -> None:
    file.seek(0)
    client = client_of(account("county_clerk", COUNTY))
    answer = client.post(reverse("boards:map_upload", args=[filing.pk]), {"file": file})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Outline.objects.exists()


def test_schools_without_or_with_impossible_coordinates_are_listed_not_drawn(
    filing: Filing,
) -> None:
    rows = Record.objects.filter(
        filing__county=filing.organisation, filing__campaign=filing.campaign, table="schools"
    ).order_by("filing__organisation__code")
    wrong = [{"lon": None}, {"lon": 31.2, "lat": 121.5}, {"lon": 130.0, "lat": 47.0}]
    for row, counted in zip(rows, wrong, strict=False):
        row.counted = counted
        row.save()
    client = client_of(account("county_clerk", COUNTY))
    page = shown(client, "map", filing.pk)
    for why in ("没有填经纬度", "可能填反了", "超过200公里"):
        assert why in page
    drawn = json.loads(shown(client, "map_schools", filing.pk))["features"]
    assert len(drawn) == rows.count() - len(wrong)
    assert {f["properties"]["s"] for f in drawn} <= {"pass", "fail", "not_assessed", "excluded"}
    client.post(reverse("boards:map_upload", args=[filing.pk]),
                {"file": outlines(area([[[0, 0], [1, 0], [1, 1], [0, 0]]]))})  # fmt: skip
    assert "在本县边界之外" in shown(client, "map", filing.pk)


def test_zones_name_schools_of_the_county_and_are_drawn_with_them(filing: Filing) -> None:
    client = client_of(account("county_clerk", COUNTY))
    address = reverse("boards:map_zones_upload", args=[filing.pk])
    stranger = client.post(address, {"file": outlines(area(school="9901020001"))})
    assert stranger.status_code == 422
    assert "9901020001" in stranger.content.decode()
    assert client.get(reverse("boards:map_zones", args=[filing.pk])).status_code == 404
    own = outlines(area(school=f"{COUNTY}0001"))
    assert client.post(address, {"file": own}).status_code == 302
    kept = client.get(reverse("boards:map_zones", args=[filing.pk]))
    zone = json.loads(b"".join(kept.streaming_content))["features"][0]  # type: ignore[attr-defined]
    assert zone["properties"] == {"name": "模拟镇", "school": f"{COUNTY}0001"}
    drawn = json.loads(shown(client, "map_schools", filing.pk))["features"]
    assert zone["properties"]["school"] in {school["properties"]["k"] for school in drawn}
    assert "stroke-dasharray" in shown(client, "map_still", filing.pk)
    assert 'id="map-zones"' in shown(client, "map", filing.pk)
    assert not Outline.objects.filter(kind=Drawn.BORDERS).exists()


def test_who_fills_in_for_one_county_and_reviews_another_draws_nothing_there(
    filing: Filing,
) -> None:
    both = account("county_clerk", "990102")
    above = filing.organisation.parent
    Appointment.objects.create(account=both, organisation=above, role="city_reviewer")
    client = client_of(both)
    assert client.get(reverse("boards:map", args=[filing.pk])).status_code == 200
    for route in ("map_upload", "map_zones_upload"):
        address = reverse(f"boards:{route}", args=[filing.pk])
        assert client.post(address, {"file": outlines(area())}).status_code == 404
    assert not Outline.objects.exists()


def test_a_map_of_counties_is_shaded_by_the_figure_that_is_chosen(filing: Filing) -> None:
    where = filing.campaign.owner_id, filing.campaign_id
    leader = client_of(account("provincial_reviewer", "990000"))
    assert "还没有各县的边界" in shown(leader, "province_map", *where)
    upload = reverse("boards:province_map_upload", args=where)
    clerk = client_of(account("county_clerk", COUNTY))
    assert clerk.post(upload, {"file": outlines(area(code=COUNTY))}).status_code == 404
    assert leader.post(upload, {"file": outlines(area(code=COUNTY))}).status_code == 302
    told = Standing.objects.get(filing=filing).summary
    wanted = {
        "": ({"pass": "✓", "fail": "✗", "not_assessed": "?"}[filing.standing.verdict],),
        "far": (f"{told['worst']['cv'] / told['worst']['limit']:.2f}",),
        **{
            f"{row['level']}:{row['indicator']}": (f"{row['cv']:.3f}",)
            for row in told["balance"]
            if row["limit"] and row["cv"] is not None
        },
    }
    assert len(wanted) >= 9
    for by, (figure,) in wanted.items():
        page = shown(leader, "province_map", *where, by=by)
        assert f"{filing.organisation.name} {figure}</title>" in page, by
    assert "990102" in page[page.index("without-title") :]
    city = account("city_reviewer", "990100")
    below = shown(client_of(city), "province_map", filing.organisation.parent_id, where[1])
    assert f"{filing.organisation.name} " in below[below.index("<svg") :]
