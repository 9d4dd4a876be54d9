"""Outlines of counties and townships from an uploaded GeoJSON: checked, and cut to what a map needs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from junheng.web.accounts.refusals import WebRefusal

MOST_BYTES = 5 * 1024 * 1024
MOST_POINTS = 200_000
MOST_AREAS = 2_000
_LONGEST_NAME = 60
_FEWEST = 4
"""A ring's first point comes again as its last."""
_DIGITS = 6
Point = tuple[float, float]
Ring = list[Point]


def cleaned(content: bytes) -> bytes:
    """Give the polygons of a GeoJSON and their names, and nothing else; raises WebRefusal."""
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
    kind, given = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(given, list):
        raise WebRefusal(
            _("边界文件里只能有Polygon和MultiPolygon，不能有点和线。请删去后重新导出。")
        )
    polygons = [given] if kind == "Polygon" else given
    shape = {"type": "MultiPolygon", "coordinates": [_polygon(each) for each in polygons]}
    told = feature.get("properties")
    name = told.get("name", "") if isinstance(told, dict) else ""
    kept = {"name": str(name)[:_LONGEST_NAME]}
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


def inside(areas: Sequence[dict[str, Any]], lon: float, lat: float) -> bool:
    """Tell whether a point lies in one of the areas: a ray to the east crosses an odd number of sides."""
    return any(_crossings(area, lon, lat) % 2 for area in areas)


def _crossings(area: dict[str, Any], lon: float, lat: float) -> int:
    crossed = 0
    for ring in rings(area):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
                crossed += 1
    return crossed
