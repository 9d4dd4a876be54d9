"""Places: each input table with what rules may look at beside it, and who its rows are about.

Every place has `year`, `county`, `school`, `who` (the school's name), `level` and `row` (what tells
rows of one school and level apart), null where they do not apply. `facts` is turned on its side:
a row a county, its items the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import narwhals as nw

from junheng.model.tables import TABLES

Frame = nw.LazyFrame[Any]
Keep = Callable[[Frame], Frame]
TEXT, NUMBER, YEAR = nw.String(), nw.Float64(), nw.Int64()
ID = ("year", "county", "school", "who", "level", "row")
_TYPES: Mapping[str, Any] = {"text": TEXT, "choice": TEXT, "year": YEAR}
_OF_SCHOOL = ("county", "name", "kind", "sponsor", "setting", "built", "boarding")
_SUMMED = ("pupils", "classes", "teachers")


def _names(table: str, *more: str) -> tuple[str, ...]:
    return (*(column.name for column in TABLES[table].columns), *more)


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "schools": _names("schools", *(f"campus_{name}" for name in _SUMMED)),
    "sections": _names("sections", *_OF_SCHOOL),
    "classes": _names("classes", "county", "kind"),
    "rooms": _names("rooms", "county", "kind"),
    "facts": (),
    "opinions": _names("opinions"),
}
"""What rules may look at in each place; `campus_` columns add up the sections of a school."""


def none(dtype: Any = TEXT) -> nw.Expr:
    """Give a column in which nothing is known."""
    return nw.lit(None, dtype=dtype)


class World:
    """The places of a data set and of the year before, each made once."""

    def __init__(
        self,
        tables: Mapping[str, Any],
        previous: Mapping[str, Any] | None,
        items: Iterable[str],
        keep: Keep | None = None,
    ) -> None:
        self._tables, self.keep = tables, keep or (lambda frame: frame)
        self._previous = tables if previous is None else previous
        self._items = tuple(dict.fromkeys(items))
        self._made: dict[str, Frame | None] = {}

    def place(self, name: str) -> Frame | None:
        """Give a place; None where its table is absent."""
        if name not in self._made:
            made = self._make(name, self._tables)
            self._made[name] = made if made is None else self.keep(made)
        return self._made[name]

    def before(self, name: str) -> Frame | None:
        """Give a place as it was a year before, under the year after."""
        key = f"{name} before"
        if key not in self._made:
            made = self._make(name, self._previous)
            moved = None if made is None else made.with_columns(year=nw.col("year") + 1)
            self._made[key] = moved if moved is None else self.keep(moved)
        return self._made[key]

    def _make(self, name: str, tables: Mapping[str, Any]) -> Frame | None:
        if name not in tables:
            return None
        if name == "facts":
            return _facts(tables, self._items)
        return _MAKERS[name](tables)


def table(tables: Mapping[str, Any], name: str) -> Frame:
    """Give a table with every column of the contract, typed alike on every engine."""
    frame = nw.from_native(tables[name]).lazy()
    have = set(frame.collect_schema().names())
    cells = []
    for column in TABLES[name].columns:
        dtype = _TYPES.get(column.kind, NUMBER)
        cell = nw.col(column.name).cast(dtype) if column.name in have else none(dtype)
        cells.append(cell.alias(column.name))
    selected: Frame = frame.select(*cells)
    return selected


def _schools(tables: Mapping[str, Any]) -> Frame:
    schools = table(tables, "schools").with_columns(who=nw.col("name"), level=none(), row=none())
    if "sections" not in tables:
        return schools.with_columns(*(none(NUMBER).alias(f"campus_{name}") for name in _SUMMED))
    sums = [nw.col(name).sum().alias(f"campus_{name}") for name in _SUMMED]
    counts = [nw.col(name).count().alias(f"known:{name}") for name in _SUMMED]
    summed = table(tables, "sections").group_by("year", "school").agg(
        nw.len().alias("rows:"), *sums, *counts
    )  # fmt: skip
    campus = summed.select(
        "year",
        "school",
        *(
            nw.when(nw.col(f"known:{name}") == nw.col("rows:"))
            .then(nw.col(f"campus_{name}"))
            .alias(f"campus_{name}")
            for name in _SUMMED
        ),
    )
    return schools.join(campus, on=["year", "school"], how="left")


def _of_school(tables: Mapping[str, Any], *columns: str) -> Frame:
    return table(tables, "schools").select("year", "school", *columns, who=nw.col("name"))


def _sections(tables: Mapping[str, Any]) -> Frame:
    schools = _of_school(tables, *_OF_SCHOOL)
    joined = table(tables, "sections").join(schools, on=["year", "school"], how="left")
    return joined.with_columns(row=none())


def _classes(tables: Mapping[str, Any]) -> Frame:
    row = nw.concat_str("grade", "class", separator=" ", ignore_nulls=True)
    schools = _of_school(tables, "county", "kind")
    joined = table(tables, "classes").join(schools, on=["year", "school"], how="left")
    return joined.with_columns(row=row)


def _rooms(tables: Mapping[str, Any]) -> Frame:
    row = nw.concat_str("use", "name", separator=" ", ignore_nulls=True)
    schools = _of_school(tables, "county", "kind")
    joined = table(tables, "rooms").join(schools, on=["year", "school"], how="left")
    return joined.with_columns(row=row, level=none())


def _facts(tables: Mapping[str, Any], items: tuple[str, ...]) -> Frame:
    value = nw.col("value")
    wide = table(tables, "facts").group_by("year", "county").agg(
        *(nw.when(nw.col("item") == item).then(value).max().alias(item) for item in items)
    )  # fmt: skip
    return wide.with_columns(school=none(), who=none(), level=none(), row=none())


def _opinions(tables: Mapping[str, Any]) -> Frame:
    row = nw.concat_str("group", "channel", separator=" ")
    return table(tables, "opinions").with_columns(school=none(), who=none(), level=none(), row=row)


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], Frame]] = {
    "schools": _schools,
    "sections": _sections,
    "classes": _classes,
    "rooms": _rooms,
    "opinions": _opinions,
}
