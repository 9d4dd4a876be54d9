"""A problem for a solver, as data: columns, rows, and cones that keep a spread within a limit.

Nothing here knows a solver. `solve` hands a model over to a process of its own and gives a
`Solution` back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt
from typing import Any

Terms = Mapping[int, float]
"""Column number to coefficient."""
_NEAR = 1e-6
"""What a solver takes for 0."""


@dataclass(slots=True)
class Row:
    """low ≤ Σ coefficient × column ≤ high; `group` names the limit that it stands for."""

    group: str
    terms: dict[int, float]
    low: float = -inf
    high: float = inf


@dataclass(slots=True)
class Cone:
    """The weighted coefficient of variation of values is at most `limit`.

    Value i is `constants[i]` + Σ coefficient × column, all of them at least 0; weights sum to 1.
    Where a section stands once for each enrolment that it may have, weights sum to more: of values
    that are 0 in all but one of them the coefficient is the same, with Σ w v² ≤ (1 + limit²) mean².
    """

    group: str
    limit: float
    weights: list[float]
    constants: list[float]
    terms: list[dict[int, float]]

    @property
    def over(self) -> float:
        """By how much the weights sum to more than 1."""
        return max(0.0, sum(self.weights) - 1.0)

    def values(self, found: Sequence[float]) -> list[float]:
        """Give the values for a solution."""
        return [
            constant + sum(by * found[at] for at, by in terms.items())
            for constant, terms in zip(self.constants, self.terms, strict=True)
        ]

    def cv(self, found: Sequence[float]) -> float:
        """Give the coefficient of variation for a solution; infinite where the mean is 0."""
        values = self.values(found)
        mean = sum(w * v for w, v in zip(self.weights, values, strict=True))
        square = sum(w * (v - mean) ** 2 for w, v in zip(self.weights, values, strict=True))
        return sqrt(max(0.0, square - self.over * mean**2)) / mean if mean > 0 else inf


@dataclass(slots=True)
class Model:
    """Least Σ cost × column, subject to bounds, rows and cones."""

    names: list[tuple[str, ...]] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    wholes: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cones: list[Cone] = field(default_factory=list)

    def column(
        self, name: tuple[str, ...], cost: float, high: float = inf, *, whole: bool = True
    ) -> int:
        """Add a column between 0 and `high`; give its number."""
        self.names.append(name)
        self.costs.append(cost)
        self.lows.append(0.0)
        self.highs.append(high)
        self.wholes.append(whole)
        return len(self.names) - 1

    def row(
        self, group: str, terms: Mapping[int, float], low: float = -inf, high: float = inf
    ) -> None:
        """Add a row; zero coefficients are left out, and so is a row that asks nothing."""
        kept = {at: by for at, by in terms.items() if by != 0}
        if low > -inf or high < inf:
            self.rows.append(Row(group, kept, low, high))

    def cost(self, found: Sequence[float]) -> float:
        """Give the cost of a solution."""
        return sum(cost * value for cost, value in zip(self.costs, found, strict=True))

    def groups(self) -> tuple[str, ...]:
        """Name the limits that rows and cones stand for, in order of their first appearance."""
        return tuple(dict.fromkeys(part.group for part in self._parts()))

    def _parts(self) -> Iterable[Row | Cone]:
        yield from self.rows
        yield from self.cones

    def keeps(self, group: str, found: Sequence[float]) -> bool:
        """Say whether a solution keeps a limit."""
        rows = [row for row in self.rows if row.group == group]
        totals = [sum(by * found[at] for at, by in row.terms.items()) for row in rows]
        return all(
            row.low - _NEAR <= total <= row.high + _NEAR
            for row, total in zip(rows, totals, strict=True)
        ) and all(c.cv(found) <= c.limit * (1 + _NEAR) for c in self.cones if c.group == group)

    def only(self, groups: Iterable[str]) -> Model:
        """Give this model without the rows and cones of other groups; columns are shared."""
        kept = set(groups)
        rows = [row for row in self.rows if row.group in kept]
        cones = [cone for cone in self.cones if cone.group in kept]
        return Model(self.names, self.costs, self.lows, self.highs, self.wholes, rows, cones)

    def copy(self) -> Model:
        """Give a copy whose costs, bounds and lists may be changed; rows and cones are shared."""
        return Model(
            list(self.names), list(self.costs), list(self.lows), list(self.highs),
            list(self.wholes), list(self.rows), list(self.cones),
        )  # fmt: skip

    def as_data(self) -> dict[str, Any]:
        """Give the model for JSON: infinite bounds are null."""
        return {
            "costs": self.costs,
            "lows": self.lows,
            "highs": [None if high == inf else high for high in self.highs],
            "wholes": self.wholes,
            "rows": [
                [_pairs(r.terms), None if r.low == -inf else r.low, None if r.high == inf else r.high]
                for r in self.rows
            ],
            "cones": [[c.limit, c.weights, c.constants, [_pairs(t) for t in c.terms]]
                      for c in self.cones],
        }  # fmt: skip


def _pairs(terms: Terms) -> list[list[float]]:
    return [list(terms.keys()), list(terms.values())]


def from_data(data: Mapping[str, Any]) -> Model:
    """Read a model back; names and groups, which no solver needs, are empty."""
    n = len(data["costs"])
    highs = [inf if high is None else high for high in data["highs"]]
    rows = [
        Row("", _terms(pairs), -inf if low is None else low, inf if high is None else high)
        for pairs, low, high in data["rows"]
    ]
    cones = [Cone("", limit, weights, constants, [_terms(pairs) for pairs in terms])
             for limit, weights, constants, terms in data["cones"]]  # fmt: skip
    return Model([()] * n, data["costs"], data["lows"], highs, data["wholes"], rows, cones)


def _terms(pairs: list[list[float]]) -> dict[int, float]:
    return {int(at): by for at, by in zip(*pairs, strict=True)}


@dataclass(frozen=True, slots=True)
class Solution:
    """What a solver found, and how sure it is of it."""

    state: str
    """solved: within the gap asked for; stopped: the best so far when time ran out; infeasible:
    proven that there is none; nothing: none was found in time."""
    values: tuple[float, ...] = ()
    cost: float = inf
    bound: float = -inf
    """No solution of the model costs less."""
    solver: str = ""
    seconds: float = 0.0
    first_seconds: float | None = None
    """After how long the first solution was there; None where none was."""
    duals: tuple[float, ...] = ()
    """Of the rows, where there are no whole columns; else empty."""
    fallback: str = ""
    """Why another solver than the first had to step in; empty where none had to."""

    @property
    def gap(self) -> float:
        """(cost − bound) ÷ cost: how much dearer than the cheapest it can be at most; 0 to 1."""
        if not self.values:
            return 1.0
        if self.cost - self.bound <= 1e-9 * max(1.0, abs(self.cost)):
            return 0.0
        return min(1.0, (self.cost - self.bound) / self.cost)
