"""A layout on a map: schools, and a line from every settlement to the school that serves it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt
import polars as pl

from junheng.errors import WrongUse, say
from junheng.report.pictures.grammar import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PURPLE,
    VERMILLION,
    Head,
    Row,
    breadth,
    chart,
    finish,
    n,
    q,
    shorten,
)
from junheng.report.pictures.maps import Ground, ground
from junheng.report.pictures.picture import Picture

if TYPE_CHECKING:
    from junheng.plan.site import Layout

_COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, "#56B4E9", "#117733", "#882255")
_STATES = ["kept", "enlarged", "opened", "closed"]
_MARKS = ["square", "diamond", "triangle-up", "cross"]
_MARK, _LETTER, _LINE, _AWAY = 14.0, 11.0, 13.0, 15.0
"""In points: the mark of a school, the width of a Chinese letter, a line, a name's way off."""
_NEIGHBOURS = 5


def catchments(layout: Layout, language: str) -> Picture:
    """Draw who goes where: colour and line by school, shape by what becomes of it.

    Schools near each other get different colours as far as eight colours go. Raises WrongUse where
    coordinates are not known.
    """
    sites = layout.sites.filter(pl.col("decision") != "not_opened")
    places = [*sites.select("lon", "lat").rows(), *layout.assignment.select("lon", "lat").rows()]
    if any(None in place for place in places):
        raise WrongUse("site.map_nowhere")
    on = ground(places)
    colours = _coloured(sites.filter(pl.col("decision") != "closed"))
    head = Head("catchments", say("site.map_title", language), _answer(layout, language),
                [say("site.map_note", language)])  # fmt: skip
    where = say("site.synthetic", language) if layout.made_up else ""
    below = [*head.notes, _source(layout, language)]
    return finish(head, where, below, _map(layout, sites, on, colours))


def _answer(layout: Layout, language: str) -> str:
    totals = layout.totals
    return say("site.map_answer", language, schools=totals["schools"], mean=totals["mean_km"],
               settlements=totals["settlements"], pupils=f"{totals['pupils']:,.0f}",
               far=totals["farthest_km"])  # fmt: skip


def _source(layout: Layout, language: str) -> str:
    asked = layout.question
    how = (
        say("site.how_measured", language)
        if asked.measured
        else say("site.how_straight", language, detour=asked.wanted.travel.detour)
    )
    return say("site.map_source", language, how=how)


def _coloured(sites: pl.DataFrame) -> dict[str, str]:
    """Give each school a colour that its nearest neighbours do not have, as far as may be."""
    rows = sites.select("site", "lon", "lat").rows()
    found: dict[str, str] = {}
    for site, lon, lat in rows:
        near = sorted(rows, key=lambda row: math.hypot(row[1] - lon, row[2] - lat))
        taken = [found[code] for code, _, _ in near[1:] if code in found]
        free = [colour for colour in _COLOURS if colour not in taken[:_NEIGHBOURS]]
        found[site] = min(free or _COLOURS, key=lambda c: list(found.values()).count(c))
    return found


def _map(layout: Layout, sites: pl.DataFrame, on: Ground, colours: Mapping[str, str]) -> Any:
    x = alt.X(q("east")).axis(None).scale(domain=[0, on.east_km], nice=False)
    y = alt.Y(q("north")).axis(None).scale(domain=[0, on.north_km], nice=False)
    places = {row["site"]: row for row in sites.iter_rows(named=True)}
    lines = [
        _line(row, places[row["site"]], on, colours)
        for row in layout.assignment.iter_rows(named=True)
    ]
    points = [_point(row, on, colours) for row in places.values()]
    colour = alt.Color(n("colour"), legend=None).scale(None)
    size = alt.Size(q("pupils"), legend=None).scale(range=[6, 90])
    shape = alt.Shape(n("decision"), legend=None).scale(alt.Scale(domain=_STATES, range=_MARKS))
    drawn = [
        chart(lines).mark_rule(strokeWidth=0.8, opacity=0.7).encode(
            x=x, y=y, x2="to_east", y2="to_north", color=colour
        ),
        chart(lines).mark_circle(opacity=0.9).encode(x=x, y=y, color=colour, size=size),
        chart(points).mark_point(
            filled=True, size=150, opacity=1, stroke="white", strokeWidth=1.2
        ).encode(x=x, y=y, color=colour, shape=shape),
        *_names(points, on, x, y),
        *_scale(on, x, y),
    ]  # fmt: skip
    size_of = {"width": on.east_km * on.points_a_km, "height": on.north_km * on.points_a_km}
    return alt.layer(*drawn).properties(view=alt.ViewBackground(stroke="#bfbfbf"), **size_of)


def _line(row: Row, site: Row, on: Ground, colours: Mapping[str, str]) -> Row:
    east, north = on.place(row["lon"], row["lat"])
    to_east, to_north = on.place(site["lon"], site["lat"])
    return {"east": east, "north": north, "to_east": to_east, "to_north": to_north,
            "pupils": row["pupils"], "colour": colours[row["site"]]}  # fmt: skip


def _point(row: Row, on: Ground, colours: Mapping[str, str]) -> Row:
    east, north = on.place(row["lon"], row["lat"])
    return {"east": east, "north": north, "decision": row["decision"],
            "name": shorten(row["name"] or row["site"], 12),
            "colour": colours.get(row["site"], PALE)}  # fmt: skip


def _names(points: list[Row], on: Ground, x: Any, y: Any) -> list[Any]:
    """Write the names that hide no school and no other name: above, else below."""
    rows = []
    scale = on.points_a_km
    taken = [(p["east"] * scale, p["north"] * scale, _MARK, _MARK) for p in points]
    for point in points:
        wide = _LETTER * breadth(point["name"])
        for side in (1, -1):
            box = (point["east"] * scale, point["north"] * scale + side * _AWAY, wide, _LINE)
            if not any(_meet(box, other) for other in taken):
                taken.append(box)
                rows.append({**point, "north": box[1] / scale})
                break
    text = chart(rows)
    seen = text.mark_text(fontSize=11, stroke="white", strokeWidth=3, strokeJoin="round")
    return [
        seen.encode(x=x, y=y, text=n("name")),
        text.mark_text(fontSize=11, color=INK).encode(x=x, y=y, text=n("name")),
    ]


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Say whether two boxes, each given by its middle, width and height, have anything in common."""
    return (
        abs(one[0] - other[0]) * 2 < one[2] + other[2]
        and abs(one[1] - other[1]) * 2 < one[3] + other[3]
    )


def _scale(on: Ground, x: Any, y: Any) -> list[Any]:
    """Draw a bar of a round number of kilometres in the lower left corner."""
    rough = on.east_km / 5
    power = 10 ** math.floor(math.log10(rough))
    km = max(step * power for step in (1, 2, 5) if step * power <= rough)
    at, low = 0.02 * on.east_km, 0.02 * on.north_km
    bar = chart([{"east": at, "north": low, "end": at + km, "text": f"{km:g} km"}])
    words = bar.mark_text(align="left", baseline="bottom", dy=-4, fontSize=11, color=PALE)
    return [
        bar.mark_rule(color=INK, strokeWidth=3).encode(x=x, y=y, x2="end:Q"),
        words.encode(x=x, y=y, text=n("text")),
    ]
