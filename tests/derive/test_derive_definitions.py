"""Definitions are dated data, and every slip in them is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import register_cast as cast

from junheng.derive import derive, load_definitions
from junheng.derive.definitions import FILE
from junheng.derive.registers import REGISTERS
from junheng.errors import StandardNeedsMending, WrongUse
from junheng.model.load import SHIPPED, load_standard
from junheng.model.tables import SECTIONS


def changed(folder: Path, old: str, new: str) -> Path:
    text = FILE.read_text("utf-8")
    assert text.count(old) == 1
    own = folder / "own.yaml"
    own.write_text(text.replace(old, new), "utf-8")
    return own


def test_every_column_of_people_in_sections_has_a_definition() -> None:
    people = {column.name for column in SECTIONS.columns if column.unit == "person"}
    assert {c.id for c in load_definitions().counts if c.table == "sections"} == people


def test_every_fact_that_is_derived_is_one_that_a_standard_asks_for() -> None:
    asked = set(load_standard("cn-quality-2017").facts)
    assert {c.id for c in load_definitions().counts if c.table == "facts"} <= asked


def test_every_definition_says_where_it_stands() -> None:
    definitions = load_definitions()
    for count in definitions.counts:
        for case in count.cases:
            assert case.reference.quote
            assert case.reference.document in definitions.documents
    assert SHIPPED in FILE.parents


def test_a_province_counts_by_its_own_years(tmp_path: Path) -> None:
    text = FILE.read_text("utf-8").replace(
        "years_in_school: {at_least: 6}", "years_in_school: {at_least: 9}"
    )
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    frames = cast.registers({"teachers": [{"years_in_school": 8}, {"years_in_school": 9}]})
    own, shipped = load_definitions(tmp_path / "own.yaml"), load_definitions()
    assert cast.facts(derive(frames, own))["rotation_eligible_teachers"] == 1
    assert cast.facts(derive(frames, shipped))["rotation_eligible_teachers"] == 2
    assert own.version != shipped.version


@pytest.mark.parametrize(("since", "in_2024"), [("2024-09-01", 1), ("2024-09-02", 2)])
def test_each_year_is_counted_by_what_was_in_force_on_its_first_of_september(
    tmp_path: Path, since: str, in_2024: int
) -> None:
    later = """levels:
          primary: &certified {certificate: 1}
          junior: *certified
        reference: &why
          document: measure
          clause: 政府保障程度，第（十二）项
          quote: 专任教师持有教师资格证上岗率达到100%
          basis: confirmed
      - since: SINCE
        levels:
          primary: {certificate: 0}
        reference: *why
"""
    text = FILE.read_text("utf-8")
    start = text.index("levels:\n          primary: &certified")
    end = text.index("\n  - id: trained_360h")
    (tmp_path / "own.yaml").write_text(
        text[:start] + later.replace("SINCE", since) + text[end:], "utf-8"
    )

    rows = [
        {"year": year, "certificate": flag} for year in (2023, 2024, 2025) for flag in (1, 1, 0)
    ]
    frames = cast.registers({"teachers": [*rows, {"level": "junior"}]})
    found = derive(frames, load_definitions(tmp_path / "own.yaml")).sections.collect()
    told = {(y, level): n for y, level, n in found.select("year", "level", "certified").iter_rows()}
    assert told == {(2023, "primary"): 2, (2024, "primary"): in_2024, (2025, "primary"): 1,
                    (2025, "junior"): None}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{degree: [doctor, master, bachelor]}", "{degree: [doctor, phd]}", "phd"),
        ("{degree: [doctor, master, bachelor]}", "{grade: [a]}", "grade"),
        ("hours_of_five_years: {at_least: 360}", "hours_of_five_years: {about: 360}", "about"),
        ("[hours_0, hours_1, hours_2,", "[hours_0, hours_9, hours_2,", "hours_9"),
        ("among: rotated_teachers", "among: somebody", "somebody"),
        ("  - id: backbone\n", "  - id: teachers\n", "teachers"),
        ("primary: &migrant {migrant: 1}", "nursery: &migrant {migrant: 1}", "nursery"),
        ("id: cn-registers", "id: cn-registers\nunheard_of: 1", "unheard_of"),
    ],
)
def test_a_slip_is_told_with_what_was_found(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(StandardNeedsMending) as caught:
        load_definitions(changed(tmp_path, old, new))
    for language in ("zh", "en"):
        assert words in caught.value.say(language)
        assert "own.yaml" in caught.value.say(language)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(WrongUse, match="nowhere"):
        load_definitions(Path("nowhere.yaml"))


def test_no_register_has_a_column_for_a_name() -> None:
    from junheng.derive.privacy import names_a_person

    for table in REGISTERS.values():
        for column in table.columns:
            assert not names_a_person(column.name)
            assert not names_a_person(column.zh)
