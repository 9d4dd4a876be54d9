"""Pupils that may change zones: one enrolment of several for a campus, and who goes where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from junheng.plan.design_rules import ALWAYS
from junheng.plan.rates import ZONE

if TYPE_CHECKING:
    from junheng.plan.design import Design


def zones(made: Design) -> None:
    """Let each campus that may have other pupils have one enrolment, fed by its neighbours."""
    groups, step = _enrolled(made), made.limits.zone_step
    for zone in made.limits.zones:
        leave = max((-by for by in groups[zone.key].values()), default=0.0)
        for school in zone.to if leave > 0 else ():
            name = ("zone", zone.school, school, zone.level, ZONE)
            at = made.add(name, made.rates[ZONE].counted * step, leave)
            groups[zone.key][at] = 1.0
            groups[school, zone.level][at] = -1.0
    for row in groups.values():
        made.model.row(ALWAYS, row, 0.0, 0.0)
    for level in dict.fromkeys(zone.level for zone in made.limits.zones):
        if outside := beyond(made, level):
            made.model.row(f"zone:{level}", dict.fromkeys(outside, 1.0), high=0.0)


def _enrolled(made: Design) -> dict[tuple[str, str], dict[int, float]]:
    """Add the enrolments to choose from; give by how many groups of pupils each changes a section."""
    start, step = made.start, made.limits.zone_step
    pupils = {section.key: section.pupils for section in start.sections}
    groups: dict[tuple[str, str], dict[int, float]] = {one.key: {} for one in made.limits.zones}
    for school, campuses in start.enrolments.items():
        names = [("enrol", school, campus[0].enrolment) for campus in campuses]
        columns = [made.add(name, 0.0, 1.0) for name in names]
        made.model.row(ALWAYS, dict.fromkeys(columns, 1.0), 1.0, 1.0)
        for at, campus in zip(columns, campuses, strict=True):
            for one in (one for one in campus if one.key in groups):
                groups[one.key][at] = (one.pupils - pupils[one.key]) / step
    return groups


def beyond(made: Design, level: str) -> dict[int, float]:
    """Give the columns of enrolments outside the bounds of a level's zones, and by how many pupils."""
    found: dict[int, float] = {}
    bounds = {zone.key: zone for zone in made.limits.zones if zone.level == level}
    now = {section.key: section.pupils for section in made.start.sections}
    for campuses in made.start.enrolments.values():
        for one in (one for campus in campuses for one in campus if one.key in bounds):
            least, most = bounds[one.key].bounds(now[one.key])
            if over := max(least - one.pupils, one.pupils - most, 0.0):
                found[made.at["enrol", one.school, one.enrolment]] = over
    return found
