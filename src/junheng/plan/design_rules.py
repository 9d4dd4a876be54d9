"""What a standard asks for, as rows and cones: the rule on sections, and the spread between schools.

With pupils fixed every coefficient of variation is a second-order cone. Where a section may have one
of several enrolments, its amounts are parted among them, all of it to the one that is chosen: then
the coefficient is a cone again, over a section for each enrolment (docs/decisions/0054).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING

from junheng.plan.model import Cone
from junheng.plan.start import Section, is_shared

if TYPE_CHECKING:
    from junheng.plan.design import Design

NOISE = 5e-10
"""What rounding may leave of 0, relatively; half of what the evaluator forgives."""
ALWAYS = "always"
"""The group of rows that no relaxation can do without: nobody comes from nowhere."""
_RICHEST = 2.0
"""A section whose zone may change gets at most so many times what the richest has for each pupil."""
Terms = Mapping[int, float]
Needs = Mapping[Section, tuple[list[int], tuple[float, float]]]
"""A section once for each case, with the columns that choose it and the steps it lacks."""


def section_rule(made: Design, section: Section, effects: Mapping[str, Terms]) -> None:
    """Let the solver choose which limits a section reaches, as many as the rule asks for."""
    rule = made.start.standard.section_rule
    if rule is None:
        return
    group, reached, free = f"section:{section.level}", 0, dict[int, float]()
    for name in rule.indicators:
        if section.limits[name] is None:
            continue
        terms = effects[name]
        needs = {
            one: (columns, _needs(made, (section, one), name, terms))
            for one, columns in cases(made, section, name).items()
        }
        rising = all(by > 0 for by in terms.values())
        if rising and all(full <= 0 for _, (full, _) in needs.values()):
            reached += 1
        else:
            free |= _reach(made, name, terms, needs)
    made.model.row(group, free, low=rule.at_least - reached)


def _reach(made: Design, name: str, terms: Terms, needs: Needs) -> dict[int, float]:
    """Ask for a limit or, where it is not chosen, for the floor; give the columns that choose."""
    base, low, free = _base(terms), 0.0, dict[int, float]()
    row = {at: by / base for at, by in terms.items()}
    for section, (enrolled, (full, least)) in needs.items():
        one = ("reach", *section.key, name)
        choice = made.add((*one, section.enrolment) if enrolled else one, 0.0, 1.0)
        free[choice], row[choice] = 1.0, least - full
        if enrolled:
            row |= dict.fromkeys(enrolled, -least)
            made.model.row(ALWAYS, {choice: 1.0} | dict.fromkeys(enrolled, -1.0), high=0.0)
        else:
            low = least
    made.model.row(f"section:{section.level}", row, low=low)
    return free


def _needs(
    made: Design, of: tuple[Section, Section], name: str, terms: Terms
) -> tuple[float, float]:
    """Give the steps that an amount lacks of the limit and of the floor, with other pupils maybe."""
    now, section = of
    rule, per = made.start.standard.section_rule, made.start.standard.indicator(name).per
    need = (section.limits[name] or 0.0) * section.pupils / per
    low = rule.floor * need if rule and rule.floor is not None else 0.0
    base, have = _base(terms) * _part(made, (now, section), name), section.amounts[name]
    full, least = (float(ceil((n - have - abs(n) * NOISE) / base)) for n in (need, low))
    rising = all(by > 0 for by in terms.values())
    return (full, max(least, 0.0)) if rising and full > 0 else (full, min(full, least))


def _base(terms: Terms) -> float:
    """Give the one size of all steps, by which a need can be rounded up; 0 < size."""
    sizes = {round(abs(by), 12) for by in terms.values()}
    return sizes.pop() if len(sizes) == 1 else 1.0


def cases(made: Design, section: Section, name: str) -> dict[Section, list[int]]:
    """Give a section once for each enrolment that is another for an indicator, with the columns that
    choose it; with none where all are the same."""
    found: dict[tuple[float | None, ...], tuple[Section, list[int]]] = {}
    for one in made.start.options(section):
        key = (one.pupils, one.limits[name], _part(made, (section, one), name))
        columns = found.setdefault(key, (one, []))[1]
        if one.enrolment:
            columns.append(made.at["enrol", one.school, one.enrolment])
    return dict(found.values()) if len(found) > 1 else {section: []}


def _part(made: Design, of: tuple[Section, Section], name: str) -> float:
    """Give how much more of what its campus shares a section gets with other pupils, as a factor."""
    now, then = of
    return then.share / now.share if is_shared(made.start.cells[name]) else 1.0


def cones(made: Design, effects: Mapping[tuple[str, str], Mapping[str, Terms]]) -> None:
    """Keep every coefficient of variation within its limit; values in units of their limit."""
    rule, start = made.start.standard.balance_rule, made.start
    for level, limit in start.spread.items() if rule else ():
        mine = [s for s in start.sections if s.level == level]
        total = sum(section.pupils for section in mine)
        for name in rule.indicators if rule and mine else ():
            richest = max(_unit(made, s, name) * s.amounts[name] for s in mine)
            parts = [part for s in mine
                     for part in _parts(made, (s, name), effects[s.key][name], richest)]  # fmt: skip
            weights, constants, terms = zip(*parts, strict=True)
            made.model.cones.append(Cone(
                f"cv:{level}:{name}",
                start.ceilings.get((level, name), limit) * (1 - made.tightened),
                [pupils / total for pupils in weights], list(constants), list(terms),
            ))  # fmt: skip


def _unit(made: Design, section: Section, name: str) -> float:
    """Give what one of an amount adds to the value for each pupil, in units of the limit."""
    per = made.start.standard.indicator(name).per
    return per / section.pupils / (section.limits[name] or 1.0)


def _parts(
    made: Design, of: tuple[Section, str], terms: Terms, richest: float
) -> list[tuple[float, float, dict[int, float]]]:
    """Give pupils, constant and terms of a section's value, for each enrolment it may have."""
    section, name = of
    unit, have = _unit(made, section, name), section.amounts[name]
    options = cases(made, section, name)
    if len(options) == 1:
        return [(section.pupils, have * unit, {at: by * unit for at, by in terms.items()})]
    whole = {at: -by * unit for at, by in terms.items()}
    found = []
    for one, columns in options.items():
        mine = _unit(made, one, name) * _part(made, (section, one), name)
        most = max(have * mine, _RICHEST * max(richest, 1.0))
        at = made.add(("part", *one.key, name, one.enrolment), 0.0, most, whole=False)
        made.model.row(ALWAYS, {at: 1.0} | dict.fromkeys(columns, -most), high=0.0)
        whole[at] = unit / mine
        found.append((one.pupils, 0.0, {at: 1.0}))
    made.model.row(ALWAYS, whole, have * unit, have * unit)
    return found
