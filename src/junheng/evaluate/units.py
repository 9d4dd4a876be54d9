"""The units that items look at one by one: every class, every section, every school, every room.

Each frame has one row a unit, with the county, what identifies the unit, and the columns that
conditions and values may name (see `model.build.DERIVED` for those that are worked out here).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from junheng.evaluate.asked import asked
from junheng.evaluate.sections import Frame, table, wanted_columns
from junheng.model.standard import Standard

COUNTY = ("year", "county")
SCHOOL = ("year", "county", "school")


@dataclass(frozen=True, slots=True)
class Units:
    """Every kind of unit of the sections in scope; None where there is no such table."""

    section: Frame
    school: Frame
    classes: Frame | None
    unlisted: Frame | None
    """By county, how many sections lack classes: not all that they have are listed."""
    room: Frame | None

    def over(self, kind: str) -> Frame | None:
        """Give the units that an `every` check goes over: class, section or school."""
        return {"class": self.classes, "section": self.section, "school": self.school}[kind]


def all_units(
    sections: Frame,
    judged: Frame,
    tables: Mapping[str, Any],
    standard: Standard,
    keep: Callable[[Frame], Frame],
) -> Units:
    """Work the units out; `keep` is called with those that are used more than once."""
    questions = asked(standard)
    included = [reason for q in questions for reason in q.check.includes]
    schools = _school_units(sections.filter(in_scope_or(included, standard)), tables, standard)
    if any(q.check.over == "school" or q.check.kind == "rooms" for q in questions):
        schools = keep(schools)
    classes, unlisted = _class_units(judged, tables) or (None, None)
    return Units(
        section=judged.with_columns(unit=nw.col("school")),
        school=schools,
        classes=classes,
        unlisted=unlisted,
        room=_room_units(schools, tables),
    )


def in_scope_or(included: Iterable[str], standard: Standard) -> nw.Expr:
    """Say whether a section or school is in scope, or left out for one of these reasons."""
    left_out, places = nw.col("left_out"), standard.reasons
    return left_out.is_null() | left_out.is_in([places.index(reason) for reason in included])


def _class_units(judged: Frame, tables: Mapping[str, Any]) -> tuple[Frame, Frame] | None:
    """Give the classes of the sections in scope, and by county how many sections lack classes.

    A section whose classes are not all listed is unknown, even if those listed are small enough.
    None where there is no table of classes.
    """
    classes = table(tables, "classes")
    if classes is None:
        return None
    about = judged.drop("pupils")
    units = classes.join(about, on=["year", "school", "level"]).with_columns(
        unit=nw.concat_str(nw.col("grade"), nw.col("class"), separator=" ")
    )
    counted = judged.join(_listed(classes), on=["year", "school", "level"], how="left")
    lacking = ~_whole().fill_null(value=False)
    gaps = counted.group_by(*COUNTY).agg(
        nw.when(lacking).then(1).otherwise(0).sum().alias("unlisted")
    )
    return units, gaps


def _school_units(sections: Frame, tables: Mapping[str, Any], standard: Standard) -> Frame:
    """Give the schools that have a section in scope, with what their sections add up to.

    `campus_pupils` and `campus_classes` are null when those of one section are (`campus_pupils_known`
    adds up those that are known); `largest_class` is null unless all are listed; `level` is junior
    when the school has a junior section; `migrant_share` is migrant pupils ÷ pupils; `left_out` is
    why the school is out of scope (a place in `Standard.reasons`), for those that a check includes all the same.
    """
    has_junior = nw.when(nw.col("level") == "junior").then(1).otherwise(0).max()
    summed = sections.group_by("year", "school").agg(
        *_sum_if_known("pupils", "campus_pupils"),
        *_sum_if_known("classes", "campus_classes"),
        *_sum_if_known("migrant_pupils", "campus_migrants"),
        has_junior.alias("has_junior"),
        nw.col("left_out").max(),
    )
    summed = summed.with_columns(campus_pupils_known=nw.col("campus_pupils"))
    for name in ("campus_pupils", "campus_classes", "campus_migrants"):
        known = nw.when(nw.col(f"{name}_unknown") == 0).then(nw.col(name))
        summed = summed.with_columns(known.alias(name)).drop(f"{name}_unknown")
    share = nw.when(nw.col("campus_pupils") > 0).then(
        nw.col("campus_migrants") / nw.col("campus_pupils")
    )
    level = nw.when(nw.col("has_junior") > 0).then(nw.lit("junior")).otherwise(nw.lit("primary"))
    schools = table(tables, "schools", wanted_columns(standard))
    assert schools is not None  # noqa: S101  # all_sections has refused a data set without it
    summed = summed.with_columns(migrant_share=share, level=level)
    summed = _with_classes(summed, sections, tables)
    joined = summed.join(schools, on=["year", "school"], how="left")
    return joined.with_columns(unit=nw.col("school"))


def _sum_if_known(column: str, name: str) -> list[nw.Expr]:
    unknown = nw.col(column).is_null().cast(nw.Int64).sum()
    return [nw.col(column).sum().alias(name), unknown.alias(f"{name}_unknown")]


def _with_classes(schools: Frame, sections: Frame, tables: Mapping[str, Any]) -> Frame:
    """Add the size of the largest class, and count classes from the list where no number is given."""
    classes = table(tables, "classes")
    if classes is None:
        none = nw.lit(None, dtype=nw.Float64)
        return schools.with_columns(largest_class=none)
    sections = sections.join(_listed(classes), on=["year", "school", "level"], how="left")
    listed = sections.group_by("year", "school").agg(
        nw.col("largest").max().alias("largest_class"),
        (~_whole().fill_null(value=False)).cast(nw.Int64).sum().alias("not_whole"),
        nw.col("listed").sum().cast(nw.Float64).alias("classes_listed"),
    )
    whole = nw.col("not_whole") == 0
    largest = nw.when(whole).then(nw.col("largest_class"))
    counted = nw.when(whole).then(nw.col("classes_listed"))
    return (
        schools.join(listed, on=["year", "school"], how="left")
        .with_columns(
            largest_class=largest, campus_classes=nw.coalesce(nw.col("campus_classes"), counted)
        )
        .drop("not_whole", "classes_listed")
    )


def _listed(classes: Frame) -> Frame:
    """Give by section how many classes are listed, the largest of them, and all their pupils."""
    return classes.group_by("year", "school", "level").agg(
        nw.len().alias("listed"),
        nw.col("pupils").max().alias("largest"),
        nw.col("pupils").sum().alias("pupils_listed"),
        nw.col("pupils").is_null().cast(nw.Int64).sum().alias("sizes_unknown"),
    )


def _whole() -> nw.Expr:
    """Say whether all classes of a section are listed: by their number, else by their pupils."""
    by_number = nw.col("listed") >= nw.col("classes")
    by_pupils = nw.col("pupils_listed") >= nw.col("pupils")
    whole = nw.coalesce(by_number, by_pupils)
    return whole & (nw.col("sizes_unknown") == 0)


def _room_units(schools: Frame, tables: Mapping[str, Any]) -> Frame | None:
    """Give the special rooms of the schools in scope; None where there is no table of rooms."""
    rooms = table(tables, "rooms")
    if rooms is None:
        return None
    rooms = rooms.select("year", "school", "use", "area", room=nw.col("name"))
    return rooms.join(schools.filter(nw.col("left_out").is_null()), on=["year", "school"])
