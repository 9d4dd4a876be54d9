"""Outlines and school zones from an uploaded GeoJSON: checked, and cut to what a map needs."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from junheng.web.accounts.refusals import WebRefusal

MOST_BYTES = 5 * 1024 * 1024
MOST_POINTS = 200_000
MOST_AREAS = 2_000
_LONGEST_NAME = 60
KEPT = ("name", "code", "school")
"""Properties that are kept: a name to write, the code of a county, that of a zone's school."""
_FEWEST = 4
"""A ring's first point comes again as its last."""
_DIGITS = 6
_BANDS = 500
Point = tuple[float, float]
Ring = list[Point]


def cleaned(content: bytes) -> bytes:
    """Give the polygons of a GeoJSON, their names and codes, and nothing else; raises WebRefusal."""
    areas = [_area(feature) for feature in _features(_parsed(content))]
    if not areas:
        raise WebRefusal(_("边界文件里没有任何区域。请导出含Polygon或MultiPolygon的GeoJSON。"))
    points = sum(len(ring) for area in areas for ring in rings(area))
    if len(areas) > MOST_AREAS or points > MOST_POINTS:
        raise WebRefusal(_("边界过细：请用地图软件简化到二十万个点、两千个区域以内再上传。"))
    kept = {"type": "FeatureCollection", "features": areas}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WebRefusal(_("这不是GeoJSON文件：内容不能按JSON读出。")) from error


def _features(found: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(found, dict) or not isinstance(found.get("features"), list):
        raise WebRefusal(_("这不是GeoJSON文件：最外层应为FeatureCollection，含features。"))
    for feature in found["features"]:
        if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
            raise WebRefusal(_("边界文件里有一个区域没有geometry。请重新导出。"))
        yield feature


def _area(feature: dict[str, Any]) -> dict[str, Any]:
    geometry = feature["geometry"]
    kind, drawn = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(drawn, list):
        raise WebRefusal(
            _("边界文件里只能有Polygon和MultiPolygon，不能有点和线。请删去后重新导出。")
        )
    polygons = [drawn] if kind == "Polygon" else drawn
    shape = {"type": "MultiPolygon", "coordinates": [_polygon(each) for each in polygons]}
    told = feature.get("properties")
    given = told if isinstance(told, dict) else {}
    kept = {name: str(given.get(name) or "")[:_LONGEST_NAME] for name in KEPT if name in given}
    return {"type": "Feature", "properties": kept, "geometry": shape}


def _polygon(given: Any) -> list[Ring]:
    if not isinstance(given, list) or not all(isinstance(ring, list) for ring in given):
        raise WebRefusal(_("边界文件里有一个区域的坐标层次不对。请重新导出。"))
    found = [[_point(point) for point in ring] for ring in given]
    if any(len(ring) < _FEWEST for ring in found):
        raise WebRefusal(_("边界文件里有一个区域不到四个点，围不成面。请重新导出。"))
    return found


def _point(given: Any) -> Point:
    numbers = given[:2] if isinstance(given, list) else []
    known = [float(n) for n in numbers if isinstance(n, int | float) and math.isfinite(n)]
    if len(known) != 2 or abs(known[0]) > 180 or abs(known[1]) > 90:  # noqa: PLR2004  # degrees
        raise WebRefusal(_("边界文件里有坐标不是经纬度（度）。请按WGS 84或CGCS2000经纬度导出。"))
    return round(known[0], _DIGITS), round(known[1], _DIGITS)


def rings(area: dict[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Give all rings of an area, holes among them."""
    for polygon in area["geometry"]["coordinates"]:
        yield from polygon


class Ground:
    """Areas, ready to be asked about many points: their sides are sorted into bands from south to north."""

    def __init__(self, areas: Sequence[dict[str, Any]]) -> None:
        self._areas = [_Bands(area) for area in areas]

    def holds(self, lon: float, lat: float) -> bool:
        """Tell whether a point lies in one of them: a ray to the east crosses an odd number of sides."""
        return any(area.crossings(lon, lat) % 2 for area in self._areas)


class _Bands:
    def __init__(self, area: dict[str, Any]) -> None:
        lats = [point[1] for ring in rings(area) for point in ring]
        self._east = max(point[0] for ring in rings(area) for point in ring)
        self._south, self._north = min(lats), max(lats)
        self._step = (self._north - self._south) / _BANDS or 1.0
        self._sides: dict[int, list[tuple[Sequence[float], Sequence[float]]]] = defaultdict(list)
        for ring in rings(area):
            for one, other in pairwise(ring):
                first, last = sorted((self._band(one[1]), self._band(other[1])))
                for band in range(first, last + 1):
                    self._sides[band].append((one, other))

    def _band(self, lat: float) -> int:
        return math.floor((lat - self._south) / self._step)

    def crossings(self, lon: float, lat: float) -> int:
        crossed = 0
        if lon > self._east or not self._south <= lat <= self._north:
            return crossed
        for (x1, y1), (x2, y2) in self._sides.get(self._band(lat), ()):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
                crossed += 1
        return crossed


def told(area: dict[str, Any], name: str) -> str:
    """Give a property that was kept of an area, or nothing."""
    found: str = area["properties"].get(name, "")
    return found


def middle(area: dict[str, Any]) -> Point:
    """Give where the name of an area is written: the middle of its largest polygon."""
    boxes = [_box(polygon[0]) for polygon in area["geometry"]["coordinates"]]
    west, south, east, north = max(boxes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))
    return (west + east) / 2, (south + north) / 2


def _box(ring: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return min(lons), min(lats), max(lons), max(lats)
