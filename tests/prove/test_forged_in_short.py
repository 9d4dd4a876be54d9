"""A few counties of what prove_forged.py measures on many."""

from __future__ import annotations

from pathlib import Path

from forging import counties, flagged, measured

from junheng.check import rules


def test_forged_counties_are_found_and_clean_ones_let_be(tmp_path: Path) -> None:
    for kind, (recall, guilty, alarms) in measured(tmp_path, 40).items():
        assert guilty >= 20, kind
        assert recall >= 0.8, kind
        assert alarms <= (0.25 if kind == "wrong_unit" else 0.05), kind


def test_made_up_counties_have_no_logic_findings_and_few_of_experience(tmp_path: Path) -> None:
    found = flagged(counties(tmp_path / "data", 10, 2025))
    families = {rule: rules()[rule].family for rule in found}

    assert "logic" not in families.values(), families
    assert sum(len(named) for named in found.values()) <= 20
