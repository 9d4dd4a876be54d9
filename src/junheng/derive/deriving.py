"""From registers to the columns of the contract: sections, classes, facts, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals as nw

from junheng.derive import class_sizes
from junheng.derive.counting import Frame, asked, counted, register, sums_for
from junheng.derive.definitions import Count, Definitions
from junheng.derive.registers import SECTION
from junheng.model.tables import CLASSES, FACTS, SECTIONS

Keep = Callable[[Frame], Frame]
"""Computes an intermediate result once and gives it back lazily."""
_COUNTY = ("year", "county")
_OF_CLASSES = ("classes", "grades")


@dataclass(frozen=True, slots=True)
class Derived:
    """What the registers say. Native lazy frames of the engine that they came from."""

    sections: Any
    """The contract's columns and `county`, a row for each section that any register names."""
    classes: Any | None
    """The contract's columns and `county`; None without a register of classes."""
    facts: Any | None
    """The contract's columns, long; None without a register that gives county facts."""
    gaps: Any | None
    """Which amounts are unknown, and how many rows count, and how many perhaps; None if no register
    of people is there. A section with no row in a register has neither number."""
    columns: tuple[str, ...]
    """The columns of `sections` that these registers can fill."""
    registers: tuple[str, ...]
    definitions: Definitions


def derive(
    registers: Mapping[str, Any], definitions: Definitions, *, keep: Keep | None = None
) -> Derived:
    """Derive the contract's tables from `teachers`, `classes`, `pupils`, one of them at least.

    The registers are frames of Polars, DuckDB or Spark with the columns of `derive.registers`;
    columns that are absent are unknown. An amount (persons) is unknown where one row that may count
    is unknown, and where a section that another register names has no row in this one. `keep` is
    called with the counts of each register, the classes and the sections, none larger than the
    classes there are: so a large register is read once, and what is left may change its engine.

    Raises KeyError when there is no register at all.
    """
    hold = keep or (lambda frame: frame)
    wide: dict[str, Frame] = {}
    if (teachers := register(registers, "teachers")) is not None:
        counts, sums = definitions.of("teachers"), sums_for(definitions, "teachers")
        wide["teachers"] = hold(counted(teachers, counts, sums))
    in_classes = class_sizes.of_pupils(registers, definitions)
    if in_classes is not None:
        in_classes = hold(in_classes)
        wide["pupils"] = class_sizes.added_up(in_classes)
    classes = register(registers, "classes")
    if classes is not None:
        classes = hold(classes)
        if in_classes is not None and class_sizes.says_who_sits_where(registers):
            classes = class_sizes.classes(classes, in_classes)
        wide["classes"] = class_sizes.of_sections(classes)
    return _derived(wide, hold(_joined(wide)), classes, definitions)


def _derived(
    wide: Mapping[str, Frame], sections: Frame, classes: Frame | None, definitions: Definitions
) -> Derived:
    counts = [count for count in definitions.counts if count.register in wide]
    of_sections = [count for count in counts if count.table == "sections"]
    given = {count.id: known(count) for count in of_sections}
    if classes is not None:
        given |= {name: nw.col(f"n:{name}") for name in _OF_CLASSES}
        given.setdefault("pupils", nw.col("n:class_pupils"))
    facts = [count for count in counts if count.table == "facts"]
    listed = [c.name for c in CLASSES.columns]
    return Derived(
        sections=_native(sections.select("county", *_contract(given))),
        classes=None if classes is None else _native(classes.select("county", *listed)),
        facts=_under_each_other([_fact(sections, count) for count in facts]),
        gaps=_under_each_other([_gap(sections, count) for count in counts]),
        columns=tuple(given),
        registers=tuple(wide),
        definitions=definitions,
    )


def _joined(wide: Mapping[str, Frame]) -> Frame:
    """Give every section that any register names, with the counts of all of them."""
    if not wide:
        raise KeyError("a register is needed")
    if len(wide) == 1:
        return next(iter(wide.values()))
    keys = [frame.select(*SECTION) for frame in wide.values()]
    every = nw.concat(keys, how="vertical").unique()
    return reduce(lambda a, b: a.join(b, on=list(SECTION), how="left"), wide.values(), every)


def known(count: Count) -> nw.Expr:
    """Give an amount; null where it is not defined, or one row that may count is unknown."""
    return nw.when(asked(count), nw.col(f"unknown:{count.id}") == 0).then(nw.col(f"n:{count.id}"))


def _contract(given: Mapping[str, nw.Expr]) -> list[nw.Expr]:
    columns = []
    for column in SECTIONS.columns:
        if column.name in SECTION:
            columns.append(nw.col(column.name))
        else:
            amount = given.get(column.name, nw.lit(None, dtype=nw.Float64))
            columns.append(amount.cast(nw.Float64).alias(column.name))
    return columns


def _fact(sections: Frame, count: Count) -> Frame:
    """Add up the sections of each county; unknown if one of them is."""
    there = sections.filter(asked(count))
    total = there.group_by(*_COUNTY).agg(
        nw.col(f"n:{count.id}").sum().alias("n:"),
        nw.col(f"unknown:{count.id}").fill_null(1).sum().alias("unknown:"),
    )
    amount = nw.when(nw.col("unknown:") == 0).then(nw.col("n:").cast(nw.Float64))
    item = nw.lit(count.id).alias("item")
    listed = total.with_columns(item, amount.alias("value"))
    return listed.select(column.name for column in FACTS.columns)


def _gap(sections: Frame, count: Count) -> Frame:
    """List the sections in which an amount is not known."""
    n, unknown = nw.col(f"n:{count.id}"), nw.col(f"unknown:{count.id}")
    open_ = sections.filter(asked(count), (unknown > 0) | unknown.is_null())
    return open_.select(
        *SECTION,
        nw.lit(count.id).alias("column"),
        n.cast(nw.Int64).alias("certain"),
        unknown.cast(nw.Int64).alias("unknown"),
    )


def _under_each_other(frames: list[Frame]) -> Any | None:
    return _native(nw.concat(frames, how="vertical")) if frames else None


def _native(frame: Frame) -> Any:
    return frame.to_native()
