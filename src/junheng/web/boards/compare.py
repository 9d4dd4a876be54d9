"""City, town and countryside compared; and counties, cities or provinces side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import add
from typing import Any

from django.utils.translation import gettext_lazy as _

from junheng.report.words import Words
from junheng.web.accounts.models import Kind, Organisation
from junheng.web.boards.provinces import Entry, below, group
from junheng.web.boards.shorts import ADDED, Added

Row = dict[str, Any]
Key = tuple[str, str, str]
"""Level, indicator, and where the schools are."""
MOST = 6
URBAN, RURAL = "urban", "rural"
PLACES = {URBAN: _("城区"), "town": _("镇区"), RURAL: _("乡村")}


class Sums:
    """Indicators added up by level and setting, of one county or of many."""

    def __init__(self, told: Iterable[Added]) -> None:
        alike: dict[tuple[Key, ...], list[float]] = {}
        self.counties = 0
        for keys, numbers in told:
            self.counties += bool(keys)
            before = alike.get(keys)
            alike[keys] = list(map(add, before, numbers)) if before else list(numbers)
        self._sums: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
        for keys, totals in alike.items():
            for at, key in enumerate(keys):
                added = zip(self._sums[key], totals[4 * at : 4 * at + 4], strict=True)
                self._sums[key] = [was + now for was, now in added]

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Give the levels and indicators there are, in the order they came."""
        return list(dict.fromkeys((level, indicator) for level, indicator, _ in self._sums))

    def mean(self, level: str, indicator: str, *settings: str) -> float | None:
        """Give total ÷ total over settings (all, if none is named); None where no pupils are known."""
        chosen = settings or (*PLACES, "")
        found = [self._sums[key] for s in chosen if (key := (level, indicator, s)) in self._sums]
        pupils = sum(sums[1] for sums in found)
        return sum(sums[0] for sums in found) / pupils if pupils else None

    def unknown(self, level: str, indicator: str) -> int:
        """Count the sections whose value or pupils are not known: they are in no mean."""
        chosen = [self._sums.get((level, indicator, s)) for s in (*PLACES, "")]
        return int(sum(sums[3] for sums in chosen if sums))

    def ratio(self, level: str, indicator: str) -> float | None:
        """Give how many times the mean of the countryside the city has; None where either is unknown."""
        of, to = (self.mean(level, indicator, setting) for setting in (URBAN, RURAL))
        return of / to if of is not None and to else None


def sums_of(found: Iterable[Entry]) -> Sums:
    """Add up what was added up of each county that was judged."""
    wanted = [(entry.standing, entry.judged_at) for entry in found if entry.standing is not None]
    return Sums(one for one in ADDED.of(wanted).values() if one)


def by_setting(sums: Sums, words: Words) -> list[Row]:
    """Give level by level the indicators, with the mean in the city, in towns and in the countryside."""
    levels: dict[str, Row] = {}
    for level, indicator in sums.keys:
        of_level = levels.setdefault(level, {"name": words.level(level), "rows": []})
        ratio = sums.ratio(level, indicator)
        of_level["rows"].append(
            {
                "indicator": indicator,
                "name": words.indicator(indicator),
                "unit": words.unit(words.standard.indicator(indicator).unit),
                "means": [words.mean(sums.mean(level, indicator, s)) for s in PLACES],
                "whole": words.mean(sums.mean(level, indicator)),
                "ratio": ratio,
                "unknown": sums.unknown(level, indicator),
            }
        )
    return list(levels.values())


def chosen(
    organisation: Organisation, found: Sequence[Entry], wanted: Iterable[str]
) -> list[tuple[Organisation, list[Entry]]]:
    """Give the places asked for, each with its counties: they lie below an organisation."""
    keys = [int(key) for key in wanted if key.isdecimal()][:MOST]
    by_county = {entry.county: [entry] for entry in found}
    groups = below(found, organisation)
    places = Organisation.objects.in_bulk(
        [key for key in keys if key in by_county or key in groups]
    )
    return [(place, by_county.get(key) or groups[key]) for key, place in places.items()]


def side_by_side(
    places: Sequence[tuple[Organisation, list[Entry]]], words: Words
) -> tuple[list[Row], list[Row]]:
    """Give a column a place, and level by level a row an indicator with a cell a place."""
    columns = [_column(place, rows) for place, rows in places]
    levels: dict[str, Row] = {}
    keys = dict.fromkeys(key for column in columns for key in column["sums"].keys)
    for level, indicator in keys:
        of_level = levels.setdefault(level, {"name": words.level(level), "rows": []})
        cells = [_cell(column, (level, indicator), words) for column in columns]
        of_level["rows"].append({"name": words.indicator(indicator), "cells": cells})
    return columns, list(levels.values())


def _column(place: Organisation, rows: list[Entry]) -> Row:
    sums = sums_of(rows)
    one = rows[0] if place.kind == Kind.COUNTY else None
    return {"place": place, "entries": rows, "one": one, "sums": sums, **group(rows)}


def _cell(column: Row, key: tuple[str, str], words: Words) -> Row:
    sums: Sums = column["sums"]
    known = [cv for entry in column["entries"] if (cv := entry.cvs.get(key))]
    one = column["one"]
    return {
        "mean": words.mean(sums.mean(*key)),
        "ratio": sums.ratio(*key),
        "over": sum(cv.verdict == "unmet" for cv in known),
        "judged": len(known),
        "cv": known[0] if one and known else None,
        "pk": one.pk if one else None,
        "level": key[0],
        "indicator": key[1],
    }
