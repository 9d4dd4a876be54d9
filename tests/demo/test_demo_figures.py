"""The made-up figures fit together, and spread between schools as published ones do."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from junheng.demo.counties import MOST_COUNTIES, code
from junheng.demo.surveys import declared
from junheng.model.tables import TABLES

Sample = Mapping[str, pl.DataFrame]
REAL_PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83,
}  # fmt: skip


def test_no_county_has_a_real_code() -> None:
    codes = [code(number) for number in range(MOST_COUNTIES)]
    assert len(set(codes)) == MOST_COUNTIES > 3000
    assert all(len(each) == 6 and each[0] != "0" for each in codes)
    assert not {int(each[:2]) for each in codes} & REAL_PROVINCES
    assert codes[:2] == ["990101", "990102"]


def test_schools_are_named_by_ten_digits_that_begin_with_their_county(sample: Sample) -> None:
    schools = sample["schools"]
    assert (
        schools.filter(pl.col("school").str.starts_with(pl.col("county"))).height == schools.height
    )
    assert schools["school"].str.contains(r"^\d{10}$").all()
    assert schools["school"].is_unique().all()


@pytest.mark.parametrize("name", list(TABLES))
def test_cells_hold_what_the_contract_allows(sample: Sample, name: str) -> None:
    for column in TABLES[name].columns:
        known = sample[name][column.name].drop_nulls()
        if column.required and column.name != "pupils":
            assert known.len() == sample[name].height
        if column.choices and column.kind == "choice":
            assert set(known) <= set(column.choices)
        if column.kind == "flag":
            assert set(known) <= {0, 1}
        if column.kind in {"whole", "number"}:
            assert known.len() == 0 or known.cast(pl.Float64).min() >= 0.0  # type: ignore[operator]
        if column.low is not None:
            assert known.min() >= column.low  # type: ignore[operator]
        if column.high is not None:
            assert known.max() <= column.high  # type: ignore[operator]


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.key])
def test_no_two_rows_share_a_key(sample: Sample, name: str) -> None:
    assert sample[name].select(pl.struct(TABLES[name].key).is_unique().all()).item()


@pytest.mark.parametrize(
    ("table", "part", "whole"),
    [
        ("sections", "above_degree", "teachers"),
        ("sections", "backbone", "teachers"),
        ("sections", "pe_arts", "teachers"),
        ("sections", "mid_title", "teachers"),
        ("sections", "certified", "teachers"),
        ("sections", "trained_360h", "teachers"),
        ("sections", "migrant_pupils", "pupils"),
        ("sections", "grades", "classes"),
        ("sections", "classes", "pupils"),
        ("schools", "indoor_sports_area", "teaching_area"),
        ("schools", "public_funds_settled", "public_funds"),
        ("schools", "training_funds_settled", "training_funds"),
        ("schools", "training_funds", "public_funds"),
        ("opinions", "valid", "sent"),
        ("opinions", "satisfied", "valid"),
    ],
)
def test_a_part_is_never_more_than_the_whole(
    sample: Sample, table: str, part: str, whole: str
) -> None:
    assert sample[table].filter(pl.col(part) > pl.col(whole)).is_empty()


def test_classes_add_up_to_their_section(sample: Sample) -> None:
    key = ["year", "school", "level"]
    counted = sample["classes"].group_by(key).agg(seated=pl.col("pupils").sum(), rows=pl.len())
    joined = (
        sample["sections"].filter(pl.col("level") != "senior").join(counted, on=key, how="left")
    )
    assert joined["seated"].null_count() == 0
    assert joined.filter(pl.col("seated") != pl.col("pupils")).is_empty()
    assert joined.filter(pl.col("rows") != pl.col("classes")).is_empty()
    assert sample["classes"]["pupils"].min() >= 1  # type: ignore[operator]


def test_every_kind_and_level_is_there_in_plausible_shares(sample: Sample) -> None:
    kinds = sample["schools"]["kind"].value_counts(normalize=True)
    share = dict(kinds.iter_rows())
    assert 0.55 < share["primary"] < 0.68
    assert 0.04 < share["nine_year"] < 0.11
    assert {"junior", "teaching_point", "complete_secondary", "twelve_year", "special"} <= set(
        share
    )
    private = (sample["schools"]["sponsor"] == "10").mean()
    assert 0.03 < private < 0.1  # type: ignore[operator]
    senior = sample["sections"].filter(pl.col("level") == "senior")
    assert senior.select(pl.exclude("year", "school", "level", "pupils").null_count()).sum_horizontal()[0] == (
        senior.width - 4
    ) * senior.height  # fmt: skip


def test_some_cells_are_unknown_but_few(sample: Sample) -> None:
    cells = sample["schools"].height * sample["schools"].width
    unknown = sample["schools"].null_count().sum_horizontal()[0]
    assert 0 < unknown < 0.01 * cells


def test_every_declared_fact_has_a_value_in_every_county(sample: Sample) -> None:
    facts = sample["facts"]
    assert set(facts["item"]) == set(declared())
    assert facts.height == len(declared()) * 40
    known = facts.group_by("item").agg(known=pl.col("value").count())
    assert known["known"].min() >= 30  # type: ignore[operator]


def test_facts_agree_with_each_other(sample: Sample) -> None:
    wide = sample["facts"].pivot("item", index=["year", "county"], values="value")
    for part, whole in (
        ("rotated_teachers", "rotation_eligible_teachers"),
        ("rotated_backbone_teachers", "rotated_teachers"),
        ("zoned_primary_nearby_pupils", "zoned_primary_pupils"),
        ("disabled_children_enrolled", "disabled_children"),
        ("disabled_children_in_special_schools", "disabled_children_enrolled"),
        ("migrant_children_in_public_schools", "migrant_children"),
    ):
        assert wide.filter(pl.col(part) > pl.col(whole)).is_empty(), (part, whole)
    share = wide.select(
        pl.col("rotated_teachers") / pl.col("rotation_eligible_teachers")
    ).to_series()
    assert 0.09 <= share.min() <= share.max() <= 0.145  # type: ignore[operator]


def test_satisfaction_lies_where_surveys_find_it(sample: Sample) -> None:
    asked = sample["opinions"].filter(pl.col("channel") == "questionnaire")
    by_county = asked.group_by("county").agg(
        rate=pl.col("satisfied").sum() / pl.col("valid").sum(), sent=pl.col("sent").sum()
    )
    assert by_county["rate"].is_between(0.78, 0.99).all()
    assert by_county["sent"].min() >= 600  # type: ignore[operator]
