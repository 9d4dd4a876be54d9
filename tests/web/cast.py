"""The people and places of the web's tests: one person a role and place, in a synthetic province."""

from __future__ import annotations

from dataclasses import dataclass, field

from copies import copied
from django.test import Client

from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import Role
from junheng.web.accounts.services import appoint, found

PASSWORD = "Correct-horse-7"  # noqa: S105  # of the tests' people alone
BACKEND = "junheng.web.accounts.backend.Accounts"
PLACES = [
    (Kind.NATION, "000000", "模拟国", None),
    (Kind.PROVINCE, "990000", "模拟省", "000000"),
    (Kind.CITY, "990100", "模拟市", "990000"),
    (Kind.CITY, "990200", "另一市", "990000"),
    (Kind.COUNTY, "990101", "模拟县", "990100"),
    (Kind.COUNTY, "990102", "邻县", "990100"),
    (Kind.COUNTY, "990201", "远县", "990200"),
    (Kind.DEPARTMENT, "990101-finance", "模拟县财政局", "990101"),
    (Kind.SCHOOL, "9901010001", "模拟一小", "990101"),
    (Kind.SCHOOL, "9901010002", "模拟九年一贯制学校", "990101"),
    (Kind.SCHOOL, "9901020001", "邻县一小", "990102"),
    (Kind.SCHOOL, "9902010001", "远县一小", "990201"),
]
PEOPLE = [
    ("clerk", Role.SCHOOL_CLERK, "9901010001"),
    ("headmaster", Role.HEADMASTER, "9901010001"),
    ("second_clerk", Role.SCHOOL_CLERK, "9901010002"),
    ("neighbour_clerk", Role.SCHOOL_CLERK, "9901020001"),
    ("county_clerk", Role.COUNTY_CLERK, "990101"),
    ("county_approver", Role.COUNTY_APPROVER, "990101"),
    ("neighbour_approver", Role.COUNTY_APPROVER, "990102"),
    ("far_approver", Role.COUNTY_APPROVER, "990201"),
    ("finance", Role.DEPARTMENT, "990101-finance"),
    ("city", Role.CITY_REVIEWER, "990100"),
    ("other_city", Role.CITY_REVIEWER, "990200"),
    ("province", Role.PROVINCIAL_REVIEWER, "990000"),
    ("nation", Role.NATIONAL_REVIEWER, "000000"),
    ("expert", Role.EXPERT, "990101"),
    ("publisher", Role.PUBLISHER, "990000"),
    ("administrator", Role.ADMINISTRATOR, "990101"),
    ("provincial_administrator", Role.ADMINISTRATOR, "990000"),
    ("auditor", Role.AUDITOR, "990101"),
]


@dataclass(frozen=True, slots=True)
class Cast:
    """Places by code, people by name."""

    places: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)


def assemble() -> Cast:
    """Make the places and people in an empty database."""
    cast = Cast()
    for kind, code, name, above in PLACES:
        parent = cast.places[above] if above else None
        cast.places[code] = found(kind, code, name, parent, by=None)
    for name, role, code in PEOPLE:
        person = Account(username=name, name=f"模拟{name}", must_change_password=False)
        person.set_password(PASSWORD)
        person.save()
        appoint(person, role, cast.places[code], by=None)
        cast.people[name] = person
    return cast


def assembled() -> Cast:
    """Have the places and people that `assemble` makes in an empty database."""
    copied("cast", assemble)
    places = {place.code: place for place in Organisation.objects.select_related("parent")}
    return Cast(places, {person.username: person for person in Account.objects.all()})


def signed_in(person: Account) -> Client:
    """Give a browser's client in which somebody is signed in."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client
