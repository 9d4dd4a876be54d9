"""A synthetic province: organisations, one account a role and place, two years of data.

Everything in it is made up and says so (模拟); it is never part of a real installation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from junheng.demo.folder import write
from junheng.demo.wanted import Wanted
from junheng.intake import read
from junheng.model.tables import TABLES
from junheng.web.accounts.models import Account, Appointment, Kind, Organisation
from junheng.web.accounts.roles import Role
from junheng.web.accounts.services import appoint, found
from junheng.web.collection.models import Campaign, Filing, Record
from junheng.web.collection.rows import OF_COUNTY, filled_columns, key_of
from junheng.web.collection.services import open_campaign

OF_STATISTICS = ("schools", "sections", "classes")
"""Tables that the statistics hold; the rest is reported by schools and counties."""
NATION, PROVINCE = "000000", "990000"
_ROLES_BELOW = {
    Kind.NATION: (Role.NATIONAL_REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR, Role.AUDITOR),
    Kind.PROVINCE: (Role.PROVINCIAL_REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR, Role.AUDITOR),
    Kind.CITY: (Role.CITY_REVIEWER, Role.ADMINISTRATOR),
    Kind.COUNTY: (Role.COUNTY_CLERK, Role.COUNTY_APPROVER, Role.EXPERT, Role.ADMINISTRATOR),
    Kind.DEPARTMENT: (Role.DEPARTMENT,),
    Kind.SCHOOL: (Role.SCHOOL_CLERK, Role.HEADMASTER),
}
_DEPARTMENTS = (("finance", "财政局"), ("staffing", "编办"), ("land", "自然资源局"))
SCHOOLS_WITH_ACCOUNTS = 3
SEED = Wanted().seed
Frames = Mapping[str, pl.DataFrame]


def data(
    counties: int, years: tuple[int, int], schools: int | None = None, seed: int = SEED
) -> Frames:
    """Make up the tables of some counties; with `schools`, only the first so many of each county."""
    with TemporaryDirectory(prefix="junheng-") as name:
        out = Path(name) / "demo"
        span = range(years[0], years[1] + 1)
        write(out, Wanted(counties=counties, years=span, seed=seed, detail=True))
        frames = {name: frame.collect() for name, frame in read(out).tables.items()}
    if schools is None:
        return frames
    kept = frames["schools"].select("county", "school").unique().sort("county", "school")
    some = kept.group_by("county", maintain_order=True).head(schools)["school"].implode()
    return {
        table: frame.filter(pl.col("school").is_in(some)) if "school" in frame.columns else frame
        for table, frame in frames.items()
    }


@transaction.atomic
def organisations(frames: Frames) -> dict[str, Organisation]:
    """Found the nation, a province, and the cities, counties and schools of the tables."""
    places = {NATION: found(Kind.NATION, NATION, "模拟国", None, by=None)}
    places[PROVINCE] = found(Kind.PROVINCE, PROVINCE, "模拟省", places[NATION], by=None)
    pairs = frames["schools"].select("county", "school", "name").unique(["school"]).sort("school")
    counties = pairs["county"].unique().sort()
    for code in sorted({f"{county[:4]}00" for county in counties}):
        places[code] = found(Kind.CITY, code, f"模拟市{code[2:4]}", places[PROVINCE], by=None)
    for county in counties:
        city = places[f"{county[:4]}00"]
        name = f"模拟县{county[2:]}"
        places[county] = found(Kind.COUNTY, county, name, city, by=None)
        for word, label in _DEPARTMENTS:
            code = f"{county}-{word}"
            places[code] = found(Kind.DEPARTMENT, code, f"{name}{label}", places[county], by=None)
    for county, school, name in pairs.iter_rows():
        places[school] = found(Kind.SCHOOL, school, name, places[county], by=None)
    return places


@transaction.atomic
def people(places: Mapping[str, Organisation], password: str) -> list[Appointment]:
    """Make one account for each role at each place; of schools only at the first few of a county.

    All have the same password, hashed once: these are nobody's accounts, for trying things out.
    """
    hashed = make_password(password)
    made: list[Appointment] = []
    schools = dict.fromkeys(places, 0)
    for code, place in places.items():
        if place.kind == Kind.SCHOOL and place.parent is not None:
            schools[place.parent.code] += 1
            if schools[place.parent.code] > SCHOOLS_WITH_ACCOUNTS:
                continue
        made += [
            _person(f"{role}-{code}", role, place, hashed)
            for role in _ROLES_BELOW[Kind(place.kind)]
        ]
    return made


def _person(username: str, role: Role, place: Organisation, hashed: str) -> Appointment:
    account = Account.objects.create(
        username=username,
        name=f"模拟{role.label}",
        password=hashed,
        password_changed_at=timezone.now(),
        must_change_password=False,
    )
    return appoint(account, role, place, by=None)


def campaign(places: Mapping[str, Organisation], year: int, *, today: dt.date) -> Campaign:
    """Open a campaign of the province for one school year in all its counties."""
    by = Account.objects.get(appointments__role=Role.PROVINCIAL_REVIEWER)
    new = Campaign.objects.create(
        owner=places[PROVINCE],
        name=f"{year}年优质均衡督导评估（模拟）",
        standard="cn-quality-2017",
        year=year,
        opens=today - dt.timedelta(days=20),
        schools_due=today + dt.timedelta(days=10),
        county_due=today + dt.timedelta(days=40),
        created_by=by,
    )
    new.counties.set([place for place in places.values() if place.kind == Kind.COUNTY])
    open_campaign(new, by=by)
    return new


@transaction.atomic
def plant(new: Campaign, frames: Frames) -> None:
    """Fill a campaign: what statistics hold as statistics, the rest as reported."""
    filings = {f.organisation.code: f for f in new.filings.select_related("organisation")}
    records: list[Record] = []
    for name, frame in frames.items():
        rows = frame.filter(pl.col("year") == new.year).to_dicts()
        records += _records(name, rows, filings)
    Record.objects.bulk_create(records, batch_size=2000)
    for filing in filings.values():
        if filing.organisation.kind == Kind.COUNTY:
            filing.data_version = 1
            filing.save(update_fields=["data_version"])


def _records(
    name: str, rows: Iterable[Mapping[str, object]], filings: Mapping[str, Filing]
) -> Iterable[Record]:
    columns = [column.name for column in filled_columns(TABLES[name])]
    source = "statistics" if name in OF_STATISTICS else "reported"
    of = "county" if name in OF_COUNTY else "school"
    for number, row in enumerate(rows, start=1):
        values = {c: row[c] for c in columns if row[c] is not None}
        key = key_of(name, row) if name != "rooms" else str(number)
        filing = filings[str(row[of])]
        yield Record(filing=filing, table=name, key=key, **{source: values})
