"""A change that is said to flip a verdict flips it; a smaller one does not; where there is none, none does.

Changes are tried out by evaluating the changed cell. Cells that stand at a limit already are left
out: there the change is 0, and nothing can be smaller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

import pytest
from random_counties import Tables, data_set
from what_if import STANDARDS, YEAR, Change, Outcomes, Row, evaluated, outcomes, rows, standard

from junheng.evaluate import Evaluation
from junheng.evaluate.robustness import balance_flips, section_flips

BEYOND, SHORT = 1 + 1e-6, (1 - 1e-6, 0.99, -0.99)
WIDE = (0.0, *(step * 10.0**power for power in range(-4, 7) for step in (1, 2.5, 5)))
"""Times what is reported; amounts are also taken down to 0."""


@cache
def tables() -> Tables:
    return data_set(Random(5), 40, years=(YEAR,), complete=True)  # noqa: S311  # any numbers will do


@cache
def found(name: str) -> Evaluation:
    return evaluated(tables(), standard(name))


@cache
def flips(name: str, gate: str) -> list[Row]:
    told = (balance_flips if gate == "balance" else section_flips)(found(name).wide, standard(name))
    return rows(told)


def at(row: Row, number: float) -> Change:
    return Change(row["county"], row["school"], row["level"], row["cell"], number)


def judged(row: Row, place: int, came: Outcomes, name: str) -> Any:
    """What the gate of a row says after a change: true, false, or None where it is unknown."""
    if row["gate"] == "section":
        section = came.section(place)
        return None if section is None else {"pass": True, "fail": False}.get(section["verdict"])
    composite = name == "cn-basic-2012"
    verdict = came.spread(place, "composite" if composite else row["indicator"])["verdict"]
    return {"met": True, "unmet": False}.get(verdict)


def tried(
    chosen: Sequence[Row], name: str, numbers: Sequence[Sequence[float]]
) -> list[tuple[Row, float, Any]]:
    """Each row with each number written into its cell, and what its gate then says."""
    pairs = [(row, number) for row, each in zip(chosen, numbers, strict=True) for number in each]
    came = outcomes(tables(), name, [at(row, number) for row, number in pairs])
    return [(row, n, judged(row, place, came, name)) for place, (row, n) in enumerate(pairs)]


def clear(row: Row) -> bool:
    """Leave out changes of which a millionth is too little to be seen: tiny ones and huge ones."""
    if row["change"] is None or not row["reported"]:
        return bool(row["change"])
    return bool(1e-2 < abs(row["change"]) / row["reported"] < 1e3)


def some(chosen: Sequence[Row], most: int) -> Sequence[Row]:
    return chosen[:: max(1, len(chosen) // most)]


@cache
def known_to_be_odd(name: str) -> dict[str, Callable[[Row], bool]]:
    """Kinds of rows in which a closed form easily goes wrong; they have tests of their own."""
    schools = {(b["county"], b["level"]): b["schools"] for b in rows(found(name).balance)}
    levels = Counter(s["school"] for s in tables()["sections"] if s["pupils"] != 0)
    points = {s["school"] for s in tables()["schools"] if s["kind"] == "teaching_point"}
    owners: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for value in rows(found(name).values):
        if value["amount"] != 0:
            owners[value["county"], value["level"], value["indicator"]].add(value["school"])

    def of_pupils(row: Row) -> bool:
        return bool(row["cell"] == "pupils" and row["gate"] == "balance")

    return {
        "one_school_alone": lambda row: (
            row["gate"] == "balance" and schools[row["county"], row["level"]] == 1
        ),
        "no_other_has_any": lambda row: (
            row["gate"] == "balance"
            and owners[row["county"], row["level"], row["indicator"]] <= {row["school"]}
        ),
        "pupils_of_a_school_without_any": lambda row: (
            of_pupils(row)
            and row["school"] not in owners[row["county"], row["level"], row["indicator"]]
        ),
        "pupils_of_a_combined_campus": lambda row: of_pupils(row) and levels[row["school"]] > 1,
        "pupils_of_a_teaching_point": lambda row: of_pupils(row) and row["school"] in points,
        "pupils_where_a_composite_is_judged": lambda row: (
            of_pupils(row) and name == "cn-basic-2012"
        ),
    }


def plain(row: Row, name: str) -> bool:
    return not any(odd(row) for odd in known_to_be_odd(name).values())


def check_named(chosen: Sequence[Row], name: str) -> None:
    """A little more than the change flips the gate; a little less does not, whichever way it goes."""
    numbers = [
        [n for s in (BEYOND, *SHORT) if (n := row["reported"] + row["change"] * s) > 0 or s > 0]
        for row in chosen
    ]
    for row, number, met in tried(chosen, name, numbers):
        flipped = abs(number - row["reported"]) > abs(row["change"])
        assert met is (row["met"] ^ flipped), (row, number)


def check_none(chosen: Sequence[Row], name: str) -> None:
    """Nothing that may stand in the cell flips the gate."""
    numbers = [
        [step * (row["reported"] or 1000) for step in WIDE if step or row["cell"] != "pupils"]
        for row in chosen
    ]
    for row, number, met in tried(chosen, name, numbers):
        assert met in (row["met"], None), (row, number)


def unnamed(row: Row) -> bool:
    return row["change"] is None and row["reported"] is not None and row["met"] is not None


@pytest.mark.parametrize("gate", ["balance", "section"])
@pytest.mark.parametrize("name", STANDARDS)
def test_the_change_flips_the_verdict_and_a_smaller_one_does_not(name: str, gate: str) -> None:
    chosen = some([r for r in flips(name, gate) if clear(r) and plain(r, name)], 120)
    assert len(chosen) > 50
    check_named(chosen, name)


@pytest.mark.parametrize("gate", ["balance", "section"])
@pytest.mark.parametrize("name", STANDARDS)
def test_where_no_change_is_named_none_in_a_wide_scan_flips_the_verdict(
    name: str, gate: str
) -> None:
    chosen = some([r for r in flips(name, gate) if unnamed(r) and plain(r, name)], 25)
    assert chosen
    check_none(chosen, name)


@pytest.mark.parametrize("name", STANDARDS)
def test_a_school_alone_and_one_that_has_all_there_is_flip_nothing(name: str) -> None:
    for odd in ("one_school_alone", "no_other_has_any"):
        is_odd = known_to_be_odd(name)[odd]
        assert {r["change"] for r in flips(name, "balance") if is_odd(r)} <= {None}


def test_pupils_of_a_school_without_any_of_it_flip_what_they_are_said_to() -> None:
    name = "cn-quality-2017"
    is_odd = known_to_be_odd(name)["pupils_of_a_school_without_any"]
    check_named([r for r in flips(name, "balance") if clear(r) and is_odd(r)], name)


@pytest.mark.parametrize("name", STANDARDS)
def test_pupils_are_told_only_where_they_move_nothing_else(name: str) -> None:
    odd = known_to_be_odd(name)
    moving = ("combined_campus", "teaching_point", "composite")
    cases = [is_odd for case, is_odd in odd.items() if case.endswith(moving) or "composite" in case]
    assert not [row for row in flips(name, "balance") if any(is_odd(row) for is_odd in cases)]


@pytest.mark.parametrize("gate", ["balance", "section"])
@pytest.mark.parametrize("name", STANDARDS)
def test_relative_is_the_change_beside_what_is_reported(name: str, gate: str) -> None:
    for row in flips(name, gate):
        if row["change"] is None or not row["reported"]:
            assert row["relative"] is None
        else:
            assert row["relative"] == pytest.approx(row["change"] / row["reported"])


@pytest.mark.parametrize("name", STANDARDS)
def test_every_section_and_indicator_is_told_once_for_its_amount_and_at_most_once_for_its_pupils(
    name: str,
) -> None:
    sections = {(r["county"], r["school"], r["level"]) for r in rows(found(name).sections)}
    rule = standard(name).balance_rule
    assert rule is not None
    told = [
        (row["county"], row["school"], row["level"], row["indicator"], row["cell"] == "pupils")
        for row in flips(name, "balance")
    ]
    assert len(told) == len(set(told))
    assert len([t for t in told if not t[-1]]) == len(sections) * len(rule.indicators)
