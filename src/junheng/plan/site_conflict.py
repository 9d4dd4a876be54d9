"""Why nothing fits: the limits that conflict, who is left over, and what it would take.

A limit is one of six: the reach of a settlement, the most that sites hold, the least they need, how
many may be open, which stay open, and settlements kept whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from junheng.plan.site_branch import solve
from junheng.plan.site_core import Core, Found, Numbers
from junheng.plan.site_outcome import KINDS, Conflict, Effort, Outcome


def conflict(core: Core, far: Numbers, effort: Effort) -> Conflict | None:
    """Find what conflicts. `far` (n × m) is each way in the unit of the limit of reach, inf for none.

    None when the time did not suffice to prove it.
    """
    any_answer = replace(effort, gap=np.inf)
    loose, kinds = core, []
    for kind in KINDS:
        freer = _without(loose, kind, far)
        if (possible := _possible(solve(freer, any_answer))) is None:
            return None
        if possible:
            kinds.append(kind)
        else:
            loose = freer
    unserved, proved = _unserved(core, effort)
    relaxed: dict[str, Found] = {}
    for kind in kinds:
        nearest = solve(_NEAREST[kind](loose, far), effort).best
        if nearest is not None:
            relaxed[kind] = nearest
    enough = _enough(loose, far, any_answer) if "reach" in kinds else None
    alone = any(_possible(solve(_without(core, kind, far), any_answer)) for kind in kinds)
    return Conflict(tuple(kinds), not alone, unserved, proved, relaxed, enough)


def _possible(outcome: Outcome) -> bool | None:
    if outcome.best is not None:
        return True
    return False if outcome.impossible else None


def _without(core: Core, kind: str, far: Numbers) -> Core:
    """Give up one limit."""
    m = len(core.fixed)
    if kind == "reach":
        return replace(core, link=np.where(np.isfinite(far), 0.0, np.inf))
    changes: dict[str, dict[str, object]] = {
        "whole": {"whole": False},
        "smallest": {"smallest": np.zeros(m)},
        "must": {"must": np.zeros(m, dtype=bool)},
        "most": {"most": m},
        "capacity": {"capacity": np.full(m, np.inf), "largest": np.full(m, np.inf)},
    }
    return replace(core, **changes[kind])  # type: ignore[arg-type]  # fields by name


def _free(core: Core) -> Core:
    """Make everything free of charge, so that only what is asked for counts."""
    m = len(core.fixed)
    link = np.where(core.allowed, 0.0, np.inf)
    return replace(core, link=link, fixed=np.zeros(m), place=np.zeros(m))


def _more_places(core: Core, far: Numbers) -> Core:  # noqa: ARG001  # one signature for all
    """Add the fewest places, wherever they are needed."""
    m = len(core.fixed)
    most = np.full(m, float(core.pupils.sum()))
    free = replace(_free(core), capacity=core.largest, place=np.ones(m))
    return replace(free, largest=np.maximum(most, core.largest))


def _more_schools(core: Core, far: Numbers) -> Core:  # noqa: ARG001
    m = len(core.fixed)
    return replace(_free(core), fixed=np.ones(m), most=m)


def _fewer_kept(core: Core, far: Numbers) -> Core:  # noqa: ARG001
    m = len(core.fixed)
    return replace(_free(core), fixed=-core.must.astype(float), must=np.zeros(m, dtype=bool))


def _smaller(core: Core, far: Numbers) -> Core:
    return _without(core, "smallest", far)


def _parted(core: Core, far: Numbers) -> Core:
    return _without(core, "whole", far)


def _farther(core: Core, far: Numbers) -> Core:
    """Send the fewest pupils beyond the limit, and those not far."""
    beyond = np.where(core.allowed, 0.0, core.pupils[:, None] * (far + _AT_ALL))
    return replace(_free(core), link=np.where(np.isfinite(far), beyond, np.inf))


_ONE_PUPIL = 1.0
_AT_ALL = 1e4
"""Being sent beyond the limit at all counts like so many kilometres."""
_NEAREST: Mapping[str, Callable[[Core, Numbers], Core]] = {
    "whole": _parted,
    "smallest": _smaller,
    "must": _fewer_kept,
    "most": _more_schools,
    "capacity": _more_places,
    "reach": _farther,
}


def _unserved(core: Core, effort: Effort) -> tuple[Numbers, bool]:
    """Serve as many pupils as can be; give the share of each settlement that is left over.

    The least sizes and the schools that stay open are not asked of those who are left.
    """
    free = _free(core)
    one, none = np.ones(1), np.zeros(1)
    outside = Core(
        link=np.hstack([free.link, core.pupils[:, None]]),
        pupils=core.pupils,
        fixed=np.append(free.fixed, none),
        must=np.append(np.zeros(len(core.fixed), dtype=bool), True),
        smallest=np.append(np.zeros(len(core.fixed)), none),
        capacity=np.append(core.capacity, core.pupils.sum() * one),
        largest=np.append(core.largest, core.pupils.sum() * one),
        place=np.append(free.place, none),
        most=core.most + 1,
        whole=core.whole,
    )
    outcome = solve(outside, effort)
    if outcome.best is None:
        return np.ones(len(core.pupils)), False
    exact = outcome.best.cost - outcome.bound < _ONE_PUPIL
    return outcome.best.share[:, -1], bool(exact)


def _enough(core: Core, far: Numbers, effort: Effort) -> float | None:
    """Find the smallest reach with which everything else can hold, by halving."""
    steps = np.unique(far[np.isfinite(far)])
    low, high = 0, len(steps)
    while low < high:
        middle = (low + high) // 2
        outcome = solve(_within(core, far, float(steps[middle])), effort)
        if outcome.best is not None:
            high = middle
        elif outcome.impossible:
            low = middle + 1
        else:
            return None
    return float(steps[low]) if low < len(steps) else None


def _within(core: Core, far: Numbers, limit: float) -> Core:
    return replace(_free(core), link=np.where(far <= limit, 0.0, np.inf))
