"""Gaps of items: special rooms, classes to be opened, and the ledger of what does not comply.

The ledger (销号台账) dates what ends by itself: a class over size graduates, a school over size
shrinks where the projected pupils say so. What nothing is known to end stays without a date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from junheng.evaluate import Evaluation
from junheng.evaluate.asked import Asked, asked
from junheng.evaluate.compare import limit_of
from junheng.evaluate.verdict import wide_results
from junheng.model.standard import ItemRule, Part, Standard
from junheng.model.tables import SCHOOLS, SECTIONS

SCHOOL = ("year", "county", "school")
_NUMERALS = "一二三四五六七八九"
_JUNIOR = re.compile(r"初([一二三四])")
_NUMBERED = re.compile(rf"([{_NUMERALS}]|[1-9])(?:年级|\(|（|$)")
_FIRST_OF_JUNIOR = 7
_UNITS = {c.name: c.unit for t in (SCHOOLS, SECTIONS) for c in t.columns if c.unit}
_SIZE = "campus_pupils"
_NOISE = 5e-10


def missing_rooms(found: Evaluation, tables: Mapping[str, Any]) -> pl.DataFrame:
    """Give a row a school and use of special rooms: needed, there and large enough, missing.

    The evaluator is asked of each use by itself, so that easements hold as in the verdict. Under the
    reading that uses count together, the rooms of all uses are added up. What is missing is null
    where no room is listed, classes or areas are unknown.
    """
    rows = [_rooms(q, found.standard, tables) for q in asked(found.standard)
            if q.check.kind == "rooms" and "rooms" in tables]  # fmt: skip
    return pl.concat(rows).sort(*SCHOOL, "use") if rows else pl.DataFrame(schema=_ROOMS)


def _rooms(q: Asked, standard: Standard, tables: Mapping[str, Any]) -> pl.DataFrame:
    together = standard.options["rooms"] == "uses_together"
    frame = pl.concat([_of_use(q, use, standard, tables) for use in q.check.uses])
    if together:
        frame = frame.group_by(*SCHOOL, "name", maintain_order=True).agg(
            pl.lit("+".join(q.check.uses)).alias("use"),
            pl.col("need").first(),
            _if_known(pl.col("have"), pl.col("have").sum()).alias("have"),
            pl.col("open").any(),
        )
    short = pl.when(~pl.col("open")).then((pl.col("need") - pl.col("have")).clip(0))
    item = pl.lit(q.item.id)
    return frame.with_columns(item=item, short=short).select(list(_ROOMS))


def _if_known(column: pl.Expr, then: pl.Expr) -> pl.Expr:
    return pl.when(column.null_count() == 0).then(then)


def _of_use(q: Asked, use: str, standard: Standard, tables: Mapping[str, Any]) -> pl.DataFrame:
    check = replace(q.check, uses=(use,))
    item = replace(q.item, checks=(check,))
    alone = Part("rooms", item.label, items=ItemRule("every", (item,)))
    asked_of = replace(
        standard,
        parts=(alone,),
        veto=(),
        eligibility=(),
        options={**standard.options, "rooms": "each_use"},
    )
    looked = wide_results(tables, asked_of).looked
    if looked is None:
        return pl.DataFrame(schema=_ROOMS | {"open": pl.Boolean})
    rows: pl.DataFrame = looked.collect("polars").to_native()
    return rows.select(
        *SCHOOL,
        "name",
        use=pl.lit(use),
        need=pl.col("limit").cast(pl.Float64),
        have=pl.col("value").cast(pl.Float64),
        open=pl.col("met").is_null(),
    )


_ROOMS: dict[str, Any] = {"year": pl.Int64} | dict.fromkeys(
    ("county", "school", "name", "item", "use"), pl.String
) | dict.fromkeys(("need", "have", "short"), pl.Float64)  # fmt: skip


def missing_classes(found: Evaluation, tables: Mapping[str, Any]) -> pl.DataFrame:
    """Give a row a section: how many classes it needs so that none need be over the limit.

    Worked out grade by grade where every class is listed (`by` = grade), since grades are not
    mixed; else from the pupils of the section (`by` = section), which is the least possible.
    """
    q = next((q for q in asked(found.standard) if q.check.over == "class"), None)
    if q is None or q.check.limit is None or q.check.limit.comparison != "at_most":
        return pl.DataFrame(schema=_CLASSES)
    limit = found.wide.judged.with_columns(size=limit_of(q.check.limit.cases))
    sections: pl.DataFrame = limit.collect("polars").to_native()
    plain = sections.select(
        *SCHOOL, "level", "name", "pupils", "classes", limit="size"
    ).with_columns(need=(pl.col("pupils") / pl.col("limit")).ceil())
    if "classes" in tables:
        plain = _by_grade(plain, tables["classes"])
    else:
        plain = plain.with_columns(by=pl.lit("section"))
    short = (pl.col("need") - pl.col("classes")).clip(0)
    said = plain.with_columns(short=short, item=pl.lit(q.item.id))
    return said.select(list(_CLASSES)).sort(*SCHOOL, "level")


_CLASSES: dict[str, Any] = {"year": pl.Int64} | dict.fromkeys(
    ("county", "school", "level", "name", "item"), pl.String
) | dict.fromkeys(("pupils", "classes", "limit", "need", "short"), pl.Float64) | {"by": pl.String}  # fmt: skip


def _by_grade(sections: pl.DataFrame, classes: Any) -> pl.DataFrame:
    key = ["year", "school", "level"]
    listed = classes.lazy().collect().join(sections.select(*key, "limit"), on=key)
    pupils = pl.col("pupils").sum()
    grades = listed.group_by(*key, "grade").agg(
        pl.len().alias("n"),
        pl.when(pl.col("pupils").null_count() == 0).then(pupils).alias("sat"),
        pl.col("limit").first(),
    )
    needed = pl.max_horizontal((pl.col("sat") / pl.col("limit")).ceil(), pl.col("n"))
    known = pl.col("sat").null_count() == 0
    summed = grades.group_by(key).agg(
        pl.col("n").sum().cast(pl.Float64).alias("listed"),
        pl.when(known).then(needed.sum()).alias("graded"),
        pl.when(known).then(pl.col("sat").sum()).alias("seated"),
    )
    whole = (pl.col("seated") >= pl.col("pupils")) & (
        pl.col("listed") >= pl.col("classes").fill_null(0)
    )
    joined = sections.join(summed, on=key, how="left")
    graded = whole.fill_null(value=False)
    return joined.with_columns(
        need=pl.when(graded).then("graded").otherwise("need"),
        classes=pl.when(graded).then("listed").otherwise("classes"),
        by=pl.when(graded).then(pl.lit("grade")).otherwise(pl.lit("section")),
    )


def ledger(
    found: Evaluation, tables: Mapping[str, Any], projected: pl.DataFrame | None
) -> pl.DataFrame:
    """Give a row a class, section or school that does not comply, and when it ends by itself."""
    if found.wide.looked is None:
        return pl.DataFrame(schema=_LEDGER)
    rows: pl.DataFrame = found.wide.looked.collect("polars").to_native()
    rows = rows.filter(pl.col("applies") & ~pl.col("met"))
    every = {q.n: q for q in asked(found.standard) if q.check.kind == "every"}
    kept = rows.filter(pl.col("n").is_in(list(every)))
    if not kept.height:
        return pl.DataFrame(schema=_LEDGER)
    parts = [_measured(mine, every[int(str(n))])
             for (n,), mine in kept.group_by("n", maintain_order=True)]  # fmt: skip
    dated = _dated(pl.concat(parts), tables, projected, every)
    return dated.select(list(_LEDGER)).sort(*SCHOOL, "n", "level", "unit").drop("n")


_LEDGER: dict[str, Any] = {"year": pl.Int64} | dict.fromkeys(
    ("county", "school", "name", "level", "unit", "item", "check", "over"), pl.String
) | dict.fromkeys(("value", "limit", "excess", "short"), pl.Float64) | {
    "short_of": pl.String, "gone": pl.Int64, "gone_by": pl.String, "n": pl.Int64}  # fmt: skip


def _measured(rows: pl.DataFrame, q: Asked) -> pl.DataFrame:
    """Add by how much a unit is above an upper limit, or how many persons or yuan it is short of."""
    none = pl.lit(None, pl.Float64)
    upper = q.check.limit is not None and q.check.limit.comparison in ("at_most", "below")
    of = q.check.of.plus[0] if len(q.check.of.names) == 1 else ""
    short, counted = none, not upper and of in _UNITS
    if counted and q.check.per is None:
        short = (pl.col("limit") - pl.col("value")) / q.check.times
    elif counted:
        short = pl.col("limit") / q.check.times * pl.col("per") - pl.col("of")
    if _UNITS.get(of) == "person":
        short = (short - _NOISE * short.abs()).ceil()
    return rows.with_columns(
        item=pl.lit(q.item.id),
        check=pl.lit(q.check.id),
        over=pl.lit(q.check.over),
        excess=pl.col("value") - pl.col("limit") if upper else none,
        short=short,
        short_of=pl.lit(of if counted else None, pl.String),
    )


def _dated(
    rows: pl.DataFrame,
    tables: Mapping[str, Any],
    projected: pl.DataFrame | None,
    every: Mapping[int, Asked],
) -> pl.DataFrame:
    graduating = _graduations(tables)
    key = ["year", "school", "level", "unit"]
    rows = rows.join(graduating, on=key, how="left", maintain_order="left")
    sized = pl.col("n").is_in([n for n, q in every.items() if q.check.of.plus == (_SIZE,)])
    shrinking = _shrinking(rows.filter(sized), projected)
    rows = rows.join(shrinking, on=["year", "school", "item"], how="left", maintain_order="left")
    left = pl.when(pl.col("over") == "class").then("leaves")
    gone = left.when(sized).then("small_by").otherwise(None)
    by = pl.when(pl.col("over") == "class").then(pl.lit("graduation"))
    named = by.otherwise(pl.lit("projection"))
    return rows.with_columns(gone=gone).with_columns(
        gone_by=pl.when(pl.col("gone").is_not_null()).then(named)
    )


def _graduations(tables: Mapping[str, Any]) -> pl.DataFrame:
    """Say for each class in which school year it will be gone: after the last grade of its level.

    The last grade is the highest that the section has in the same list, so that schools of five and
    four years are right; null where a grade cannot be read.
    """
    schema = {"year": pl.Int64, "school": pl.String, "level": pl.String, "unit": pl.String}
    if "classes" not in tables:
        return pl.DataFrame(schema=schema | {"leaves": pl.Int64})
    key = ["year", "school", "level", "grade", "class"]
    classes: pl.DataFrame = tables["classes"].lazy().select(key).collect()
    numbers = {grade: grade_number(grade) for grade in classes["grade"].unique().drop_nulls()}
    grade = pl.col("grade").replace_strict(numbers, default=None, return_dtype=pl.Int64)
    last = grade.max().over("year", "school", "level")
    unknown = grade.is_null().any().over("year", "school", "level")
    leaves = pl.when(~unknown).then(pl.col("year") + last - grade + 1)
    unit = pl.concat_str("grade", "class", separator=" ")
    dated = classes.select("year", "school", "level", unit=unit, leaves=leaves)
    return dated.unique(["year", "school", "level", "unit"], keep="first", maintain_order=True)


def grade_number(grade: str) -> int | None:
    """Read the number of a grade; 初一 is the seventh. None where it is not understood.

    >>> grade_number("三年级"), grade_number("初二"), grade_number("9"), grade_number("甲")
    (3, 8, 9, None)
    """
    if found := _JUNIOR.search(grade):
        return _FIRST_OF_JUNIOR + _NUMERALS.index(found[1])
    if found := _NUMBERED.search(grade.strip()):
        return int(found[1]) if found[1].isdigit() else _NUMERALS.index(found[1]) + 1
    return None


def _shrinking(rows: pl.DataFrame, projected: pl.DataFrame | None) -> pl.DataFrame:
    """Say from which projected year on a school stays within its size."""
    schema = {"year": pl.Int64, "school": pl.String, "item": pl.String, "small_by": pl.Int64}
    if projected is None or not rows.height:
        return pl.DataFrame(schema=schema)
    judged = projected.filter(pl.col("level").is_in(["primary", "junior"]))
    sizes = judged.group_by("year", "school").agg(
        pl.when(pl.col("pupils").null_count() == 0).then(pl.col("pupils").sum()).alias("size")
    ).rename({"year": "then"})  # fmt: skip
    pairs = rows.select("year", "school", "item", "limit").join(sizes, on="school")
    later = pairs.filter(pl.col("then") > pl.col("year"))
    too_big = ~(pl.col("size") <= pl.col("limit")).fill_null(value=False)
    last_big = pl.col("then").filter(too_big).max().fill_null(pl.col("year").first())
    ends = later.group_by("year", "school", "item").agg(
        last_big.alias("last_big"), pl.col("then").max().alias("end")
    )
    small_by = pl.when(pl.col("last_big") < pl.col("end")).then(pl.col("last_big") + 1)
    return ends.select("year", "school", "item", small_by=small_by)
