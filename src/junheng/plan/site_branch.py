"""Branching on which sites are open, with a proof that the links left out lost nothing.

Each relaxed problem knows the nearest links only. Its prices are then held against every link there
is (`site_dual`): a link that pays is taken in and the problem solved again, so that the bound holds
for all. Once every site is open or closed, what is left is who goes where: for parted settlements
the relaxed answer itself, for whole ones a small problem over the links that can still be in a better
answer.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from junheng.plan.site_assign import assign
from junheng.plan.site_core import Core, Found, Marks, Numbers, found, of_choice, sound
from junheng.plan.site_dual import MARGIN, Bound, bound
from junheng.plan.site_outcome import Effort, Outcome
from junheng.plan.site_search import search
from junheng.plan.solve_site import Relaxation, Relaxed, Whole, in_whole_numbers

_NEAREST = 12
_INTEGRAL = 1e-6
_NODES = 300
"""After so many problems the rest goes to the solver's own branching."""
_FIRST_BAND, _WIDER = 2e-4, 4.0
_LEAF_SHARE = 0.5


@dataclass(order=True)
class _Node:
    value: float
    number: int
    low: Numbers = field(compare=False)
    high: Numbers = field(compare=False)
    relaxed: Relaxed = field(compare=False)
    proof: Bound = field(compare=False)


def solve(core: Core, effort: Effort) -> Outcome:
    """Find the cheapest answer, with a bound that holds over all links."""
    return _Branching(core, effort).run()


class _Branching:
    def __init__(self, core: Core, effort: Effort) -> None:
        self.core, self.effort = core, effort
        self.until = time.monotonic() + effort.seconds
        self.out, self.numbers = Outcome(), count()
        self.heap: list[_Node] = []
        self.unsettled: list[float] = []
        self.dropped: Marks = np.zeros_like(core.allowed)
        self.low, self.high = core.must.astype(float), np.ones(len(core.fixed))

    def run(self) -> Outcome:
        """Search, and say what is proved."""
        if not self.core.allowed.any(axis=1).all() or self.core.must.sum() > self.core.most:
            self.out.impossible = True
            return self.out
        if self.core.without_sizes:
            self._by_prices()
        if self._good_enough():
            self.unsettled.append(self.out.bound)
        else:
            self.relaxation = Relaxation(self.core, self._nearest(_NEAREST))
            try:
                self._branch()
            except TimeoutError:
                self.out.timed_out = True
        self._conclude()
        return self.out

    def _by_prices(self) -> None:
        """Where everybody goes to the nearest open site, prices alone nearly settle it."""
        known = search(self.core, self.effort.gap)
        self.out.best, self.out.bound = (
            known.best,
            min(known.value, known.best.cost if known.best else np.inf),
        )
        self.dropped = known.dropped
        if known.best is not None:
            self.low = np.maximum(self.low, known.opened & known.best.is_open)
            gone = self.dropped.all(axis=0, where=self.core.allowed) & ~known.best.is_open
            self.high = np.where(gone, 0.0, 1.0)
        self.out.kept = int((self.core.allowed & ~self.dropped).sum())

    def _nearest(self, many: int) -> Marks:
        """Give the nearest links of each settlement among those that may still be used."""
        usable = self.core.allowed & ~self.dropped
        if self.out.best is not None:
            usable |= self.out.best.share > 0
        cost = np.where(usable, self.core.link, np.inf)
        rank = np.argsort(np.argsort(cost, axis=1, kind="stable"), axis=1, kind="stable")
        near: Marks = usable & (rank < many)
        return near

    def _branch(self) -> None:
        self._push(self.low, self.high, self.out.bound)
        while self.heap and not self._good_enough():
            if time.monotonic() > self.until:
                raise TimeoutError
            if self.out.problems > _NODES:
                self._hand_over()
                return
            node = heapq.heappop(self.heap)
            if node.value >= self._cut():
                continue
            try:
                self._part(node)
            except TimeoutError:
                self.unsettled.append(node.value)
                raise

    def _part(self, node: _Node) -> None:
        """Settle a problem in which every site is open or closed; else part it by one that is not."""
        doubt = np.minimum(node.relaxed.is_open, 1 - node.relaxed.is_open)
        site = int(doubt.argmax())
        if doubt[site] < _INTEGRAL:
            self._settle(node)
            return
        self._round(node)
        for side in (1.0, 0.0):
            low, high = node.low.copy(), node.high.copy()
            low[site] = high[site] = side
            self._push(low, high, node.value)

    def _push(self, low: Numbers, high: Numbers, above: float) -> None:
        """Solve one problem; keep it if a better answer may lie below it."""
        answer = self._relax(low, high)
        if answer is not None:
            relaxed, proof = answer
            value = max(above, proof.value)
            if value < self._cut():
                heapq.heappush(
                    self.heap, _Node(value, next(self.numbers), low, high, relaxed, proof)
                )

    def _relax(self, low: Numbers, high: Numbers) -> tuple[Relaxed, Bound] | None:
        """Solve over the links known, until no other link pays."""
        core = self.core.narrowed(low, high)
        while True:
            self.out.problems += 1
            relaxed = self.relaxation.solve(low, high, self.until - time.monotonic())
            if relaxed is None:
                if not self._widen():
                    return None
                continue
            proof = bound(core, relaxed.prices)
            if proof.value >= relaxed.value - max(1e-7, 1e-9 * abs(relaxed.value)):
                return relaxed, proof
            pays = core.allowed & ~self.dropped & (proof.reduced < 0) & ~self.relaxation.kept
            if not pays.any():
                return relaxed, proof
            self.out.taken_in += int(pays.sum())
            self.relaxation = Relaxation(self.core, self.relaxation.kept | pays)

    def _widen(self) -> bool:
        """Double the links known; say whether there were any more."""
        now = self.relaxation.kept
        usable = self.core.allowed & ~self.dropped
        if not np.any(usable & ~now):
            return False
        many = 2 * int(now.sum(axis=1).max())
        wider = now | self._nearest(many)
        self.out.taken_in += int(wider.sum() - now.sum())
        self.relaxation = Relaxation(self.core, wider)
        return True

    def _settle(self, node: _Node) -> None:
        """Every site is open or closed: say who goes where."""
        is_open = node.relaxed.is_open > _LEAF_SHARE
        if self.core.without_sizes:
            link = np.where(is_open, self.core.link, np.inf)
            self._propose(of_choice(self.core, link.argmin(axis=1), is_open))
            return
        share = np.where(node.relaxed.share < _INTEGRAL, 0.0, node.relaxed.share)
        share = share / share.sum(axis=1, keepdims=True)
        direct = found(self.core, share, is_open)
        if sound(self.core, share, is_open):
            self._propose(direct)
            return
        self._settle_whole(node, is_open)
        self._flip(node, is_open)

    def _settle_whole(self, node: _Node, is_open: Marks) -> None:
        """Say who goes where with these sites: over bands of links, each with all that it can use."""
        ones = is_open.astype(float)
        core = self.core.narrowed(ones, ones)
        proof = bound(core, node.relaxed.prices)
        self._round(node)
        dearest = float(proof.forced[core.allowed].max())
        band, scale = _FIRST_BAND, max(abs(proof.value), dearest - proof.value)
        while True:
            cut = min(proof.value + band * scale, self._cut())
            kept = core.allowed & (proof.forced <= cut)
            all_kept = np.array_equal(kept, core.allowed)
            came = self._whole(core, kept, max(self.effort.gap / 4, MARGIN))
            if came.state == "stopped" or cut >= self._cut() or all_kept:
                self.unsettled.append(
                    max(node.value, came.bound if all_kept else min(came.bound, cut))
                )
                return
            band *= _WIDER

    def _flip(self, node: _Node, is_open: Marks) -> None:
        """Go on with every other set of open sites: those that differ at a first site, then a second…"""
        low, high = node.low.copy(), node.high.copy()
        changed = node.proof.value + np.where(is_open, node.proof.closing, node.proof.opening)
        for site in np.flatnonzero(low < high):
            if changed[site] < self._cut():
                other_low, other_high = low.copy(), high.copy()
                other_low[site] = other_high[site] = 0.0 if is_open[site] else 1.0
                self._push(other_low, other_high, max(node.value, float(changed[site])))
            low[site] = high[site] = float(is_open[site])

    def _whole(self, core: Core, kept: Marks, gap: float) -> Whole:
        best = self.out.best
        if best is not None and (
            np.any(best.share[~kept] > 0) or np.any(best.is_open != core.must)
        ):
            best = None
        left = self.until - time.monotonic()
        came = in_whole_numbers(core, kept, best, left, gap)
        self.out.kept = max(self.out.kept, int(kept.sum()))
        if came.share is not None and came.is_open is not None:
            self._propose(found(self.core, came.share, came.is_open))
        return came

    def _hand_over(self) -> None:
        """Leave what is open to the solver's branching, over the links that may still be used."""
        least = min(node.value for node in self.heap)
        usable = self.core.allowed & ~self.dropped
        came = in_whole_numbers(
            self.core, usable, self.out.best, self.until - time.monotonic(), self.effort.gap / 2
        )
        if came.share is not None and came.is_open is not None:
            self._propose(found(self.core, came.share, came.is_open))
        self.heap.clear()
        self.out.kept = int(usable.sum())
        self.out.timed_out = came.state == "stopped"
        if came.state != "infeasible":
            self.unsettled.append(max(least, came.bound))

    def _round(self, node: _Node) -> None:
        """Try the sites that are most open."""
        order = np.argsort(-node.relaxed.is_open, kind="stable")
        is_open = np.zeros(len(order), dtype=bool)
        many = int(np.ceil(node.relaxed.is_open.sum() - _INTEGRAL))
        is_open[order[:many]] = True
        self._propose(assign(self.core, is_open, node.proof.reduced))

    def _propose(self, answer: Found | None) -> None:
        if (
            answer is not None
            and sound(self.core, answer.share, answer.is_open)
            and (self.out.best is None or answer.cost < self.out.best.cost)
        ):
            self.out.best = answer

    def _cut(self) -> float:
        best = self.out.best
        return np.inf if best is None else best.cost - MARGIN * abs(best.cost)

    def _proved(self) -> float:
        """Give what no answer costs less than, as far as is known."""
        ends = [node.value for node in self.heap] + self.unsettled + [self._cut()]
        return min(ends)

    def _good_enough(self) -> bool:
        best = self.out.best
        if best is None:
            return False
        if np.isinf(self.effort.gap):
            return True
        proved = max(self.out.bound, self._proved() if self.heap else -np.inf)
        return best.cost - proved <= self.effort.gap * abs(best.cost)

    def _conclude(self) -> None:
        out = self.out
        if self.heap or self.unsettled or not out.timed_out:
            out.bound = max(out.bound, self._proved())
        none_left = bool(np.isinf(self.unsettled).all())
        out.impossible = out.best is None and not out.timed_out and none_left
