"""Lower bounds by prices, and the links and sites that they rule out.

Every settlement is given a price for being served (`alpha`), every site a price for a place in it
(`mu`). Whatever the prices, the cheapest answer in which each site takes just what pays costs no
more than the cheapest real one; so does it with one site forced open, or one link forced to be used.
What is then dearer than an answer in hand cannot be part of a better one.

Sources: Lagrangian relaxation of the assignment (Cornuejols, Fisher and Nemhauser 1977, Management
Science 23:789); the step of Held, Wolfe and Crowder (1974, Mathematical Programming 6:62).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.plan.site_core import Core, Marks, Numbers

MARGIN = 1e-9
"""Relative: what is dearer by less than the error of floating sums is kept."""


@dataclass(frozen=True, eq=False)
class Bound:
    """What one set of prices proves."""

    value: float
    """No answer costs less."""
    chosen: Marks
    """m: the sites open in the relaxed answer."""
    taken: Marks
    """n × m: the links that pay at these prices, whether or not the site is open."""
    opening: Numbers
    """m: what it adds to the value to force a site open."""
    closing: Numbers
    """m: what it adds to force it closed; inf where it must stay open."""
    reduced: Numbers
    """n × m: what a link costs beyond its prices."""

    @property
    def forced(self) -> Numbers:
        """N × m: no answer that uses a link costs less."""
        return self.value + self.opening + np.maximum(0.0, self.reduced)


def bound(core: Core, alpha: Numbers) -> Bound:
    """Give what prices of settlements (n) prove, each site at its best price of a place."""
    gain = core.link - alpha[:, None]
    mu = _place_prices(core, gain)
    reduced = gain + mu * core.pupils[:, None]
    taken = reduced < 0
    worth = core.fixed + _held(core, mu) + np.where(taken, reduced, 0.0).sum(axis=0)
    chosen, opening, closing = _choose(core, worth)
    value = float(alpha.sum() + worth[chosen].sum()) if core.must.sum() <= core.most else np.inf
    return Bound(value, chosen, taken, opening, closing, reduced)


def _choose(core: Core, worth: Numbers) -> tuple[Marks, Numbers, Numbers]:
    """Open what must be, and of the others those that gain, up to the number allowed."""
    free = np.flatnonzero(~core.must)
    order = free[np.argsort(worth[free], kind="stable")]
    slots = max(0, core.most - int(core.must.sum()))
    picked = [int(j) for j in order[:slots] if worth[j] < 0]
    chosen = core.must.copy()
    chosen[picked] = True
    rest = [int(j) for j in order if not chosen[j]]
    full = len(picked) == slots
    leaves = (worth[picked[-1]] if picked else -np.inf) if full else 0.0
    comes = min(0.0, float(worth[rest[0]])) if full and rest else 0.0
    opening = np.where(chosen, 0.0, np.maximum(0.0, worth - leaves))
    closing = np.where(chosen, np.maximum(0.0, comes - worth), 0.0)
    closing[core.must] = np.inf
    return chosen, opening, closing


def _held(core: Core, mu: Numbers) -> Numbers:
    """Give the least of places' cost - mu × pupils held, over what a site may hold (m)."""
    dear = mu > core.place
    held = np.where(mu < 0, core.smallest, np.where(dear, core.largest, core.capacity))
    held = np.where(mu == 0, 0.0, held)
    return np.where(dear, core.room * core.place, 0.0) - mu * held


def _place_prices(core: Core, gain: Numbers) -> Numbers:
    """Find the price of a place at which each site's bound is best (m).

    The pupils who want in fall as the price rises; the best price is where they are as many as
    the site holds at that price.
    """
    mu = np.zeros(len(core.fixed))
    if core.without_sizes:
        return mu
    wanting = core.pupils @ (gain < 0)
    ratio = gain / core.pupils[:, None]
    short = wanting < core.smallest
    crowded = wanting > core.capacity
    target = np.where(short, core.smallest, core.capacity)
    if crowded.any():
        at_cost = core.pupils @ (ratio < -core.place)
        target = np.where(crowded & (at_cost > core.largest), core.largest, target)
        at_place = crowded & (at_cost >= core.capacity) & (at_cost <= core.largest)
        mu[at_place] = core.place[at_place]
        crowded &= ~at_place
    for j in np.flatnonzero(short | crowded):
        mu[j] = -_ratio_at(ratio[:, j], core.pupils, target[j], reach=bool(short[j]))
    return mu


def _ratio_at(ratio: Numbers, pupils: Numbers, target: float, *, reach: bool) -> float:
    """Give the ratio of the settlement with which the target is reached, the best first."""
    order = np.argsort(ratio, kind="stable")
    filled = np.cumsum(np.where(np.isfinite(ratio[order]), pupils[order], 0.0))
    at = int(np.searchsorted(filled, target, side="left" if reach else "right"))
    at = min(at, len(order) - 1)
    best = float(ratio[order[at]])
    return best if np.isfinite(best) else float(ratio[np.isfinite(ratio)].max(initial=0.0))
