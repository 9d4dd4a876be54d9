"""Exchanges: as few as the rule takes, against every exchange there is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.model.load import load_standard
from junheng.plan.rotate_exchange import Rule, Tally, named, problem, rule_of
from junheng.plan.rotate_staff import Place, Teacher
from junheng.plan.solve import Effort, solve

RULE = Rule(0.5, 0.25)
Moves = list[tuple[Teacher, Place]]


def place(name: str) -> Place:
    return name, "primary"


def teacher(
    name: str, at: str, to: str, course: str = "music", *, backbone: bool = False
) -> Teacher:
    counts = frozenset({"teachers"} | ({"backbone"} if backbone else set()))
    goes_to = frozenset(place(one) for one in to.split())
    return Teacher(name, place(at), course, counts, True, False, 8, goes_to)


def exchanged(teachers: list[Teacher], rule: Rule, tally: Tally) -> Moves:
    model, ways, alike = problem(teachers, rule, tally)
    found = solve(model, Effort(seconds=20, gap=0.0, solvers=("highs",)))
    assert found.state == "solved"
    return named(found.values, ways, alike)


def kept(moves: Moves) -> bool:
    """Say whether every school gets as many of each kind as leave it."""
    balance: Counter[tuple[object, ...]] = Counter()
    for one, to in moves:
        balance[one.place, one.course, one.counts] -= 1
        balance[to, one.course, one.counts] += 1
    return not any(balance.values())


def lack(moves: Moves, rule: Rule, tally: Tally) -> tuple[int, int, int]:
    """Short of moves, short of backbone among them, and how many move."""
    moved = tally.moved + len(moves)
    backbone = tally.backbone + sum(one.backbone for one, _ in moves)
    short = max(0, rule.needed(tally.eligible) - moved)
    return short, max(0, rule.needed_backbone(moved) - backbone), len(moves)


def best(teachers: list[Teacher], rule: Rule, tally: Tally) -> tuple[int, int, int]:
    ways = [[None, *sorted(one.goes_to)] for one in teachers]
    every = ([(one, to) for one, to in zip(teachers, chosen, strict=True) if to]
             for chosen in product(*ways))  # fmt: skip
    return min(lack(moves, rule, tally) for moves in every if kept(moves))


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_as_few_change_places_as_the_rule_takes(random: Random) -> None:
    schools = ["a", "b", "c"]
    teachers = []
    for n in range(random.randint(2, 6)):
        at = random.choice(schools)
        to = [one for one in schools if one != at and random.random() < 0.8]
        teachers.append(teacher(f"t{n}", at, " ".join(to), random.choice(("music", "pe")),
                                backbone=random.random() < 0.4))  # fmt: skip
    tally = Tally(len(teachers) + random.randint(0, 4), random.randint(0, 2), 0)
    moves = exchanged(teachers, RULE, tally)
    assert kept(moves)
    assert all(to in one.goes_to for one, to in moves)
    assert lack(moves, RULE, tally) == best(teachers, RULE, tally)


def test_a_circle_over_three_schools_is_found() -> None:
    teachers = [teacher("1", "a", "b"), teacher("2", "b", "c"), teacher("3", "c", "a")]
    moves = exchanged(teachers, Rule(1.0, 0.0), Tally(3, 0, 0))
    assert {(one.id, to[0]) for one, to in moves} == {("1", "b"), ("2", "c"), ("3", "a")}


def test_those_who_teach_other_courses_do_not_change_places() -> None:
    teachers = [teacher("1", "a", "b", "music"), teacher("2", "b", "a", "pe")]
    assert exchanged(teachers, Rule(1.0, 0.0), Tally(2, 0, 0)) == []


def test_where_enough_move_already_nobody_else_does() -> None:
    teachers = [teacher("1", "a", "b"), teacher("2", "b", "a")]
    assert exchanged(teachers, Rule(0.1, 0.0), Tally(10, 1, 0)) == []


def test_backbone_teachers_are_found_for_those_who_move_already() -> None:
    teachers = [
        teacher(n, at, to, backbone=True) for n, at, to in (("1", "a", "b"), ("2", "b", "a"))
    ]
    moves = exchanged(teachers, Rule(0.1, 0.25), Tally(10, 4, 0))
    assert len(moves) == 2


def test_the_shares_are_those_of_the_standard() -> None:
    day = dt.date(2025, 9, 1)
    assert rule_of(load_standard("cn-quality-2017").on(day)) == Rule(0.1, 0.2)
    assert rule_of(load_standard("cn-basic-2012").on(day)) is None


def test_numbers_needed_are_rounded_up_and_not_by_noise() -> None:
    rule = Rule(0.1, 0.2)
    assert [rule.needed(n) for n in (0, 1, 10, 11, 2090)] == [0, 1, 1, 2, 209]
    assert [rule.needed_backbone(n) for n in (0, 1, 5, 6)] == [0, 1, 1, 2]
