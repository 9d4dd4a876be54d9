"""The workbench answers from the library: gaps, what if, plans that can be stopped, and compared."""

from __future__ import annotations

import io
import json
import time
from dataclasses import replace

import openpyxl
import pytest
from cast import signed_in
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from filled import account, province
from planned import COUNTY, asked, made, planned, question
from pytest_django import DjangoAssertNumQueries

from junheng.plan.plan import Asked, make_plan
from junheng.plan.plan import Plan as LeastCost
from junheng.plan.whatif import what_if
from junheng.plan.whatif_edits import from_text
from junheng.report.collected import collect
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.models import Entry
from junheng.web.collection.models import Filing, Record
from junheng.web.jobs.models import Job, State
from junheng.web.jobs.services import take
from junheng.web.planning import making, services
from junheng.web.planning.models import Plan, PlanResult, Scenario
from junheng.web.verdicts.judging import case_of

pytestmark = pytest.mark.django_db
SCHOOL = "9901010001"


@pytest.fixture
def filing(db: None) -> Filing:
    _, campaign = province()
    return campaign.filings.select_related("campaign", "organisation", "county").get(
        organisation__code=COUNTY
    )


@pytest.fixture
def clerk(filing: Filing) -> Client:
    return client_of("county_clerk")


def client_of(role: str, code: str = COUNTY) -> Client:
    return signed_in(account(role, code))


def typed(**cells: str) -> dict[str, str]:
    return dict.fromkeys(("school", "level", "column", "change", "other"), "") | cells


def test_every_sheet_of_the_gaps_is_shown_and_made_up_prices_say_so(
    filing: Filing, clerk: Client
) -> None:
    for sheet in ("totals", "campuses", "amounts", "rooms", "classes", "ledger"):
        answer = clerk.get(reverse("planning:gaps", args=[filing.pk]), {"sheet": sheet})
        assert answer.status_code == 200
    page = clerk.get(reverse("planning:gaps", args=[filing.pk])).content.decode()
    assert "单价是虚构的" in page
    assert clerk.get(reverse("planning:gaps", args=[filing.pk]), {"sheet": "x"}).status_code == 404


def test_what_if_says_what_the_library_says_and_stores_nothing(
    filing: Filing, clerk: Client
) -> None:
    records = list(Record.objects.order_by("pk").values())
    row = typed(school=SCHOOL, column="teaching_area", change="+4000")
    address = reverse("planning:what_if", args=[filing.pk])
    answer = clerk.post(address, row, headers={"HX-Request": "true"})
    case = case_of(filing)
    edits, _ = from_text(f"school={SCHOOL},teaching_area+=4000")
    after = collect(what_if(case.tables, edits, 2025), case.regime)
    before = collect(case.tables, case.regime)
    shown = {(r["level"], r["name"]): r["cv"] for r in answer.context["balance"]}
    wanted = {
        (level, name): cv
        for level, name, cv in after.balance.select("level", "indicator", "cv").iter_rows()
    }
    assert len(shown) == len(wanted)
    assert sorted(cv for _, cv in shown.values()) == sorted(f"{cv:.3f}" for cv in wanted.values())
    assert before.balance["cv"].to_list() != after.balance["cv"].to_list()
    assert any(row["moved"] for row in answer.context["balance"])
    assert list(Record.objects.order_by("pk").values()) == records


def test_everything_wrong_with_edits_is_told_at_once_and_cannot_be_kept(
    filing: Filing, clerk: Client
) -> None:
    two = {
        "school": [SCHOOL, "9"], "level": ["", ""], "column": ["teaching_area", "teaching_area"],
        "change": ["-99999999", "+1"], "other": ["", ""], "name": "方案",
    }  # fmt: skip
    answer = clerk.post(reverse("planning:what_if", args=[filing.pk]), two)
    assert answer.status_code == 422
    assert len(answer.context["wrong"]) == 2
    assert clerk.post(reverse("planning:keep", args=[filing.pk]), two).status_code == 422
    assert not Scenario.objects.exists()


def test_a_scenario_is_kept_under_its_name_and_comes_back(filing: Filing, clerk: Client) -> None:
    row = typed(school=SCHOOL, column="teaching_area", change="+400") | {"name": "加教学楼"}
    assert clerk.post(reverse("planning:keep", args=[filing.pk]), row).status_code == 302
    kept = Scenario.objects.get()
    assert Entry.objects.filter(action="planning.scenario").count() == 1
    address = reverse("planning:what_if", args=[filing.pk])
    page = clerk.get(address, {"scenario": kept.pk})
    assert page.context["rows"][0]["change"] == "+400"
    assert page.context["balance"]
    assert clerk.post(reverse("planning:keep", args=[filing.pk]), row).status_code == 422


def test_another_version_of_the_data_is_judged_anew(filing: Filing, clerk: Client) -> None:
    address = reverse("planning:what_if", args=[filing.pk])
    row = typed(school=SCHOOL, column="teaching_area", change="+0")
    first = clerk.post(address, row).context["balance"]
    of_school = Record.objects.get(filing__organisation__code=SCHOOL, table="schools")
    of_school.counted = {"teaching_area": 99999}
    of_school.save()
    Filing.objects.filter(pk=filing.pk).update(data_version=filing.data_version + 1)
    assert clerk.post(address, row).context["balance"] != first


def test_a_plan_passes_is_kept_with_its_bound_and_can_be_downloaded(
    filing: Filing, clerk: Client
) -> None:
    plan = made(filing)
    assert plan.job.state == State.DONE, plan.job.problem
    result = PlanResult.objects.get(plan=plan)
    document = result.payload["document"]
    assert result.found
    assert result.bound is not None
    assert result.cost is not None
    assert 0 < result.bound <= result.cost
    last = [row for row in document["sections"] if row["year"] == 2030]
    assert last
    assert all(row["verdict"] == "pass" for row in last)
    assert result.digest == case_of(filing).digest
    assert json.loads(json.dumps(result.payload, allow_nan=False)) == result.payload
    for sheet in result.payload["zh"]["sheets"]:
        page = clerk.get(reverse("planning:plan", args=[plan.pk]), {"sheet": sheet})
        assert page.status_code == 200
    assert "虚构" in page.content.decode()
    download = clerk.get(reverse("planning:workbook", args=[plan.pk]))
    assert download.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(download.streaming_content)))  # type: ignore[attr-defined]
    assert len(book.sheetnames) >= 4
    picture = clerk.get(reverse("planning:picture", args=[plan.pk]))
    assert b"<svg" in b"".join(picture.streaming_content)  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanResult.objects.filter(pk=result.pk).update(cost=0)


def test_what_cannot_be_done_is_said_in_words(filing: Filing, clerk: Client) -> None:
    plan = made(filing, limits=None)
    result = PlanResult.objects.get(plan=plan)
    assert result.state == "infeasible"
    page = clerk.get(reverse("planning:plan", args=[plan.pk]))
    (limit,) = page.context["said"]["limits"]
    assert "交流" in limit
    assert limit in page.content.decode()
    assert page.context["said"]["ways"][0] in page.content.decode()


def test_plans_stand_beside_each_other(filing: Filing, clerk: Client) -> None:
    plans = [planned(filing), planned(filing, "规划二")]
    page = clerk.get(
        reverse("planning:compare", args=[filing.pk]), {"plan": [plan.pk for plan in plans]}
    )
    assert [plan.pk for plan, _ in page.context["found"]] == [plan.pk for plan in plans]
    assert len(page.context["spent"]) == 5


def test_a_search_that_is_stopped_keeps_the_best_plan_of_whole_rounds(
    filing: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second round would go on for ever; it hears of the wish to stop by its own progress."""
    called: list[Asked] = []

    def slow(wanted: Asked) -> LeastCost:
        called.append(wanted)
        if len(called) == 1:
            return replace(make_plan(wanted), state="stopped", seconds=99.0)
        while True:
            time.sleep(0.05)
            assert wanted.effort.progress is not None
            wanted.effort.progress(1.0, None)

    monkeypatch.setattr(making, "make_plan", slow)
    by = account("county_clerk", COUNTY)
    plan = asked(filing, question(seconds=600, gap=0.0))
    job = take(long=True)
    assert job is not None

    def tell(done: int, total: int) -> None:
        if len(called) > 1 and not Plan.objects.get(pk=plan.pk).stop_asked:
            services.stop_plan(plan, by=by)

    began = time.monotonic()
    with transaction.atomic():
        making.make(job, tell)()
    assert time.monotonic() - began < 60
    result = PlanResult.objects.get(plan=plan)
    assert result.found
    assert Plan.objects.get(pk=plan.pk).progress["cost"] == result.cost


def test_prices_that_cannot_be_read_are_refused_at_once_with_every_slip(
    filing: Filing, clerk: Client
) -> None:
    bad = io.BytesIO(b"id: x\ncosts:\n  - of: nothing\n")
    bad.name = "prices.yaml"
    form = {"name": "规划", "target": 2030, "seconds": 5, "costs": bad}
    answer = clerk.post(reverse("planning:new_plan", args=[filing.pk]), form)
    assert answer.status_code == 422
    assert "nothing" in answer.content.decode()
    assert not Job.objects.exists()


def test_only_the_countys_own_people_keep_and_plan(filing: Filing) -> None:
    reviewer = account("city_reviewer", "990100")
    with pytest.raises(WebRefusal):
        services.ask_plan(filing, question(), {}, by=reviewer)
    city = client_of("city_reviewer", "990100")
    assert city.get(reverse("planning:gaps", args=[filing.pk])).status_code == 200
    foreign = client_of("county_clerk", "990102")
    for name in ("gaps", "what_if", "problems", "plans", "new_plan", "compare"):
        assert foreign.get(reverse(f"planning:{name}", args=[filing.pk])).status_code == 404
    school = client_of("school_clerk", SCHOOL)
    assert school.get(reverse("planning:gaps", args=[filing.pk])).status_code == 404


@pytest.mark.parametrize("rows", [2, 12])
def test_the_list_of_plans_asks_as_often_for_2_as_for_12(
    filing: Filing, clerk: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(rows):
        planned(filing, f"规划{n}")
    address = reverse("planning:plans", args=[filing.pk])
    clerk.get(address)
    with django_assert_num_queries(7):
        assert len(clerk.get(address).context["page"].object_list) == rows
