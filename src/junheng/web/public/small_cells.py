"""Keeping back counts so small that they would tell of single persons (decision 0084)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 5
"""A number of pupils from 1 to below this is kept back."""
FEWEST_SCHOOLS = 3
"""A mean or coefficient of fewer schools would tell one of them the figures of the others."""
_BAND, _ALL = 5, 100


@dataclass(frozen=True, slots=True)
class Counts:
    """A total and its parts, as they may be published; None is kept back."""

    total: int | None
    parts: Mapping[str, int | None]


def guarded(parts: Mapping[str, int]) -> Counts:
    """Keep back small parts, and the next larger one (all of that size: which of two is kept back
    would tell), so that none follows from the total. Where there is no larger one, it is the total.
    """
    total = sum(parts.values())
    small = {name for name, count in parts.items() if 0 < count < FEWEST}
    if not small:
        return Counts(total, dict(parts))
    others = {name: count for name, count in parts.items() if count >= FEWEST}
    next_one = min(others.values(), default=0)
    hidden = small | {name for name, count in others.items() if count == next_one}
    shown = {name: None if name in hidden else count for name, count in parts.items()}
    return Counts(total if others else None, shown)


def band(percent: float) -> str:
    """Give five whole percent in which a share lies: an exact one would tell how many are missing."""
    low = int(percent // _BAND) * _BAND - _BAND * (percent == _ALL)
    return f"{low}–{low + _BAND}%"
