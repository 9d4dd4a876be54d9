"""Where enrolment zones may change: which enrolments a campus may have, and which were chosen.

A plan with zones is made in two steps (docs/decisions/0054, 0077). First pupils and everything else
are chosen together, in groups of pupils: that gives the enrolments and a bound that holds for all of
them. Then the plan is made as ever, with those pupils, and judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import floor, isclose, prod

from junheng.errors import WrongUse
from junheng.plan.actions import Action, priced
from junheng.plan.design import Design
from junheng.plan.design_rules import NOISE
from junheng.plan.limits import Limits, Zone
from junheng.plan.rates import ZONE, Rates
from junheng.plan.start import Section, Start, is_shared
from junheng.plan.start_pupils import Campus, judged_apart, with_pupils

MOST_ENROLMENTS = 40
"""A section may have so many different enrolments at most,"""
MOST_TOGETHER = 160
"""and a campus with several levels so many of them together."""
_TRIED = 20
"""Bounds are tried so many enrolments wide, where they are not wider as they are given."""
Key = tuple[str, str]
BETWEEN = ">"
"""Stands between the school that loses pupils and the one that gains them."""


def opened(start: Start, limits: Limits) -> Start:
    """Let schools have other pupils, within the bounds of `limits.zones`, in its steps.

    The levels of a campus share it by their pupils, so each enrolment is one of the whole campus.

    Raises WrongUse for a section that is not in scope, bounds that leave out the pupils there are,
    and steps that are too small.
    """
    here: dict[str, list[Section]] = {}
    for section in start.sections:
        here.setdefault(section.school, []).append(section)
    steps = {zone.key: _steps(start, zone, limits) for zone in limits.zones}
    wanted: dict[Campus, dict[str, float]] = {}
    for school in dict.fromkeys(zone.school for zone in limits.zones):
        ranges = [steps.get(one.key, range(1)) for one in here[school]]
        if (many := prod(map(len, ranges))) > MOST_TOGETHER:
            raise _too_many(here[school][0], many, MOST_TOGETHER)
        for by in product(*ranges):
            pairs = zip(here[school], by, strict=True)
            wanted[school, by] = {
                one.level: one.pupils + n * limits.zone_step for one, n in pairs if n
            }
    options: dict[str, list[tuple[Section, ...]]] = {}
    for (school, _), campus in judged_apart(start, wanted).items():
        if _alike(start, campus, here[school]):
            options.setdefault(school, []).append(_named(campus, here[school]))
    return replace(start, enrolments={k: tuple(one) for k, one in options.items() if len(one) > 1})


def _named(then: Sequence[Section], now: Sequence[Section]) -> tuple[Section, ...]:
    """Give the sections of a campus with the names of schools, and one of their enrolment."""
    enrolment = "+".join(f"{one.pupils:g}" for one in then)
    return tuple(
        replace(one, name=was.name, enrolment=enrolment) for one, was in zip(then, now, strict=True)
    )


def _steps(start: Start, zone: Zone, limits: Limits) -> range:
    """Give by how many groups of pupils a section may shrink (below 0) or grow."""
    section = next((one for one in start.sections if one.key == zone.key), None)
    if section is None:
        raise WrongUse("plan.zone_not_there", school=zone.school, level=zone.level)
    step, (least, most) = limits.zone_step, zone.bounds(section.pupils)
    if not least <= section.pupils <= most:
        bounds = f"{least:g}–{most:g}"
        raise WrongUse(
            "plan.zone_bounds", school=section.name, pupils=section.pupils, bounds=bounds
        )
    gives, takes = _gives_and_takes(zone, limits)
    low = -floor((section.pupils - max(least, 1.0)) / step + NOISE) if gives else 0
    high = floor((most - section.pupils) / step + NOISE) if takes else 0
    if high - low >= MOST_ENROLMENTS:
        raise _too_many(section, high - low + 1, MOST_ENROLMENTS)
    return range(low, high + 1)


def _gives_and_takes(zone: Zone, limits: Limits) -> tuple[bool, bool]:
    return bool(zone.to), any(zone.school in o.to for o in limits.zones if o.level == zone.level)


def _too_many(section: Section, n: int, most: int) -> WrongUse:
    return WrongUse("plan.zone_many", school=section.name, n=n, most=most)


def widened(start: Start, limits: Limits) -> Limits:
    """Give limits with bounds of zones as wide as can be tried: by them a conflict of bounds is told."""
    wide, pupils = list[Zone](), {one.key: one.pupils for one in start.sections}
    zoned = [zone.school for zone in limits.zones]
    for zone in limits.zones:
        now, mine = pupils[zone.key], _steps(start, zone, limits)
        together = zoned.count(zone.school)
        room = _TRIED if together == 1 else floor(MOST_TOGETHER ** (1 / together))
        gives, takes = _gives_and_takes(zone, limits)
        more = max(0, room - len(mine)) // max(1, gives + takes) * limits.zone_step
        ends = now + limits.zone_step * mine[0] - more, now + limits.zone_step * mine[-1] + more
        wide.append(replace(zone, least=max(ends[0], 1.0) if gives else zone.least,
                            most=ends[1] if takes else zone.most))  # fmt: skip
    return replace(limits, zones=tuple(wide))


def _alike(start: Start, then: Sequence[Section], now: Sequence[Section]) -> bool:
    """Say whether a campus with other pupils is asked for the same things, of the same amounts."""
    return len(then) == len(now) and all(
        _same(start, *pair) for pair in zip(then, now, strict=True)
    )


def _same(start: Start, then: Section, now: Section) -> bool:
    limits = [{name for name, limit in one.limits.items() if limit is None} for one in (then, now)]
    more = {name: then.share / now.share if is_shared(cell) else 1.0
            for name, cell in start.cells.items()}  # fmt: skip
    return limits[0] == limits[1] and all(
        isclose(then.amounts[name], now.amounts[name] * by) for name, by in more.items()
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
