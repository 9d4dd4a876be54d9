"""Boards say what the library says of the same data, to their own readers alone, and quickly."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from boarded import COUNTY, client_of, judged, shown
from django.urls import reverse
from docx import Document
from filled import account, frames
from pytest_django import DjangoAssertNumQueries

from junheng.evaluate.explain import Group, explain_balance
from junheng.evaluate.regimes import regimes
from junheng.evaluate.verdict import wide_results
from junheng.inmemory import hold
from junheng.intake import read
from junheng.model.load import load_standard
from junheng.report import as_json
from junheng.report.collected import collect
from junheng.web.accounts.models import Appointment
from junheng.web.audit.models import Entry
from junheng.web.boards.models import RoadmapYear
from junheng.web.collection.models import Filing, Record
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.services import refresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(db: None) -> Filing:
    return judged()


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
            line = re.search(cells + r'.*?<td class="text-end"><a[^>]*>([^ ]+) ', page, re.DOTALL)
            assert line is not None
            assert line.group(1) == told
    assert "单价是示例，不能用作预算" in page


def test_a_report_card_is_handed_out_as_pdf_and_as_word(filing: Filing) -> None:
    own = filing.campaign.filings.get(organisation__code=f"{COUNTY}0001")
    client = client_of(account("headmaster", f"{COUNTY}0001"))
    answers = {
        form: client.get(reverse("boards:card", args=[own.pk, form])) for form in ("pdf", "docx")
    }
    for form, answer in answers.items():
        assert answer["Content-Disposition"].endswith(f'0001.{form}"')
    assert answers["pdf"].content.startswith(b"%PDF")
    written = Document(io.BytesIO(answers["docx"].content))
    told = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    standing = Standing.objects.get(filing=filing)
    values = [
        row["value"]
        for section in standing.payload["counties"][0]["sections"]
        if section["school"] == own.organisation.code
        for row in section["indicators"]
        if row["value"] is not None
    ]
    assert values
    assert all(any(f"{value:,.2f}"[:-1] in cell for cell in told) for value in values)
    assert client.get(reverse("boards:card", args=[own.pk, "exe"])).status_code == 404


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
        for route, more in (("school", []), ("card", ["pdf"])):
            address = reverse(f"boards:{route}", args=[own.pk, *more])
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


def test_who_plans_for_one_county_and_is_an_expert_in_another_plans_nothing_there(
    filing: Filing,
) -> None:
    both = account("county_approver", "990102")
    Appointment.objects.create(account=both, organisation=filing.organisation, role="expert")
    client = client_of(both)
    assert client.get(reverse("boards:county", args=[filing.pk])).status_code == 200
    address = reverse("boards:planned", args=[filing.pk])
    assert client.post(address, {"year": 2029}).status_code == 404
    assert not RoadmapYear.objects.exists()


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
