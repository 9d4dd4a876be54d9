"""The target year as a model: what to buy, whom to hire, raise and move, so that every rule is kept.

The part of a campus that each of its levels gets is a constant, so every amount is a linear expression
of what is done. Columns are whole steps (a person, a room, a square metre, 100 yuan); money is in
units of 10,000 yuan. What the standard asks for is in `design_rules`, pupils that may change zones in
`design_zones`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, inf

from junheng.errors import DataNeedsMending
from junheng.plan.design_rules import ALWAYS, NOISE, cones, section_rule
from junheng.plan.design_zones import zones
from junheng.plan.limits import AREAS, Budget, Limits
from junheng.plan.model import Model
from junheng.plan.people import BACKBONE, HIRED, MOVED, ORDINARY, RAISED, stock
from junheng.plan.rates import MOVE, Rates, is_whole, step, unbuyable
from junheng.plan.start import Section, Start, is_shared

MONEY = 10_000.0
UNPAID = ("reach", "out", "enrol", "part")
"""Kinds of columns that are not done but follow from what is."""
_RATHER = 1e-4
"""An exchange counts for less than a move by this share, so that of two plans that cost the same the
one that changes less is found, and of exchanges those of ordinary teachers; a bound stays a bound."""
Name = tuple[str, ...]
"""("buy", school, cell) · ("hire" | "raise" | "in" | "out", school, level, cell) · ("swap", level,
cell) · ("reach", school, level, indicator) · ("zone", from, to, level, "pupil_move") · ("enrol", school,
enrolment) · ("part", school, level, indicator, enrolment)."""


@dataclass(slots=True)
class Design:
    """The model of the target year, and where in it each thing stands."""

    start: Start
    limits: Limits
    rates: Rates
    budget: Budget | None
    tightened: float = 1e-6
    """By how much, relatively, the limits of the coefficients are tightened against rounding."""
    model: Model = field(default_factory=Model)
    at: dict[Name, int] = field(default_factory=dict)

    def add(self, name: Name, yuan: float, high: float = inf, *, whole: bool = True) -> int:
        """Add a column; give its number."""
        self.at[name] = self.model.column(name, yuan / MONEY, high, whole=whole)
        return self.at[name]

    def those(self, kind: str) -> Iterable[tuple[Name, int]]:
        """Give the columns of a kind."""
        return ((name, at) for name, at in self.at.items() if name[0] == kind)


def design(
    start: Start, limits: Limits, rates: Rates, budget: Budget | None, tightened: float = 1e-6
) -> Design:
    """Make the model of the target year.

    Raises DataNeedsMending when an indicator counts people that no rule says how to come by.
    """
    if problems := unbuyable(start):
        raise DataNeedsMending(problems)
    made = Design(start, limits, rates, budget, tightened)
    zones(made)
    _buying(made)
    for section in start.sections:
        _people(made, section)
    _moves_balance(made)
    effects = {section.key: _effects(made, section) for section in start.sections}
    for section in start.sections:
        section_rule(made, section, effects[section.key])
    cones(made, effects)
    _heads(made)
    _rotation(made)
    _budget(made)
    return made


def _buying(made: Design) -> None:
    """Add what a campus can buy or build, within its land and the time there is."""
    years = len(made.start.years)
    cells = [cell for cell in dict.fromkeys(made.start.cells.values()) if is_shared(cell)]
    for school in dict.fromkeys(section.school for section in made.start.sections):
        for cell in cells:
            rate = made.rates[cell]
            at = made.add(("buy", school, cell), rate.counted * step(cell), whole=is_whole(cell))
            if rate.lead >= years:
                made.model.row(f"time:{cell}", {at: 1.0}, high=0.0)
            if cell in AREAS and (school, cell) in made.limits.land:
                land = made.limits.land[school, cell]
                made.model.row(f"land:{cell}", {at: step(cell)}, high=land)


def _people(made: Design, section: Section) -> None:
    """Add who can be hired, raised and moved."""
    years, limits = len(made.start.years), made.limits
    moves = section.county_run and section.school not in limits.stay
    for cell in dict.fromkeys(c for c in made.start.cells.values() if not is_shared(c)):
        if cell in HIRED:
            made.add(("hire", *section.key, cell), made.rates[cell].counted)
        if cell in RAISED:
            made.add(("raise", *section.key, cell), made.rates[cell].counted)
        if cell in MOVED and moves:
            have = stock(cell, section.counts)
            most = min(have, years * max(1, floor(limits.share_a_year * have)))
            made.add(("in", *section.key, cell), made.rates[MOVE].counted)
            out = made.add(("out", *section.key, cell), 0.0, have)
            made.model.row("moves", {out: 1.0}, high=most)


def _moves_balance(made: Design) -> None:
    """Whoever leaves one section comes to another of the same level."""
    terms: dict[tuple[str, str], dict[int, float]] = {}
    for kind, sign in (("in", 1.0), ("out", -1.0)):
        for (_, _, level, cell), at in made.those(kind):
            terms.setdefault((level, cell), {})[at] = sign
    for row in terms.values():
        made.model.row(ALWAYS, row, 0.0, 0.0)


_CHANGES: Mapping[str, tuple[Mapping[str, tuple[str, ...]], float]] = {
    "hire": (HIRED, 1.0), "raise": (RAISED, 1.0), "in": (MOVED, 1.0), "out": (MOVED, -1.0),
}  # fmt: skip


def changes(name: Name) -> dict[str, float]:
    """Give the columns that one step changes, and by how much."""
    if name[0] == "buy":
        return {name[2]: step(name[2])}
    if name[0] in _CHANGES:
        cells, sign = _CHANGES[name[0]]
        return dict.fromkeys(cells[name[3]], sign)
    return {}


def _effects(made: Design, section: Section) -> dict[str, dict[int, float]]:
    """Give for each indicator how its amount changes with each column."""
    names: list[Name] = [
        ("buy", section.school, c) for c in dict.fromkeys(made.start.cells.values())
    ]
    names += [(kind, *section.key, c) for kind in _CHANGES for c in made.start.cells.values()]
    found: dict[str, dict[int, float]] = {one: {} for one in made.start.cells}
    for name in names:
        if name not in made.at:
            continue
        part = section.share if name[0] == "buy" else 1.0
        for one, terms in found.items():
            amount, changed = made.start.standard.indicator(one).amount, changes(name)
            by = sum(changed.get(c, 0.0) for c in amount.plus)
            by -= sum(changed.get(c, 0.0) for c in amount.minus)
            if by:
                terms[made.at[name]] = by * part
    return found


def _heads(made: Design) -> None:
    """Keep the teachers of a level within its ceiling, and the raised among those there are."""
    for level, most in made.limits.headcount.items():
        mine = [s for s in made.start.sections if s.level == level]
        have = sum(s.counts.get("teachers") or 0.0 for s in mine)
        hired = {at: 1.0 for name, at in made.those("hire") if name[2] == level}
        made.model.row(f"headcount:{level}", hired, high=most - have)
    for section in made.start.sections:
        for cell in RAISED:
            _raised(made, section, cell)


def _raised(made: Design, section: Section, cell: str) -> None:
    """Let no more be raised than there are teachers who are not yet."""
    teachers, those = section.counts.get("teachers"), section.counts.get(cell)
    if ("raise", *section.key, cell) not in made.at or teachers is None or those is None:
        return
    room = _of_section(made, section, "teachers", -1.0)
    for at, by in _of_section(made, section, cell, 1.0).items():
        room[at] = room.get(at, 0.0) + by
    made.model.row(ALWAYS, room, high=max(0.0, teachers - those))


def _of_section(made: Design, section: Section, cell: str, sign: float) -> dict[int, float]:
    """Give how the count in one column of a section changes with each column of the model."""
    names = [(kind, *section.key, c) for kind in _CHANGES for c in made.start.cells.values()]
    changed = {made.at[n]: changes(n).get(cell, 0.0) for n in names if n in made.at}
    return {at: sign * by for at, by in changed.items() if by}


def least_moves(start: Start, limits: Limits) -> int | None:
    """Give how many teachers must move a year; None where nobody knows how many are eligible."""
    eligible = limits.eligible if limits.eligible is not None else start.eligible
    return None if eligible is None else ceil(start.rotation[0] * eligible - NOISE)


def _rotation(made: Design) -> None:
    """Move as many as the rule asks, backbone teachers among them; exchanges change no count."""
    least = least_moves(made.start, made.limits)
    if not least:
        return
    everyone: dict[int, float] = {}
    for (_, _, level, cell), at in list(made.those("out")):
        swap = made.at.get(("swap", level, cell))
        if swap is None:
            less = 2 * _RATHER if cell == ORDINARY else _RATHER
            yuan = made.rates[MOVE].counted * (1 - less)
            swap = made.add(("swap", level, cell), yuan)
        everyone |= {at: 1.0, swap: 1.0}
    for (_, level, cell), swap in made.those("swap"):
        out = [at for name, at in made.those("out") if name[2:] == (level, cell)]
        have = sum(made.model.highs[at] for at in out)
        made.model.row("rotation", dict.fromkeys((*out, swap), 1.0), high=have)
    made.model.row("rotation", everyone, low=least * len(made.start.years))
    _backbone(made, everyone, least)


def _backbone(made: Design, everyone: Mapping[int, float], least: int) -> None:
    """Let enough of those who move be backbone teachers, in all and in the least that moves a year.

    If 1 ÷ share is whole (20 %), every such design can be parted over the years, and none is left out.
    """
    share = made.start.rotation[1]
    if not share:
        return
    backbone = {at: 1.0 for at in everyone if made.model.names[at][-1] == BACKBONE}
    for_each = floor(1 / share + NOISE)
    terms = {at: for_each * backbone.get(at, 0.0) - 1.0 for at in everyone}
    made.model.row("rotation", terms, low=0.0)
    fewest = ceil(share * least - NOISE) * len(made.start.years)
    made.model.row("rotation", backbone, low=float(fewest))


def _budget(made: Design) -> None:
    """Spend no more than there is until the last year in which a thing can still be begun."""
    if made.budget is None:
        return
    spent = {at: _spending(made, name) for name, at in made.at.items()}
    for lead in sorted({lead for _, lead in spent.values()}):
        until = [made.budget[year] for year in made.start.years if year <= made.start.target - lead]
        terms = {at: yuan / MONEY for at, (yuan, late) in spent.items() if late >= lead and yuan}
        made.model.row("budget", terms, high=sum(until) / MONEY)


def _spending(made: Design, name: Name) -> tuple[float, int]:
    """Give the yuan that one step takes at least within the plan's years, and its years of lead."""
    if name[0] in UNPAID:
        return 0.0, 0
    rate = made.rates[MOVE if name[0] in ("in", "swap") else name[-1]]
    size = step(name[2]) if name[0] == "buy" else 1.0
    if name[0] == "zone":
        size = float(made.limits.zone_step)
    return (rate.once + rate.yearly) * size, rate.lead
