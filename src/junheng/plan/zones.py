"""Where enrolment zones may change: which enrolments a section may have, and which were chosen.

A plan with zones is made in two steps (docs/decisions/0054). First pupils and everything else are
chosen together, in groups of pupils: that gives the enrolments and a bound that holds for all of
them. Then the plan is made as ever, with those pupils, and judged again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import floor

from junheng.errors import WrongUse
from junheng.plan.actions import Action, priced
from junheng.plan.design import Design
from junheng.plan.design_rules import NOISE
from junheng.plan.limits import Limits, Zone
from junheng.plan.rates import ZONE, Rates
from junheng.plan.start import Section, Start
from junheng.plan.start_pupils import judged_apart, with_pupils

MOST_ENROLMENTS = 40
"""A section may have so many different enrolments at most."""
_HALF = 0.5
Key = tuple[str, str]
BETWEEN = ">"
"""Stands between the school that loses pupils and the one that gains them."""


def opened(start: Start, limits: Limits) -> Start:
    """Let sections have other pupils, within the bounds of `limits.zones`, in its steps.

    Raises WrongUse for a section that is not in scope, bounds that leave out the pupils there are, a
    school of several levels (what they share would be split anew), and steps that are too small.
    """
    here = {section.key: section for section in start.sections}
    steps = {zone.key: _steps(start, here, zone, limits) for zone in limits.zones}
    wanted = [(key, n) for key, range_of in steps.items() for n in range_of if n]
    pupils = {(key, n): here[key].pupils + n * limits.zone_step for key, n in wanted}
    options: dict[Key, list[Section]] = {key: [here[key]] for key in steps}
    for (key, _), section in judged_apart(start, pupils).items():
        if _alike(section, here[key]):
            options[key].append(replace(section, name=here[key].name))
    return replace(start, enrolments={k: tuple(one) for k, one in options.items() if len(one) > 1})


def _steps(start: Start, here: Mapping[Key, Section], zone: Zone, limits: Limits) -> range:
    """Give by how many groups of pupils a section may shrink (below 0) or grow."""
    if zone.key not in here:
        raise WrongUse("plan.zone_not_there", school=zone.school, level=zone.level)
    section, step = here[zone.key], limits.zone_step
    if sum(one == zone.school for one in start.tables["sections"]["school"]) > 1:
        raise WrongUse("plan.zone_shared", school=section.name, id=zone.school)
    least = section.pupils if zone.least is None else zone.least
    most = section.pupils if zone.most is None else zone.most
    if not least <= section.pupils <= most:
        bounds = f"{least:g}–{most:g}"
        raise WrongUse(
            "plan.zone_bounds", school=section.name, pupils=section.pupils, bounds=bounds
        )
    gives = bool(zone.to)
    takes = any(zone.school in o.to for o in limits.zones if o.level == zone.level)
    low = -floor((section.pupils - max(least, 1.0)) / step + NOISE) if gives else 0
    high = floor((most - section.pupils) / step + NOISE) if takes else 0
    if high - low >= MOST_ENROLMENTS:
        raise WrongUse("plan.zone_many", school=section.name, n=high - low + 1,
                       most=MOST_ENROLMENTS)  # fmt: skip
    return range(low, high + 1)


def _alike(then: Section, now: Section) -> bool:
    """Say whether a section with other pupils is asked for the same things, of the same amounts."""
    same = {name for name, limit in now.limits.items() if limit is None}
    return same == {name for name, limit in then.limits.items() if limit is None} and (
        then.amounts == now.amounts
    )


def changed(made: Design, values: Sequence[float], rates: Rates) -> tuple[Action, ...]:
    """Read off a solution who changes zones; `school` of such an action names both ends."""
    found = []
    for (_, giver, taker, level, _), at in made.those("zone"):
        groups = round(values[at])
        if groups > 0:
            place = (f"{giver}{BETWEEN}{taker}", level, ZONE)
            found.append(priced("zone", place, groups * made.limits.zone_step, rates))
    return tuple(found)


def settled(start: Start, zoned: Sequence[Action]) -> Start:
    """Give the county with the pupils that are left when those who change zones have gone."""
    pupils = {section.key: section.pupils for section in start.sections}
    moved: dict[Key, float] = {}
    for action in zoned:
        for school, by in zip(ends(action), (-action.amount, action.amount), strict=True):
            key = (school, action.level)
            moved[key] = moved.get(key, pupils[key]) + by
    return with_pupils(start, moved) if moved else start


def ends(action: Action) -> tuple[str, str]:
    """Give the school that loses pupils and the one that gains them."""
    giver, _, taker = action.school.partition(BETWEEN)
    return giver, taker
