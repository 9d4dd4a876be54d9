"""Who sees what is decided in one place; what was done stands in a log that nobody can change."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from django.db import DatabaseError, connection, transaction

from junheng.web.accounts import scope
from junheng.web.accounts.models import Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import GRANTS, PLACES, Permission, Role
from junheng.web.accounts.services import appoint
from junheng.web.audit.chain import START, digest
from junheng.web.audit.models import Entry
from junheng.web.audit.services import record


def codes(cast: Cast, name: str, permission: Permission = Permission.SEE) -> set[str]:
    found = scope.organisations(cast.people[name], permission)
    return set(found.values_list("code", flat=True))


def test_one_sees_ones_own_tree_and_nothing_else(cast: Cast) -> None:
    assert codes(cast, "clerk") == {"9901010001"}
    own = {"990101", "990101-finance", "9901010001", "9901010002"}
    assert codes(cast, "county_approver") == own
    assert codes(cast, "city") == own | {"990100", "990102", "9901020001"}
    assert codes(cast, "administrator") == codes(cast, "finance") == set()


def test_an_appointment_counts_only_inside_its_term(cast: Cast) -> None:
    term = cast.people["expert"].appointments.get()
    term.ends = term.begins + dt.timedelta(days=6)
    term.save()
    within = scope.held(cast.people["expert"], term.ends)
    assert [role for _, role in within] == [Role.EXPERT]
    assert scope.held(cast.people["expert"], term.ends + dt.timedelta(days=1)) == []


def test_a_disabled_account_holds_nothing(cast: Cast) -> None:
    person = cast.people["province"]
    person.is_active = False
    assert scope.organisations(person).count() == 0


def test_every_role_has_rights_and_places() -> None:
    assert set(GRANTS) == set(PLACES) == set(Role)
    assert Permission.SEE not in GRANTS[Role.ADMINISTRATOR] | GRANTS[Role.AUDITOR]


@pytest.mark.parametrize(
    ("role", "code", "allowed"),
    [
        (Role.COUNTY_CLERK, "990101", True),
        (Role.ADMINISTRATOR, "990101", False),
        (Role.HEADMASTER, "9901010001", True),
        (Role.COUNTY_CLERK, "990102", False),
        (Role.HEADMASTER, "9901020001", False),
    ],
)
def test_an_administrator_appoints_at_home_and_one_level_below(
    cast: Cast, role: Role, code: str, *, allowed: bool
) -> None:
    county_administrator = cast.people["administrator"]
    arguments = (cast.people["finance"], role, cast.places[code])
    if allowed:
        assert appoint(*arguments, by=county_administrator).role == role
    else:
        with pytest.raises(WebRefusal):
            appoint(*arguments, by=county_administrator)


def test_entries_form_a_chain_of_each_county_without_gaps(cast: Cast) -> None:
    school = cast.places["9901010001"]
    with transaction.atomic():
        record("test", by=cast.people["clerk"], organisation=school, about="x", details={"值": 1})
    entries = Entry.objects.filter(chain__organisation__code="990101").order_by("number")
    previous = START
    for number, entry in enumerate(entries, start=1):
        row = {
            "organisation": "990101",
            "number": number,
            "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            **{k: getattr(entry, k) for k in ("actor", "action", "about", "details", "previous")},
        }
        assert entry.previous == previous
        assert entry.digest == digest(row)
        previous = entry.digest


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_or_delete_entries(cast: Cast, sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Organisation.objects.count() == 12
