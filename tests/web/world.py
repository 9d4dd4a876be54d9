"""A synthetic world for the access matrix: two provinces, four counties, every kind of object in each.

Of the counties, 990101 is "ours", 990102 its sibling in the same city, 990201 lies in another city,
980101 in another province. Whatever belongs to an organisation carries its canary.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl
from canaries import Canaries, data, name
from django.utils import timezone

from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import PLACES, Role
from junheng.web.accounts.services import appoint
from junheng.web.api import services as tokens
from junheng.web.api.models import Token
from junheng.web.collection.models import Campaign, CampaignState, Filing, Record
from junheng.web.collection.services import open_campaign
from junheng.web.project import demo

YEAR, TODAY = 2025, timezone.localdate()
OURS, COUNTIES = "990101", ("990101", "990102", "990201", "980101")
FINANCE = "-finance"
_AS_THE_CLERK = (Role.AUDITOR, Role.HEADMASTER, Role.EXPERT, Role.PUBLISHER, Role.COUNTY_APPROVER)
"""Roles whose people are managed like the first of their place: no need to ask about them too."""
TREE = [
    (Kind.NATION, "000000", None),
    (Kind.PROVINCE, "990000", "000000"),
    (Kind.PROVINCE, "980000", "000000"),
    (Kind.CITY, "990100", "990000"),
    (Kind.CITY, "990200", "990000"),
    (Kind.CITY, "980100", "980000"),
    *((Kind.COUNTY, county, f"{county[:4]}00") for county in COUNTIES),
    *((Kind.DEPARTMENT, county + FINANCE, county) for county in COUNTIES),
    *((Kind.SCHOOL, f"{county}000{n}", county) for county in COUNTIES for n in (1, 2)),
]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks: an account with one role at one place, or without any, or nobody at all."""

    name: str
    account: Account | None = None
    path: str | None = None
    code: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: of a kind, at a place; whose tree reaches one of its paths may reach it, or its owner."""

    kind: str
    place: str
    pk: int
    paths: tuple[str, ...] = ()
    owner: str = ""
    second: int = 0


@dataclass
class World:
    """Places by code, people by role and place, things by kind, and the actors of the matrix."""

    canaries: Canaries = field(default_factory=Canaries)
    places: dict[str, Organisation] = field(default_factory=dict)
    people: dict[tuple[str, str], Account] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def add(self, kind: str, code: str, pk: int, **more: Any) -> None:
        """Note an object at a place; it is reached by those whose tree holds that place."""
        if code.endswith("0002") and not code.startswith(OURS):
            return  # another county's second school would show nothing that its first does not
        place = (self.places[code].path,)
        self.things.setdefault(kind, []).append(Thing(kind, code, pk, **{"paths": place} | more))


@cache
def _frames() -> demo.Frames:
    """Make up two schools in each county; the made-up codes become those of this world."""
    frames = demo.data(len(COUNTIES), (YEAR, YEAR), 2)
    counties = dict(zip(frames["schools"]["county"].unique().sort(), COUNTIES, strict=True))
    kept = frames["schools"].select("county", "school").unique().sort("county", "school")
    schools = {
        school: f"{counties[county]}000{n % 2 + 1}"
        for n, (county, school) in enumerate(kept.iter_rows())
    }
    codes = {"county": counties, "school": schools}
    return {
        table: frame.with_columns(
            *(pl.col(c).replace_strict(codes[c]) for c in codes if c in frame.columns)
        )
        for table, frame in frames.items()
    }


def appoint_people(world: World) -> None:
    """Appoint one person a role and place."""
    now = timezone.now()
    for code, place in world.places.items():
        for role in (role for role in Role if place.kind in PLACES[role]):
            person = Account.objects.create(
                username=f"{role}-{code}",
                name=f"模拟{name(code)}",
                phone=data(code),
                password="!",  # noqa: S106  # nobody signs in by password here
                must_change_password=False,
                password_changed_at=now,
                seen_at=now,
            )
            appointment = appoint(person, role, place, by=None)
            world.people[role, code] = person
            if role in _AS_THE_CLERK:
                continue
            what = "administrator" if role == Role.ADMINISTRATOR else "person"
            world.add(f"{place.kind} {what}", code, person.pk)
            if what == "person":
                world.add(f"{place.kind} appointment", code, appointment.pk)
        if place.kind not in (Kind.NATION, Kind.PROVINCE, Kind.DEPARTMENT):
            world.add(f"{place.kind} organisation", code, place.pk)


def campaign(world: World, owner: str, counties: tuple[str, ...], year: int) -> Campaign:
    """Lay out a campaign of an owner in some counties."""
    place = world.places[owner]
    role = Role.COUNTY_APPROVER if place.kind == Kind.COUNTY else Role.PROVINCIAL_REVIEWER
    if place.kind == Kind.CITY:
        role = Role.CITY_REVIEWER
    new = Campaign.objects.create(
        owner=place,
        name=f"{year}学年填报（模拟）{name(owner)}",
        standard="cn-quality-2017",
        year=year,
        opens=TODAY - dt.timedelta(days=20),
        schools_due=TODAY + dt.timedelta(days=10),
        county_due=TODAY + dt.timedelta(days=40),
        created_by=world.people[role, owner],
    )
    new.counties.set([world.places[county] for county in counties])
    return new


def opened(new: Campaign) -> Campaign:
    """Open a campaign, with a filing for each county and school."""
    return open_campaign(new, by=new.created_by)


def collect(world: World, owner: str, counties: tuple[str, ...]) -> None:
    """Open a province's campaign, and fill it."""
    new = opened(campaign(world, owner, counties, YEAR))
    mine = {
        table: frame.filter(pl.col("school" if "school" in frame.columns else "county").is_in(
            [f.organisation.code for f in new.filings.select_related("organisation")]
        ))
        for table, frame in _frames().items()
    }  # fmt: skip
    demo.plant(new, mine)
    for filing in new.filings.select_related("organisation"):
        _mark(world, filing)
    paths = tuple(f.organisation.path for f in new.filings.select_related("organisation"))
    world.add("campaign", owner, new.pk, paths=paths)
    for code, place in world.places.items():
        if place.kind in (Kind.CITY, Kind.PROVINCE) and code[:2] == owner[:2]:
            world.add("level", code, place.pk, second=new.pk)


def _mark(world: World, filing: Filing) -> None:
    """Put the canaries of an organisation into the data of its filing."""
    code = filing.organisation.code
    for table, column in (("schools", "public_funds"), ("facts", "value")):
        for row in Record.objects.filter(filing=filing, table=table)[:1]:
            row.reported[column] = world.canaries.number(code)
            row.reasons[column] = data(code)
            if table == "schools":
                row.statistics["name"] = filing.organisation.name
            row.save()


def actors(world: World) -> None:
    """One actor a role, all above our first school or in our county; and two who hold nothing."""
    above = ("000000", "990000", "990100", OURS, OURS + FINANCE, f"{OURS}0001")
    by_kind = {world.places[code].kind: code for code in above}
    for role in Role:
        near = ("school", "department", "county", "city", "province", "nation")
        kinds = [kind for kind in near if kind in PLACES[role]]
        kind = "county" if "county" in kinds else kinds[0]
        code = by_kind[kind]
        account = world.people[role, code]
        secret = ""
        if offered := tokens.offered(account):
            until = TODAY + dt.timedelta(days=30)
            names = [str(each) for each in offered]
            token, secret = tokens.give(data(code), names, until, by=account, today=TODAY)
            Token.objects.filter(pk=token.pk).update(used_on=TODAY)
            world.add("token", code, token.pk, paths=(), owner=role.value)
        path = world.places[code].path
        world.actors[role.value] = Actor(role.value, account, path, code, secret)
    nobody = Account.objects.create(
        username="nobody",
        name="模拟",
        must_change_password=False,
        password_changed_at=timezone.now(),
    )
    world.actors["nobody"] = Actor("nobody", nobody)
    world.actors["anonymous"] = Actor("anonymous")


def draft(world: World, owner: str, counties: tuple[str, ...]) -> None:
    """Lay out a campaign that is not open yet: only its owner and those above know of it."""
    new = campaign(world, owner, counties, 2023)
    assert new.state == CampaignState.DRAFT
    of_city = world.places[owner].kind == Kind.CITY
    world.add("draft city campaign" if of_city else "draft campaign", owner, new.pk)
