"""Sets of limits that clash: one from which none can be spared, and one with the fewest limits.

Limits are taken away one by one; one without which the rest still clash stays away, and what is left
is a set from which none can be spared. Every set that clashes shares a limit with whatever a plan
breaks that keeps all the rest; so the fewest limits that share one with everything so broken either
clash, and then none fewer do, or can be kept, and then that plan breaks something new.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from junheng.plan.design_rules import ALWAYS
from junheng.plan.model import Model, Solution
from junheng.plan.solve import Effort, solve

_ORDER = (
    "rotation", "moves", "apart", "cv", "zone", "headcount", "time", "land", "budget", "section",
)  # fmt: skip
"""What is spared first: what stays is what a county decides about, rather than what follows."""
SECONDS = 10.0
_IN_ALL = 60.0
"""Seconds that the search for fewer limits may take."""


def impossible(model: Model, groups: Iterable[str], *, whole: bool) -> bool | None:
    """Say whether a model without the other groups has no solution; None where neither is proven."""
    found = _solution(model, groups, whole=whole)
    return True if found.state == "infeasible" else False if found.values else None


def _solution(model: Model, groups: Iterable[str], *, whole: bool) -> Solution:
    """Give what keeps some groups of limits, whatever it breaks of the others."""
    cut = model.only([*groups, ALWAYS]).copy()
    cut.costs = [0.0] * len(cut.costs)
    if not whole:
        cut.wholes = [False] * len(cut.wholes)
    return solve(cut, Effort(SECONDS, 0.0, ("quick", "scip") if whole else ("highs",)))


def irreducible(model: Model, groups: Collection[str], *, whole: bool) -> tuple[str, ...]:
    """Give limits that clash and of which none can be spared, where that could be proven in time."""
    left = sorted(groups, key=lambda group: _ORDER.index(group.split(":")[0]))
    for group in list(left):
        rest = [other for other in left if other != group]
        if impossible(model, rest, whole=whole):
            left = rest
    return tuple(left)


def least(
    model: Model, groups: Collection[str], known: Sequence[str]
) -> tuple[tuple[str, ...], bool]:
    """Give the fewest limits that clash, and whether it is proven that no fewer do.

    `known` clash; they are given back where nothing smaller is found.
    """
    ends, broken = time.monotonic() + _IN_ALL, list[frozenset[str]]()
    order = sorted(groups, key=lambda group: -_ORDER.index(group.split(":")[0]))
    while time.monotonic() < ends:
        few = _fewest(order, broken, len(known))
        if few is None:
            return tuple(known), True
        kept = _clash(model, few)
        if kept:
            return few, True
        if kept is None:
            return tuple(known), False
        broken.append(_broken(model, order, few))
    return tuple(known), False


def _fewest(
    order: Sequence[str], broken: Sequence[frozenset[str]], fewer_than: int
) -> tuple[str, ...] | None:
    """Give the fewest limits that share one with every set; None where it takes too many."""
    for n in range(fewer_than):
        for few in combinations(order, n):
            if all(one.intersection(few) for one in broken):
                return few
    return None


def _clash(model: Model, groups: Iterable[str]) -> bool | None:
    """Say whether limits clash, with fractions or, failing that, with whole numbers."""
    few = list(groups)
    return impossible(model, few, whole=False) or impossible(model, few, whole=True)


def _broken(model: Model, order: Sequence[str], few: Sequence[str]) -> frozenset[str]:
    """Keep as many more limits as go together with a few; give those that are left."""
    kept = list(few)
    for group in order:
        if group in kept or impossible(model, [*kept, group], whole=False):
            continue
        if values := _solution(model, [*kept, group], whole=True).values:
            kept += [one for one in order if one not in kept and model.keeps(one, values)]
    return frozenset(order) - frozenset(kept)
