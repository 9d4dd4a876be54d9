"""A figure that rests on something unknown is unknown: never 0, never what is left without it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from junheng.report.bundle import Bundle
from junheng.report.forms.figures import Figures
from junheng.report.forms.layout import Field

SUM = Field("sum", "teachers", level="primary")
POINTS = Field("count", "schools", kinds=("teaching_point",), at_least=50)
SMALL = Field("sum", "public_funds", kinds=("primary", "teaching_point"), below=100)
BIG = Field("count", "campuses", kinds=("primary", "teaching_point"), above=190)
CLASSES = Field("count", "classes", level="primary", above=45)
SATISFIED = Field("opinions", "satisfied", channel="interview")
KNOWN = {SUM: 72.0, POINTS: 1.0, SMALL: 400_000.0, BIG: 1.0, CLASSES: 1.0, SATISFIED: 156.0}
"""By hand: six sections of twelve teachers; one point of sixty; two points; one school of 200."""
BLANKED = {
    SUM: ("sections", "teachers", "9901010002"),
    POINTS: ("sections", "pupils", "9901010008"),
    SMALL: ("schools", "public_funds", "9901010007"),
    BIG: ("sections", "pupils", "9901010001"),
    CLASSES: ("classes", "pupils", "9901010002"),
}


def without(bundle: Bundle, table: str, column: str, school: str) -> Bundle:
    """Forget what a school reported in one column."""
    frame = bundle.tables[table]
    blank = pl.when(pl.col("school") != school).then(pl.col(column)).alias(column)
    return replace(bundle, tables={**bundle.tables, table: frame.with_columns(blank)})


@pytest.mark.parametrize("field", KNOWN, ids=lambda field: field.name)
def test_a_figure_is_what_the_rows_add_up_to(field: Field, small: Bundle) -> None:
    assert Figures(small).number(field) == KNOWN[field]


@pytest.mark.parametrize("field", BLANKED, ids=lambda field: field.name)
def test_one_unknown_cell_makes_it_unknown(field: Field, small: Bundle) -> None:
    assert Figures(without(small, *BLANKED[field])).number(field) is None


@pytest.mark.parametrize("field", [CLASSES, SATISFIED], ids=lambda field: field.name)
def test_a_table_that_was_not_handed_in_makes_it_unknown(field: Field, small: Bundle) -> None:
    left = {name: small.tables[name] for name in ("schools", "sections")}
    assert Figures(replace(small, tables=left)).number(field) is None


def test_a_class_that_is_not_listed_makes_the_number_over_size_unknown(small: Bundle) -> None:
    classes = small.tables["classes"].filter(pl.col("school") != "9901010007")
    cut = replace(small, tables={**small.tables, "classes": classes})
    assert Figures(cut).number(CLASSES) is None


def test_a_ratio_without_a_denominator_is_unknown(small: Bundle) -> None:
    none = Field("sum", "teachers", kinds=("vocational",))
    assert Figures(small).number(Field("ratio", of=SUM, per=none)) is None
