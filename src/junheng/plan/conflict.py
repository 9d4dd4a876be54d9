"""Why there is no plan: the smallest set of limits that clash, and how far each must give way.

`conflict_sets` finds the set. Then each kind alone is made elastic, everything else staying hard, and
made to give way as little as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf

from junheng.plan.conflict_sets import SECONDS, impossible, irreducible, least
from junheng.plan.design import MONEY, Design, design, least_moves
from junheng.plan.design_rules import ALWAYS
from junheng.plan.design_zones import beyond
from junheng.plan.model import Model, Row, Solution
from junheng.plan.plan import Asked, Plan, budget_left
from junheng.plan.solve import Effort, solve
from junheng.plan.wording import Said
from junheng.plan.zones import opened, widened

_SHOWN = 5
_HALVINGS = 9
_EFFORT = Effort(SECONDS, 0.01, ("quick", "scip"))
Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The limits that clash, what each could give, and whether fewer would clash too."""

    groups: tuple[str, ...]
    limits: tuple[Said, ...]
    ways: tuple[Said, ...]
    relaxed: bool
    """Whether they clash even if people and rooms came in fractions; else whole numbers matter."""
    smallest: bool
    """Whether it is proven that no fewer limits clash; else only that none can be spared."""


@dataclass(frozen=True, slots=True)
class _Clash:
    """The design that cannot be kept."""

    plan: Plan
    design: Design

    @property
    def asked(self) -> Asked:
        return self.plan.asked

    def today(self, group: str) -> float:
        """Give a coefficient of variation as it stands, with the pupils where they are."""
        limits = replace(self.asked.limits, zones=())
        model = design(self.asked.start, limits, self.plan.rates, None).model
        return next(c for c in model.cones if c.group == group).cv([0.0] * len(model.names))


def conflict(plan: Plan) -> Conflict | None:
    """Say which limits clash; None where that is not proven, as with ceilings that are only enough.

    Parameters
    ----------
    plan
        As `make_plan` gave it, without a solution.
    """
    asked = plan.asked
    if asked.start.ceilings:
        return None
    start = opened(asked.start, widened(asked.start, asked.limits))
    made = design(start, asked.limits, plan.rates, budget_left(asked))
    clash = _Clash(plan, made)
    groups = [g for g in made.model.groups() if g != ALWAYS]
    relaxed = impossible(made.model, groups, whole=False) is True
    if not relaxed and not impossible(made.model, groups, whole=True):
        return None
    spared = irreducible(made.model, groups, whole=not relaxed)
    left, smallest = least(made.model, groups, spared)
    ways = [way for group in left if (way := _way(clash, group))]
    limits = tuple(_limit(clash, group) for group in left)
    return Conflict(left, limits, tuple(ways), relaxed, smallest)


def _limit(clash: _Clash, group: str) -> Said:
    """Say a limit with its numbers."""
    kind, _, of = group.partition(":")
    fields = _NUMBERS[kind](clash, of)
    return Said("limit_budget_settled" if "less" in fields else f"limit_{kind}", fields)


def _of_cv(clash: _Clash, of: str) -> Fields:
    level, indicator = of.split(":")
    today = clash.today(f"cv:{of}")
    limit = clash.asked.start.spread[level]
    cv = "?" if today == inf else f"{today:.3f}"
    return {"level": level, "indicator": indicator, "limit": limit, "cv": cv}


def _of_budget(clash: _Clash, _: str) -> Fields:
    years, budget = clash.asked.start.years, clash.asked.budget or {}
    paid = sum(action.once + action.yearly for action in clash.asked.settled)
    said: Fields = {"yuan": sum(budget[year] for year in years), "years": f"{years[0]}–{years[-1]}"}
    return said | {"less": paid} if paid else said


def _of_land(clash: _Clash, of: str) -> Fields:
    mine = [m2 for (_, cell), m2 in clash.asked.limits.land.items() if cell == of]
    return {"cell": of, "total": sum(mine), "n": len(mine)}


def _of_time(clash: _Clash, of: str) -> Fields:
    years = len(clash.asked.start.years)
    return {"cell": of, "lead": clash.plan.rates[of].lead, "years": years}


def _of_heads(clash: _Clash, of: str) -> Fields:
    mine = [s for s in clash.asked.start.sections if s.level == of]
    have = sum(section.counts.get("teachers") or 0.0 for section in mine)
    return {"level": of, "most": clash.asked.limits.headcount[of], "have": have}


def _of_rotation(clash: _Clash, _: str) -> Fields:
    start = clash.asked.start
    return {"least": least_moves(start, clash.asked.limits), "backbone": start.rotation[1]}


def _of_zones(clash: _Clash, of: str) -> Fields:
    now = {section.key: section for section in clash.asked.start.sections}
    mine = [zone for zone in clash.asked.limits.zones if zone.level == of]
    shown = ["{} {:g}–{:g}".format(now[zone.key].name, *zone.bounds(now[zone.key].pupils))
             for zone in mine[:_SHOWN]]  # fmt: skip
    return {"level": of, "schools": ", ".join(shown) + (" …" if len(mine) > _SHOWN else "")}


_NUMBERS: Mapping[str, Callable[[_Clash, str], Fields]] = {
    "section": lambda _, of: {"level": of},
    "cv": _of_cv,
    "budget": _of_budget,
    "land": _of_land,
    "time": _of_time,
    "headcount": _of_heads,
    "rotation": _of_rotation,
    "zone": _of_zones,
    "moves": lambda clash, _: {"share": clash.asked.limits.share_a_year},
}


def _way(clash: _Clash, group: str) -> Said | None:
    """Say the least by which a limit must give way, all others staying; None where it cannot."""
    kind, *of = group.split(":")
    ways = {"cv": _wider, "zone": _other_bounds, "time": _sooner, "apart": lambda *_: None}
    if kind in ways:
        return ways[kind](clash, group)
    model, slacks = _elastic(clash.design.model, group)
    found = solve(model, _EFFORT)
    if not found.values:
        return _no_way(clash, group, found)
    by = {who: found.values[at] for who, at in slacks.items() if found.values[at] > 1e-6}  # noqa: PLR2004
    total = sum(by.values())
    fields: Fields = {"by": total}
    if kind == "budget":
        fields = {"yuan": max(by.values()) * MONEY}
    if kind in ("land", "section"):
        fields["schools"] = _named(clash, by)
    if of:
        fields["cell" if kind == "land" else "level"] = of[0]
    return Said(f"way_{kind}", fields)


def _no_way(clash: _Clash, group: str, found: Solution) -> Said:
    """Say that a limit alone is not enough, or that this is not known."""
    of = {"of": _limit(clash, group)}
    return Said("way_none" if found.state == "infeasible" else "way_unknown", of)


def _sooner(clash: _Clash, group: str) -> Said:
    cell = group.partition(":")[2]
    return Said("way_time", {"cell": cell, "lead": clash.plan.rates[cell].lead})


def _named(clash: _Clash, by: dict[str, float]) -> str:
    names = {section.school: section.name for section in clash.asked.start.sections}
    most = sorted(by, key=lambda who: -by[who])
    shown = [f"{names[who]} {by[who]:,.0f}" for who in most[:_SHOWN]]
    return ", ".join(shown) + (" …" if len(most) > _SHOWN else "")


def _elastic(model: Model, group: str) -> tuple[Model, dict[str, int]]:
    """Let the rows of a group give way, at 1 for each unit; give the columns by school (or group)."""
    loose = model.copy()
    loose.costs = [0.0] * len(loose.costs)
    loose.rows = [row for row in model.rows if row.group != group]
    slacks: dict[str, int] = {}
    yes_no = group.startswith("section")
    for row in (row for row in model.rows if row.group == group):
        names = [model.names[at] for at in row.terms]
        who = next((n[1] for n in names if n[0] in ("reach", "buy", "out")), group)
        who = group if group in ("budget", "rotation") else who
        if who not in slacks:
            slacks[who] = loose.column(("slack", who), 1.0, 1.0 if yes_no else inf, whole=yes_no)
        loose.rows.append(_loosened(row, slacks[who], _enough(row) if yes_no else 1.0))
    return loose, slacks


def _enough(row: Row) -> float:
    """Give a number by which a row's lower end can always be missed."""
    return max(row.low, 0.0) + sum(abs(by) for by in row.terms.values())


def _loosened(row: Row, slack: int, by: float) -> Row:
    if row.low > -inf:
        return Row(
            row.group, row.terms | {slack: by}, row.low, inf if row.high == inf else row.high
        )
    return Row(row.group, row.terms | {slack: -by}, row.low, row.high)


def _wider(clash: _Clash, group: str) -> Said | None:
    """Find by halving the least limit of a coefficient with which all other limits can be kept."""
    _, level, indicator = group.split(":")
    model = clash.design.model
    cone = next(c for c in model.cones if c.group == group)
    groups = [g for g in model.groups() if g != ALWAYS]
    today = clash.today(group)
    low, high = cone.limit, min(today, 10.0) * 1.5
    rest = model.copy()

    def too_low(limit: float) -> bool:
        rest.cones = [replace(c, limit=limit) if c is cone else c for c in model.cones]
        return impossible(rest, groups, whole=False) is True

    if too_low(high):
        return Said("way_none", {"of": _limit(clash, group)})
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return Said("way_cv", {"level": level, "indicator": indicator, "to": high})


def _other_bounds(clash: _Clash, group: str) -> Said:
    """Find enrolments that are as little as can be outside their bounds, all other limits kept."""
    level, made = group.partition(":")[2], clash.design
    loose, outside = made.model.copy(), beyond(made, level)
    loose.rows = [row for row in loose.rows if row.group != group]
    loose.costs = [outside.get(at, 0.0) for at in range(len(loose.costs))]
    found = solve(loose, replace(_EFFORT, seconds=3 * SECONDS))
    if not found.values:
        return _no_way(clash, group, found)
    chosen = {made.model.names[at] for at in outside if round(found.values[at])}
    campuses = [c for some in made.start.enrolments.values() for c in some]
    then = {one.school: f"{one.name} {one.pupils:g}" for campus in campuses for one in campus
            if ("enrol", one.school, one.enrolment) in chosen and one.level == level}  # fmt: skip
    return Said("way_zone", {"level": level, "schools": ", ".join(then.values())})
