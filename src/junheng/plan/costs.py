"""Unit costs: what a unit of a thing costs, in which province, from which day on, and who says so."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from junheng.errors import WrongUse
from junheng.model import build
from junheng.model.dated import in_force
from junheng.model.load import SHIPPED, new_context
from junheng.model.reference import Document, Label, Reference
from junheng.model.strict import Entry, Slips, read_yaml

Paid = Literal["once", "yearly"]
EXAMPLE = "example"
OTHERS = ("music_room", "art_room", "teacher_move", "pupil_move")
"""What can have a cost beside the amount columns of the tables."""
KNOWN = (*build.AMOUNTS, *OTHERS)


@dataclass(frozen=True, slots=True)
class Price:
    """Yuan for one unit, from a day on, with its source."""

    since: dt.date
    until: dt.date | None
    yuan: float
    reference: Reference

    @property
    def illustrative(self) -> bool:
        """Whether it was made up to show the form: no figure for a budget."""
        return self.reference.basis == "illustrative"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one kind of thing costs: everywhere, and otherwise in the counties of a province."""

    of: str
    """A column of the tables (teaching_area, pe_arts, classes, …), or one of `OTHERS`."""
    label: Label
    unit: str
    paid: Paid
    """once: capital; yearly: in every year from then on."""
    lead_years: int
    """Years between the money and the thing: 0 for what is bought, more for what is built."""
    prices: tuple[Price, ...]
    provinces: tuple[tuple[tuple[str, ...], tuple[Price, ...]], ...]
    """Leading digits of county codes, and the prices that hold there instead."""


@dataclass(frozen=True, slots=True)
class Costs:
    """A file of unit costs."""

    id: str
    label: Label
    documents: Mapping[str, Document]
    discount: float
    """The yearly rate at which later yuan count for less, as a share."""
    costs: Mapping[str, Cost]
    note: Label
    digest: str
    """SHA-256 of the file: its version."""

    def price(self, of: str, county: str, day: dt.date) -> Price | None:
        """Give the price of a thing in a county on a day; None where none is known, never 0.

        The province with the longest matching code comes before the general price; where it has no
        price on that day, the general one holds.
        """
        cost = self.costs.get(of)
        if cost is None:
            return None
        named = [(prefix, prices) for prefixes, prices in cost.provinces for prefix in prefixes
                 if county.startswith(prefix)]  # fmt: skip
        for _, prices in sorted(named, key=lambda pair: -len(pair[0])):
            if live := in_force(prices, day):
                return live[0]
        live = in_force(cost.prices, day)
        return live[0] if live else None

    def yuan(self, of: str, county: str, day: dt.date) -> float | None:
        """Give the yuan for one unit, in a county on a day; None where it is unknown."""
        price = self.price(of, county, day)
        return price.yuan if price else None


def shipped_costs() -> tuple[str, ...]:
    """Name the files of unit costs that come with the program."""
    return tuple(sorted(path.stem for path in (SHIPPED / "costs").glob("*.yaml")))


def load_costs(name: str | Path | None = None) -> Costs:
    """Load unit costs by their id or the path of a file; without a name the example.

    Raises WrongUse where there is no such file, StandardNeedsMending with every slip (file, line,
    found, allowed): unknown things and units, negative yuan, dates that overlap, missing sources.

    >>> from datetime import date
    >>> load_costs().yuan("teaching_area", "990101", date(2025, 9, 1))
    3000.0
    """
    path, slips = _path(str(name or EXAMPLE)), Slips()
    top = read_yaml(path, path.name, slips)
    read = _costs(top, path, slips) if top else None
    slips.raise_if_any()
    return cast(Costs, read)


def _path(name: str) -> Path:
    if name in shipped_costs():
        return SHIPPED / "costs" / f"{name}.yaml"
    if Path(name).is_file():
        return Path(name)
    raise WrongUse("gaps.no_such_costs", found=name, allowed=", ".join(shipped_costs()))


def _costs(top: Entry, path: Path, slips: Slips) -> Costs:
    context = new_context(slips)
    if top.has("documents"):
        context.documents |= top.maybe("documents", build.documents) or {}
    read = Costs(
        top.text("id"),
        top.take("label", build.label, build.NO_LABEL),
        context.documents,
        top.maybe("discount", lambda entry: _discount(entry, context)) or 0.0,
        {cost.of: cost for cost in (_cost(entry, context) for entry in top.entries("costs"))},
        build.label_or_text(top, "note"),
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    top.done()
    return read


def _discount(entry: Entry, context: build.Context) -> float:
    rate = entry.number("rate")
    if not 0 <= rate < 1:
        entry.note("not_a_share", "rate", key="rate", found=rate)
    entry.take("reference", build.reference(context), build.NO_REFERENCE)
    entry.done()
    return rate


def _cost(entry: Entry, context: build.Context) -> Cost:
    of = build.known(entry, "of", entry.text("of"), KNOWN)
    read = Cost(
        context.once(entry, "cost", of, "of"),
        entry.take("label", build.label, build.NO_LABEL),
        build.unit(entry, context),
        cast(Paid, entry.one_of("paid", ("once", "yearly"))),
        entry.whole("lead_years") if entry.has("lead_years") else 0,
        build.dated(entry, "prices", lambda inner: _price(inner, context)),
        tuple(_province(inner, context) for inner in _provinces(entry)),
    )
    entry.done()
    return read


def _provinces(entry: Entry) -> tuple[Entry, ...]:
    return tuple(entry.entries("provinces")) if entry.has("provinces") else ()


def _province(entry: Entry, context: build.Context) -> tuple[tuple[str, ...], tuple[Price, ...]]:
    read = (
        entry.words("counties"),
        build.dated(entry, "prices", lambda inner: _price(inner, context)),
    )
    entry.done()
    return read


def _price(entry: Entry, context: build.Context) -> Price:
    yuan = entry.number("yuan")
    if yuan < 0:
        entry.note("too_small", "yuan", key="yuan", found=yuan, least=0)
    read = Price(
        entry.date("since"),
        entry.date_or_none("until"),
        yuan,
        entry.take("reference", build.reference(context), build.NO_REFERENCE),
    )
    entry.done()
    return read
