"""Unit costs: dated, by province, with a source; every slip told at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from junheng.errors import StandardNeedsMending, WrongUse
from junheng.plan.costs import KNOWN, load_costs, shipped_costs

SEPTEMBER = dt.date(2025, 9, 1)
BROKEN = """
id: mine
label: {zh: 我的, en: Mine}
costs:
  - of: teaching_area
    label: {zh: 房, en: Rooms}
    unit: m2
    paid: twice
    prices:
      - {since: 2024-01-01, yuan: -5, reference: {document: nobody, clause: x, quote: x, basis: single}}
  - of: swimming_pool
    label: {zh: 池, en: Pool}
    unit: m2
    paid: once
    colour: blue
    prices: []
"""


def test_shipped_prices_all_say_that_they_are_made_up() -> None:
    for name in shipped_costs():
        costs = load_costs(name)
        prices = [
            price
            for cost in costs.costs.values()
            for listed in (cost.prices, *(prices for _, prices in cost.provinces))
            for price in listed
        ]
        assert all(price.illustrative for price in prices)
        assert set(costs.costs) <= set(KNOWN)


def test_a_price_holds_from_its_day_on() -> None:
    costs = load_costs()
    assert costs.yuan("teaching_area", "990101", dt.date(2021, 12, 31)) == 2600
    assert costs.yuan("teaching_area", "990101", dt.date(2022, 1, 1)) == 3000
    assert costs.yuan("teaching_area", "990101", dt.date(2016, 12, 31)) is None


def test_the_price_of_a_province_comes_before_the_general_one() -> None:
    costs = load_costs()
    assert costs.yuan("teaching_area", "990201", SEPTEMBER) == 3600
    assert costs.yuan("teaching_area", "990201", dt.date(2020, 9, 1)) == 2600


def test_what_has_no_cost_has_none_and_not_zero() -> None:
    assert load_costs().yuan("certified", "990101", SEPTEMBER) is None


def test_every_slip_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(BROKEN, "utf-8")
    with pytest.raises(StandardNeedsMending) as refusal:
        load_costs(path)
    told = {(problem.code, problem.fields["line"]) for problem in refusal.value.problems}
    assert told == {
        ("standard.not_allowed", 8),
        ("standard.too_small", 10),
        ("standard.not_allowed", 10),
        ("standard.not_allowed", 11),
        ("standard.unknown_key", 15),
    }


def test_a_name_that_is_none_is_told_with_those_there_are() -> None:
    with pytest.raises(WrongUse, match="example"):
        load_costs("nowhere")
