"""Which rules hold for whom: years and provinces that fall under the same rules are judged as one.

Each school year is judged by the rules in force on its first of September, unless a day is given;
a county whose code an overlay names is judged with that overlay laid over the standard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from junheng.model.overlay import Overlay
from junheng.model.standard import Standard


@dataclass(frozen=True, slots=True)
class Regime:
    """The years and counties for which one standard, as of a day, holds."""

    standard: Standard
    days: Mapping[int, dt.date]
    """School year to the day whose rules hold."""
    prefixes: tuple[str, ...]
    """Leading digits of the county codes it holds for; () for all not named in `without`."""
    without: tuple[str, ...]

    def cut(self, tables: Mapping[str, Any]) -> dict[str, Any]:
        """Give the rows of the tables that this regime judges, in frames of the kind that came in."""
        return {name: nw.to_native(self._rows(tables[name])) for name in tables}

    def _rows(self, native: Any) -> Any:
        frame = nw.from_native(native)
        frame = frame.filter(nw.col("year").is_in(list(self.days)))
        if "county" in frame.collect_schema().names():
            for prefixes, wanted in ((self.prefixes, True), (self.without, False)):
                if prefixes:
                    named = nw.any_horizontal(
                        *[nw.col("county").str.starts_with(p) for p in prefixes], ignore_nulls=True
                    )
                    frame = frame.filter(named if wanted else ~named)
        return frame


def day_of(year: int, standard: Standard, as_of: dt.date | None) -> dt.date:
    """Give the day whose rules hold for a school year: its first of September, or the day given.

    A year before the standard was in force is judged by its first day: what the result would have
    been under it.
    """
    return max(as_of or dt.date(year, 9, 1), standard.since)


def regimes(
    standard: Standard,
    years: Iterable[int],
    *,
    overlays: Sequence[Overlay] = (),
    as_of: dt.date | None = None,
) -> tuple[Regime, ...]:
    """Group years and provinces by the rules that hold for them."""
    groups: list[tuple[Standard, dict[int, dt.date], tuple[str, ...], tuple[str, ...]]] = []
    for year in sorted(years):
        day = day_of(year, standard, as_of)
        for prefixes, without, held in _readings(standard, overlays, day):
            same = [g for g in groups if g[0] == held and g[2:] == (prefixes, without)]
            if same:
                same[0][1][year] = day
            else:
                groups.append((held, {year: day}, prefixes, without))
    return tuple(Regime(*group) for group in groups)


def _readings(
    standard: Standard, overlays: Sequence[Overlay], day: dt.date
) -> list[tuple[tuple[str, ...], tuple[str, ...], Standard]]:
    """Give the standard as it is, and as each overlay in force changes it."""
    live = [o for o in overlays if o.since <= day and (o.until is None or day <= o.until)]
    named = tuple(prefix for overlay in live for prefix in overlay.counties)
    changed = [(o.counties, (), o.change(standard).on(day)) for o in live]
    return [((), named, standard.on(day)), *changed]
