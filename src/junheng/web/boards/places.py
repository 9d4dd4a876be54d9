"""Where a county's schools are, how each stands, and which coordinates cannot be right."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from junheng.web.blobs.services import open_blob
from junheng.web.boards import outlines, selectors
from junheng.web.boards.models import Drawn, Outline
from junheng.web.collection.dataset import counting
from junheng.web.collection.models import Filing, Record
from junheng.web.verdicts.models import Standing

Row = dict[str, Any]
LETTERS = {"met": "m", "near": "n", "unmet": "u", "not_assessed": "?"}
_WORST = "?mnu"
"""Of two levels of a school the later one of these is shown."""
_STATUS = ("excluded", "pass", "not_assessed", "fail")
MARKS = {"pass": "✓", "fail": "✗", "not_assessed": "?", "excluded": "–"}
_WEST, _EAST, _SOUTH, _NORTH = 73.0, 136.0, 3.0, 54.0
"""All of the country lies within."""
_FAR_KM = 200.0
_KM_A_DEGREE = 111.195
_STILL = 1000.0


@dataclass(frozen=True, slots=True)
class Place:
    """One school: where it stands on the map and by the standard."""

    pk: int
    code: str
    name: str
    lon: float | None
    lat: float | None
    status: str
    indicators: str
    """A letter an indicator, in the order of the standard."""
    wrong: str | Promise = ""
    """Why its coordinates cannot be right, or empty."""


def places(filing: Filing, standing: Standing | None = None) -> list[Place]:
    """Give every school of a county, whether it can be drawn or not, and how it stands if that is given."""
    where = _coordinates(filing)
    status, letters = _stands(standing)
    known = [point for point in where.values() if _within(point)]
    middle, ground = _middle(known), _ground_of(filing)
    found = []
    for code, row in selectors.schools_of(filing).items():
        lon, lat = where.get(code, (None, None))
        found.append(
            Place(
                pk=row["pk"],
                code=code,
                name=row["organisation__name"],
                lon=lon,
                lat=lat,
                status=status.get(code, "excluded" if letters else "not_assessed"),
                indicators=letters.get(code, ""),
                wrong=_wrong(lon, lat, middle, ground),
            )
        )
    return found


def _ground_of(filing: Filing) -> outlines.Ground | None:
    kept = Outline.objects.filter(place=filing.organisation_id, kind=Drawn.BORDERS)
    digest = kept.values_list("blob", flat=True).first()
    return None if digest is None else _ground(digest)


@lru_cache(maxsize=8)
def _ground(digest: str) -> outlines.Ground:
    return outlines.Ground(_areas(digest))


def _coordinates(filing: Filing) -> dict[str, tuple[Any, Any]]:
    rows = Record.objects.filter(
        filing__campaign=filing.campaign_id,
        filing__county=filing.organisation_id,
        table="schools",
        removed=False,
    )
    columns = ("filing__organisation__code", "statistics", "reported", "counted")
    found = {}
    for code, *values in rows.order_by().values_list(*columns):
        counts = counting(*values)
        found[code] = counts.get("lon"), counts.get("lat")
    return found


def _stands(standing: Standing | None) -> tuple[dict[str, str], dict[str, str]]:
    """Give of each school its worst verdict, and its worst letter of each indicator."""
    status: dict[str, str] = {}
    letters: dict[str, str] = {}
    counties = standing.payload.get("counties", ()) if standing else ()
    for section in (section for county in counties for section in county["sections"]):
        code = section["school"]
        worse = max(status.get(code, "excluded"), section["verdict"], key=_STATUS.index)
        status[code] = worse
        mine = "".join(LETTERS[row["verdict"]] for row in section["indicators"])
        before = letters.get(code, mine)
        letters[code] = "".join(
            max(pair, key=_WORST.index) for pair in zip(before, mine, strict=True)
        )
    return status, letters


def _within(point: tuple[Any, Any]) -> bool:
    lon, lat = point
    if not isinstance(lon, int | float) or not isinstance(lat, int | float):
        return False
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def _middle(known: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    if not known:
        return None
    lons, lats = (sorted(axis) for axis in zip(*known, strict=True))
    return lons[len(lons) // 2], lats[len(lats) // 2]


def _wrong(
    lon: Any, lat: Any, middle: tuple[float, float] | None, ground: outlines.Ground | None
) -> str | Promise:
    if lon is None or lat is None:
        return _("没有填经纬度")
    if not _within((lon, lat)):
        return _("经纬度不在全国范围内：经度和纬度可能填反了")
    if ground and not ground.holds(lon, lat):
        return _("在本县边界之外")
    if middle and _km((lon, lat), middle) > _FAR_KM:
        return _("离其他学校超过200公里")
    return ""


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, one[1] - other[1]) * _KM_A_DEGREE


def geojson(found: Iterable[Place]) -> Row:
    """Give the schools that can be drawn, as a map reads them: short names, for there are many."""
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [n and round(n, 6) for n in (place.lon, place.lat)],
            },
            "properties": {
                "k": place.code,
                "n": place.name,
                "s": place.status,
                "i": place.indicators,
                "p": place.pk,
            },
        }
        for place in found
        if not place.wrong
    ]
    return {"type": "FeatureCollection", "features": features}


def areas_of(filing: Filing, kind: Drawn = Drawn.BORDERS) -> list[Row]:
    """Give the outlines, or zones, that a county has uploaded."""
    outline = Outline.objects.filter(place=filing.organisation_id, kind=kind).first()
    return read(outline) if outline else []


def read(outline: Outline) -> list[Row]:
    """Give the areas of an outline."""
    return _areas(outline.blob_id)


def _areas(digest: str) -> list[Row]:
    with open_blob(digest) as file:
        found: list[Row] = json.load(file)["features"]
    return found


def still(found: Sequence[Place], areas: Sequence[Row], zones: Sequence[Row] = ()) -> Row:
    """Place schools, outlines and zones on a sheet of paper, for print and where no script runs."""
    drawn = [place for place in found if not place.wrong]
    points: list[tuple[Any, ...]] = [(place.lon, place.lat) for place in drawn]
    points += corners([*areas, *zones])
    on = Paper(points)
    return {
        "height": f"{on.height:.0f}",
        "points": [_mark(place, on) for place in drawn],
        "areas": [path_of(area, on) for area in areas],
        "zones": " ".join(path_of(area, on) for area in zones),
        "names": [_name(area, on) for area in areas if outlines.told(area, "name")],
    }


def corners(areas: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Give every point of areas."""
    return [tuple(point[:2]) for area in areas for ring in outlines.rings(area) for point in ring]


def _name(area: Row, on: Paper) -> Mapping[str, str]:
    x, y = on.at(*outlines.middle(area))
    return {"x": x, "y": y, "name": outlines.told(area, "name")}


def _mark(place: Place, on: Paper) -> Mapping[str, Any]:
    x, y = on.at(place.lon, place.lat)
    return {"x": x, "y": y, "place": place, "mark": MARKS[place.status]}


def path_of(area: Row, on: Paper) -> str:
    """Draw an area as the path of a picture; points that fall together are drawn once."""
    rings = (_line(on.at(*point[:2]) for point in ring) for ring in outlines.rings(area))
    return " ".join(f"M{ring}Z" for ring in rings)


def _line(points: Iterable[tuple[str, str]]) -> str:
    return " ".join(",".join(point) for point, _same in groupby(points))


class Paper:
    """Longitude and latitude on paper, north above, as wide as it is on the ground."""

    def __init__(self, points: Sequence[tuple[Any, ...]]) -> None:
        lons = [point[0] for point in points] or [0.0]
        lats = [point[1] for point in points] or [0.0]
        self.west, self.north = min(lons), max(lats)
        self.shrink = math.cos(math.radians((min(lats) + max(lats)) / 2))
        wide = max((max(lons) - self.west) * self.shrink, 0.01)
        self.scale = (_STILL - 60) / wide
        self.height = (self.north - min(lats)) * self.scale + 60

    def at(self, lon: Any, lat: Any) -> tuple[str, str]:
        """Give where a point lies on the paper."""
        x = 30 + (lon - self.west) * self.shrink * self.scale
        return f"{x:.1f}", f"{30 + (self.north - lat) * self.scale:.1f}"
