"""The frame of every page and the first page: only ways one may go, a constant number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from campaigns import running
from cast import PEOPLE, Cast
from django.test import Client
from django.utils import timezone

from junheng.web.accounts.models import Kind
from junheng.web.accounts.services import found
from junheng.web.boards.tasks import STEPS, tasks_of
from junheng.web.collection.models import Campaign, Filing, FilingState
from junheng.web.project import assets
from junheng.web.reviews import steps

ClientOf = Callable[[str], Client]
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')


@pytest.mark.parametrize("name", [person for person, *_ in PEOPLE])
def test_every_link_of_the_first_page_may_be_followed(
    client_of: ClientOf, cast: Cast, name: str
) -> None:
    running(cast)
    client = client_of(name)
    answered = client.get("/")
    links = set(LINK.findall(answered.content.decode()))
    assert "/me/" in links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_every_awaited_step_is_told_on_the_first_page() -> None:
    waits = {(s.whose, state) for s in steps.STEPS.values() if s.awaited for state in s.sources}
    assert waits - set(STEPS) == {
        (Kind.COUNTY, state) for state in steps.DECIDED - {FilingState.RETURNED}
    }


def test_each_school_sees_its_own_task_alone(cast: Cast) -> None:
    running(cast)
    assert (
        tasks_of(cast.people["second_clerk"], timezone.localdate()) == []
    )  # it is with the county
    (mine,) = tasks_of(cast.people["clerk"], timezone.localdate())
    assert mine.count == 1
    assert "模拟一小" in mine.more
    assert str(Filing.objects.get(organisation__code="9901010001").pk) in mine.address


def test_the_first_page_asks_the_database_equally_often_however_much_waits(
    cast: Cast, client_of: ClientOf, django_assert_num_queries: Callable[..., object]
) -> None:
    campaign = running(cast)
    few = _queries(client_of("county_approver"))
    _more_schools(cast, campaign, 20)
    assert _queries(client_of("county_approver")) == few <= 20


def _queries(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/").status_code == 200
    return len(asked)


def _more_schools(cast: Cast, campaign: Campaign, number: int) -> None:
    county = cast.places["990101"]
    for index in range(number):
        school = found(Kind.SCHOOL, f"99010109{index:02}", f"模拟{index}小", county, by=None)
        state = FilingState.SUBMITTED if index % 2 else FilingState.DRAFT
        Filing.objects.create(campaign=campaign, organisation=school, county=county, state=state)


def test_what_is_kept_of_the_front_end_is_what_the_lock_says() -> None:
    """Set-up fetches again when the lock or the list changed, and only then."""
    assert (assets.BUILT / "stamp").read_text("ascii") == assets._wanted()
    for kept in (*assets.KEPT.values(), "vendor/fonts.css"):
        assert (assets.BUILT / "static" / kept).stat().st_size > 1000
    assert "resolved" not in (assets.SOURCES / "package-lock.json").read_text("utf-8")
    fonts = (assets.BUILT / "static" / "vendor" / "fonts.css").read_text("utf-8")
    files = re.findall(r'url\("fonts/([^"]+)"\)', fonts)
    assert len(files) > 90
    assert all((assets.BUILT / "static" / "vendor" / "fonts" / file).is_file() for file in files)


def test_the_sheet_of_parts_is_shown_in_demo_mode_alone(
    client_of: ClientOf, settings: object
) -> None:
    client = client_of("clerk")
    assert client.get("/look/").status_code == 404
    settings.DEMO = True  # type: ignore[attr-defined]
    assert client.get("/look/").status_code == 200
