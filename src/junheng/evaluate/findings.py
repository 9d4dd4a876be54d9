"""Findings: the classes, sections and schools that do not meet a check over units, one by one."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw

from junheng.evaluate.asked import Asked, asked
from junheng.evaluate.sections import Frame
from junheng.evaluate.tallies import judged_room_schools, judged_units
from junheng.evaluate.units import Units
from junheng.model.standard import Standard

COLUMNS = ("year", "county", "school")


def findings(units: Units, counties: Frame, standard: Standard) -> Frame | None:
    """Give one row a unit that is known not to comply: item, check, school, level, unit, value, limit.

    `unit` names the class; for sections and schools it repeats the school. For special rooms the
    value is how many large enough rooms there are of the kind that is shortest, the limit how many
    are needed. None when the standard asks nothing of units.
    """
    frames = list(_each(units, counties, standard))
    return nw.concat(frames, how="vertical") if frames else None


def _each(units: Units, counties: Frame, standard: Standard) -> Iterator[Frame]:
    for q in asked(standard):
        if q.check.kind == "every":
            frame = units.over(q.check.over)
            if frame is not None:
                found = judged_units(q, frame, counties)
                yield _said(found.filter(nw.col("applies") & ~nw.col("met")), q)
        elif q.check.kind == "rooms":
            schools = judged_room_schools(q, units, counties, standard)
            if schools is not None:
                shortest = nw.min_horizontal(*[nw.col(f"sure:{use}") for use in q.check.uses])
                value = shortest.cast(nw.Float64)
                found = schools.with_columns(value=value, limit=nw.col("need"))
                yield _said(found.filter(~nw.col("met")), q)


def _said(found: Frame, q: Asked) -> Frame:
    return found.select(
        *COLUMNS,
        "name",
        "level",
        "unit",
        item=nw.lit(q.item.id),
        check=nw.lit(q.check.id),
        value=nw.col("value"),
        limit=nw.col("limit"),
    )
