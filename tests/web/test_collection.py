"""Schools fill in, three values stand side by side, and nobody overwrites another."""

from __future__ import annotations

from pathlib import Path

import pytest
from cast import Cast
from collecting import (
    COUNTY,
    SCHOOL,
    SECOND,
    begin,
    filing_of,
    put,
    value_of,
    with_statistics,
)

from junheng.model.load import digest_of, folder_of
from junheng.web.accounts.models import Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.services import found
from junheng.web.audit.models import Entry
from junheng.web.collection import services, standards
from junheng.web.collection.dataset import tables
from junheng.web.collection.edits import ROW_ITSELF, Edit
from junheng.web.collection.models import Campaign, Filing, Record, Revision, Source


def test_opening_freezes_the_standard_and_gives_every_school_a_filing(campaign: Campaign) -> None:
    codes = set(campaign.filings.values_list("organisation__code", flat=True))
    assert codes == {"990101", "990102", SCHOOL, SECOND, "9901020001"}
    assert campaign.standard_digest == digest_of(folder_of("cn-quality-2017"))
    assert standards.standard_of(campaign).id == "cn-quality-2017"


def test_the_frozen_standard_stays_when_the_shipped_files_change(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("junheng.model.load.SHIPPED", tmp_path)  # nothing is shipped any more
    (tmp_path / "units.yaml").write_bytes((folder_units()).read_bytes())
    standards._frozen.cache_clear()
    assert standards.standard_of(campaign).digest == campaign.standard_digest


def folder_units() -> Path:
    import junheng.standards as shipped

    return Path(shipped.__path__[0]) / "units.yaml"


def test_three_values_stand_side_by_side_and_statistics_come_before_what_was_reported(
    cast: Cast, campaign: Campaign
) -> None:
    with_statistics(SCHOOL, books=1000)
    put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "1200", "多了200册捐赠"))
    record = Record.objects.get(table="schools")
    assert (record.statistics, record.reported) == ({"books": 1000}, {"books": 1200})
    assert value_of("books") == 1000
    counted = [Edit("schools", "", "books", None, "1100")]
    put(cast, "expert", SCHOOL, *counted, source=Source.COUNTED)
    record.refresh_from_db()
    assert [record.statistics, record.reported, record.counted] == [
        {"books": 1000}, {"books": 1200}, {"books": 1100},
    ]  # fmt: skip
    assert value_of("books") == 1100


def test_a_correction_of_statistics_needs_its_reason(cast: Cast, campaign: Campaign) -> None:
    with_statistics(SCHOOL, books=1000)
    receipt = put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "1200"))
    assert "更正理由" in receipt.refused[0]["sentence"]
    assert Record.objects.get(table="schools").reported == {}


def test_two_editors_never_overwrite_each_other_and_the_rest_is_saved(
    cast: Cast, campaign: Campaign
) -> None:
    put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "1200"))
    mine = (
        Edit("schools", "", "books", None, "1300"),
        Edit("schools", "", "computers", None, "60"),
    )
    receipt = put(cast, "headmaster", SCHOOL, *mine)
    assert [each["column"] for each in receipt.saved] == ["computers"]
    (contested,) = receipt.contested
    assert (contested["theirs"], contested["yours"]) == (1200, "1300")
    assert "模拟clerk" in contested["sentence"]
    assert Record.objects.get(table="schools").reported == {"books": 1200, "computers": 60}
    kept = Edit("schools", "", "books", contested["theirs"], "1300")
    assert put(cast, "headmaster", SCHOOL, kept).saved[0]["value"] == 1300


def test_a_save_sent_twice_counts_once_and_gets_the_same_receipt(
    cast: Cast, campaign: Campaign
) -> None:
    edit = Edit("schools", "", "books", None, "1200")
    first = put(cast, "clerk", SCHOOL, edit, key="once")
    put(cast, "clerk", SCHOOL, Edit("schools", "", "books", 1200, "1250"))
    assert put(cast, "clerk", SCHOOL, edit, key="once") == first
    assert value_of("books") == 1250
    assert Revision.objects.count() == 2
    with pytest.raises(WebRefusal):
        put(cast, "clerk", SCHOOL, Edit("schools", "", "books", 1250, "9"), key="once")


def test_every_save_is_in_the_log_and_raises_the_data_version_of_its_county_alone(
    cast: Cast, campaign: Campaign
) -> None:
    edits = [Edit("sections", "primary", name, None, "10") for name in ("pupils", "classes")]
    put(cast, "clerk", SCHOOL, *edits)
    put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "何不"))
    assert Entry.objects.filter(action="filing.save").count() == 1
    assert filing_of(COUNTY).data_version == 1
    assert filing_of("990102").data_version == 0
    assert Revision.objects.get().changes == {
        ROW_ITSELF: [False, True], "pupils": [None, 10], "classes": [None, 10],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "source"),
    [
        ("county_clerk", Source.REPORTED),
        ("second_clerk", Source.REPORTED),
        ("city", Source.REPORTED),
        ("clerk", Source.COUNTED),
        ("other_city", Source.COUNTED),
    ],
)
def test_nobody_else_writes_into_a_schools_values(
    cast: Cast, campaign: Campaign, who: str, source: Source
) -> None:
    with pytest.raises(WebRefusal):
        put(cast, who, SCHOOL, Edit("schools", "", "books", None, "1"), source=source)
    assert not Record.objects.exists()


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_what_was_handed_in_cannot_be_changed(cast: Cast, campaign: Campaign, state: str) -> None:
    Filing.objects.filter(organisation__code=SCHOOL).update(state=state)
    with pytest.raises(WebRefusal, match="退回"):
        put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "1"))


@pytest.mark.parametrize(
    ("column", "text", "kept"),
    [
        ("equipment_value", "１２．５万元", 125000),
        ("teaching_area", "1,234.5 平方米", 1234.5),
        ("books", "—", None),
        ("kind", "九年一贯制学校", "nine_year"),
        ("boarding", "是", 1),
    ],
)
def test_typing_obeys_the_rules_of_workbooks(
    cast: Cast, campaign: Campaign, column: str, text: str, kept: object
) -> None:
    receipt = put(cast, "clerk", SCHOOL, Edit("schools", "", column, None, text))
    assert receipt.saved[0]["value"] == kept
    assert value_of(column) == kept


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Edit("schools", "", "books", None, "约1200"), "不是数字"),
        (Edit("sections", "primary", "pupils", None, "12.5"), "整数"),
        (Edit("schools", "", "lat", None, "95"), "-90到90"),
        (Edit("schools", "", "kind", None, "大学"), "可填的范围"),
        (Edit("schools", "", "name", None, "校" * 200), "120"),
        (Edit("schools", "", "name", None, "=1+1"), "公式"),
        (Edit("classes", "primary/=1+1/1班", "pupils", None, "1"), "没有这一格"),
        (Edit("schools", "", "county", None, "990102"), "没有这一格"),
        (Edit("sections", "university", "pupils", None, "1"), "没有这一格"),
        (Edit("facts", "population", "value", None, "1"), "没有这一格"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    cast: Cast, campaign: Campaign, edit: Edit, says: str
) -> None:
    receipt = put(cast, "clerk", SCHOOL, edit)
    assert says in receipt.refused[0]["sentence"]
    assert not Record.objects.exists()


def test_a_row_taken_out_is_kept_and_no_longer_counts(cast: Cast, campaign: Campaign) -> None:
    key = "primary/一/1班"
    put(cast, "clerk", SCHOOL, Edit("classes", key, "pupils", None, "44"))
    assert tables(filing_of(COUNTY))["classes"].height == 1
    put(cast, "clerk", SCHOOL, Edit("classes", key, ROW_ITSELF, True, ""))
    assert tables(filing_of(COUNTY))["classes"].height == 0
    assert Record.objects.get(table="classes").reported == {"pupils": 44}


def test_a_school_founded_later_is_taken_in(cast: Cast, campaign: Campaign) -> None:
    found(Kind.SCHOOL, "9901010003", "模拟新校", cast.places[COUNTY], by=None)
    assert services.take_in_new_schools(campaign, by=cast.people["city"]) == 1
    assert services.take_in_new_schools(campaign, by=cast.people["city"]) == 0
    assert tables(filing_of(COUNTY))["schools"].height == 3


def test_a_county_is_not_asked_twice_for_the_same_year(cast: Cast, campaign: Campaign) -> None:
    with pytest.raises(WebRefusal, match="模拟县"):
        begin(cast)


def test_a_closed_campaign_cannot_be_changed(cast: Cast, campaign: Campaign) -> None:
    services.close_campaign(campaign, by=cast.people["city"])
    with pytest.raises(WebRefusal):
        put(cast, "clerk", SCHOOL, Edit("schools", "", "books", None, "1"))
