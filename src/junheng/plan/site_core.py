"""Siting as numbers alone: what opening, enlarging and travelling cost, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Core:
    """n settlements and m sites; every array is of one of these lengths, or n × m.

    The cost of an answer is Σ fixed of the open sites + Σ place × places added + Σ link of the
    links used. All numbers are known; `inf` stands for no limit, and for a link not allowed.
    """

    link: Numbers
    """n × m: the cost of serving a whole settlement from a site; inf where it is not allowed."""
    pupils: Numbers
    """n: above 0."""
    fixed: Numbers
    """m: the cost of having a site open; negative where closing costs more, inf where it may not be."""
    must: Marks
    """m: sites that stay open."""
    smallest: Numbers
    """m: pupils that an open site must have at least."""
    capacity: Numbers
    """m: pupils that it holds as it is."""
    largest: Numbers
    """m: pupils that it holds once enlarged; capacity where it cannot be."""
    place: Numbers
    """m: the cost of each place added."""
    most: int
    """The most sites that may be open."""
    whole: bool
    """Whether every settlement goes to one site; else its pupils may be parted."""

    @property
    def allowed(self) -> Marks:
        """N × m: the links that may be used."""
        return np.isfinite(self.link)

    @property
    def room(self) -> Numbers:
        """M: the places by which a site can be enlarged."""
        limited = np.isfinite(self.capacity)
        none = np.zeros(len(self.capacity))
        return np.subtract(self.largest, self.capacity, out=none, where=limited)

    @property
    def without_sizes(self) -> bool:
        """Whether no site has a limit to its size, so that everyone goes to the nearest open one."""
        return bool(np.isinf(self.capacity).all()) and not self.smallest.any()

    def narrowed(self, low: Numbers, high: Numbers) -> Core:
        """Give the same problem with sites open at least `low` and at most `high` (m, 0 or 1)."""
        link = np.where(high > 0, self.link, np.inf)
        fixed = np.where(high > 0, self.fixed, np.inf)
        return replace(self, link=link, fixed=fixed, must=low > 0)

    def shortage(self, load: Numbers, is_open: Marks) -> Numbers:
        """Say how far each site is from what it may hold; 0 where it is within (m)."""
        over = load - np.where(is_open, self.largest, 0.0)
        under = np.where(is_open, self.smallest, 0.0) - load
        return np.maximum(0.0, np.maximum(over, under))

    def cost(self, share: Numbers, is_open: Marks) -> float:
        """Add up what an answer costs: shares of settlements (n × m, rows of 1) and open sites."""
        load = self.pupils @ share
        added = np.maximum(0.0, load - np.where(is_open, self.capacity, 0.0))
        travel = np.where(share > 0, share * np.where(self.allowed, self.link, 0.0), 0.0)
        places = np.where(added > 0, added * self.place, 0.0)
        return float(self.fixed[is_open].sum() + places.sum() + travel.sum())


@dataclass(frozen=True, eq=False)
class Found:
    """An answer that keeps every limit: the share of each settlement at each site, open sites."""

    cost: float
    share: Numbers
    is_open: Marks


TOLERANCE = 1e-6
"""Pupils by which a load may be off through floating-point sums."""


def sound(core: Core, share: Numbers, is_open: Marks) -> bool:
    """Say whether an answer keeps every limit, looked at afresh and not as a solver says."""
    used = share > 0
    return bool(
        np.all(np.abs(share.sum(axis=1) - 1.0) < TOLERANCE)
        and np.all(core.allowed[used])
        and not np.any(used[:, ~is_open])
        and np.all(is_open[core.must])
        and int(is_open.sum()) <= core.most
        and np.all(core.shortage(core.pupils @ share, is_open) <= TOLERANCE * core.pupils.sum())
        and (not core.whole or np.all(used.sum(axis=1) == 1))
    )


def found(core: Core, share: Numbers, is_open: Marks) -> Found:
    """Give an answer with its cost."""
    return Found(core.cost(share, is_open), share, is_open)


def of_choice(core: Core, choice: Places, is_open: Marks) -> Found:
    """Give the answer in which each settlement goes to one site (n)."""
    share = np.zeros_like(core.link)
    share[np.arange(len(choice)), choice] = 1.0
    return found(core, share, is_open)
