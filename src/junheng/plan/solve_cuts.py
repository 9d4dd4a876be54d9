"""A cone taken apart into rows that a solver of linear problems can keep; see solve_highs."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from junheng.plan.model import Cone

_SMALL = 1e-9
Cut = tuple[list[int], list[float], float, float]
"""Columns, coefficients, lower and upper end of a row."""


class Spread:
    """One cone taken apart: the columns of its mean and of its shares."""

    def __init__(self, cone: Cone, first: int) -> None:
        self.cone, self.mean, self.row = cone, first, -1
        self.parts = range(first + 1, first + 1 + len(cone.weights))

    def most(self, tighter: float) -> float:
        """Give how large the weighed shares may be for each unit of the mean, at a tighter limit."""
        return (self.cone.limit * (1 - tighter)) ** 2 + self.cone.over

    def rows(self) -> list[Cut]:
        """Give what ties the mean to the values, and the shares to the limit."""
        cone, terms, constant = self.cone, {self.mean: -1.0}, 0.0
        for weight, value, by in zip(cone.weights, cone.constants, cone.terms, strict=True):
            constant += weight * value
            for at, coefficient in by.items():
                terms[at] = terms.get(at, 0.0) + weight * coefficient
        shares = dict(zip(self.parts, cone.weights, strict=True)) | {self.mean: -self.most(0.0)}
        return [cut(terms, -constant, -constant), cut(shares, -inf, 0.0)]

    def cuts(self, ratios: Sequence[float], found: Sequence[float] | None = None) -> list[Cut]:
        """Give the row of each value at its ratio (value − mean) ÷ mean, where it says something new."""
        cone, made = self.cone, []
        for part, r, value, by in zip(self.parts, ratios, cone.constants, cone.terms, strict=True):
            if found is not None and found[part] >= (r * r - _SMALL) * found[self.mean]:
                continue
            terms = {part: 1.0, self.mean: 2 * r + r * r}
            terms |= {at: -2 * r * coefficient for at, coefficient in by.items()}
            made.append(cut(terms, 2 * r * value, inf))
        return made


def ratios(cone: Cone, found: Sequence[float]) -> list[float]:
    """Give the ratio (value − mean) ÷ mean of each value in a solution; 0 where the mean is 0."""
    values = cone.values(found)
    mean = sum(w * v for w, v in zip(cone.weights, values, strict=True))
    return [(value - mean) / mean if mean > 0 else 0.0 for value in values]


def cut(terms: dict[int, float], low: float, high: float) -> Cut:
    """Make a row of terms, those that are 0 left out."""
    kept = {at: by for at, by in terms.items() if by != 0}
    return list(kept), list(kept.values()), low, high
