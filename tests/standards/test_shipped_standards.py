"""The standards that come with the program: complete, dated, and as the official texts have them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from junheng.model.load import SHIPPED, folder_of, load_standard, shipped
from junheng.model.overlay import load_overlay, shipped_overlays
from junheng.model.reference import Reference
from junheng.model.standard import Standard

OVERLAYS = [(name, overlay) for name in shipped() for overlay in shipped_overlays(name)]


def inside(value: Any, kind: type) -> Iterator[Any]:
    """Give every value of a kind inside a standard."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from inside(each, kind)
    if is_dataclass(value):
        for field in fields(value):
            yield from inside(getattr(value, field.name), kind)


def used_facts(standard: Standard) -> set[str]:
    checks = [check for _, item in standard.every_item() for check in item.checks]
    of_county = [c for c in checks if c.kind in ("attested", "facts", "grade", "points")]
    named = {name for c in of_county for name in c.of.names + (c.per.names if c.per else ())}
    limits = [case.fact for c in checks for limit in c.limits for case in limit.cases]
    return named | {f for f in limits if f} | {f for e in standard.easements for f in e.needs}


def test_the_three_standards_and_their_overlays_are_there() -> None:
    assert shipped() == ("cn-basic-2012", "cn-five-dimensions", "cn-quality-2017")
    assert shipped_overlays("cn-basic-2012") == ("example", "nei-mongol")
    assert shipped_overlays("cn-quality-2017") == ("example",)


@pytest.mark.parametrize("name", shipped())
def test_a_standard_loads_and_is_cut_to_a_day(name: str) -> None:
    standard = load_standard(name)
    today = standard.on(date(2025, 9, 1))
    assert standard.id == name
    assert today.as_of == date(2025, 9, 1)
    assert all(
        check.limit for _, item in today.every_item() for check in item.checks if check.limits
    )


@pytest.mark.parametrize(("name", "overlay"), OVERLAYS)
def test_an_overlay_loads_and_can_be_laid_over_its_standard(name: str, overlay: str) -> None:
    changed = load_overlay(overlay, name).change(load_standard(name))
    assert changed.overlays == (overlay,)
    assert changed.on(date(2025, 9, 1)).as_of == date(2025, 9, 1)


@pytest.mark.parametrize("name", shipped())
def test_every_fact_is_asked_for_by_a_check_or_by_the_form(name: str) -> None:
    standard = load_standard(name)
    idle = set(standard.facts) - used_facts(standard)
    assert all(standard.facts[fact].form.startswith("表") for fact in idle)


@pytest.mark.parametrize("name", shipped())
def test_every_reference_names_a_clause_and_the_words(name: str) -> None:
    standard = load_standard(name)
    said: list[Reference] = list(inside(standard, Reference))
    assert said
    assert all(r.clause and r.quote and r.document in standard.documents for r in said)


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_law_cites_documents_not_addresses(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "http" not in text
    assert "www." not in text


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/overlays/example.yaml")), ids=str)
def test_an_example_says_that_it_is_one_and_holds_for_no_place(path: Path) -> None:
    overlay = load_overlay("example", path.parent.parent.name)
    assert overlay.label.zh.startswith("示例")
    assert overlay.holds_for("990101")
    assert not any(overlay.holds_for(code) for code in ("110101", "150102", "659001", "710000"))
    text = path.read_text("utf-8")
    assert "note: 示例" in text
    assert "basis: illustrative" in text
    assert not any(f"basis: {basis}" in text for basis in ("confirmed", "single", "inferred"))


def test_the_indicators_stand_in_the_order_of_the_official_form() -> None:
    assert [i.id for i in load_standard("cn-quality-2017").indicators] == [
        "above_degree_teachers", "backbone_teachers", "pe_arts_teachers", "teaching_area",
        "sports_area", "equipment_value", "multimedia_rooms",
    ]  # fmt: skip
    assert [i.id for i in load_standard("cn-basic-2012").indicators] == [
        "teaching_area", "sports_area", "equipment_value", "computers", "books", "teachers",
        "above_degree_teachers", "mid_title_teachers",
    ]  # fmt: skip


def test_the_parts_hold_as_many_items_as_the_measures_have() -> None:
    counts = {
        name: {p.id: len(p.items.items) if p.items else 0 for p in load_standard(name).parts}
        for name in ("cn-quality-2017", "cn-basic-2012")
    }
    assert counts["cn-quality-2017"] == {
        "resources": 0, "government": 15, "quality": 9, "recognition": 1,
    }  # fmt: skip
    assert counts["cn-basic-2012"] == {
        "threshold": 0, "balance": 0, "government": 17, "satisfaction": 1,
    }  # fmt: skip
    quality = load_standard("cn-quality-2017")
    assert [len(group) for group in (quality.veto, quality.eligibility, quality.easements)] == [
        6,
        5,
        5,
    ]


def test_the_floors_are_eighty_five_per_cent_of_the_limits() -> None:
    standard = load_standard("cn-quality-2017").on(date(2025, 9, 1))
    rule = standard.parts[0].section_rule
    assert rule is not None
    floor = rule.floor
    assert floor is not None
    floors = {
        level: [i.limit.by_level()[level] * floor for i in standard.indicators if i.limit]
        for level in standard.levels
    }
    assert floors["primary"] == pytest.approx([3.57, 0.85, 0.765, 3.825, 6.375, 1700, 1.955])
    assert floors["junior"] == pytest.approx([4.505, 0.85, 0.765, 4.93, 8.67, 2125, 2.04])


def check_limit(standard: Standard, check: str, day: date) -> float | None:
    """Give the number that a check without cases is compared with on a day."""
    found = [c for _, item in standard.on(day).every_item() for c in item.checks if c.id == check]
    limit = found[0].limit
    return limit.cases[0].value if limit else None


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        (date(2017, 4, 25), None),
        (date(2017, 4, 26), 6000),
        (date(2026, 8, 31), 6000),
        (date(2026, 9, 1), 8000),
    ],
)
def test_special_schools_get_more_from_a_day_on(day: date, limit: float | None) -> None:
    standard = load_standard("cn-quality-2017")
    assert check_limit(standard, "special_school_funding", day) == limit


def test_a_province_may_ask_for_more_earlier() -> None:
    changed = load_overlay("example", "cn-quality-2017").change(load_standard("cn-quality-2017"))
    assert check_limit(changed, "special_school_funding", date(2024, 9, 1)) == 8000
    assert "example_labour_education" in changed.facts


@pytest.mark.parametrize(
    ("day", "alone", "prolonged"),
    [
        (date(2019, 10, 11), 0, 0),
        (date(2019, 10, 12), 5, 5),
        (date(2022, 10, 11), 5, 5),
        (date(2022, 10, 12), 0, 5),
        (date(2027, 12, 31), 0, 5),
        (date(2028, 1, 1), 0, 0),
    ],
)
def test_easements_hold_for_three_years_unless_a_province_prolongs_them(
    day: date, alone: int, prolonged: int
) -> None:
    standard = load_standard("cn-quality-2017")
    overlay = load_overlay("example", "cn-quality-2017")
    assert len(standard.on(day).easements) == alone
    assert len(overlay.change(standard).on(day).easements) == prolonged


def test_below_is_said_only_where_the_text_says_it() -> None:
    standard = load_standard("cn-quality-2017")
    limits = [
        (item.id, limit.comparison)
        for _, item in standard.every_item()
        for check in item.checks
        for limit in check.limits
    ]
    strict = {item for item, comparison in limits if comparison in ("below", "above")}
    assert strict == {"quality_monitoring", "monitoring_before_application"}


def test_what_is_provincial_waits_until_a_province_says_it() -> None:
    standard = load_standard("cn-basic-2012")
    waiting = {part.id for part in standard.parts if part.waits_for}
    assert waiting == {"threshold", "government"}
    assert all(not indicator.limits for indicator in standard.indicators)

    example = load_overlay("example", "cn-basic-2012").change(standard)
    assert not any(part.waits_for for part in example.parts)
    rule = example.on(date(2025, 9, 1)).parts[0].section_rule
    assert rule is not None
    assert (len(rule.indicators), rule.at_least, rule.floor) == (8, 6, 0.6)
    government = next(p for p in example.parts if p.id == "government").items
    assert government is not None
    assert sum(check.most or 0 for item in government.items for check in item.checks) == 100


def test_nei_mongol_states_its_dates_and_makes_up_no_points() -> None:
    standard = load_standard("cn-basic-2012")
    changed = load_overlay("nei-mongol", "cn-basic-2012").change(standard)
    assert [deadline.due for deadline in changed.timetable] == ["03-31", "05-31", "08-31"]
    assert [deadline.due for deadline in standard.timetable] == ["08-31"]
    waits = {part.id: part.waits_for for part in changed.parts if part.waits_for}
    assert set(waits) == {"threshold", "government"}
    assert "内蒙古" in waits["threshold"].zh
    assert load_overlay("nei-mongol", "cn-basic-2012").holds_for("150102")


def test_the_rubric_needs_no_indicators_and_says_that_it_is_ours() -> None:
    standard = load_standard("cn-five-dimensions")
    assert standard.indicators == ()
    assert [part.label.zh for part in standard.parts] == [
        "资源配置", "教育教学", "师资队伍", "学生发展", "家庭教育指导",
    ]  # fmt: skip
    assert {check.kind for _, item in standard.every_item() for check in item.checks} == {
        "points",
        "grade",
    }
    references: list[Reference] = list(inside(standard, Reference))
    assert {reference.basis for reference in references} == {"illustrative"}


def test_the_law_is_read_in_forty_milliseconds() -> None:
    def seconds() -> float:
        begun = time.process_time()
        load_standard("cn-quality-2017")
        return time.process_time() - begun

    assert min(seconds() for _ in range(8)) < 0.040


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for path in folder_of("cn-five-dimensions").glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    mine = load_standard(str(folder))
    assert mine.digest == load_standard("cn-five-dimensions").digest
    with (folder / "facts.yaml").open("a", encoding="utf-8") as file:
        file.write("# 改过\n")
    assert load_standard(str(folder)).digest != mine.digest
