"""The words for why a layout cannot be, and what it would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from junheng.errors import say

if TYPE_CHECKING:
    from junheng.plan.site import Layout

_NAMES = 6


def limits(layout: Layout, found: Mapping[str, Any], language: str) -> str:
    """Name the limits that conflict."""
    most = layout.question.core.most
    named = [say(f"site.limit_{kind}", language, n=most) for kind in found["limits"]]
    return ("、" if language == "zh" else ", ").join(named)


def ways_out(layout: Layout, found: Mapping[str, Any], language: str) -> Iterator[str]:
    """Say the nearest way out by each limit."""
    if found["reach"] is not None:
        by_time = (
            layout.question.wanted.minutes is not None and layout.question.wanted.radius is None
        )
        yield say(f"site.way_{'minutes' if by_time else 'radius'}", language, n=found["reach"])
    for kind, way in found["ways_out"].items():
        names = _names(layout, way)
        if names or kind == "most":
            yield say(f"site.way_{kind}", language, names=listed(names, language),
                      places=way.get("places", 0.0), short=way.get("pupils_short", 0.0),
                      schools=way.get("schools", 0))  # fmt: skip


def _names(layout: Layout, way: Mapping[str, Any]) -> list[str]:
    known = {row["settlement"]: row["name"] for row in layout.question.settlements}
    if "sites" in way:
        return [f"{row['name'] or row['site']} ({row['pupils']:,.0f})" for row in way["sites"]]
    codes = [
        row if isinstance(row, str) else row["settlement"] for row in way.get("settlements", ())
    ]
    return [known[code] or code for code in codes]


def listed(names: Sequence[str], language: str) -> str:
    """List some names, and of many how many there are."""
    text = ("、" if language == "zh" else ", ").join(names[:_NAMES])
    if len(names) <= _NAMES:
        return text
    return say("site.and_more", language, names=text, n=len(names))
