"""Transfers, against every transfer there is: nobody can even the deficits out better."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.plan.rotate_staff import Place, Teacher
from junheng.plan.rotate_transfers import Standing, standing, transfers

KIND = "pe_arts"
many = settings(max_examples=25, deadline=None, derandomize=True)


def place(name: str) -> Place:
    return name, "primary"


def teacher(name: str, at: str, to: str, *counts: str, years: float = 8) -> Teacher:
    goes_to = frozenset(place(one) for one in to.split())
    return Teacher(
        name, place(at), "music", frozenset(counts or (KIND,)), True, False, years, goes_to
    )


def random_case(random: Random) -> tuple[list[Teacher], dict[str, dict[Place, int]]]:
    schools = [f"s{n}" for n in range(random.randint(3, 5))]
    teachers = []
    for n in range(random.randint(2, 6)):
        at = random.choice(schools[:2])
        to = [one for one in schools if one != at and random.random() < 0.6]
        teachers.append(teacher(f"t{n}", at, " ".join(to)))
    givers = {place(one): random.choice((0, 0, 1)) for one in schools[:2]}
    takers = {place(one): random.randint(1, 4) for one in schools[2:]}
    needs = {KIND: givers | takers}
    return teachers, needs


def left(
    now: Standing, moves: Sequence[tuple[Teacher, Place | None]], kind: str = KIND
) -> list[int] | None:
    """Give all deficits after moves, the largest first; None where a giver falls short."""
    have = {one: now.have[kind].get(one, 0) for one in now.needs[kind]}
    for who, to in moves:
        if to is not None:
            have[who.place] -= 1
            have[to] += 1
    gave = {who.place for who, to in moves if to is not None}
    got = {to for _, to in moves if to is not None}
    needs = now.needs[kind]
    if any(have[one] < needs[one] for one in gave) or any(have[one] > needs[one] for one in got):
        return None
    return sorted((max(0, needs[one] - have[one]) for one in needs), reverse=True)


def every_transfer(
    teachers: Sequence[Teacher], now: Standing
) -> Iterator[list[tuple[Teacher, Place | None]]]:
    """Give every way to send teachers from schools with some to spare to schools that are short."""
    short = now.deficits(KIND)
    ways = [
        [None, *sorted(one.goes_to & short.keys())] if now.spare(KIND, one.place) else [None]
        for one in teachers
    ]
    for chosen in product(*ways):
        yield list(zip(teachers, chosen, strict=True))


def dominates(these: Sequence[int], those: Sequence[int]) -> bool:
    """Say whether the k largest add up to no more, for every k."""
    return all(sum(these[: k + 1]) <= sum(those[: k + 1]) for k in range(len(these)))


@many
@given(st.randoms(use_true_random=False))
def test_no_transfer_has_deficits_that_are_not_dominated(random: Random) -> None:
    teachers, needs = random_case(random)
    before = standing(teachers, needs)
    others = [left(before, moves) for moves in every_transfer(teachers, before)]
    after = standing(teachers, needs)
    moves = transfers(KIND, teachers, after)
    ours = left(before, list(moves))
    assert ours is not None
    assert all(dominates(ours, theirs) for theirs in others if theirs is not None)
    assert sorted(after.deficits(KIND).values(), reverse=True) == [d for d in ours if d]


@many
@given(st.randoms(use_true_random=False))
def test_nobody_goes_where_they_do_not_accept_or_twice(random: Random) -> None:
    teachers, needs = random_case(random)
    moves = transfers(KIND, teachers, standing(teachers, needs))
    assert all(to in one.goes_to for one, to in moves)
    assert len({one.id for one, _ in moves}) == len(moves)


@many
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_register_changes_nothing(random: Random) -> None:
    teachers, needs = random_case(random)
    moves = transfers(KIND, teachers, standing(teachers, needs))
    shuffled = random.sample(teachers, len(teachers))
    assert transfers(KIND, shuffled, standing(shuffled, needs)) == moves


def test_a_teacher_is_rerouted_where_that_lets_a_second_school_get_one() -> None:
    teachers = [teacher("a", "x", "p q"), teacher("b", "x", "p")]
    needs = {KIND: {place("x"): 0, place("p"): 1, place("q"): 1}}
    moves = {one.id: to[0] for one, to in transfers(KIND, teachers, standing(teachers, needs))}
    assert moves == {"a": "q", "b": "p"}


def test_the_school_with_the_largest_deficit_comes_first() -> None:
    teachers = [teacher("a", "x", "p q"), teacher("b", "x", "p q")]
    needs = {KIND: {place("x"): 0, place("p"): 1, place("q"): 3}}
    moves = [to[0] for _, to in transfers(KIND, teachers, standing(teachers, needs))]
    assert moves == ["q", "q"]


def test_no_school_gives_so_many_that_it_falls_short_of_anything() -> None:
    both = [teacher(f"t{n}", "x", "p", KIND, "backbone") for n in range(3)]
    needs = {KIND: {place("x"): 0, place("p"): 3}, "backbone": {place("x"): 2, place("p"): 0}}
    now = standing(both, needs)
    assert len(transfers(KIND, both, now)) == 1
    assert now.deficits("backbone") == {}


def test_a_school_whose_need_is_not_known_neither_gives_nor_takes() -> None:
    teachers = [teacher("a", "x", "p")]
    assert transfers(KIND, teachers, standing(teachers, {KIND: {place("p"): 1}})) == []
    assert transfers(KIND, teachers, standing(teachers, {KIND: {place("x"): 0}})) == []


@pytest.mark.parametrize("years", [(3, 9), (9, 3)])
def test_of_those_who_are_alike_the_longest_at_their_school_goes(
    years: tuple[float, float],
) -> None:
    teachers = [teacher(name, "x", "p", years=y) for name, y in zip("ab", years, strict=True)]
    needs = {KIND: {place("x"): 1, place("p"): 1}}
    ((gone, _),) = transfers(KIND, teachers, standing(teachers, needs))
    assert gone.years == 9
