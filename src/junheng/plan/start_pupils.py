"""The same county with other pupils: judged again, all of it, or some sections beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from junheng.evaluate import evaluate
from junheng.plan.start import Section, Start, hold, sections_of


def with_pupils(start: Start, pupils: Mapping[tuple[str, str], float]) -> Start:
    """Give the county with other pupils in some sections, judged again; all cells stay as they are."""
    rows = [{"school": school, "level": level, "then": n} for (school, level), n in pupils.items()]
    sections = start.tables["sections"].join(pl.DataFrame(rows), on=["school", "level"], how="left")
    then = pl.coalesce("then", pl.col("pupils").cast(pl.Float64)).alias("pupils")
    tables = {**start.tables, "sections": sections.with_columns(then).drop("then")}
    found = evaluate(tables, start.standard, keep=hold)
    return replace(start, tables=tables, sections=sections_of(found, tables), enrolments={})


def judged_apart(
    start: Start, pupils: Mapping[tuple[tuple[str, str], int], float]
) -> dict[tuple[tuple[str, str], int], Section]:
    """Give sections as the evaluator sees each with other pupils; those out of scope are left out.

    Each (section, number) is judged as a school of its own beside the others, in one go.
    """
    if not pupils:
        return {}
    names = {f"{at}": key for at, key in enumerate(pupils)}
    copies = pl.DataFrame(
        [{"copy": copy, "school": key[0][0], "level": key[0][1], "then": pupils[key]}
         for copy, key in names.items()],
        schema={"copy": pl.String, "school": pl.String, "level": pl.String, "then": pl.Float64},
    )  # fmt: skip
    tables = {
        name: start.tables[name].join(copies.select(*on, "copy", "then"), on=on)
        .with_columns(school="copy").drop("copy")
        for name, on in (("schools", ["school"]), ("sections", ["school", "level"]))
    }  # fmt: skip
    tables["schools"] = tables["schools"].drop("then")
    tables["sections"] = tables["sections"].with_columns(pupils="then").drop("then")
    found = sections_of(evaluate(tables, start.standard, keep=hold), tables)
    return {names[one.school]: replace(one, school=names[one.school][0][0]) for one in found}
