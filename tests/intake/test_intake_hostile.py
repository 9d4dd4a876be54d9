"""Hostile workbooks are refused with a reason; see hostile.py. The long proof is in tests/prove."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from damage import compared, damaged, mutated
from handed_in import codes
from hostile import all_attacks, few_attacks
from hostile_old import book
from workbook_parts import Attack, packed, sound_parts

from junheng import intake
from junheng.errors import DataNeedsMending
from junheng.intake import guard
from junheng.intake.guard import Inspected
from junheng.intake.limits import LIMITS

SEED = 20_260_101
MUTATIONS = 200
RUN = Path(__file__).with_name("hostile_run.py")


@pytest.fixture(scope="module")
def attacks() -> list[Attack]:
    return all_attacks(SEED)


@pytest.fixture(scope="module")
def outcomes(
    attacks: list[Attack], tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Hand in every attack in one process: that it ends well says that none harmed it."""
    folder = tmp_path_factory.mktemp("hostile")
    for place, attack in enumerate(attacks):
        (folder / f"{place:04}{attack.suffix}").write_bytes(attack.data)
    done = subprocess.run(
        [sys.executable, str(RUN), str(folder)], capture_output=True, text=True, check=True
    )
    *told, peaks = map(json.loads, done.stdout.splitlines())
    return told, peaks


Outcomes = tuple[list[dict[str, Any]], dict[str, float]]


def test_each_attack_is_refused_in_time_for_its_own_reason(
    attacks: list[Attack], outcomes: Outcomes
) -> None:
    told, peaks = outcomes
    wrong = [
        (attack.family, attack.name, attack.code, each["codes"])
        for attack, each in zip(attacks, told, strict=True)
        if (attack.code not in each["codes"] if attack.code else each["codes"])
    ]
    said = [sentence for each in told for sentence in each["said"]]
    families = Counter(attack.family for attack in attacks if attack.code)

    assert wrong == []
    assert sum(families.values()) >= 60
    assert families.keys() == {"xml", "zip", "sheet", "active", "business", "other", "old", "much"}
    assert max(each["seconds"] for each in told) <= 20
    assert max(peaks["child"], peaks["self"]) <= 512
    assert all(sentence.isprintable() and len(sentence) < 600 for sentence in said)


def test_without_the_guard_attacks_get_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the tests: what they are told comes of the guard, not of the reader."""
    monkeypatch.setattr(guard, "workbook", lambda path: Inspected())
    came = Counter[str]()
    for attack in few_attacks():
        path = tmp_path / "county.xlsx"
        path.write_bytes(attack.data)
        try:
            intake.read(path)
            came["let in"] += 1
        except DataNeedsMending as refused:
            came.update(codes(refused))
    assert came["let in"] >= 3
    assert came["intake.workbook_stopped"] >= 1
    assert not any("guard" in each for each in came)


@pytest.mark.parametrize("part", range(4))
def test_random_damage_brings_only_our_own_errors_and_what_it_left_is_read_as_before(
    part: int, tmp_path: Path
) -> None:
    good, rng = sound_parts(), random.Random(SEED + part)  # noqa: S311
    path = tmp_path / "county.xlsx"
    path.write_bytes(packed(good))
    before, came = (good, intake.read(path)), Counter[str]()
    for _ in range(MUTATIONS // 4):
        path.write_bytes(data := mutated(good, rng))
        try:
            found = intake.read(path)
        except DataNeedsMending as error:
            said = [error.say(language) for language in ("zh", "en")]
            if not all(said):
                raise AssertionError(said) from error
        else:
            came += compared(before, data, found)
    assert came["same"] > 0
    assert came["otherwise"] == 0


def test_random_damage_to_old_workbooks_brings_only_our_own_errors(tmp_path: Path) -> None:
    """Only where the guard lets one in is its reader started, and of these only for the first."""
    good, rng = book(), random.Random(SEED)  # noqa: S311
    path, came = tmp_path / "county.xls", Counter[str]()
    for _ in range(1000):
        path.write_bytes(damaged(good, rng))
        try:
            guard.old_workbook(path)
            came["let in"] += 1
            if came["let in"] <= 12:
                intake.read(path)
        except DataNeedsMending as refused:
            came.update(codes(refused))
    assert came["intake.workbook_broken"] > 100
    assert came["let in"] > 12


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_a_guard_that_takes_too_long_stops(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"county{suffix}"
    path.write_bytes(book() if suffix == ".xls" else packed(sound_parts()))
    inspect = guard.old_workbook if suffix == ".xls" else guard.workbook
    inspect(path)
    with pytest.raises(DataNeedsMending) as refused:
        inspect(path, replace(LIMITS, seconds=-1))
    assert codes(refused.value) == ["intake.guard_slow"]
    assert "用时过长" in refused.value.say("zh")
