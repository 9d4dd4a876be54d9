"""Who creates, appoints, disables whom; nobody raises his own rights."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from sending import ClientOf

from junheng.web.accounts import people as service
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.people import Place, create
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission, Role
from junheng.web.accounts.services import appoint, close, end, found
from junheng.web.audit.models import Entry

NOBODY = {"name": "模拟新人", "post": "", "phone": "", "email": ""}


def new_person(client: Client, cast: Cast, username: str, role: Role, *codes: str) -> HttpResponse:
    places = [cast.places[code].pk for code in codes]
    ends = timezone.localdate() + dt.timedelta(days=30) if role == Role.EXPERT else ""
    given = {"username": username, **NOBODY, "role": role, "organisations": places, "ends": ends}
    return client.post("/people/new/", given)


def one(cast: Cast, username: str, role: Role, code: str) -> Account:
    return create(username, NOBODY, [Place(role, cast.places[code])], by=None).account


def test_a_new_person_signs_in_with_the_slip_and_has_to_change_the_password(
    cast: Cast, client_of: ClientOf
) -> None:
    page = new_person(client_of("administrator"), cast, "Wang.Wu", Role.HEADMASTER, "9901010002")
    slip = page.content.decode()
    password = slip.split("<code")[2].split(">")[1].split("<")[0]
    client = Client()
    assert (
        client.post("/sign-in/", {"username": "wang.wu", "password": password}).status_code == 302
    )
    assert client.get("/me/").headers["Location"] == "/me/password/"
    assert password not in "".join(str(e.details) for e in Entry.objects.all())


@pytest.mark.parametrize(
    ("by", "role", "code"),
    [
        ("administrator", Role.ADMINISTRATOR, "990101"),  # his equal
        ("administrator", Role.EXPERT, "990101"),  # who evaluates his own county
        ("administrator", Role.COUNTY_CLERK, "990102"),  # next door
        ("administrator", Role.CITY_REVIEWER, "990100"),  # above
        ("provincial_administrator", Role.COUNTY_CLERK, "990101"),  # two levels below
        ("provincial_administrator", Role.NATIONAL_REVIEWER, "000000"),
    ],
)
def test_nobody_creates_accounts_beyond_the_next_level(
    cast: Cast, by: str, role: Role, code: str
) -> None:
    ends = timezone.localdate()
    with pytest.raises(WebRefusal):
        create("x.y.z", NOBODY, [Place(role, cast.places[code], ends)], by=cast.people[by])
    assert not Account.objects.filter(username="x.y.z").exists()


def test_nobody_appoints_himself_and_administrators_do_no_other_work(cast: Cast) -> None:
    administrator, county = cast.people["administrator"], cast.places["990101"]
    with pytest.raises(WebRefusal, match="自己"):
        appoint(administrator, Role.COUNTY_CLERK, county, by=administrator)
    with pytest.raises(WebRefusal, match="三员分立"):
        appoint(cast.people["auditor"], Role.COUNTY_CLERK, county, by=administrator)


def test_nobody_takes_over_an_account_that_has_rights_he_may_not_give(cast: Cast) -> None:
    county, province = cast.people["administrator"], cast.people["provincial_administrator"]
    expert = cast.people["expert"]
    for step in (service.renew_password, service.enable):
        with pytest.raises(WebRefusal):
            step(expert, by=county)
    with pytest.raises(WebRefusal):
        service.disable(expert, by=county, reason="test")
    service.renew_password(expert, by=province)
    clerk = cast.people["county_clerk"]
    service.renew_password(clerk, by=county)
    appoint(clerk, Role.EXPERT, cast.places["990201"], by=None)
    with pytest.raises(WebRefusal):
        service.renew_password(clerk, by=county)


def test_experts_have_a_term_and_several_counties_and_come_from_above(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of("provincial_administrator")
    page = new_person(client, cast, "expert2", Role.EXPERT, "990101", "990201")
    assert page.status_code == 200
    expert = Account.objects.get(username="expert2")
    assert set(scope.paths(expert, Permission.COUNT)) == {
        cast.places["990101"].path,
        cast.places["990201"].path,
    }
    with pytest.raises(WebRefusal, match="聘期"):
        appoint(
            expert, Role.EXPERT, cast.places["990102"], by=cast.people["provincial_administrator"]
        )
    several = new_person(client, cast, "two", Role.CITY_REVIEWER, "990100", "990200")
    assert several.status_code == 422


def test_an_appointment_ends_at_once_but_not_that_of_the_last_administrator(cast: Cast) -> None:
    administrator = cast.people["administrator"]
    clerk = cast.people["county_clerk"]
    end(clerk.appointments.get(), by=administrator)
    assert scope.held(Account.objects.get(pk=clerk.pk)) == []
    own = administrator.appointments.get()
    with pytest.raises(WebRefusal, match="唯一"):
        end(own, by=administrator)
    second = one(cast, "second_administrator", Role.ADMINISTRATOR, "990101")
    with pytest.raises(WebRefusal, match="上级"):
        end(second.appointments.get(), by=administrator)
    end(own, by=administrator)
    assert not scope.holds(Account.objects.get(pk=administrator.pk), Permission.PEOPLE)


def test_disabling_works_from_any_level_above_and_is_logged_where_the_person_is(
    cast: Cast, client_of: ClientOf
) -> None:
    pk = cast.people["clerk"].pk
    client = client_of("provincial_administrator")
    assert client.post(f"/people/{pk}/disable/").status_code == 302
    assert not Account.objects.get(pk=pk).is_active
    last = Entry.objects.order_by("pk").last()
    assert last is not None
    assert (last.action, last.chain.organisation.code) == ("account.disable", "990101")
    assert client_of("administrator").post(f"/people/{pk}/enable/").status_code == 302


def test_people_of_other_trees_are_nowhere_to_be_seen(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("administrator")
    far, near = cast.people["far_approver"], cast.people["clerk"]
    assert client.get(f"/people/{far.pk}/").status_code == 404
    assert client.post(f"/people/{far.pk}/disable/").status_code == 404
    assert client.post(f"/appointments/{far.appointments.get().pk}/end/").status_code == 404
    assert "far_approver" not in client.get("/people/?q=far").content.decode().split("<table")[-1]
    assert client.get(f"/people/{near.pk}/").status_code == 200
    seen = Entry.objects.filter(action="account.see", about="account:clerk")
    assert seen.exists()
    assert client_of("county_clerk").get("/people/").status_code == 404


def test_somebody_who_moved_away_is_gone_and_who_left_can_be_appointed_anew(cast: Cast) -> None:
    from junheng.web.accounts.selectors import people

    administrator, clerk = cast.people["administrator"], cast.people["clerk"]
    end(clerk.appointments.get(), by=administrator)
    assert clerk in people(administrator)
    appoint(clerk, Role.SCHOOL_CLERK, cast.places["9902010001"], by=None)
    assert clerk not in people(administrator)


def test_organisations_are_founded_and_closed_directly_below_ones_own(cast: Cast) -> None:
    administrator, county = cast.people["administrator"], cast.places["990101"]
    school = found(Kind.SCHOOL, "9901010009", "模拟新校", county, by=administrator)
    assert school.path.startswith(county.path)
    with pytest.raises(WebRefusal):
        found(Kind.SCHOOL, "9901020009", "邻县新校", cast.places["990102"], by=administrator)
    with pytest.raises(WebRefusal):
        found(Kind.CITY, "990300", "新市", county, by=administrator)
    with pytest.raises(WebRefusal):
        close(county, by=administrator)
    close(cast.places["9901010001"], by=administrator)
    assert scope.held(cast.people["headmaster"]) == []


@pytest.mark.parametrize("address", ["/people/", "/organisations/"])
def test_a_list_asks_as_often_with_twenty_rows_as_with_two(
    cast: Cast,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
) -> None:
    client = client_of("administrator")
    client.get(address)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    for number in range(20):
        school = found(Kind.SCHOOL, f"99010101{number:02}", "校", cast.places["990101"], by=None)
        create(f"person{number}", NOBODY, [Place(Role.HEADMASTER, school)], by=None)
    with django_assert_max_num_queries(len(few)):
        assert client.get(address).content.decode().count("<tr>") > 20


@pytest.mark.django_db
def test_the_first_administrator_is_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("first_administrator", "province", "990000", "模拟省", "root.one", "模拟管理员")
    call_command(*arguments)
    assert "root.one" in capsys.readouterr().out
    account = Account.objects.get()
    assert account.must_change_password
    assert scope.holds(account, Permission.PEOPLE)
    with pytest.raises(CommandError, match="已有机构"):
        call_command(*arguments)
