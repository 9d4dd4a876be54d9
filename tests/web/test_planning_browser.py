"""The workbench and the ledger in a real browser: as one edits, on a phone, for screen readers."""

from __future__ import annotations

import datetime as dt

import pytest
from browser import PHONE, picture, violations, wider_than_the_screen
from browser_fixtures import PageFor
from django.urls import reverse
from django.utils import timezone
from filled import account, province
from planned import COUNTY, asked, planned, question
from playwright.sync_api import Page, expect

from junheng.web.collection.models import Filing
from junheng.web.jobs.models import Job, State
from junheng.web.planning import tasks
from junheng.web.planning.models import Plan, Task, TaskSource

pytestmark = pytest.mark.xdist_group("browser")
SCHOOL = "9901010001"


def county() -> Filing:
    _, campaign = province()
    rows = campaign.filings.select_related("campaign", "organisation", "county")
    return rows.get(organisation__code=COUNTY)


def given_out(filing: Filing) -> Task:
    departments = filing.organisation.children.filter(kind="department").order_by("code")
    due = timezone.localdate() + dt.timedelta(days=2)
    one = tasks.Given("拨付设备款", "plan:0:1", departments[0], due, (departments[1],), cost=1e6)
    by = account("county_clerk", COUNTY)
    return tasks.give_out(filing.organisation, TaskSource.PLAN, [one], by=by)[0]


def wrong_with(page: Page, address: str, name: str) -> list[str]:
    page.goto(address)
    wrong = [f"{address}: {each}" for each in violations(page)]
    picture(page, name)
    page.set_viewport_size(PHONE)
    wrong += [f"{address}: wide: {each}" for each in wider_than_the_screen(page)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return wrong


def test_pages_of_planning_pass_axe_and_fit_a_phone(page_for: PageFor) -> None:
    filing = county()
    plans = [planned(filing), planned(filing, "规划二")]
    waiting = asked(filing, question(name="规划三"))
    going_on = {"seconds": 12, "cost": 1.2e7, "bound": 1.1e7, "gap": 0.08, "near": None}
    Plan.objects.filter(pk=waiting.pk).update(progress=going_on)
    Job.objects.filter(pk=waiting.job_id).update(state=State.RUNNING, done=12, total=60)
    task = given_out(filing)
    tasks.answer(task, "设备已到校", (), done=True, by=account("county_clerk", COUNTY))
    page = page_for(account("county_approver", COUNTY))
    of = [filing.pk]
    compare = "&".join(f"plan={plan.pk}" for plan in plans)
    pages = {
        "counties": reverse("planning:counties"),
        "gaps": reverse("planning:gaps", args=of),
        "gaps-ledger": reverse("planning:gaps", args=of) + "?sheet=ledger",
        "problems": reverse("planning:problems", args=of),
        "plans": reverse("planning:plans", args=of),
        "new-plan": reverse("planning:new_plan", args=of),
        "plan": reverse("planning:plan", args=[plans[0].pk]),
        "progress": reverse("planning:plan", args=[waiting.pk]),
        "compare": reverse("planning:compare", args=of) + f"?{compare}",
        "to-tasks": reverse("planning:to_tasks", args=[plans[0].pk]),
        "tasks": reverse("tasks:tasks"),
        "task": reverse("tasks:task", args=[task.pk]),
    }
    wrong = [
        each
        for name, address in pages.items()
        for each in wrong_with(page, address, f"planning-{name}")
    ]
    assert not wrong, "\n".join(wrong)


def test_coefficients_and_verdicts_change_as_one_edits(page_for: PageFor) -> None:
    filing = county()
    page = page_for(account("county_clerk", COUNTY))
    page.goto(reverse("planning:what_if", args=[filing.pk]))
    page.get_by_label("学校 1", exact=True).select_option(SCHOOL)
    page.get_by_label("填报项 1", exact=True).select_option("teaching_area")
    page.get_by_label("改动 1", exact=True).fill("+4000")
    page.get_by_label("改动 1", exact=True).press("Tab")
    expect(page.locator("#outcome tr.moved").first).to_be_visible()
    expect(page.get_by_label("改动 1", exact=True)).to_have_value("+4000")
    assert not violations(page)
    picture(page, "planning-what-if")
    page.set_viewport_size(PHONE)
    assert not wider_than_the_screen(page)
    page.get_by_label("方案名称").fill("加教学楼")
    page.get_by_role("button", name="保存为方案").click()
    expect(page.get_by_role("link", name="加教学楼")).to_be_visible()
