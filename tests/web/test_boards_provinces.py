"""Boards of a province: who lags, slips, would slip and fails; tables, comparisons, few questions."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from boarded import COUNTY, client_of, judged, shown
from django.urls import reverse
from django.utils import timezone
from filled import account
from grown import in_year, more_counties
from pytest_django import DjangoAssertNumQueries

from junheng.web.boards.ahead import QUIET, look_ahead, next_year, waiting
from junheng.web.boards.compare import Sums
from junheng.web.boards.models import Outlook, RoadmapYear
from junheng.web.boards.provinces import entries
from junheng.web.boards.shorts import added
from junheng.web.collection.models import Filing
from junheng.web.verdicts.judging import case_of
from junheng.web.verdicts.models import Official, Standing
from junheng.web.verdicts.services import make_official

pytestmark = pytest.mark.django_db
QUERIES = 11
"""Of a province's board, whose counties' short forms are known."""


@pytest.fixture
def filing(db: None) -> Filing:
    return judged()


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
    before = in_year(filing, 2024, reader)
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
    found = entries(reader, campaign.owner, campaign)
    cvs = {e.code: e.cvs["primary", "teaching_area"].cv for e in found}
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
    with django_assert_num_queries(QUERIES) as asked:
        client.get(address)
    assert not any('"payload"' in query["sql"] for query in asked.captured_queries)
    more_counties(filing, 20)
    client.get(address)  # reads the short forms of the new counties
    with django_assert_num_queries(QUERIES):
        page = client.get(address).content.decode()
    assert page.count("<tr data-county=") == 22
    assert client_of(account("county_clerk", COUNTY)).get(address).status_code == 404


def test_a_county_is_looked_ahead_for_and_named_when_it_would_slip(filing: Filing) -> None:
    reader = client_of(account("provincial_reviewer", "990000"))
    where = filing.campaign.owner_id, filing.campaign_id
    assert "还没有一个县预测过" in shown(reader, "province", *where)
    judged = Standing.objects.latest("computed_at").computed_at
    assert not waiting(judged).exists(), "The data have not rested yet."
    later = timezone.now() + QUIET + dt.timedelta(seconds=5)
    assert set(waiting(later)) == set(Filing.objects.filter(organisation__kind="county"))
    outlook = look_ahead(filing)
    case, projected = next_year(filing)
    assert set(waiting(later)) == set(
        Filing.objects.filter(organisation__kind="county").exclude(pk=filing.pk)
    )
    judged_again = case.payload()["counties"][0]
    middle = projected.pupils.filter(scenario="middle", year=2026)
    pupils = {(row["school"], row["level"]): row["pupils"] for row in middle.to_dicts()}
    assert {
        (s["school"], s["level"]): s["pupils"] for s in judged_again["sections"]
    }.items() <= pupils.items()
    assert outlook.year == 2026
    assert [row["cv"] for row in outlook.payload["balance"]] == [
        row["cv"] for row in judged_again["balance"]
    ]
    over = sum(row["verdict"] == "unmet" for row in judged_again["balance"])
    fail = sum(section["verdict"] == "fail" for section in judged_again["sections"])
    assert (outlook.balance_unmet, outlook.sections_fail) == (over, fail)
    assert "1 / 2个县已预测" in shown(reader, "province", *where)
    now = Standing.objects.get(filing=filing).summary
    Outlook.objects.update(balance_unmet=now["balance_unmet"] + 1, sections_fail=None)
    Outlook.objects.update(sections_fail=now["sections"]["fail"])
    page = shown(reader, "province", *where)
    assert re.search(rf"↘ <a[^>]*>{filing.organisation.name}</a>", page)
    board = shown(client_of(account("county_approver", COUNTY)), "county", filing.pk)
    assert "2026学年会怎样" in board
    assert "都按现有数据不变；不是结论" in board
    assert "之后数据有改动" not in board
    Outlook.objects.update(balance_unmet=now["balance_unmet"])
    assert "已预测的县没有一个会退步" in shown(reader, "province", *where)


def test_three_failing_years_after_recognition_lead_to_the_step_that_proposes_to_revoke(
    filing: Filing,
) -> None:
    reviewer = account("provincial_reviewer", "990000")
    reader, where = client_of(reviewer), (filing.campaign.owner_id, filing.campaign_id)
    now = Standing.objects.get(filing=filing)
    assert now.verdict == "fail"
    title = in_year(filing, 2022, reviewer, state="recognised")
    step = reverse("reviews:take", args=[title.pk, "propose_revocation"])
    page = shown(reader, "province", *where)
    assert "连续1年不达标" in page
    assert step not in page
    years = [in_year(filing, year, reviewer) for year in (2023, 2024)]
    for failed in years:
        Standing.objects.create(filing=failed, data_version=1, computed_at=now.computed_at,
                                verdict="fail", summary=now.summary)  # fmt: skip
    page = shown(reader, "province", *where)
    assert "连续3年不达标" in page
    assert "有的年份还没有正式结论" in page
    assert step not in page
    kept = make_official(filing, by=reviewer, occasion="submitted")
    given = {f.name: getattr(kept, f.name) for f in Official._meta.concrete_fields}
    for failed in years:
        Official.objects.create(**given | {"id": None, "filing": failed})
    assert f'href="{step}"' in shown(reader, "province", *where)
    assert reader.get(step).status_code == 200
    Standing.objects.filter(filing=years[0]).update(verdict="pass")
    assert "连续2年不达标" in shown(reader, "province", *where)


def test_city_and_countryside_are_compared_by_what_they_add_up_to(filing: Filing) -> None:
    county = Standing.objects.get(filing=filing)
    tables = case_of(filing).tables
    setting = dict(tables["schools"].select("school", "setting").iter_rows())
    [section] = [[s for s in county.payload["counties"][0]["sections"] if s["level"] == "primary"]]
    means = {}
    for place in ("urban", "rural"):
        mine = [
            (row["value"], s["pupils"])
            for s in section
            for row in s["indicators"]
            if setting[s["school"]] == place and row["indicator"] == "teaching_area"
        ]
        means[place] = sum(v * n for v, n in mine) / sum(n for _, n in mine) if mine else None
    sums = Sums([added(county.summary)])
    assert sums.mean("primary", "teaching_area", "urban") == pytest.approx(means["urban"])
    assert sums.mean("primary", "teaching_area", "rural") == pytest.approx(means["rural"])
    balance = {(r["level"], r["indicator"]): r["mean"] for r in county.summary["balance"]}
    for level, indicator in sums.keys:
        if sums.unknown(level, indicator) == 0:
            assert sums.mean(level, indicator) == pytest.approx(balance[level, indicator])


def test_places_are_put_side_by_side(filing: Filing) -> None:
    reader = client_of(account("provincial_reviewer", "990000"))
    where = filing.campaign.owner_id, filing.campaign_id
    other = Filing.objects.get(campaign=filing.campaign, organisation__code="990102")
    two = [filing.organisation_id, other.organisation_id]
    answer = reader.get(reverse("boards:compare", args=where), {"with": two})
    page = answer.content.decode()
    side = page[page.index("side-title") : page.index("settings-title")]
    for one in (filing, other):
        for row in Standing.objects.get(filing=one).summary["balance"]:
            if row["cv"] is not None and row["indicator"] != "composite":
                way = reverse("verdicts:balance", args=[one.pk, row["level"], row["indicator"]])
                assert f'<a href="{way}">CV {row["cv"]:.3f}</a>' in side
    city = reader.get(
        reverse("boards:compare", args=where), {"with": [filing.organisation.parent_id, "x"]}
    )
    assert "个县超过" in city.content.decode()
