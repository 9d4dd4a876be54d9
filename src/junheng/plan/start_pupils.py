"""The same county with other pupils: judged again, all of it, or some schools beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from junheng.inmemory import judge
from junheng.plan.start import Section, Start, sections_of

Campus = tuple[str, tuple[int, ...]]
"""A school, and by how many groups of pupils each of its sections is another."""


def with_pupils(start: Start, pupils: Mapping[tuple[str, str], float]) -> Start:
    """Give the county with other pupils in some sections, judged again; all cells stay as they are."""
    rows = [{"school": school, "level": level, "then": n} for (school, level), n in pupils.items()]
    sections = start.tables["sections"].join(pl.DataFrame(rows), on=["school", "level"], how="left")
    then = pl.coalesce("then", pl.col("pupils").cast(pl.Float64)).alias("pupils")
    tables = {**start.tables, "sections": sections.with_columns(then).drop("then")}
    found = judge(tables, start.standard)
    return replace(start, tables=tables, sections=sections_of(found, tables), enrolments={})


def judged_apart(
    start: Start, pupils: Mapping[Campus, Mapping[str, float]]
) -> dict[Campus, tuple[Section, ...]]:
    """Give campuses as the evaluator sees each with other pupils; what is out of scope is left out.

    Each is judged as a school of its own beside the others, all its levels together, in one go;
    `pupils` has those of the levels that change.
    """
    if not pupils:
        return {}
    names = {f"{at}": campus for at, campus in enumerate(pupils)}
    copies = pl.DataFrame(
        [{"copy": copy, "school": campus[0]} for copy, campus in names.items()],
        schema={"copy": pl.String, "school": pl.String},
    )
    then = pl.DataFrame(
        [{"school": copy, "level": level, "then": n}
         for copy, campus in names.items() for level, n in pupils[campus].items()],
        schema={"school": pl.String, "level": pl.String, "then": pl.Float64},
    )  # fmt: skip
    tables = {
        name: start.tables[name].join(copies, on="school")
        .with_columns(school="copy").drop("copy") for name in ("schools", "sections")
    }  # fmt: skip
    sections = tables["sections"].join(then, on=["school", "level"], how="left")
    now = pl.coalesce("then", pl.col("pupils").cast(pl.Float64))
    tables["sections"] = sections.with_columns(pupils=now).drop("then")
    found: dict[Campus, list[Section]] = {}
    for one in sections_of(judge(tables, start.standard), tables):
        campus = names[one.school]
        found.setdefault(campus, []).append(replace(one, school=campus[0]))
    return {campus: tuple(sections) for campus, sections in found.items()}
