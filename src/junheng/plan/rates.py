"""What one unit of each thing costs a plan: at once, and in every year from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from junheng.errors import Problem, WrongUse
from junheng.model.tables import SCHOOLS, amount_column
from junheng.plan.costs import Costs
from junheng.plan.limits import Limits
from junheng.plan.people import HIRED, MOVED, RAISED
from junheng.plan.start import Start, is_shared

MOVE, ZONE = "teacher_move", "pupil_move"
OPENED = {"music_room": "room", "art_room": "room", "classes": "class"}
"""What items ask for beside the amounts, with its unit."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Yuan for one unit."""

    once: float
    yearly: float
    lead: int
    """Years between the money and the thing."""
    counted: float
    """What a plan counts: `once`, and the yearly yuan of the counted years, the later for less."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates that one county's plan needs, by column, and of a move."""

    of: Mapping[str, Rate]
    costs: Costs
    illustrative: bool
    """Whether a price among them was made up to show the form."""

    def __getitem__(self, name: str) -> Rate:
        return self.of[name]

    def weighed(self, name: str, times: float) -> Rates:
        """Let a thing count for so many times its price where plans are compared; it is paid as ever."""
        if name not in self.of:
            return self
        one = self.of[name]
        return replace(self, of={**self.of, name: replace(one, counted=one.counted * times)})


def rates(start: Start, costs: Costs, limits: Limits, *, zoned: bool = False) -> Rates:
    """Look up what a plan for this county needs, at the prices of its first year.

    Raises WrongUse, naming all of them, when prices are missing: what costs nothing in the file
    would be bought without end.
    """
    day = dt.date(start.year + 1, 1, 1)
    wanted = dict.fromkeys(cell for cell in start.cells.values())
    if any(cell in MOVED for cell in wanted):
        wanted[MOVE] = None
    if zoned or limits.zones:
        wanted[ZONE] = None
    found = {name: rate(costs, name, (start.county, day), limits) for name in wanted}
    missing = [name for name, one in found.items() if one is None]
    if missing:
        raise WrongUse("plan.no_price", names=", ".join(missing), costs=costs.id, day=day)
    prices = [costs.price(name, start.county, day) for name in wanted]
    made_up = any(price is not None and price.illustrative for price in prices)
    return Rates({name: one for name, one in found.items() if one}, costs, made_up)


def rate(costs: Costs, name: str, at: tuple[str, dt.date], limits: Limits) -> Rate | None:
    """Give the rate of a thing in a county on a day; None without a price."""
    price = costs.price(name, *at)
    if price is None:
        return None
    annuity = sum((1 + costs.discount) ** -year for year in range(limits.counted_years))
    yearly = price.yuan if costs.costs[name].paid == "yearly" else 0.0
    once = price.yuan - yearly
    return Rate(once, yearly, costs.costs[name].lead_years, once + yearly * annuity)


def step(cell: str) -> float:
    """Give the smallest amount of a campus's column that is bought: 100 yuan, else 1."""
    return 100.0 if SCHOOLS.column(cell).unit == "yuan" else 1.0


def unit_of(cell: str) -> str:
    """Give the unit of a campus's column; person for all others."""
    if cell in OPENED:
        return OPENED[cell]
    return SCHOOLS.column(cell).unit if cell != ZONE and is_shared(cell) else "person"


def is_whole(cell: str) -> bool:
    """Say whether a column is sought in whole steps; the others are rounded up to one afterwards."""
    return not is_shared(cell) or SCHOOLS.column(cell).unit in ("room", "set")


def unbuyable(start: Start) -> list[Problem]:
    """Name the columns of people for which nobody knows what one more is."""
    known = {*HIRED, *RAISED}
    return [Problem("plan.unknown_person", column=amount_column(cell)) for cell in start.cells.values()
            if not is_shared(cell) and cell not in known]  # fmt: skip
