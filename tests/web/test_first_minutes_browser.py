"""The first five minutes of each role: the first page names the next task, one click leads to it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from browser import LAPTOP, PHONE, picture, violations, wider_than_the_screen
from browser_fixtures import PageOf
from campaigns import running
from cast import Cast
from django.utils import timezone
from playwright.sync_api import Page, expect

from junheng.web.accounts.models import Kind
from junheng.web.accounts.roles import Role
from junheng.web.accounts.services import found
from junheng.web.collection.models import Filing, FilingState
from junheng.web.planning import tasks
from junheng.web.planning.models import TaskSource

pytestmark = pytest.mark.xdist_group("browser")

SCHOOL, COUNTY = "9901010001", "990101"


@dataclass(frozen=True, slots=True)
class Start:
    """Who signs in, what stands how, what the first page names, and what is there one click later."""

    who: str
    task: str
    there: str
    state: tuple[str, FilingState] | None = None


STARTS = {
    Role.SCHOOL_CLERK: Start("clerk", "按退回的理由修改本校数据", "保存"),
    Role.HEADMASTER: Start("headmaster", "核对并提交本校数据", "提交到县", (SCHOOL, FilingState.DRAFT)),
    Role.COUNTY_CLERK: Start("county_clerk", "审核学校提交的数据", "审核通过"),
    Role.COUNTY_APPROVER: Start("county_approver", "审核学校提交的数据", "审核通过"),
    Role.DEPARTMENT: Start("finance", "办理任务台账里的任务", "拨付设备款"),
    Role.CITY_REVIEWER: Start("city", "复核县的上报", "复核通过，报省"),
    Role.PROVINCIAL_REVIEWER: Start("province", "评估县的上报", "评估通过，待公示"),
    Role.NATIONAL_REVIEWER: Start("nation", "认定县的申报", "认定", (COUNTY, FilingState.WITH_NATION)),
    Role.EXPERT: Start("expert", "核对学校的佐证，登记核查数", "佐证"),
    Role.PUBLISHER: Start("publisher", "公示评估通过的县", "开始公示", (COUNTY, FilingState.APPROVED)),
    Role.ADMINISTRATOR: Start("administrator", "为还没有人员的机构建立账号", "模拟新校"),
    Role.AUDITOR: Start("auditor", "查看近七天的日志", "模拟县"),
}  # fmt: skip


@pytest.fixture
def place(cast: Cast) -> None:
    """A running campaign, a school nobody serves yet, and a task of the finance department."""
    running(cast)
    found(Kind.SCHOOL, "9901010003", "模拟新校", cast.places[COUNTY], by=None)
    one = tasks.Given(
        "拨付设备款", "plan:1:1", cast.places["990101-finance"], timezone.localdate(), ()
    )
    tasks.give_out(cast.places[COUNTY], TaskSource.PLAN, [one], by=cast.people["county_clerk"])


def offered(page: Page, words: str) -> None:
    """See that the page one came to offers these words, to press, follow or read."""
    expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()


def test_every_role_is_tried() -> None:
    assert set(STARTS) == set(Role)


@pytest.mark.parametrize("role", STARTS)
def test_each_role_finds_its_next_task_without_a_manual(
    page_of: PageOf, place: None, role: Role
) -> None:
    start = STARTS[role]
    if start.state:
        code, state = start.state
        Filing.objects.filter(organisation__code=code).update(state=state)
    page = page_of(start.who)
    page.goto("/")
    task = page.get_by_role("link", name=start.task)
    expect(task).to_be_in_viewport()
    assert violations(page) == []
    picture(page, f"home-{role}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert wider_than_the_screen(page) == []
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    task.click()
    page.wait_for_load_state()
    offered(page, start.there)
    assert page.locator("h1").count() == 1
    picture(page, f"home-{role}-then")
