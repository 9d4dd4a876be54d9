"""What people do without a solver, to measure a plan against: fill up, fill six, worst school first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from junheng.plan.actions import Action, after, cost, judged, passes, priced
from junheng.plan.design_rules import NOISE
from junheng.plan.people import RAISED
from junheng.plan.rates import MOVE, Rates, step
from junheng.plan.start import Section, Start, is_shared

Need = tuple[str, str, str, str, float]
"""Kind, school, level, column, steps."""
Habitual = Callable[[Start, Rates, float], list[Need]]


@dataclass(frozen=True, slots=True)
class Habit:
    """What one habit comes to."""

    name: str
    cost: float
    """Yuan, counted like a plan's."""
    passes: bool
    """Whether the county passes by it; what does not is no plan, whatever it costs."""


def habits(start: Start, rates: Rates, least: int | None) -> tuple[Habit, ...]:
    """Cost the three habits: every school to every limit (`all`); every school to its cheapest limits
    that are enough (`six`), the rest to the floor; and the schools furthest behind brought to
    every limit, one after the other, until the county passes (`worst`).

    Where that does not bring the coefficients within their limits, everyone is brought to 5 % more,
    and so on, up to twice the limits. People are hired or raised; the `least` moves a year are
    exchanges, which change nothing and cost the same.
    """
    moving = (least or 0) * len(start.years) * rates[MOVE].counted if least else 0.0
    return tuple(_habit(name, needs, start, rates, moving) for name, needs in _HABITS.items())


def _habit(name: str, needs: Habitual, start: Start, rates: Rates, moving: float) -> Habit:
    for part in (1 + step_ / 20 for step_ in range(21)):
        done = _done(needs(start, rates, part), rates)
        if passes(judged(start, after(start, done))):
            return Habit(name, cost(done) + moving, passes=True)
    return Habit(name, cost(_done(needs(start, rates, 1.0), rates)) + moving, passes=False)


def _done(needs: Iterable[Need], rates: Rates) -> tuple[Action, ...]:
    return tuple(
        priced(kind, (school, level, cell), steps, rates)  # type: ignore[arg-type]
        for kind, school, level, cell, steps in needs
    )


def _needs(start: Start, section: Section, part: float, names: Iterable[str]) -> list[Need]:
    """Give what a section lacks of some indicators, to a part of their limits."""
    found: list[Need] = []
    for name in names:
        limit, cell = section.limits[name], start.cells[name]
        if limit is None:
            continue
        need = part * limit * section.pupils / start.standard.indicator(name).per
        size = section.share * step(cell) if is_shared(cell) else 1.0
        steps = ceil((need - section.amounts[name] - abs(need) * NOISE) / size)
        if steps > 0:
            kind = "buy" if is_shared(cell) else "raise" if cell in RAISED else "hire"
            found.append((kind, section.school, "" if kind == "buy" else section.level, cell,
                          float(steps)))  # fmt: skip
    return found


def _all(start: Start, _: Rates, part: float) -> list[Need]:
    return _merged(n for s in start.sections for n in _needs(start, s, part, start.cells))


def _six(start: Start, rates: Rates, part: float) -> list[Need]:
    return _merged(n for s in start.sections for n in _cheapest(start, s, rates, part))


def _cheapest(start: Start, section: Section, rates: Rates, part: float) -> list[Need]:
    """Leave at the floor what is dearest to bring to its limit, as many as the rule allows."""
    rule = start.standard.section_rule
    if rule is None:
        return []
    low = {n: _needs(start, section, (rule.floor or 0.0) * part, [n]) for n in rule.indicators}
    full = {n: _needs(start, section, part, [n]) for n in rule.indicators}
    more = {n: cost(_done(full[n], rates)) - cost(_done(low[n], rates)) for n in rule.indicators}
    left = sorted(more, key=lambda n: -more[n])[: len(rule.indicators) - rule.at_least]
    return [need for n in rule.indicators for need in (low[n] if n in left else full[n])]


def _worst_first(start: Start, rates: Rates, part: float) -> list[Need]:
    """Bring whole schools to every limit, those with the most short first, until the county passes."""
    schools: dict[str, list[Need]] = {}
    short: dict[str, float] = {}
    for section in start.sections:
        schools.setdefault(section.school, []).extend(_needs(start, section, part, start.cells))
        values = [section.amounts[n] * start.standard.indicator(n).per / section.pupils / limit
                  for n, limit in section.limits.items() if limit]  # fmt: skip
        gap = sum(max(0.0, 1 - value) for value in values)
        short[section.school] = max(short.get(section.school, 0.0), gap)
    order = sorted(schools, key=lambda school: (-short[school], school))
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        needs = _merged(n for school in order[:middle] for n in schools[school])
        ok = passes(judged(start, after(start, _done(needs, rates))))
        low, high = (low, middle) if ok else (middle + 1, high)
    return _merged(n for school in order[:high] for n in schools[school])


def _merged(needs: Iterable[Need]) -> list[Need]:
    """Let the levels of a campus share what is bought for it: the most that one of them needs."""
    most: dict[tuple[str, str, str, str], float] = {}
    for *place, steps in needs:
        key = (place[0], place[1], place[2], place[3])
        most[key] = max(most.get(key, 0.0), steps)
    return [(*key, steps) for key, steps in most.items()]


_HABITS: Mapping[str, Habitual] = {"all": _all, "six": _six, "worst": _worst_first}
