"""What was found at one place, before any table of it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from junheng.errors import Problem
from junheng.intake.dataset import Raw
from junheng.intake.labels import known, of, quoted
from junheng.model.tables import TABLES

T = TypeVar("T")
Engine = Literal["in-memory", "streaming"]
"""How Polars reads: small tables at one go, which starts faster; large ones piece by piece."""

Taker = Callable[[str, "Gathered"], None]
"""Takes what was found for the table of this name."""


@dataclass
class Gathered:
    """The tables found, what is wrong with others, and what is worth saying."""

    raws: list[Raw] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Tables that were handed in, readable or not."""
    engine: Engine = "in-memory"
    digests: dict[str, str] = field(default_factory=dict)
    """The fingerprint of each table."""
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)

    def sort_out(self, things: Iterable[tuple[str, str, T]]) -> list[tuple[str, T]]:
        """Tell the tables among things of a name and an origin, in the order of the contract.

        Two for one table are a problem; what is no table is said and left alone.
        """
        tables: dict[str, list[tuple[str, T]]] = defaultdict(list)
        others = []
        for name, origin, thing in things:
            if table := known(name):
                tables[table.name].append((origin, thing))
            else:
                others.append(origin)
        if others:
            self.notices.append(Problem("intake.ignored", names=quoted(others)))
        self.named |= tables.keys()
        for name, found in tables.items():
            if len(found) > 1:
                names = quoted(origin for origin, _ in found)
                self.problems.append(of(TABLES[name], "table_twice", names=names))
        once = {name: found[0][1] for name, found in tables.items() if len(found) == 1}
        return [(name, once[name]) for name in TABLES if name in once]
