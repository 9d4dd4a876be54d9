"""Counties of a city, a province or the nation as areas of a map, shaded by one of their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from junheng.report.words import Words
from junheng.web.accounts.models import Organisation
from junheng.web.boards import outlines
from junheng.web.boards.models import Drawn, Outline
from junheng.web.boards.places import MARKS, Paper, corners, path_of, read
from junheng.web.boards.provinces import Entry

Row = dict[str, Any]
Choice = tuple[str, str | Promise]
VERDICT, SHARE, FAR = "", "share", "far"
_OF_VERDICT = {"pass": 1, "not_assessed": 0, "fail": 4}
_SHARES, _TIMES = (0.95, 0.8, 0.5), (1.0, 1.25, 1.5)
NAMED, WRITTEN = 60, 400
"""With more areas, the names, and then the figures too, would lie over each other."""


def choices(found: Iterable[Entry], words: Words) -> list[Choice]:
    """Give what a map can be shaded by: verdict, share of sections, distance, each coefficient."""
    keys = dict.fromkeys(
        key for entry in found for key, cv in entry.cvs.items() if cv.limit is not None
    )
    each = [
        (f"{level}:{name}", f"{words.level(level)} {words.indicator(name)}") for level, name in keys
    ]
    return [
        (VERDICT, _("测算结论")), (SHARE, _("达标学段")), (FAR, _("最差系数是要求的几倍")), *each,
    ]  # fmt: skip


def figure(entry: Entry, by: str) -> tuple[str, int]:
    """Give a county's figure as it is written, and its band: 0 unknown, 1 as required, 2 to 4 worse."""
    short = entry.short
    if short is None:
        return "?", 0
    if by == VERDICT:
        return MARKS[entry.verdict], _OF_VERDICT[entry.verdict]
    if by == SHARE:
        share = short.share
        return ("?", 0) if share is None else (f"{100 * share:.1f}%", _band(_SHARES, -share))
    if by == FAR:
        far = short.farthest
        return ("?", 0) if far is None else (f"{far:.2f}", _band(_TIMES, far))
    level, _colon, indicator = by.partition(":")
    cv = short.cvs.get((level, indicator))
    if cv is None or cv.cv is None or not cv.limit:
        return "?", 0
    return f"{cv.cv:.3f}", _band(_TIMES, cv.cv / cv.limit)


def _band(steps: Sequence[float], value: float) -> int:
    """Count the steps that a value is beyond; shares are given below zero, so that less is worse."""
    return 1 + sum(abs(value) < step if value < 0 else value > step for step in steps)


def outline_of(organisation: Organisation) -> Outline | None:
    """Give the outlines of the counties: its own, else of the nearest place above."""
    kept = Outline.objects.filter(place__in=organisation.keys, kind=Drawn.BORDERS)
    return max(kept.select_related("place"), key=lambda one: len(one.place.path), default=None)


def drawn(found: Sequence[Entry], outline: Outline | None, by: str) -> Row:
    """Give the picture: an area a county, those without an area, and how high it is."""
    codes = {entry.code: entry for entry in found}
    areas = [
        area for area in (read(outline) if outline else []) if outlines.told(area, "code") in codes
    ]
    on = Paper(corners(areas))
    there = {outlines.told(area, "code") for area in areas}
    return {
        "height": f"{on.height:.0f}",
        "areas": [_area(area, codes[outlines.told(area, "code")], by, on) for area in areas],
        "without": [entry for entry in found if entry.code not in there],
        "named": len(areas) <= NAMED,
        "written": len(areas) <= WRITTEN,
    }


def _area(area: Row, entry: Entry, by: str, on: Paper) -> Row:
    x, y = on.at(*outlines.middle(area))
    said, band = figure(entry, by)
    return {"path": path_of(area, on), "x": x, "y": y, "said": said, "band": band, "entry": entry}
