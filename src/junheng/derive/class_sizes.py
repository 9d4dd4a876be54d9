"""Classes: how many pupils sit in each, as the register of pupils, or that of classes, has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from junheng.derive.counting import Frame, counted, register, sums_for
from junheng.derive.definitions import Definitions
from junheng.derive.registers import SECTION

_CLASS = (*SECTION, "grade", "class")
_MARKS = ("n:", "unknown:")


def of_pupils(registers: Mapping[str, Any], definitions: Definitions) -> Frame | None:
    """Count the pupils of each class; those whose class is not known stand under null."""
    pupils = register(registers, "pupils")
    if pupils is None:
        return None
    counts, sums = definitions.of("pupils"), sums_for(definitions, "pupils")
    return counted(pupils, counts, sums, _CLASS)


def added_up(in_classes: Frame) -> Frame:
    """Add up the classes of each section."""
    names = [n for n in in_classes.collect_schema().names() if n.startswith(_MARKS)]
    return in_classes.group_by(*SECTION).agg(*(nw.col(name).sum() for name in names))


def classes(listed: Frame, in_classes: Frame) -> Frame:
    """Give the classes of the register of classes with their pupils.

    Pupils come from the register of pupils. Unknown are those of a section with a pupil whose
    class, or who, is not known, and those of a class that nobody sits in.
    """
    unplaced = nw.any_horizontal(
        nw.col("grade").is_null(), nw.col("class").is_null(), ignore_nulls=False
    )
    open_ = in_classes.filter(unplaced).select(*SECTION).unique()
    sizes = in_classes.join(open_, on=list(SECTION), how="anti").select(
        *_CLASS,
        nw.when(nw.col("unknown:pupils") == 0).then(nw.col("n:pupils")).alias("counted:"),
    )
    joined = listed.join(sizes, on=list(_CLASS), how="left")
    return joined.with_columns(pupils=nw.col("counted:").cast(nw.Float64))


def says_who_sits_where(registers: Mapping[str, Any]) -> bool:
    """Say whether there is a register of pupils with grade and class; else sizes come from classes."""
    if "pupils" not in registers:
        return False
    pupils = registers["pupils"]
    have = nw.from_native(pupils).lazy().collect_schema().names()
    return {"grade", "class"} <= set(have)


def of_sections(classes: Frame) -> Frame:
    """Count the classes and grades of each section, and add up the pupils of its classes."""
    pupils = nw.col("pupils")
    added = classes.group_by(*SECTION).agg(
        nw.len().cast(nw.Int64).alias("n:classes"),
        nw.col("grade").n_unique().cast(nw.Int64).alias("n:grades"),
        pupils.sum().alias("all:"),
        pupils.is_null().cast(nw.Int64).sum().alias("holes:"),
    )
    total = nw.when(nw.col("holes:") == 0).then(nw.col("all:"))
    return added.with_columns(total.alias("n:class_pupils")).drop("all:", "holes:")
