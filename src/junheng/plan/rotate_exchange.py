"""Exchanges: as few as it takes to satisfy the rule of rotation, leaving every count as it is.

Who changes places counts as the same and teaches the same course at the same level, so that each
school gets for those who leave as many of the same kind. Circular exchanges over several schools
are found as well as mutual ones: a whole-number flow problem with the two demands of the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from junheng.evaluate.asked import asked
from junheng.model.standard import Standard
from junheng.plan.model import Model
from junheng.plan.rotate_staff import BACKBONE, ELIGIBLE, ROTATED, Place, Teacher

_NOISE = 1e-9
_TOTAL, _OF_BACKBONE = 1e6, 1e3
"""What a teacher costs who is short of the rule: first come the moves, then the backbone among them."""
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of rotation: shares between 0 and 1."""

    moved: float
    """Of those eligible."""
    backbone: float
    """Of those who move."""

    def needed(self, eligible: int) -> int:
        """Give how many have to move, rounded up."""
        return ceil(self.moved * eligible - _NOISE * eligible)

    def needed_backbone(self, moved: int) -> int:
        """Give how many of those who move have to be backbone teachers, rounded up."""
        return ceil(self.backbone * moved - _NOISE * moved)


def rule_of(standard: Standard) -> Rule | None:
    """Read the rule off the items of a standard as of a day; None where it has none."""
    shares = {}
    for q in asked(standard):
        limit = q.check.limit
        value = limit.cases[0].value if limit and limit.cases else None
        if q.check.per and value is not None:
            shares[q.check.of.plus, q.check.per.plus] = value / q.check.times
    moved = shares.get(((ROTATED,), (ELIGIBLE,)))
    backbone = shares.get((("rotated_backbone_teachers",), (ROTATED,)))
    return Rule(moved, backbone or 0.0) if moved is not None else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Who moves already, before exchanges are looked for."""

    eligible: int
    moved: int
    backbone: int


Profile = tuple[str, str, frozenset[str]]
"""Level, course and counts: who changes places with whom."""
Alike = tuple[Place, Profile, frozenset[Place]]


def problem(
    teachers: Sequence[Teacher], rule: Rule, tally: Tally
) -> tuple[Model, list[tuple[Alike, Place]], dict[Alike, list[Teacher]]]:
    """Give the problem as data: its first columns are the moves listed beside it.

    Least moves, and before that least short of the rule. `teachers` are those who may still move.
    """
    alike = _alike(teachers)
    model, ways = Model(), []
    balance: dict[tuple[Place, Profile], dict[int, float]] = defaultdict(dict)
    for group, members in alike.items():
        place, profile, goes_to = group
        columns = {}
        for to in sorted(goes_to):
            column = model.column(("move", *place, *to), 1.0, float(len(members)))
            ways.append((group, to))
            columns[column] = 1.0
            balance[place, profile][column] = -1.0
            balance[to, profile][column] = 1.0
        model.row("once", columns, high=float(len(members)))
    for key in sorted(balance, key=lambda k: (k[0], k[1][:2], sorted(k[1][2]))):
        model.row("balance", balance[key], 0.0, 0.0)
    _demands(model, ways, rule, tally)
    return model, ways, alike


def _alike(teachers: Sequence[Teacher]) -> dict[Alike, list[Teacher]]:
    """Put together who are alike; keep only where others of the same profile may leave from."""
    leaves: dict[Profile, set[Place]] = defaultdict(set)
    for one in teachers:
        if one.goes_to:
            leaves[_profile(one)].add(one.place)
    alike: dict[Alike, list[Teacher]] = defaultdict(list)
    for one in sorted(teachers, key=lambda t: (t.place, -t.years, t.id)):
        goes_to = frozenset(one.goes_to & leaves[_profile(one)])
        if goes_to:
            alike[one.place, _profile(one), goes_to].append(one)
    return alike


def _profile(one: Teacher) -> Profile:
    return one.place[1], one.course, one.counts


def _demands(model: Model, ways: Sequence[tuple[Alike, Place]], rule: Rule, tally: Tally) -> None:
    """Ask for enough moves and enough backbone teachers; what cannot be had is paid for."""
    wanted = max(0, rule.needed(tally.eligible) - tally.moved)
    short = model.column(("short",), _TOTAL, inf)
    moves = dict.fromkeys(range(len(ways)), 1.0)
    model.row("share", moves | {short: 1.0}, float(wanted))
    low = model.column(("short of backbone",), _OF_BACKBONE, inf)
    of_backbone = {
        at: (BACKBONE in group[1][2]) - rule.backbone for at, (group, _) in enumerate(ways)
    }
    least = rule.backbone * tally.moved - tally.backbone
    model.row("backbone", of_backbone | {low: 1.0}, least - _NOISE * max(1.0, abs(least)))


def named(
    values: Sequence[float], ways: Sequence[tuple[Alike, Place]], alike: dict[Alike, list[Teacher]]
) -> list[tuple[Teacher, Place]]:
    """Say who goes where: of those who are alike, the longest at their school first."""
    taken: dict[Alike, int] = defaultdict(int)
    moves = []
    for (group, to), value in zip(ways, values, strict=False):
        for _ in range(int(value + _HALF)):
            moves.append((alike[group][taken[group]], to))
            taken[group] += 1
    return moves
