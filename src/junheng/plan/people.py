"""Who is meant by one teacher more: what counts of a section change when someone comes or goes.

The tables of the contract give counts, not persons. So that no count is changed without those that
go with it, each kind of person is a fixed set of counts; docs/decisions/0050 says why these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Cell = str
Way = Literal["hire", "raise"]

HIRED: Mapping[Cell, tuple[Cell, ...]] = {
    "teachers": ("teachers", "above_degree"),
    "above_degree": ("teachers", "above_degree"),
    "pe_arts": ("teachers", "above_degree", "pe_arts"),
}
"""Who is hired for a cell, and the cells that grow by one. All who are hired hold the degree."""

RAISED: Mapping[Cell, tuple[Cell, ...]] = {"backbone": ("backbone",), "mid_title": ("mid_title",)}
"""What a teacher who is there already can become."""

MOVED: Mapping[Cell, tuple[Cell, ...]] = {
    "above_degree": ("teachers", "above_degree"),
    "backbone": ("teachers", "above_degree", "backbone"),
    "pe_arts": ("teachers", "above_degree", "pe_arts"),
}
"""Kinds of teachers that move between schools, and the cells that go with them. Nobody counts as
both of the last two."""

WITH_THEM: tuple[Cell, ...] = ("certified", "trained_360h")
"""Cells that grow by one with every teacher who comes, and shrink with every one who goes."""
BACKBONE = "backbone"
ORDINARY = "above_degree"
"""The kind of teachers who move as no other kind."""
COUNTY_RUN = ("7", "8")
"""Sponsors whose teachers the county may move."""


def stock(cell: Cell, counts: Mapping[Cell, float | None]) -> int:
    """Give how many teachers of a kind a section has for sure; 0 where a count is unknown.

    >>> stock("above_degree", {"above_degree": 30.0, "backbone": 8.0, "pe_arts": 5.0})
    17
    """
    known = {name: counts.get(name) for name in MOVED[cell]}
    if any(count is None for name, count in known.items() if name != "teachers"):
        return 0
    have = min(count for count in known.values() if count is not None)
    if cell == "above_degree":
        have -= sum(counts.get(name) or 0.0 for name in ("backbone", "pe_arts"))
    return max(0, int(have))
