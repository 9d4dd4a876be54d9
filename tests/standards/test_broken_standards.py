"""Every slip in a standard is reported, in both languages, with file, line and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import broken
import pytest

from junheng.errors import StandardNeedsMending, WrongUse
from junheng.model.load import load_standard, with_options
from junheng.model.overlay import load_overlay


@pytest.mark.parametrize("case", broken.CASES, ids=[case["name"] for case in broken.CASES])
def test_a_slip_is_reported_where_it_is(case: Mapping[str, Any], tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    broken.slip(folder, case)

    with pytest.raises(StandardNeedsMending) as caught:
        broken.loader(folder, case["file"])()

    found = {(p.code, p.fields["file"], p.fields["line"]): p for p in caught.value.problems}
    place = case.get("in", Path(case["file"]).name)
    line = 1 if "in" in case else broken.line_of(folder, case)
    problem = found.get((f"standard.{case['code']}", place, line))
    assert problem, f"looked for {case['code']} in {place}:{line}, found {list(found)}"
    for language in ("zh", "en"):
        for word in case[language]:
            assert word in problem.say(language)


def test_no_entry_takes_a_key_that_nobody_knows(tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    unnoticed = []
    for place, load in broken.with_a_key_too_many(folder):
        with pytest.raises(StandardNeedsMending) as caught:
            load()
        if "unheard_of" not in caught.value.say("en"):
            unnoticed.append(place)
    assert unnoticed == []


def test_a_value_of_the_wrong_kind_is_a_slip_and_never_a_crash(tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    for load in broken.with_a_value_of_the_wrong_kind(folder):
        with pytest.raises(StandardNeedsMending) as caught:
            load()
        assert caught.value.say("zh")


def test_all_slips_are_reported_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    folder = broken.copy(tmp_path)
    chosen = ("an unknown key", "an unknown unit", "an end before its beginning", "an unknown option",
              "two comparisons in one limit", "more indicators to be met than there are")  # fmt: skip
    cases = [case for case in broken.CASES if case["name"] in chosen]
    for case in cases:
        broken.slip(folder, case)

    with pytest.raises(StandardNeedsMending) as caught:
        load_standard(str(folder))

    found = [(p.fields["file"], p.fields["line"], p.code) for p in caught.value.problems]
    wanted = [(c["file"], broken.line_of(folder, c), f"standard.{c['code']}") for c in cases]
    assert len(wanted) == len(chosen)
    assert found == sorted(wanted)
    assert len(caught.value.say("zh").splitlines()) == len(chosen)


def test_the_healthy_standard_has_no_slip() -> None:
    assert load_standard(str(broken.HEALTHY)).id == "healthy"
    assert load_overlay("province", str(broken.HEALTHY)).id == "province"


def test_a_standard_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(WrongUse) as caught:
        load_standard("cn-basic")
    assert caught.value.code == "standard.not_found"
    for language in ("zh", "en"):
        said = caught.value.say(language)
        assert "“cn-basic”" in said
        assert "cn-basic-2012" in said


def test_an_overlay_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(WrongUse) as caught:
        load_overlay("guizhou", "cn-basic-2012")
    assert caught.value.code == "standard.overlay_not_found"
    assert "nei-mongol" in caught.value.say("zh")


def test_an_overlay_of_another_standard_is_refused() -> None:
    path = broken.HEALTHY / "overlays" / "province.yaml"
    with pytest.raises(WrongUse) as caught:
        load_overlay(str(path), "cn-quality-2017")
    assert caught.value.code == "standard.overlay_of_another"
    assert "healthy" in caught.value.say("en")


def test_an_option_that_is_not_there_is_refused() -> None:
    standard = load_standard("cn-quality-2017")
    assert with_options(standard, rooms="uses_together").options["rooms"] == "uses_together"
    with pytest.raises(WrongUse) as caught:
        with_options(standard, rooms="none")
    assert "rooms=each_use|uses_together" in caught.value.say("zh")
