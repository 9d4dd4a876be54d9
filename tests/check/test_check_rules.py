"""Every rule finds what breaks it, and leaves alone what comes near; in both languages."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from checking_cases import Case, base, cases, found, frames_of

from junheng.check import rules, say_finding
from junheng.check.words import say_columns, say_mend, say_what

CASES = [pytest.param(case, id=case.rule) for case in cases()]


def test_there_are_rules_enough_of_both_families_and_each_has_its_case() -> None:
    families = Counter(rule.family for rule in rules().values())
    assert families["logic"] >= 25
    assert families["experience"] >= 15
    assert {case.rule for case in cases()} == set(rules())


def test_nothing_is_found_in_a_sound_county() -> None:
    assert found(frames_of(base())).height == 0


@pytest.mark.parametrize("case", CASES)
def test_what_breaks_a_rule_is_found_and_said_in_both_languages(case: Case) -> None:
    findings = found(case.frames("broken"), case.before("broken"))
    mine = findings.filter(pl.col("rule") == case.rule)

    assert mine.height
    for row in mine.iter_rows(named=True):
        rule = rules()[case.rule]
        assert row["county"]
        assert row["year"] == 2025
        assert (row["family"], row["table"]) == (rule.family, rule.table)
        for language in ("zh", "en"):
            assert "?" not in say_what(row, language)
            assert say_mend(row, language) in say_finding(row, language)
            assert say_columns(row, language) or not rule.cells()


@pytest.mark.parametrize("case", CASES)
def test_what_comes_near_is_left_alone(case: Case) -> None:
    findings = found(case.frames("sound"), case.before("sound"))

    assert case.rule not in findings["rule"].to_list()
