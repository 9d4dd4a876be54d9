"""The questions a standard asks of a county: its checks, numbered in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import narwhals as nw

from junheng.model.standard import Check, Easement, Item, Standard, Sum

OVER_UNITS = ("every", "rooms")
"""Kinds of checks that look at every class, section, school or room."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One check, its place among all checks of the standard, and where it stands."""

    n: int
    group: str
    item: Item
    check: Check
    reliefs: tuple[Easement, ...]

    @property
    def opens_item(self) -> bool:
        """Say whether it is the first check of its item."""
        return self.check is self.item.checks[0]

    @property
    def county_facts(self) -> tuple[str, ...]:
        """Name the facts of the county that its limits are taken from, or its easements need."""
        cases = self.check.limit.cases if self.check.limit else ()
        needed = (name for relief in self.reliefs for name in relief.needs)
        return (*(case.fact for case in cases if case.fact), *needed)


def asked_of_units(standard: Standard) -> bool:
    """Say whether a standard looks at classes, sections, schools or rooms one by one."""
    checks = (check for _, item in standard.every_item() for check in item.checks)
    return any(check.kind in OVER_UNITS for check in checks)


def asked(standard: Standard) -> tuple[Asked, ...]:
    """Number every check of a standard: parts first, then vetoes, then eligibility."""

    def each() -> Iterator[tuple[str, Item, Check]]:
        for group, item in standard.every_item():
            for check in item.checks:
                yield group, item, check

    reliefs = standard.easements
    return tuple(
        Asked(n, group, item, check, tuple(r for r in reliefs if r.target == item.id))
        for n, (group, item, check) in enumerate(each())
    )


def sum_of(total: Sum) -> nw.Expr:
    """Add the columns of a sum up; unknown if one of them is."""
    terms = [nw.col(name) for name in total.plus]
    terms += [-nw.col(name) for name in total.minus]
    return reduce(lambda a, b: a + b, terms)
