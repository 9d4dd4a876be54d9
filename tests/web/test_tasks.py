"""The ledger: tasks of plans, findings and returns; answered by departments, struck off by a second person."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from cast import signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from filled import account, province
from papers import pdf
from planned import COUNTY, planned
from pytest_django import DjangoAssertNumQueries

from junheng.web.accounts.models import Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.models import Entry
from junheng.web.boards.tasks import tasks_of
from junheng.web.collection.models import Filing, Record
from junheng.web.planning import tasks
from junheng.web.planning.models import Answer, Task, TaskSource, TaskState

pytestmark = pytest.mark.django_db
FINANCE, STAFFING = f"{COUNTY}-finance", f"{COUNTY}-staffing"
TODAY = timezone.localdate()


@pytest.fixture
def filing(db: None) -> Filing:
    _, campaign = province()
    return campaign.filings.select_related("campaign", "organisation", "county").get(
        organisation__code=COUNTY
    )


@pytest.fixture
def task(filing: Filing) -> Task:
    return given_out(filing)


def place(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def given_out(filing: Filing, n: int = 0, due: dt.date = TODAY, lead: str = FINANCE) -> Task:
    one = tasks.Given(
        f"拨付设备款{n}", f"plan:1:{n}", place(lead), due, (place(STAFFING),), cost=12345678.0
    )
    by = account("county_clerk", COUNTY)
    return tasks.give_out(filing.organisation, TaskSource.PLAN, [one], by=by)[0]


def client_of(role: str, code: str = COUNTY) -> Client:
    return signed_in(account(role, code))


def answered(task: Task, **more: Any) -> Answer:
    files = more.pop("files", ())
    by = account("department", FINANCE)
    return tasks.answer(task, "已拨付", files, done=True, by=by)


def test_a_plan_becomes_tasks_with_departments_years_costs_and_measures(filing: Filing) -> None:
    plan = planned(filing)
    clerk, address = client_of("county_clerk"), reverse("planning:to_tasks", args=[plan.pk])
    page = clerk.get(address)
    form: dict[str, Any] = dict(page.context["formset"].management_form.initial)
    sent = {f"form-{name}": value for name, value in form.items()}
    for number, (_row, each, _there) in enumerate(page.context["listed"]):
        first = each.initial
        sent |= {f"form-{number}-{name}": first[name] for name in ("lead", "others", "due")}
        sent |= {f"form-{number}-chosen": "on"} if number != 1 else {}
    assert clerk.post(address, sent).status_code == 302
    rows = [row for row, _, _ in page.context["listed"]]
    made = list(Task.objects.order_by("pk"))
    assert len(made) == len(rows) - 1
    assert [one.cost for one in made] == [row[6] for n, row in enumerate(rows) if n != 1]
    assert {one.due.year for one in made} <= set(range(2026, 2031))
    assert all(one.measure and one.lead.path.startswith(one.county.path) for one in made)
    assert place(FINANCE) in {p for one in made for p in one.others.all()}
    assert clerk.post(address, sent).status_code == 422
    assert Task.objects.count() == len(made)


def test_a_finding_becomes_a_task_of_its_school_once(filing: Filing) -> None:
    of_school = Record.objects.filter(filing__county=filing.county, table="sections").first()
    assert of_school is not None
    of_school.counted = {"teachers": 3, "backbone": 9}
    of_school.save()
    clerk, address = client_of("county_clerk"), reverse("planning:problems", args=[filing.pk])
    listed = clerk.get(address).context["page"].object_list
    code = of_school.filing.organisation.code
    one = next(each for each in listed if each.place == code)
    form = {"chosen": [one.origin], "lead": "", "due": TODAY.isoformat()}
    assert clerk.post(address, form).status_code == 302
    task = Task.objects.get()
    assert (task.lead.code, task.source) == (code, TaskSource.FINDING)
    assert one.what in task.title
    assert "已在台账" in clerk.get(address).content.decode()
    assert clerk.post(address, form).status_code == 422


def test_departments_see_and_answer_theirs_alone(filing: Filing, task: Task) -> None:
    other = given_out(filing, 1, lead=f"{COUNTY}-land")
    finance, staffing = client_of("department", FINANCE), client_of("department", STAFFING)
    assert [row[0] for row in finance.get(reverse("tasks:tasks")).context["rows"]] == [task]
    assert len(staffing.get(reverse("tasks:tasks")).context["rows"]) == 2
    assert finance.get(reverse("tasks:task", args=[other.pk])).status_code == 404
    form = {"text": "正在办理", "done": ""}
    assert finance.post(reverse("tasks:answer", args=[other.pk]), form).status_code == 404
    assert finance.post(reverse("tasks:answer", args=[task.pk]), form).status_code == 302
    foreign = client_of("county_clerk", "990102")
    assert foreign.get(reverse("tasks:task", args=[task.pk])).status_code == 404
    assert len(client_of("county_approver").get(reverse("tasks:tasks")).context["rows"]) == 2
    assert finance.post(reverse("tasks:close", args=[task.pk])).status_code == 404
    with pytest.raises(WebRefusal, match="不由您所在的单位办理"):
        tasks.answer(task, "办好了", [], done=True, by=account("department", f"{COUNTY}-land"))


def test_closing_needs_evidence_or_a_reason_and_a_second_person(task: Task) -> None:
    clerk, approver = (account(role, COUNTY) for role in ("county_clerk", "county_approver"))
    with pytest.raises(WebRefusal, match="还没有部门答复"):
        tasks.close(task, "设备已到校并验收合格", by=approver)
    tasks.answer(task, "设备已到校", (), done=True, by=clerk)
    with pytest.raises(WebRefusal, match="另一人"):
        tasks.close(task, "设备已到校并验收合格", by=clerk)
    with pytest.raises(WebRefusal, match="理由"):
        tasks.close(task, "好", by=approver)
    with pytest.raises(WebRefusal):
        tasks.close(task, "设备已到校并验收合格", by=account("city_reviewer", "990100"))
    tasks.close(task, "设备已到校并验收合格", by=approver)
    task.refresh_from_db()
    assert (task.state, task.closed_by) == (TaskState.CLOSED, approver)
    actions = Entry.objects.filter(action__startswith="task.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "task.give", "task.answer", "task.close",
    ]  # fmt: skip
    with pytest.raises(WebRefusal, match="已经销号"):
        answered(task)


def test_evidence_makes_a_reason_needless_and_can_be_read_again(task: Task) -> None:
    content = pdf()
    file = SimpleUploadedFile("验收单.pdf", content)
    finance = client_of("department", FINANCE)
    form = {"text": "已验收", "done": "on", "files": [file]}
    assert finance.post(reverse("tasks:answer", args=[task.pk]), form).status_code == 302
    proof = Answer.objects.get().proofs.get()
    tasks.close(task, "", by=account("county_approver", COUNTY))
    got = finance.get(reverse("tasks:proof", args=[proof.pk]))
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(got.streaming_content) == content  # type: ignore[attr-defined]
    land = client_of("department", f"{COUNTY}-land")
    assert land.get(reverse("tasks:proof", args=[proof.pk])).status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.update(text="别的")


def test_what_was_reported_done_can_be_given_back_with_what_is_missing(task: Task) -> None:
    answered(task)
    approver = client_of("county_approver")
    form = {"step": "back", "reason": "请附验收单"}
    assert approver.post(reverse("tasks:close", args=[task.pk]), form).status_code == 302
    task.refresh_from_db()
    assert task.state == TaskState.OPEN
    page = client_of("department", FINANCE).get(reverse("tasks:task", args=[task.pk]))
    assert "请附验收单" in page.content.decode()


def test_reminders_turn_from_blue_to_red_and_end_with_the_task(filing: Filing) -> None:
    days = (-1, 0, 3, 7, 200)
    made = [given_out(filing, n, TODAY + dt.timedelta(days=d)) for n, d in enumerate(days)]
    page = client_of("department", FINANCE).get(reverse("tasks:tasks"))
    tones = {row[0]: row[2] for row in page.context["rows"]}
    assert tones[made[0]] == "red"
    assert tones[made[4]] is None
    found = [tones[one] for one in made]
    order = ["red", "yellow", "blue", None]
    assert found == sorted(found, key=order.index)
    assert {"red", "yellow"} <= set(found)
    answered(made[0])
    tasks.close(made[0], "设备已到校并验收合格", by=account("county_approver", COUNTY))
    page = client_of("department", FINANCE).get(reverse("tasks:tasks"))
    assert {row[0]: row[2] for row in page.context["rows"]}[made[0]] is None


def test_the_first_page_leads_departments_to_their_tasks_and_the_county_to_close(
    task: Task,
) -> None:
    def waits(role: str, code: str) -> list[str]:
        return [one.address for one in tasks_of(account(role, code), TODAY)]

    assert any(reverse("tasks:tasks") in one for one in waits("department", FINANCE))
    assert not any(reverse("tasks:tasks") in one for one in waits("county_approver", COUNTY))
    answered(task)
    assert not any(reverse("tasks:tasks") in one for one in waits("department", FINANCE))
    assert any(reverse("tasks:tasks") in one for one in waits("county_approver", COUNTY))


def test_the_workbook_of_the_ledger_keeps_text_as_text(filing: Filing, task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(title='=HYPERLINK("http://x.example")')
    got = client_of("department", FINANCE).get(reverse("tasks:workbook"))
    assert got.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(got.content)).active
    assert sheet is not None
    cell = sheet.cell(row=2, column=2)
    assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x.example")')
    assert sheet.cell(row=2, column=7).value == 12345678.0


@pytest.mark.parametrize("rows", [2, 20])
def test_the_list_asks_the_database_as_often_for_2_rows_as_for_20(
    filing: Filing, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(rows):
        given_out(filing, n)
    clerk = client_of("county_clerk")
    clerk.get(reverse("tasks:tasks"))
    with django_assert_num_queries(7):
        assert len(clerk.get(reverse("tasks:tasks")).context["rows"]) == rows
