"""What an edit changes: verdicts and coefficients before and after, and what flipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import polars as pl

_KEYS = {
    "counties": ["year", "county"],
    "parts": ["year", "county", "part"],
    "items": ["year", "county", "part", "item", "check"],
    "balance": ["year", "county", "level", "indicator"],
    "sections": ["year", "county", "school", "level"],
    "values": ["year", "county", "school", "level", "indicator"],
}
_SHOWN = {
    "counties": ["verdict"],
    "parts": ["verdict"],
    "items": ["value", "unmet", "verdict"],
    "balance": ["mean", "cv", "limit", "verdict"],
    "sections": ["name", "pupils", "met", "near", "unmet", "verdict"],
    "values": ["amount", "value", "limit", "verdict"],
}


class Verdicts(Protocol):
    """What is compared: the frames of `report.collected.Collected`."""

    @property
    def counties(self) -> pl.DataFrame: ...  # noqa: D102  # named for what it holds

    @property
    def parts(self) -> pl.DataFrame: ...  # noqa: D102  # named for what it holds

    @property
    def items(self) -> pl.DataFrame: ...  # noqa: D102  # named for what it holds

    @property
    def balance(self) -> pl.DataFrame: ...  # noqa: D102  # named for what it holds

    @property
    def sections(self) -> pl.DataFrame: ...  # noqa: D102  # named for what it holds

    @property
    def values(self) -> pl.DataFrame: ...  # noqa: D102  # named for what it holds


@dataclass(frozen=True, slots=True)
class Compared:
    """Before and after, in frames with `_before` and `_after` beside each other.

    A section that is there on one side only has nulls on the other. `balance` holds every
    coefficient; `counties` and `parts` every verdict; the others only the rows that differ, of
    sections those first that flip or of which most indicators (`turned`) do.
    """

    counties: pl.DataFrame
    parts: pl.DataFrame
    balance: pl.DataFrame
    items: pl.DataFrame
    sections: pl.DataFrame
    values: pl.DataFrame

    @property
    def flipped(self) -> pl.DataFrame:
        """The sections whose verdict is another, or that came or went."""
        same = pl.col("verdict_before").eq_missing(pl.col("verdict_after"))
        return self.sections.filter(~same)


def compare(before: Verdicts, after: Verdicts) -> Compared:
    """Compare the verdicts on two versions of the same counties and years."""
    whole = {name: _beside(before, after, name) for name in _KEYS}
    for name in ("items", "sections", "values"):
        whole[name] = whole[name].filter(~_same(name))
    turned = pl.col("verdict_before") != pl.col("verdict_after")
    keys = _KEYS["sections"]
    indicators = whole["values"].group_by(keys).agg(turned.sum().cast(pl.Int64).alias("turned"))
    sections = whole["sections"].join(indicators, on=keys, how="left", maintain_order="left")
    first = pl.col("verdict_before").eq_missing(pl.col("verdict_after"))
    sections = sections.sort(first, -pl.col("turned").fill_null(0), maintain_order=True)
    return Compared(**whole | {"sections": sections})


def _beside(before: Verdicts, after: Verdicts, name: str) -> pl.DataFrame:
    keys, shown = _KEYS[name], _SHOWN[name]

    def side(found: Verdicts, when: str) -> pl.DataFrame:
        frame: pl.DataFrame = getattr(found, name)
        return frame.select(*keys, *[pl.col(n).alias(f"{n}_{when}") for n in shown])

    old, new = side(before, "before"), side(after, "after")
    joined = old.join(new, on=keys, how="full", coalesce=True, maintain_order="left_right")
    return joined.select(*keys, *[f"{n}_{when}" for n in shown for when in ("before", "after")])


def _same(name: str) -> pl.Expr:
    return pl.all_horizontal(
        *[pl.col(f"{n}_before").eq_missing(pl.col(f"{n}_after")) for n in _SHOWN[name]]
    )
