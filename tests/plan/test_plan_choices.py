"""Other plans to choose from: what each is named for, it is; and within the same money."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_counties import County, asked

from junheng.plan.choices import Choice, choices, prices
from junheng.plan.limits import Limits
from junheng.plan.plan import Asked, Plan, make_plan
from junheng.plan.report import moved

MOVE = 12_000 * (1 - 1.08**-10) / (1 - 1 / 1.08)
"""What a move counts: the allowance of ten years, discounted."""
SHORT_OF_PE = County([1000, 1000], {"pe_arts": [4.0, 19.0], "teachers": [100.0, 100.0]})


def by_target(wanted: Asked, county: County) -> tuple[Plan, dict[str, Choice]]:
    plan = make_plan(wanted)

    def of(target: int) -> Asked:
        return replace(wanted, start=asked(county, target=target).start)

    return plan, {choice.name: choice for choice in choices(plan, of)}


def test_fewest_moves_costs_more_and_keeps_budgets_at_what_a_move_really_costs() -> None:
    """By hand: 85 % of 9 PE teachers are 8, so 4 are short; and by the rule one moves a year, backbone.

    Of the 4 who move for 12,000 a year each 3 backbone teachers are enough: 7 moves. Hired they
    are 480,000 a year, and 3 moves 36,000 beside them: 516,000 in the last year, which the budget
    has. If a move were paid as dearly as it weighs, it had not.
    """
    budget = dict.fromkeys((2026, 2027, 2028), 600_000.0)
    plan, found = by_target(
        asked(SHORT_OF_PE, limits=Limits(eligible=10), budget=budget), SHORT_OF_PE
    )
    assert moved(plan) == 7
    assert plan.cost == pytest.approx(7 * MOVE)
    assert plan.bound == pytest.approx(7 * MOVE, rel=1e-4)
    fewest = found["fewest_moves"].plan
    assert fewest.found
    assert moved(fewest) == 3
    assert fewest.cost > plan.cost
    assert max(fewest.spending().values()) == pytest.approx(516_000)


def test_of_a_plan_that_moves_as_few_as_the_rule_allows_no_other_is_sought() -> None:
    county = County([1000, 1000], {"equipment_value": [1_600_000.0, 4_000_000.0]})
    plan, found = by_target(asked(county, limits=Limits(eligible=20)), county)
    assert moved(plan) == 3 * 2
    assert found["least_cost_and_moves"].plan is plan


def test_without_building_grounds_are_not_built_and_it_costs_more_or_cannot_be_done() -> None:
    county = County([400, 400], {"sports_ground_area": [2700.0, 6000.0],
                                 "equipment_value": [790_000.0, 1_600_000.0]})  # fmt: skip
    plan, found = by_target(asked(county, limits=Limits(stay=frozenset("01"))), county)
    still = found["no_building"].plan
    assert {action.cell for action in plan.actions} == {"equipment_value"}
    assert {action.cell for action in still.actions} == {"equipment_value"}
    smaller = County([400, 400], {"sports_ground_area": [2500.0, 6000.0]})
    _, found = by_target(asked(smaller, limits=Limits(stay=frozenset("01"))), smaller)
    assert found["no_building"].plan.state == "infeasible"


def test_the_earliest_plan_waits_for_what_must_be_built_first() -> None:
    """Teaching rooms take two years: with the data of 2025, 2027 cannot be reached and 2028 can."""
    county = County([400, 400], {"teaching_area": [1000.0, 3000.0]})
    wanted = asked(county, target=2030, limits=Limits(stay=frozenset("01")))
    _, found = by_target(wanted, county)
    assert found["earliest"].plan.asked.start.target == 2028


def test_a_move_a_year_less_saves_what_such_moves_cost_and_no_more_backbone_than_the_rule_lets() -> (
    None
):
    """By hand: with 60 eligible 6 move a year, 2 of them backbone; of 5 one is. All cost the same."""
    limits = Limits(eligible=60)
    plan = make_plan(asked(County([2000, 2000]), limits=limits))
    (price,) = prices(plan)
    assert price.limit.code == "price_rotation"
    assert price.saves == pytest.approx(3 * MOVE, rel=1e-3)


def test_limits_that_are_full_but_save_nothing_have_no_price() -> None:
    """By hand: 4 PE teachers are short, 4 places are free, nobody can be moved: 4 are hired anyway."""
    limits = Limits(stay=frozenset("01"), headcount={"primary": 204.0})
    budget = dict.fromkeys((2026, 2027, 2028), 900_000.0)
    plan = make_plan(asked(SHORT_OF_PE, limits=limits, budget=budget))
    assert [(action.kind, action.amount) for action in plan.actions] == [("hire", 4)]
    assert prices(plan) == ()


def test_a_coefficient_is_worth_the_ground_that_its_limit_asks_for() -> None:
    """By hand: of a and b m² for as many pupils the coefficient is (b − a) ÷ (b + a), at most c = 0.5.

    So a is b(1 − c) ÷ (1 + c); at 0.51 it is less by 35.3 of 4,000 m², at 400 yuan each.
    """
    county = County([100, 100], {"sports_ground_area": [800.0, 4000.0]})
    plan = make_plan(asked(county, limits=Limits(stay=frozenset("01"))))
    (price,) = prices(plan)
    assert (price.limit.code, price.limit.fields["indicator"]) == ("price_cv", "sports_area")
    assert price.saves == pytest.approx(400 * 4000 * (0.5 / 1.5 - 0.49 / 1.51), rel=1e-2)
