"""Where a standard judges the mean of coefficients: a ceiling for each, of which the mean is the limit.

Whether a mean of coefficients is within a limit is not convex in what is spent. That each keeps a
ceiling is, and enough; but other ceilings might be cheaper, so nothing is proven of the cost
(docs/decisions/0056).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, sqrt
from typing import TYPE_CHECKING

from junheng.model.standard import Standard

if TYPE_CHECKING:
    from junheng.plan.start import Section

_ROOM = 1.05
"""A coefficient that is not brought down may rise by so much."""
_LEAST = 0.25
"""No ceiling is below this share of the limit, unless all have to be."""
_HALVINGS = 60


def ceilings(standard: Standard, sections: Sequence[Section]) -> dict[tuple[str, str], float]:
    """Give a ceiling for each level and indicator; {} where coefficients are judged one by one.

    Where the mean is within its limit, every coefficient may rise by what is left. Else the largest
    are brought down to a common ceiling, so that the mean of all ceilings is the limit.
    """
    rule = standard.balance_rule
    if rule is None or rule.judged != "mean" or rule.limit is None:
        return {}
    found: dict[tuple[str, str], float] = {}
    for level, limit in rule.limit.by_level().items():
        mine = [section for section in sections if section.level == level]
        if mine:
            today = {name: spread(mine, name) for name in rule.indicators}
            found |= {(level, name): most for name, most in _share(today, limit).items()}
    return found


def spread(sections: Sequence[Section], name: str) -> float:
    """Give the coefficient of variation of an indicator, weighted by pupils; inf where all have none."""
    total = sum(section.pupils for section in sections)
    mean = sum(section.amounts[name] for section in sections) / total
    square = sum(s.pupils * (s.amounts[name] / s.pupils - mean) ** 2 for s in sections) / total
    return sqrt(square) / mean if mean > 0 else inf


def _share(today: Mapping[str, float], limit: float) -> dict[str, float]:
    """Give each coefficient its part of the limit."""
    left = limit - sum(today.values()) / len(today)
    if left >= 0:
        return {name: cv + left for name, cv in today.items()}
    kept = {name: max(_ROOM * cv, _LEAST * limit) for name, cv in today.items()}
    low, high = 0.0, len(today) * limit
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        mean = sum(min(cv, middle) for cv in kept.values()) / len(kept)
        low, high = (middle, high) if mean <= limit else (low, middle)
    return {name: min(cv, low) for name, cv in kept.items()}
