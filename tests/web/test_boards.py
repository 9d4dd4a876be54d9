"""Boards say what the library says of the same data, to their own readers alone, and quickly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from filled import account, frames, province
from pytest_django import DjangoAssertNumQueries

from junheng.evaluate.explain import Group, explain_balance
from junheng.evaluate.regimes import regimes
from junheng.evaluate.verdict import wide_results
from junheng.intake import read
from junheng.model.load import load_standard
from junheng.report import as_json
from junheng.report.collected import collect, hold
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.services import found
from junheng.web.audit.models import Entry
from junheng.web.boards.models import Outline, RoadmapYear
from junheng.web.boards.provinces import entries
from junheng.web.collection.models import Campaign, Filing, Record
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.services import refresh

pytestmark = pytest.mark.django_db
COUNTY = "990101"
SQUARE = [[100.0, 20.0], [125.0, 20.0], [125.0, 45.0], [100.0, 45.0], [100.0, 20.0]]


@pytest.fixture
def campaign(db: None) -> Campaign:
    _, made = province()
    return made


@pytest.fixture
def filing(campaign: Campaign) -> Filing:
    found = campaign.filings.select_related("campaign", "organisation")
    for county in found.filter(organisation__kind="county"):
        refresh(county)
    return found.get(organisation__code=COUNTY)


def client_of(person: Account) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, route: str, *arguments: object, **query: str) -> str:
    answer = client.get(reverse(f"boards:{route}", args=arguments), query)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()


def by_hand(tmp_path: Path) -> tuple[dict, dict]:  # type: ignore[type-arg]
    """Judge the same tables as `junheng evaluate` does, from CSV files; give them as well."""
    for name, frame in frames().items():
        frame.write_csv(tmp_path / f"{name}.csv")
    data = read(tmp_path)
    regime = regimes(load_standard("cn-quality-2017"), [2025])[-1]
    one = collect(data.tables, regime)
    found = as_json.document([one], [regime], regime.standard, data.digest)
    return next(c for c in found["counties"] if c["county"] == COUNTY), dict(data.tables)


def coefficients(page: str) -> dict[tuple[str, str], float | None]:
    rows = r'data-level="(\w+)" data-indicator="(\w+)">.*?<data class="cv" value="([^"]*)"'
    found = re.findall(rows, page, re.DOTALL)
    return {(level, name): None if cv == "None" else float(cv) for level, name, cv in found}


def test_every_number_of_a_county_board_is_that_of_evaluate(filing: Filing, tmp_path: Path) -> None:
    wanted, _ = by_hand(tmp_path)
    page = shown(client_of(account("county_approver", COUNTY)), "county", filing.pk)
    assert coefficients(page) == {(r["level"], r["indicator"]): r["cv"] for r in wanted["balance"]}
    top = page[page.index('<dl class="board-distance">') :]
    figures = [float(value) for value in re.findall(r'<data value="([^"]+)"', top)[:6]]
    compared = [row for row in wanted["balance"] if row["limit"] is not None]
    passed = sum(s["verdict"] == "pass" for s in wanted["sections"])
    over = sum(row["verdict"] == "unmet" for row in compared)
    items = [row for row in wanted["items"] if row["part"] != "veto"]
    unmet = sum(row["verdict"] == "unmet" for row in items)
    cells = {
        row["indicator"]
        for section in wanted["sections"]
        for row in section["indicators"]
        if row["verdict"] == "not_assessed" and row["value"] is None
    }
    missing = {row["item"] for row in items if row["verdict"] == "not_assessed"}
    said = [passed, len(wanted["sections"]), over, len(compared), unmet]
    assert figures == [*said, len(cells) + len(missing)]
    assert f"board-{wanted['verdict']}" in page


def test_the_schools_that_matter_most_have_their_shares_of_the_coefficients(
    filing: Filing, tmp_path: Path
) -> None:
    wanted, tables = by_hand(tmp_path)
    regime = regimes(load_standard("cn-quality-2017"), [2025])[-1]
    wide = wide_results(tables, regime.standard, hold)
    stored = Standing.objects.get(filing=filing).board["heaviest"]
    for level, rows in stored.items():
        mine = [r for r in wanted["balance"] if r["level"] == level and r["cv"] is not None]
        over = [r["indicator"] for r in mine if r["verdict"] == "unmet" and r["limit"] is not None]
        names = over or [r["indicator"] for r in mine if r["indicator"] != "composite"]
        total: dict[str, float] = {}
        for name in names:
            steps = explain_balance(wide, regime.standard, Group(2025, COUNTY, level), name)
            frame = steps.rows.collect().to_native()
            for school, share in frame.select("school", "contribution").iter_rows():
                total[school] = total.get(school, 0.0) + share / len(names)
        most = sorted(total.values(), reverse=True)[:10]
        assert [row["share"] for row in rows] == pytest.approx(most, abs=1e-12)
        assert sum(total.values()) == pytest.approx(1)


def test_a_school_sees_its_values_its_gaps_and_what_they_cost(
    filing: Filing, tmp_path: Path
) -> None:
    wanted, _ = by_hand(tmp_path)
    code = next(s["school"] for s in wanted["sections"] if s["verdict"] == "fail")
    own = filing.campaign.filings.get(organisation__code=code)
    page = shown(client_of(account("county_clerk", COUNTY)), "school", own.pk)
    for section in (s for s in wanted["sections"] if s["school"] == code):
        for row in section["indicators"]:
            told = "?" if row["value"] is None else f"{row['value']:,.2f}"
            cells = rf'data-indicator="{row["indicator"]}" data-level="{section["level"]}">'
            line = re.search(cells + r'.*?<td class="text-end">([^ ]+) ', page, re.DOTALL)
            assert line is not None
            assert line.group(1) == told
    assert "单价是示例，不能用作预算" in page


def test_a_report_card_is_handed_out_as_pdf(filing: Filing) -> None:
    own = filing.campaign.filings.get(organisation__code=f"{COUNTY}0001")
    address = reverse("boards:card", args=[own.pk])
    answer = client_of(account("headmaster", f"{COUNTY}0001")).get(address)
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("route", ["county", "board", "map", "map_schools", "map_still"])
def test_a_county_board_answers_its_own_readers_alone(filing: Filing, route: str) -> None:
    for role, code, allowed in [
        ("county_clerk", COUNTY, True),
        ("city_reviewer", "990100", True),
        ("county_clerk", "990102", False),
        ("school_clerk", f"{COUNTY}0001", False),
        ("administrator", COUNTY, False),
    ]:
        answer = client_of(account(role, code)).get(reverse(f"boards:{route}", args=[filing.pk]))
        assert answer.status_code == (200 if allowed else 404), (role, code)


def test_a_school_page_answers_its_own_readers_alone(filing: Filing) -> None:
    own = filing.campaign.filings.get(organisation__code=f"{COUNTY}0001")
    for role, code, allowed in [
        ("school_clerk", f"{COUNTY}0001", True),
        ("school_clerk", f"{COUNTY}0002", False),
        ("county_clerk", "990102", False),
        ("publisher", "990000", False),
    ]:
        for route in ("school", "card"):
            address = reverse(f"boards:{route}", args=[own.pk])
            status = client_of(account(role, code)).get(address).status_code
            assert status == (200 if allowed else 404), (role, route)


def test_a_county_board_asks_as_much_of_few_schools_as_of_many(
    filing: Filing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(account("county_approver", COUNTY))
    address = reverse("boards:county", args=[filing.pk])
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    for school in filing.campaign.filings.filter(county=filing.organisation)[4:]:
        if school.organisation_id != filing.organisation_id:
            Record.objects.filter(filing=school).update(removed=True)
    refresh(filing)
    with django_assert_num_queries(8):
        client.get(address)


def test_a_province_names_counties_that_lag_and_that_slip(filing: Filing) -> None:
    campaign = filing.campaign
    reader = account("provincial_reviewer", "990000")
    arguments = campaign.owner_id, campaign.pk
    page = shown(client_of(reader), "province", *arguments)
    assert "没有县晚于计划" in page
    assert "没有县比上一年退步" in page
    RoadmapYear.objects.create(
        county=filing.organisation, year=timezone.localdate().year, by=reader
    )
    last = Campaign.objects.create(
        owner=campaign.owner, name="上一年（模拟）", standard=campaign.standard, year=2024,
        opens=campaign.opens, schools_due=campaign.schools_due, county_due=campaign.county_due,
        state="closed", created_by=reader,
    )  # fmt: skip
    before = Filing.objects.create(
        campaign=last, organisation=filing.organisation, county=filing.organisation
    )
    now = Standing.objects.get(filing=filing)
    told = {**now.summary, "balance_unmet": now.summary["balance_unmet"] - 1}
    Standing.objects.create(filing=before, data_version=1, computed_at=now.computed_at,
                            verdict=now.verdict, summary=told)  # fmt: skip
    page = shown(client_of(reader), "province", *arguments)
    assert re.search(rf"! <a[^>]*>{filing.organisation.name}</a> 计划", page)
    assert re.search(rf"↓ <a[^>]*>{filing.organisation.name}</a>", page)
    assert "2024: " in shown(client_of(reader), "county", filing.pk)


def test_a_table_of_counties_is_sorted_filtered_and_exported_with_text_as_text(
    filing: Filing,
) -> None:
    campaign, reader = filing.campaign, account("provincial_reviewer", "990000")
    filing.organisation.name = "=1+1"
    filing.organisation.save()
    found = entries(reader, campaign.owner, campaign.pk)
    cvs = {e.filing.organisation.code: e.cvs["primary", "teaching_area"]["cv"] for e in found}
    client = client_of(reader)
    arguments = campaign.owner_id, campaign.pk
    page = shown(client, "province", *arguments, show="primary", sort="-primary:teaching_area")
    order = re.findall(r'<tr data-county="(\d+)"', page)
    assert order == sorted(cvs, key=lambda code: -cvs[code])
    assert f'<data value="{cvs[COUNTY]!r}">' in page
    assert re.findall(
        r'<tr data-county="(\d+)"', shown(client, "province", *arguments, q="=1")
    ) == [COUNTY]
    table = client.get(reverse("boards:province_table", args=[*arguments, "csv"]))
    assert table["Content-Disposition"].startswith("attachment")
    line = next(row for row in table.content.decode("utf-8-sig").splitlines() if COUNTY in row)
    assert ",'=1+1," in line
    assert repr(cvs[COUNTY]) in line
    book = client.get(reverse("boards:province_table", args=[*arguments, "xlsx"]))
    assert book.content.startswith(b"PK")
    assert client.get(reverse("boards:province_table", args=[*arguments, "exe"])).status_code == 404


def test_a_province_asks_a_constant_number_of_questions_and_reads_no_payload(
    filing: Filing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = filing.campaign
    client = client_of(account("provincial_reviewer", "990000"))
    address = reverse("boards:province", args=[campaign.owner_id, campaign.pk])
    client.get(address)
    with django_assert_num_queries(9) as asked:
        client.get(address)
    assert not any('"payload"' in query["sql"] for query in asked.captured_queries)
    more_counties(filing, 20)
    with django_assert_num_queries(9):
        page = client.get(address).content.decode()
    assert page.count("<tr data-county=") == 22
    assert client_of(account("county_clerk", COUNTY)).get(address).status_code == 404


def more_counties(filing: Filing, number: int) -> None:
    """Found counties beside one, that stand where it does."""
    now = Standing.objects.get(filing=filing)
    for code in range(990301, 990301 + number):
        county = found(Kind.COUNTY, str(code), f"模拟县{code}", filing.organisation.parent, by=None)
        new = Filing.objects.create(campaign=filing.campaign, organisation=county, county=county)
        now.pk, now.filing = None, new
        now.save()


def test_the_planned_year_is_set_by_the_approver_and_logged(filing: Filing) -> None:
    address = reverse("boards:planned", args=[filing.pk])
    assert (
        client_of(account("county_clerk", COUNTY)).post(address, {"year": 2028}).status_code == 404
    )
    approver = client_of(account("county_approver", COUNTY))
    assert approver.post(address, {"year": 1900}).status_code == 422
    assert approver.post(address, {"year": 2028}).status_code == 302
    assert RoadmapYear.objects.get(county=filing.organisation).year == 2028
    assert Entry.objects.filter(action="roadmap.year").count() == 1
    assert (
        client_of(account("county_approver", "990102")).post(address, {"year": 2029}).status_code
        == 404
    )


def outlines(*features: object) -> SimpleUploadedFile:
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return SimpleUploadedFile("outlines.geojson", content)


def area(coordinates: object = None, kind: str = "Polygon") -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates or [SQUARE]}
    return {"type": "Feature", "properties": {"name": "模拟镇", "x": 1}, "geometry": geometry}


def test_outlines_are_checked_cut_down_and_kept(filing: Filing) -> None:
    client = client_of(account("county_clerk", COUNTY))
    address = reverse("boards:map_upload", args=[filing.pk])
    assert client.post(address, {"file": outlines(area())}).status_code == 302
    kept = client.get(reverse("boards:map_outline", args=[filing.pk]))
    found = json.loads(b"".join(kept.streaming_content))  # type: ignore[attr-defined]
    assert found["features"][0]["properties"] == {"name": "模拟镇"}
    assert found["features"][0]["geometry"]["coordinates"] == [[SQUARE]]
    assert "模拟镇" not in shown(client, "map_still", filing.pk)
    assert "<path" in shown(client, "map_still", filing.pk)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SimpleUploadedFile("a.geojson", b"<svg/>"), "不能按JSON读出"),
        (SimpleUploadedFile("a.geojson", b"[" * 200_000), "不能按JSON读出"),
        (SimpleUploadedFile("a.geojson", b" " * (5 * 2**20 + 1)), "超过5 MB"),
        (outlines(), "没有任何区域"),
        (outlines(area([1.0, 2.0], "Point")), "只能有Polygon"),
        (outlines(area([[[500000.0, 4000000.0]] * 4])), "不是经纬度"),
        (outlines(area([[[100.0, 20.0]] * 3])), "围不成面"),
        (outlines(area([[["a", 20.0]] * 4])), "不是经纬度"),
    ],
)
def test_what_is_no_outline_is_refused_with_the_reason(
    filing: Filing, file: SimpleUploadedFile, why: str
) -> None:
    file.seek(0)
    client = client_of(account("county_clerk", COUNTY))
    answer = client.post(reverse("boards:map_upload", args=[filing.pk]), {"file": file})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Outline.objects.exists()


def test_schools_without_or_with_impossible_coordinates_are_listed_not_drawn(
    filing: Filing,
) -> None:
    rows = Record.objects.filter(
        filing__county=filing.organisation, filing__campaign=filing.campaign, table="schools"
    ).order_by("filing__organisation__code")
    wrong = [{"lon": None}, {"lon": 31.2, "lat": 121.5}, {"lon": 130.0, "lat": 47.0}]
    for row, counted in zip(rows, wrong, strict=False):
        row.counted = counted
        row.save()
    client = client_of(account("county_clerk", COUNTY))
    page = shown(client, "map", filing.pk)
    for why in ("没有填经纬度", "可能填反了", "超过200公里"):
        assert why in page
    drawn = json.loads(shown(client, "map_schools", filing.pk))["features"]
    assert len(drawn) == rows.count() - len(wrong)
    assert {f["properties"]["s"] for f in drawn} <= {"pass", "fail", "not_assessed", "excluded"}
    client.post(reverse("boards:map_upload", args=[filing.pk]),
                {"file": outlines(area([[[0, 0], [1, 0], [1, 1], [0, 0]]]))})  # fmt: skip
    assert "在本县边界之外" in shown(client, "map", filing.pk)


def test_the_first_page_leads_to_the_board_of_ones_own_place(filing: Filing) -> None:
    own = filing.campaign.filings.get(organisation__code=f"{COUNTY}0001")
    for role, code, address in [
        ("county_approver", COUNTY, reverse("boards:county", args=[filing.pk])),
        ("headmaster", f"{COUNTY}0001", reverse("boards:school", args=[own.pk])),
        ("provincial_reviewer", "990000",
         reverse("boards:province", args=[filing.campaign.owner_id, filing.campaign_id])),
    ]:  # fmt: skip
        page = client_of(account(role, code)).get("/").content.decode()
        assert f'href="{address}"' in page, role
