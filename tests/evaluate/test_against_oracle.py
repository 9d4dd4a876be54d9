"""The evaluator and the oracle read the same rules: random counties, no verdict apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Answer, county_verdict, judge
from random_counties import Tables, data_set, frames

from junheng.evaluate.regimes import regimes
from junheng.model.load import load_standard
from junheng.model.standard import Standard
from junheng.report.collected import Collected, by_year, together

STANDARDS = ("cn-quality-2017", "cn-basic-2012")
PLACE = ("year", "county")
SECTION = (*PLACE, "school", "level")
few_examples = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@cache
def standard(name: str) -> Standard:
    return load_standard(name)


def evaluated(tables: Tables, name: str) -> Collected:
    years = sorted({row["year"] for row in tables["schools"]})
    return together(list(by_year(frames(tables), regimes(standard(name), years))))


def rows(frame: pl.DataFrame, keys: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(row[key] for key in keys): row for row in frame.iter_rows(named=True)}
    assert len(found) == frame.height, "a key came twice"
    return found


def same(found: float | None, wanted: Any) -> bool:
    if found is None or wanted is None:
        return found is None and wanted is None
    return abs(found - wanted) <= 1e-9 * max(abs(found), abs(wanted), 1e-3)


def differences(found: Mapping[Any, Any], wanted: Mapping[Any, Any], fields: str) -> list[str]:
    """Name what stands in one of the two only, and what differs in the named fields."""
    told = [f"only in the evaluator: {key}" for key in found.keys() - wanted.keys()]
    told += [f"only in the oracle: {key}" for key in wanted.keys() - found.keys()]
    for key in found.keys() & wanted.keys():
        for name in fields.split():
            mine, theirs = found[key][name], getattr(wanted[key], name)
            equal = mine == theirs if name == "verdict" else same(mine, theirs)
            told += [] if equal else [f"{key} {name}: evaluator {mine}, oracle {theirs}"]
    return told


def apart(found: Collected, answer: Answer) -> list[str]:
    values = rows(found.values, (*SECTION, "indicator"))
    balance = rows(found.balance, (*PLACE, "level", "indicator"))
    return [
        *differences(values, answer.values, "amount value limit verdict"),
        *differences(balance, answer.balance, "schools pupils mean cv limit verdict"),
        *_sections_apart(found, answer),
        *_left_out_apart(found, answer),
        *_parts_apart(found, answer),
    ]


def _sections_apart(found: Collected, answer: Answer) -> list[str]:
    judged = {key: row["verdict"] for key, row in rows(found.sections, SECTION).items()}
    pupils = {key: row["pupils"] for key, row in rows(found.sections, SECTION).items()}
    told = [] if judged == answer.sections else [f"sections: {judged} {answer.sections}"]
    wrong = [key for key in judged if not same(pupils[key], answer.pupils.get(key))]
    return told + [f"pupils of {key}" for key in wrong]


def _left_out_apart(found: Collected, answer: Answer) -> list[str]:
    left = {key: row["reason"] for key, row in rows(found.excluded, SECTION).items()}
    told = [f"left out: {key}" for key in left.keys() ^ answer.excluded.keys()]
    both = left.keys() & answer.excluded.keys()
    return told + [f"{key}: {left[key]}" for key in both if left[key] not in answer.excluded[key]]


def _parts_apart(found: Collected, answer: Answer) -> list[str]:
    parts = {key: row["verdict"] for key, row in rows(found.parts, (*PLACE, "part")).items()}
    told = [
        f"{key}: evaluator {parts.get(key)}, oracle {verdict}"
        for key, verdict in answer.parts.items()
        if parts.get(key) != verdict
    ]
    for key, row in rows(found.counties, PLACE).items():
        mine = [verdict for part, verdict in parts.items() if part[:2] == key]
        vetoes = [None] if "resources" in row else []
        if row["verdict"] != county_verdict(mine, vetoes):
            told.append(f"{key}: {row['verdict']} from {mine}")
    counties = {key[:2] for key in answer.parts}
    return told + [f"county {key}" for key in counties ^ rows(found.counties, PLACE).keys()]


@pytest.mark.parametrize("name", STANDARDS)
@few_examples
@given(random=st.randoms(use_true_random=False), counties=st.integers(1, 4))
def test_random_counties_get_the_verdicts_that_the_rules_give(
    name: str, random: Random, counties: int
) -> None:
    tables = data_set(random, counties)
    assert apart(evaluated(tables, name), judge(tables, name)) == []


@pytest.mark.parametrize("name", STANDARDS)
def test_five_hundred_counties_get_the_verdicts_that_the_rules_give(name: str) -> None:
    random = Random(20250901)  # noqa: S311  # any numbers will do, as long as they stay the same
    for _ in range(2):
        tables = data_set(random, 250)
        assert apart(evaluated(tables, name), judge(tables, name)) == []
