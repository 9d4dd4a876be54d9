"""A verdict on very many counties is told as that on one, and memory holds few of them at a time."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from random_counties import data_set, frames, with_details

from junheng.cli.page import MOST_COUNTIES, gathered
from junheng.evaluate.regimes import Regime, regimes
from junheng.model.load import load_standard
from junheng.model.overlay import load_overlay
from junheng.model.standard import Standard
from junheng.report import spool
from junheng.report.as_json import about, document
from junheng.report.collected import Collected, by_year, together

YEARS = (2021, 2022, 2025)


def judged(name: str) -> tuple[list[Collected], tuple[Regime, ...], Standard]:
    """Counties of several years, one of them under rules of its own."""
    standard, overlay = load_standard(name), load_overlay("example", name)
    random = Random(11)  # noqa: S311  # any numbers will do, as long as they stay the same
    tables = frames(with_details(random, data_set(random, 12, YEARS), tuple(standard.facts)))
    found = regimes(standard, YEARS, overlays=[overlay])
    return list(by_year(tables, found)), found, standard


@pytest.mark.parametrize("name", ["cn-quality-2017", "cn-basic-2012"])
def test_what_waits_in_files_comes_out_as_it_would_from_memory(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_AT_ONCE", 5)
    collected, found, standard = judged(name)
    rests_on, out = about(found, standard, "f" * 64), io.StringIO()

    with spool.Spool() as waiting:
        for one in collected:
            waiting.add(one)
        waiting.write(rests_on, standard.recheck, out)

    wanted = document(collected, found, standard, "f" * 64)
    assert len(wanted["counties"]) > len(YEARS) * 5
    assert out.getvalue() == json.dumps(wanted, ensure_ascii=False) + "\n"


def test_years_that_were_collected_together_are_told_county_by_county_too() -> None:
    collected, found, standard = judged("cn-quality-2017")
    usual = [one for one in collected if not one.regime.standard.overlays]
    days = {year: day for one in usual for year, day in one.regime.days.items()}
    one = replace(together(usual), regime=replace(usual[0].regime, days=days))
    out = io.StringIO()

    with spool.Spool() as waiting:
        waiting.add(one)
        waiting.write({"input": {}}, standard.recheck, out)

    wanted = document([one], found, standard, "")["counties"]
    assert len({entry["year"] for entry in wanted}) > 1
    assert json.loads(out.getvalue())["counties"] == wanted


def test_no_file_of_the_spool_is_left_open() -> None:
    collected, _, _ = judged("cn-quality-2017")

    with spool.Spool() as waiting:
        waiting.add(collected[0])

    assert waiting._files
    assert all(file.closed for file in waiting._files)


def test_of_many_counties_a_page_keeps_the_verdicts_alone() -> None:
    collected, _, _ = judged("cn-quality-2017")

    def coming() -> Iterator[Collected]:
        yield from collected

    found = gathered(coming())

    assert found.counties.height == sum(one.counties.height for one in collected) > MOST_COUNTIES
    assert found.whole == []
