"""Pupils that may change zones: one enrolment of several for a section, and who goes where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from junheng.plan.design_rules import ALWAYS, said
from junheng.plan.rates import ZONE

if TYPE_CHECKING:
    from junheng.plan.design import Design


def zones(made: Design) -> None:
    """Let each section that may have other pupils have one enrolment, fed by its neighbours."""
    start, step = made.start, made.limits.zone_step
    groups: dict[tuple[str, str], dict[int, float]] = {}
    pupils = {section.key: section.pupils for section in start.sections}
    for key, options in start.enrolments.items():
        columns = {made.add(("enrol", *key, said(one)), 0.0, 1.0): one for one in options}
        made.model.row(ALWAYS, dict.fromkeys(columns, 1.0), 1.0, 1.0)
        groups[key] = {at: (one.pupils - pupils[key]) / step for at, one in columns.items()}
    for zone in (zone for zone in made.limits.zones if zone.key in groups):
        fewest = min(one.pupils for one in start.enrolments[zone.key])
        most = (pupils[zone.key] - fewest) / step
        for school in zone.to:
            name = ("zone", zone.school, school, zone.level, ZONE)
            at = made.add(name, made.rates[ZONE].counted * step, most)
            groups[zone.key][at] = 1.0
            groups[school, zone.level][at] = -1.0
    for row in groups.values():
        made.model.row(ALWAYS, row, 0.0, 0.0)
