"""Compare what registers say with what was reported: every cell that differs, with both numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import narwhals as nw

from junheng.derive.counting import Frame, asked
from junheng.derive.deriving import Derived
from junheng.derive.registers import SECTION

COLUMNS = ("table", "year", "county", "school", "level", "grade", "class", "column", "derived",
           "reported", "kind")  # fmt: skip
"""What a difference has: where it is, both numbers, and its kind."""
KINDS = ("differs", "not_derived", "not_reported", "no_such_row", "not_in_registers")
"""differs: both are known and differ; not_derived, not_reported: one of the two is unknown;
no_such_row: nothing was reported for it; not_in_registers: reported, and no register names it."""
_SLACK = 1e-9
_KEYS: Mapping[str, tuple[str, ...]] = {
    "sections": ("year", "school", "level"),
    "classes": ("year", "school", "level", "grade", "class"),
    "facts": ("year", "county", "item"),
}
_TYPES: Mapping[str, Any] = {"year": nw.Int64}


def compare(derived: Derived, reported: Mapping[str, Any]) -> Any:
    """Give every difference as a native lazy frame with the COLUMNS above.

    `reported` holds the tables of a data set; tables and columns that it lacks are not compared.
    Only counties and years that the registers name are looked at. A number (persons, classes)
    differs if it does so by more than 1e-9 of the larger one.

    Raises KeyError when `reported` has none of the tables that were derived.
    """
    found = [
        *_sections(derived, reported),
        *_classes(derived, reported),
        *_facts(derived, reported),
    ]
    if not found:
        raise KeyError("sections, classes or facts are needed")
    return nw.concat(found, how="vertical").to_native()


def _sections(derived: Derived, reported: Mapping[str, Any]) -> Iterator[Frame]:
    theirs = _reported(reported, "sections")
    if theirs is not None:
        mine = nw.from_native(derived.sections).lazy()
        counts = {count.id: count for count in derived.definitions.counts}
        of = {name: asked(counts[name]) if name in counts else None for name in derived.columns}
        yield from _cells(mine, theirs, "sections", of)
        yield _unreported(mine, theirs, "sections")
        if "schools" in reported:
            yield _alone(derived, mine, theirs, reported["schools"], "sections")


def _classes(derived: Derived, reported: Mapping[str, Any]) -> Iterator[Frame]:
    theirs = _reported(reported, "classes")
    if theirs is not None and derived.classes is not None:
        mine = nw.from_native(derived.classes).lazy()
        yield from _cells(mine, theirs, "classes", {"pupils": None})
        yield _unreported(mine, theirs, "classes")
        if "schools" in reported:
            yield _alone(derived, mine, theirs, reported["schools"], "classes")


def _facts(derived: Derived, reported: Mapping[str, Any]) -> Iterator[Frame]:
    theirs = _reported(reported, "facts")
    if theirs is not None and derived.facts is not None:
        mine = nw.from_native(derived.facts).lazy()
        yield from _cells(mine, theirs, "facts", {"value": None})
        yield _unreported(mine, theirs, "facts")


def _reported(reported: Mapping[str, Any], table: str) -> Frame | None:
    if table not in reported:
        return None
    frame = nw.from_native(reported[table]).lazy()
    keys = [nw.col(key).cast(_TYPES.get(key, nw.String)) for key in _KEYS[table]]
    keyed: Frame = frame.with_columns(*keys)
    return keyed


def _cells(
    mine: Frame, theirs: Frame, table: str, columns: Mapping[str, nw.Expr | None]
) -> Iterator[Frame]:
    """Compare columns, each where it is asked for, in the rows that both have."""
    keys, have = list(_KEYS[table]), theirs.collect_schema().names()
    both_have = {name: where for name, where in columns.items() if name in have}
    renamed = [nw.col(name).cast(nw.Float64).alias(f"reported:{name}") for name in both_have]
    both = mine.join(theirs.select(*keys, *renamed), on=keys, how="inner")
    for column, where in both_have.items():
        one, other = nw.col(column).cast(nw.Float64), nw.col(f"reported:{column}")
        asked_for = both if where is None else both.filter(where)
        found = asked_for.with_columns(kind=_kind(one, other)).filter(~nw.col("kind").is_null())
        named = nw.col("item") if table == "facts" else nw.lit(column)
        yield _listed(found, table, nw.col("kind"), column=named, derived=one, reported=other)


def _kind(one: nw.Expr, other: nw.Expr) -> nw.Expr:
    larger = nw.max_horizontal(one.abs(), other.abs())
    return (
        nw.when((one - other).abs() > larger * _SLACK)
        .then(nw.lit("differs"))
        .when(one.is_null(), ~other.is_null())
        .then(nw.lit("not_derived"))
        .when(~one.is_null(), other.is_null())
        .then(nw.lit("not_reported"))
    )


def _unreported(mine: Frame, theirs: Frame, table: str) -> Frame:
    """List derived rows that were not reported."""
    keys = list(_KEYS[table])
    left = mine.join(theirs.select(keys), on=keys, how="anti")
    if table != "facts":
        return _listed(left, table, nw.lit("no_such_row"))
    told = {"column": nw.col("item"), "derived": nw.col("value")}
    return _listed(left, table, nw.lit("no_such_row"), **told)


def _levels(derived: Derived) -> list[str]:
    """Give the levels of which the registers at hand are asked for anything."""
    counts = [c for c in derived.definitions.counts if c.register in derived.registers]
    levels = {level for count in counts for case in count.cases for level in case.levels}
    return sorted(levels) or ["primary", "junior"]


def _alone(derived: Derived, mine: Frame, theirs: Frame, schools: Any, table: str) -> Frame:
    """List reported rows of these counties and years that no register names."""
    schools = nw.from_native(schools).lazy().select(
        nw.col("year").cast(nw.Int64), nw.col("school").cast(nw.String),
        nw.col("county").cast(nw.String),
    )  # fmt: skip
    counties = mine.select("year", "county").unique()
    looked_at = schools.join(counties, on=["year", "county"], how="semi")
    asked_for = theirs.select(*_KEYS[table]).filter(nw.col("level").is_in(_levels(derived)))
    rows = asked_for.join(looked_at, on=["year", "school"], how="inner")
    left = rows.join(mine.select(*_KEYS[table]), on=list(_KEYS[table]), how="anti")
    return _listed(left, table, nw.lit("not_in_registers"))


_NOTHING: Mapping[str, Any] = {"column": nw.String, "derived": nw.Float64, "reported": nw.Float64}


def _listed(found: Frame, table: str, kind: nw.Expr, **told: nw.Expr) -> Frame:
    """Give rows as COLUMNS has them; what they do not have or is not told is null."""
    where = [
        nw.col(name)
        if name in (*_KEYS[table], "county")
        else nw.lit(None, dtype=nw.String).alias(name)
        for name in (*SECTION, "grade", "class")
    ]
    cells = [
        told.get(name, nw.lit(None, dtype=dtype)).alias(name) for name, dtype in _NOTHING.items()
    ]
    return found.select(nw.lit(table).alias("table"), *where, *cells, kind.alias("kind"))
