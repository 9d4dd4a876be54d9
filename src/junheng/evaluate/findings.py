"""Findings: the classes, sections and schools that do not meet a check over units, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import narwhals as nw

from junheng.evaluate import units as u
from junheng.evaluate.asked import Asked, asked
from junheng.evaluate.sections import Frame
from junheng.evaluate.tallies import judged_room_schools, judged_units
from junheng.model.standard import Standard

COLUMNS = ("year", "county", "school")


def findings(
    judged: Frame, counties: Frame, tables: Mapping[str, Any], standard: Standard
) -> Frame | None:
    """Give one row a unit that is known not to comply: item, check, school, level, unit, value, limit.

    `unit` names the class; for sections and schools it repeats the school. For special rooms the
    value is how many large enough rooms there are of the kind that is shortest, the limit how many
    are needed. None when the standard asks nothing of units.
    """
    frames = list(_each(judged, counties, tables, standard))
    return nw.concat(frames, how="vertical") if frames else None


def _each(
    judged: Frame, counties: Frame, tables: Mapping[str, Any], standard: Standard
) -> Iterator[Frame]:
    schools = u.school_units(judged, tables)
    classes = u.class_units(judged, tables)
    rooms = u.room_units(schools, tables)
    units = {
        "class": classes and classes[0],
        "section": u.section_units(judged),
        "school": schools,
    }
    for q in asked(standard):
        frame = units.get(q.check.over)
        if q.check.kind == "every" and frame is not None:
            found = judged_units(q, frame, counties)
            yield _said(found.filter(nw.col("applies") & ~nw.col("met")), q)
        elif q.check.kind == "rooms" and rooms is not None:
            found = judged_room_schools(q, schools, rooms, standard)
            shortest = nw.min_horizontal(*[nw.col(f"sure:{use}") for use in q.check.uses])
            found = found.with_columns(value=shortest.cast(nw.Float64), limit=nw.col("need"))
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
