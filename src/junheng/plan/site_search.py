"""The search for good prices and good answers, and what they rule out together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from junheng.plan.site_assign import assign
from junheng.plan.site_core import Core, Found, Marks, Numbers, sound
from junheng.plan.site_dual import MARGIN, Bound, bound

_STEPS = 500
_PATIENCE = 12
_SMALLEST_STEP = 0.002
_KEEP_DIRECTION = 0.3
_EVERY = 25


@dataclass
class Search:
    """What is known so far: the best bound, the best answer, and what each link would cost."""

    core: Core
    best: Found | None = None
    value: float = -np.inf
    forced: Numbers = field(default_factory=lambda: np.zeros(0))
    """n × m: no answer that uses a link costs less."""
    opening: Numbers = field(default_factory=lambda: np.zeros(0))
    """m: no answer that opens a site costs less."""
    closing: Numbers = field(default_factory=lambda: np.zeros(0))
    """m: no answer without it costs less."""
    tried: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.forced = np.where(self.core.allowed, -np.inf, np.inf)
        self.opening = np.full(len(self.core.fixed), -np.inf)
        self.closing = np.where(self.core.must, np.inf, -np.inf)

    @property
    def cut(self) -> float:
        """What an answer must stay below to be better than the one in hand."""
        return np.inf if self.best is None else self.best.cost - MARGIN * abs(self.best.cost)

    @property
    def dropped(self) -> Marks:
        """N × m: links allowed that no better answer uses.

        Where pupils of a settlement may be parted, a link may be used a little, at little cost: then
        only those of sites that no better answer opens.
        """
        dear = self.opening[None, :] >= self.cut
        if self.core.whole:
            dear = dear | (self.forced >= self.cut)
        ruled: Marks = self.core.allowed & dear
        return ruled

    @property
    def opened(self) -> Marks:
        """M: sites that every better answer opens."""
        sure: Marks = self.core.must | (self.closing >= self.cut)
        return sure

    def learn(self, new: Bound) -> bool:
        """Take what prices prove; say whether the bound rose."""
        np.maximum(self.forced, new.forced, out=self.forced)
        np.maximum(self.opening, new.value + new.opening, out=self.opening)
        np.maximum(self.closing, new.value + new.closing, out=self.closing)
        rose = new.value > self.value
        self.value = max(self.value, new.value)
        return rose

    def propose(self, answer: Found | None) -> None:
        """Keep an answer if it is the best so far."""
        if answer is None or not sound(self.core, answer.share, answer.is_open):
            return
        if self.best is None or answer.cost < self.best.cost:
            self.best = answer

    def attempt(self, is_open: Marks) -> None:
        """Try a set of open sites that was not tried before."""
        key = np.packbits(is_open).tobytes()
        if key not in self.tried:
            self.tried.add(key)
            self.propose(assign(self.core, is_open))


def search(core: Core, gap: float = 0.0) -> Search:
    """Raise the bound step by step, trying the open sites that the prices suggest on the way.

    For problems without sizes, in which everybody goes to the nearest open site. Stops when
    (cost - bound) ÷ cost is at most `gap`.
    """
    found, last = Search(core), None
    for step, new in enumerate(_climb(found)):
        if step % _EVERY == 0:
            found.attempt(_enough(core, new))
        if found.best is not None and found.best.cost - found.value <= max(gap, MARGIN) * abs(
            found.best.cost
        ):
            break
        last = new
    if last is not None:
        found.attempt(_enough(core, last))
        if found.best is not None:
            _exchange_sites(found)
    return found


def _climb(found: Search) -> Iterator[Bound]:
    """Give the bounds of prices that rise where a settlement is not served, and fall where twice."""
    core = found.core
    near = np.sort(np.where(core.allowed, core.link, np.nan), axis=1)
    alpha = near[:, 0].copy()
    best, stale, scale = alpha, 0, 1.0
    heading = np.zeros(len(alpha))
    for _ in range(_STEPS):
        new = bound(core, alpha)
        stale = 0 if found.learn(new) else stale + 1
        if stale == 0:
            best = alpha
        yield new
        if stale >= _PATIENCE:
            stale, scale, alpha = 0, scale / 2, best
            heading = np.zeros(len(alpha))
            if scale < _SMALLEST_STEP:
                return
            new = bound(core, alpha)
        slope = 1.0 - (new.taken & new.chosen).sum(axis=1)
        heading = slope + _KEEP_DIRECTION * heading
        norm = float(heading @ heading)
        if norm == 0:
            return
        aim = found.best.cost if found.best else found.value + 0.05 * abs(found.value) + 1.0
        alpha = alpha + scale * max(aim - new.value, MARGIN * abs(aim)) / norm * heading


def _enough(core: Core, new: Bound) -> Marks:
    """Give the sites that the prices would open, and more as long as somebody has none."""
    is_open = new.chosen.copy()
    for j in np.argsort(new.opening, kind="stable"):
        if int(is_open.sum()) >= core.most or core.allowed[:, is_open].any(axis=1).all():
            break
        is_open[j] = True
    return is_open


def _exchange_sites(found: Search) -> None:
    """Close one site and open another as long as that gains (no sizes to keep)."""
    core = found.core
    while found.best is not None:
        before, is_open = found.best.cost, found.best.is_open
        outs = np.flatnonzero(is_open & ~core.must)
        gains = [(_after(core, is_open, int(o), int(i)), int(o), int(i))
                 for o in outs for i in np.flatnonzero(~is_open)]  # fmt: skip
        if not gains:
            return
        _, out, come = min(gains)
        changed = is_open.copy()
        changed[out], changed[come] = False, True
        found.attempt(changed)
        if found.best.cost >= before:
            return


def _after(core: Core, is_open: Marks, out: int, come: int) -> float:
    changed = is_open.copy()
    changed[out], changed[come] = False, True
    return float(core.link[:, changed].min(axis=1).sum() + core.fixed[changed].sum())
