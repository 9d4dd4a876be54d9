"""Good answers by rule of thumb: who goes where once the open sites are chosen.

Nothing here proves anything; the bounds do that. A good answer lets them rule out more.
"""

from __future__ import annotations

import numpy as np

from junheng.plan.site_core import Core, Found, Marks, Numbers, Places, of_choice, sound

_ROUNDS = 60
_FEW = 400


def assign(core: Core, is_open: Marks, prices: Numbers | None = None) -> Found | None:
    """Give each settlement one of the open sites, cheaply; None where no way was found.

    `prices` (n × m) lead the first choice instead of the costs of the links.
    """
    link = np.where(is_open, core.link, np.inf)
    if not np.isfinite(link).any(axis=1).all():
        return None
    if core.without_sizes:
        return of_choice(core, link.argmin(axis=1), is_open)
    choice = _greedy(core, link, np.where(is_open, prices, np.inf) if prices is not None else link)
    table = _Table(core, link, choice, is_open)
    table.improve()
    answer = of_choice(core, table.choice, is_open)
    return answer if sound(core, answer.share, is_open) else None


def _greedy(core: Core, link: Numbers, lead: Numbers) -> Places:
    """Serve first whom it would cost most to be turned away; the last go where room is least short."""
    lead = np.where(np.isfinite(link), lead, np.inf)
    two = np.partition(lead, min(1, lead.shape[1] - 1), axis=1)[:, :2]
    spread = two[:, -1] - two[:, 0]
    order = np.argsort(-np.where(np.isfinite(spread), spread, np.finfo(float).max), kind="stable")
    left = core.largest.copy()
    choice = np.empty(len(core.pupils), dtype=np.int64)
    for i in order:
        fits = left >= core.pupils[i]
        row = np.where(fits, lead[i], np.inf)
        best = int(row.argmin())
        if not np.isfinite(row[best]):
            best = int(np.where(np.isfinite(lead[i]), left, -np.inf).argmax())
        choice[i] = best
        left[best] -= core.pupils[i]
    return choice


class _Table:
    """An assignment that is improved by moving one settlement, or changing two about."""

    def __init__(self, core: Core, link: Numbers, choice: Places, is_open: Marks) -> None:
        self.core, self.link, self.choice, self.is_open = core, link, choice, is_open
        load = np.bincount(choice, weights=core.pupils, minlength=link.shape[1])
        self.load: Numbers = load.astype(np.float64)
        self.fine = 10 * float(link[np.isfinite(link)].max(initial=1.0)) / float(core.pupils.min())

    def weigh(self, load: Numbers) -> Numbers:
        """Give what a load costs at each site: places added, and a fine for each pupil too many."""
        core = self.core
        added = np.maximum(0.0, np.minimum(load, core.largest) - core.capacity)
        return np.where(added > 0, added * core.place, 0.0) + self.fine * core.shortage(
            load, self.is_open
        )

    def improve(self) -> None:
        """Move and exchange until nothing gains."""
        for _ in range(_ROUNDS):
            moved = self._move()
            if not self._exchange() and not moved:
                return

    def _gains(self) -> Numbers:
        """Give what moving each settlement to each site would cost (n × m)."""
        core, at = self.core, np.arange(len(self.choice))
        now = self.weigh(self.load)
        away = self.load[None, :] - core.pupils[:, None]
        leave = (self.weigh(away) - now)[at, self.choice]
        come = self.weigh(self.load[None, :] + core.pupils[:, None]) - now
        gains: Numbers = self.link - self.link[at, self.choice][:, None] + come + leave[:, None]
        gains[at, self.choice] = 0.0
        return gains

    def _move(self) -> bool:
        """Make the moves that gain, the best first, each site touched once a round."""
        gained = False
        for _ in range(_ROUNDS):
            gains = self._gains()
            best = gains.argmin(axis=1)
            gain = gains[np.arange(len(best)), best]
            touched = np.zeros(len(self.load), dtype=bool)
            order = [
                int(i) for i in np.argsort(gain, kind="stable")[:_FEW] if gain[i] < -self._least
            ]
            for i in order:
                if not (touched[best[i]] or touched[self.choice[i]]):
                    touched[[best[i], self.choice[i]]] = True
                    self._put(i, int(best[i]))
            gained = gained or bool(order)
            if not order:
                return gained
        return gained

    @property
    def _least(self) -> float:
        return 1e-9 * (1.0 + abs(float(self.fine)))

    def _put(self, i: int, j: int) -> None:
        self.load[self.choice[i]] -= self.core.pupils[i]
        self.load[j] += self.core.pupils[i]
        self.choice[i] = j

    def _exchange(self) -> bool:
        """Let two settlements of different sites change places where that gains."""
        gained = False
        at = np.arange(len(self.choice))
        better = self.link < self.link[at, self.choice][:, None]
        for i in np.flatnonzero(better.any(axis=1)):
            gained = self._exchange_one(int(i)) or gained
        return gained

    def _exchange_one(self, i: int) -> bool:
        """Find the best partner of one settlement among those at sites that suit it better."""
        core, here = self.core, int(self.choice[i])
        others = np.flatnonzero(self.link[i, self.choice] < self.link[i, here])
        if not len(others):
            return False
        there, step = self.choice[others], core.pupils[i] - core.pupils[others]
        travel = (
            self.link[i, there] - self.link[i, here]
            + self.link[others, here] - self.link[others, there]
        )  # fmt: skip
        load_here = np.repeat(self.load[None, :], len(others), axis=0)
        rows = np.arange(len(others))
        before = self.weigh(self.load)
        load_here[rows, here] -= step
        load_here[rows, there] += step
        change = travel + (self.weigh(load_here) - before).sum(axis=1)
        best = int(change.argmin())
        if change[best] >= -self._least or not np.isfinite(change[best]):
            return False
        self._put(int(others[best]), here)
        self._put(i, int(there[best]))
        return True
