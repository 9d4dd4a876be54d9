"""Maps without boundaries: where a county's schools are and how they stand; a province's counties.

No official boundaries are shipped; a point stands where its school says it stands.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import polars as pl

from junheng.report.bundle import Bundle
from junheng.report.pictures.grammar import (
    INK,
    PALE,
    WIDTH,
    Head,
    Row,
    breadth,
    chart,
    finish,
    n,
    picture,
    q,
    shorten,
    signs,
)
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.words import Said

_SIDE = 600.0
"""The longer side of a map is at most so many points."""
_MOST_NAMES = 15
_MOST_COUNTIES = 200
_KM_A_DEGREE = 111.195
"""Of a great circle, on a sphere of 6371 km."""
_WORST = ("fail", "not_assessed", "pass", "excluded")
_NAME_HIGH = 14.0


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of the earth on paper: kilometres east and north of its corner, and its scale."""

    west: float
    south: float
    east_km: float
    north_km: float

    @property
    def points_a_km(self) -> float:
        """How many points a kilometre has on paper."""
        return _SIDE / max(self.east_km, self.north_km)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Give kilometres east and north of the corner."""
        middle = math.radians(self.south + self.north_km / _KM_A_DEGREE / 2)
        return (lon - self.west) * _KM_A_DEGREE * math.cos(middle), (
            lat - self.south
        ) * _KM_A_DEGREE


def ground(places: Sequence[tuple[float, float]]) -> Ground:
    """Give the ground that holds places (longitude and latitude in degrees), with some room, most of it below."""
    lons, lats = zip(*places, strict=True)
    high = max(max(lats) - min(lats), 0.01)
    wide = max(max(lons) - min(lons), 0.01)
    west, south = min(lons) - 0.06 * wide, min(lats) - 0.12 * high
    shrink = math.cos(math.radians(south + 0.59 * high))
    return Ground(west, south, 1.12 * wide * _KM_A_DEGREE * shrink, 1.18 * high * _KM_A_DEGREE)


def county_map(bundle: Bundle) -> Picture:
    """Draw a county's schools where they stand, by verdict; the worst that have room are named."""
    said = Said(bundle)
    schools = _schools(bundle)
    there = [row for row in schools if row["lon"] is not None and row["lat"] is not None]
    counts = Counter(row["verdict"] for row in schools)
    answer = said.say("map_answer", n=len(schools), passed=counts["pass"], failed=counts["fail"],
                      not_assessed=counts["not_assessed"], excluded=counts["excluded"])  # fmt: skip
    if not there:
        head = Head("map", said.say("map_title"), answer)
        return picture(bundle, head, _nothing(said))
    if len(there) < len(schools):
        answer += said.say("map_lost", n=len(schools) - len(there))
    on = ground([(row["lon"], row["lat"]) for row in there])
    points = [_point(row, on, said) for row in there]
    labels = _named([p for p in points if p["short"]], points, on, _MOST_NAMES)
    note = said.say("map_note")
    if labels:
        note += said.say("map_named", labelled=len(labels))
    words = _school_words(said)
    return picture(bundle, Head("map", said.say("map_title"), answer, [note]),
                   _map(points, labels, on, words, said))  # fmt: skip


def _nothing(said: Said) -> Any:
    return chart([{"text": said.say("map_none")}]).mark_text(align="left").encode(
        x=alt.value(0), text=n("text")
    ).properties(width=WIDTH, height=40)  # fmt: skip


def _schools(bundle: Bundle) -> list[Row]:
    """Give every school once: place, its worst verdict, and how many indicators it is short of."""
    verdicts: dict[str, list[str]] = {}
    for name, frame in (("", bundle.county.sections), ("excluded", bundle.county.excluded)):
        for row in frame.iter_rows(named=True):
            verdicts.setdefault(row["school"], []).append(name or row["verdict"])
    short = Counter(
        bundle.county.values.filter(pl.col("verdict").is_in(["unmet", "near"]))["school"]
    )
    return [
        {"school": school, "name": row["name"] or school, "lon": row.get("lon"), "lat": row.get("lat"),
         "verdict": min(verdicts.get(school, ["excluded"]), key=_WORST.index),
         "short": short[school] if "fail" in verdicts.get(school, ()) else 0}
        for school, row in bundle.schools.items()
    ]  # fmt: skip


def _school_words(said: Said) -> dict[str, str]:
    met, unmet, unknown = said.verdicts("met", "unmet", "not_assessed").values()
    return {"pass": met, "fail": unmet, "not_assessed": unknown, "excluded": said.say("excluded")}


def _point(row: Row, on: Ground, said: Said) -> dict[str, Any]:
    east, north = on.place(row["lon"], row["lat"])
    words = _school_words(said)
    return {"east": east, "north": north, "status": words[row["verdict"]], "short": row["short"],
            "order": -_WORST.index(row["verdict"]), "name": shorten(row["name"], 14)}  # fmt: skip


Box = tuple[float, float, float, float]


def _named(wanted: Sequence[Row], points: Sequence[Row], on: Ground, most: int) -> list[Row]:
    """Choose names that fit: the worst first, right of the point or left of it, hiding nothing."""
    scale = on.points_a_km
    taken: list[Box] = [
        _box(p["east"] * scale, p["north"] * scale, 12, 12, "middle") for p in points
    ]
    found: list[Row] = []
    for point in sorted(wanted, key=lambda p: (-p["short"], p["name"])):
        for side in ("left", "right"):
            x, y = point["east"] * scale, point["north"] * scale
            box = _box(x, y, 11.5 * breadth(point["name"]) + 4, _NAME_HIGH, side)
            inside = box[0] >= 0 and box[2] <= on.east_km * scale
            if len(found) < most and inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found.append({**point, "side": side})
                break
    return found


def _box(x: float, y: float, wide: float, high: float, side: str) -> Box:
    """Give the box of a text beside a point: `left` has its left end there, 9 points away."""
    begin = {"left": x + 9, "right": x - 9 - wide, "middle": x - wide / 2}[side]
    return begin, y - high / 2, begin + wide, y + high / 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _map(
    points: Sequence[Row], labels: Sequence[Row], on: Ground, words: dict[str, str], said: Said
) -> Any:
    x = alt.X(q("east")).axis(None).scale(domain=[0, on.east_km], nice=False)
    y = alt.Y(q("north")).axis(None).scale(domain=[0, on.north_km], nice=False)
    dots = chart(points).mark_point(
        filled=True, size=85, opacity=1, stroke="white", strokeWidth=0.6
    )
    layers = [dots.encode(x=x, y=y, order=alt.Order(q("order")), **signs(words))]
    sides: tuple[tuple[Literal["left", "right"], int], ...] = (("left", 9), ("right", -9))
    for side, dx in sides:
        mine = [row for row in labels if row["side"] == side]
        text = chart(mine).mark_text(align=side, dx=dx, fontSize=11.5)
        layers.append(text.encode(x=x, y=y, text=n("name")))
    width, height = on.east_km * on.points_a_km, on.north_km * on.points_a_km
    whole = alt.layer(*layers, *_scale(on, said, x, y)).properties(width=width, height=height)
    return whole.properties(view=alt.ViewBackground(stroke="#bfbfbf"))


def _scale(on: Ground, said: Said, x: Any, y: Any) -> list[Any]:
    """Draw a bar of a round number of kilometres in the lower left corner."""
    rough = on.east_km / 5
    power = 10 ** math.floor(math.log10(rough))
    km = max(step * power for step in (1, 2, 5) if step * power <= rough)
    at, low = 0.02 * on.east_km, 0.02 * on.north_km
    bar = chart([{"east": at, "north": low, "end": at + km}]).mark_rule(color=INK, strokeWidth=3)
    text = chart([{"east": at, "north": low, "text": said.say("kilometres", n=f"{km:g}")}])
    words = text.mark_text(align="left", baseline="bottom", dy=-4, fontSize=11, color=PALE)
    return [bar.encode(x=x, y=y, x2="end:Q"), words.encode(x=x, y=y, text=n("text"))]


def province_map(bundles: Sequence[Bundle]) -> Picture:
    """Draw counties of one school year where their schools are in the mean, by verdict."""
    said = Said(bundles[0])
    places = [(one, _middle(one)) for one in bundles]
    there = [(one, place) for one, place in places if place]
    counts = Counter(one.county.verdict for one in bundles)
    answer = said.say("province_answer", n=len(bundles), passed=counts["pass"], failed=counts["fail"],
                      not_assessed=counts["not_assessed"])  # fmt: skip
    where = province_where(bundles, said)
    head = Head("province-map", said.say("province_map_title"), answer)
    below = [said.say("province_map_note"), *said.source(bundles[0])[:1]]
    if len(there) < len(places):
        below.insert(0, said.say("map_lost", n=len(places) - len(there)))
    if not there:
        return finish(head, where, below, _nothing(said))
    on = ground([place for _, place in there])
    words = said.verdicts("pass", "fail", "not_assessed")
    points = [_county_point(one, place, on, words) for one, place in there]
    return finish(
        head,
        where,
        below,
        _map(points, _named(points, points, on, _MOST_COUNTIES), on, words, said),
    )


def _county_point(
    one: Bundle, place: tuple[float, float], on: Ground, words: dict[str, str]
) -> Row:
    east, north = on.place(*place)
    verdict = one.county.verdict
    return {"east": east, "north": north, "status": words[verdict], "name": one.code, "short": 1,
            "order": -_WORST.index(verdict)}  # fmt: skip


def _middle(bundle: Bundle) -> tuple[float, float] | None:
    schools = bundle.tables["schools"]
    if not {"lon", "lat"} <= set(schools.columns):
        return None
    known = schools.select("lon", "lat").drop_nulls()
    if not known.height:
        return None
    return float(known["lon"].sum() / known.height), float(known["lat"].sum() / known.height)


def province_where(bundles: Sequence[Bundle], said: Said) -> str:
    """Say how many counties, which school year and standard, and whether they are made up."""
    one = bundles[0]
    text = said.say("province_where", n=len(bundles), year=f"{one.year}–{one.year + 1}",
                    standard=one.standard.label.say(said.language))  # fmt: skip
    made_up = said.where(one).startswith(said.say("synthetic"))
    return (said.say("synthetic") if made_up else "") + text
