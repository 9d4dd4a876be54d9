"""How long a search may take, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from junheng.plan.site_core import Found, Numbers


@dataclass(frozen=True)
class Effort:
    """How long to look, and how good is good enough."""

    seconds: float = 60.0
    gap: float = 1e-4
    """Stop once (cost - bound) ÷ cost is at most this."""


@dataclass(eq=False)
class Outcome:
    """What came of the search."""

    best: Found | None = None
    bound: float = -np.inf
    problems: int = 0
    """Relaxed problems solved."""
    kept: int = 0
    """Links that some problem knew."""
    taken_in: int = 0
    """Links left out at first, then taken in because a price said so."""
    impossible: bool = False
    timed_out: bool = False


KINDS = ("whole", "smallest", "must", "most", "capacity", "reach")
"""In the order in which they are given up: what is left at the end is what a person would name."""


@dataclass(frozen=True, eq=False)
class Conflict:
    """A smallest set of limits that cannot hold together, and the way out by each of them."""

    kinds: tuple[str, ...]
    more: bool
    """Whether giving up any one of them is not enough, because other limits conflict too."""
    unserved: Numbers
    """n: the share of each settlement that stays without a school when as many as can be are served."""
    unserved_proved: bool
    relaxed: Mapping[str, Found]
    """By kind: an answer as near to that limit as can be, the limits outside the conflict given up."""
    reach: float | None = None
    """The smallest distance within which everybody can be served; None where that is not it."""


PROBLEM, ANSWER = "problem.npz", "answer.npz"
"""The files by which a problem goes to a process of its own, and its answer comes back."""
