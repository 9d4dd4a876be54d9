"""What was filled in as the tables of the contract."""

from __future__ import annotations

from pathlib import Path

from cast import Cast
from collecting import (
    COUNTY,
    SCHOOL,
    SECOND,
    begin,
    filing_of,
    fill,
    put,
)
from polars.testing import assert_frame_equal

from junheng.evaluate import evaluate
from junheng.intake import read, typed
from junheng.web.collection import standards
from junheng.web.collection.dataset import before, frames, tables
from junheng.web.collection.edits import Edit
from junheng.web.collection.models import Campaign, Filing
from junheng.web.collection.saving import save_cells


def filled(cast: Cast) -> Filing:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    fill(cast, SECOND, "second_clerk", "nine_year", ("primary", "junior"))
    county = [
        Edit("facts", "population", "value", None, "20万"),
        Edit("facts", "school_layout_sound", "value", None, "是"),
        *(
            Edit("opinions", "parent/questionnaire", name, None, "90")
            for name in ("sent", "valid", "satisfied")
        ),
    ]
    assert not put(cast, "county_clerk", COUNTY, *county).refused
    return filing_of(COUNTY)


def test_the_tables_are_what_the_door_gives_and_judge_as_an_exported_folder_does(
    cast: Cast, campaign: Campaign, tmp_path: Path
) -> None:
    given = tables(filled(cast))
    for name, frame in given.items():
        frame.write_csv(tmp_path / f"{name}.csv")
    folder = {name: frame.collect() for name, frame in read(tmp_path).tables.items()}
    memory = {name: frame.collect() for name, frame in typed(given).tables.items()}
    for name, frame in given.items():
        assert_frame_equal(frame, memory[name])
        assert_frame_equal(frame, folder[name])
    standard = standards.on_its_day(campaign)
    here, there = (evaluate(each, standard) for each in (given, folder))
    for part in ("values", "balance", "sections", "counties", "excluded"):
        ours, theirs = (getattr(one, part).collect() for one in (here, there))
        assert_frame_equal(ours, theirs, check_row_order=False)
        assert part == "excluded" or ours.height


def test_a_school_that_said_nothing_stands_there_with_unknowns(
    cast: Cast, campaign: Campaign
) -> None:
    fill(cast, SCHOOL, "clerk", "primary", ("primary",))
    sections = tables(filing_of(COUNTY))["sections"]
    assert sections.select("school", "level", "pupils").rows() == [
        (SCHOOL, "primary", 500.0),
        (SECOND, "primary", None),
        (SECOND, "junior", None),
    ]


def test_last_years_tables_come_from_the_latest_earlier_campaign(cast: Cast) -> None:
    begin(cast, 2024)
    edit = Edit("schools", "", "books", None, "900")
    save_cells(filing_of(SCHOOL, 2024), [edit], by=cast.people["clerk"], client_key="a")
    begin(cast, 2025)
    found_before = before(filing_of(COUNTY, 2025))
    assert found_before is not None
    assert found_before["schools"].row(0, named=True)["books"] == 900
    assert before(filing_of(COUNTY, 2024)) is None


def test_numbered_rows_keep_the_order_of_their_numbers_beyond_nine() -> None:
    rooms = [("S", "rooms", str(n), {}, {"name": f"教室{n}"}, {}) for n in (10, 9, 11)]
    found = frames(rooms, {"S": "模拟小学"}, (2025, "990101"))["rooms"]["name"].to_list()
    assert found == ["教室9", "教室10", "教室11"]
