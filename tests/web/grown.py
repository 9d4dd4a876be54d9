"""More counties and more schools than a test began with, for tests of lists."""

from __future__ import annotations

from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.services import found
from junheng.web.collection.models import Campaign, Filing, Record
from junheng.web.verdicts.models import Standing


def in_year(filing: Filing, year: int, by: Account, state: str = "draft") -> Filing:
    """Give the county a filing in the closed campaign of another year."""
    now = filing.campaign
    run, _made = Campaign.objects.get_or_create(
        owner=now.owner, name=f"{year}（模拟）", standard=now.standard, year=year, opens=now.opens,
        schools_due=now.schools_due, county_due=now.county_due, state="closed", created_by=by,
        overlay=now.overlay,
    )  # fmt: skip
    place = filing.organisation
    return Filing.objects.create(campaign=run, organisation=place, county=place, state=state)


def more_counties(filing: Filing, number: int) -> list[Filing]:
    """Found counties beside one, that stand where it does; give their filings."""
    made = []
    for code in range(990301, 990301 + number):
        county = found(Kind.COUNTY, str(code), f"模拟县{code}", filing.organisation.parent, by=None)
        new = Filing.objects.create(campaign=filing.campaign, organisation=county, county=county)
        filing.campaign.counties.add(county)
        stand(new, Standing.objects.get(filing=filing))
        made.append(new)
    return made


def stand(filing: Filing, model: Standing) -> None:
    """Let a county stand where another one does, or the same in another year."""
    told = {f.name: getattr(model, f.name) for f in Standing._meta.concrete_fields}
    Standing.objects.create(**told | {"id": None, "filing": filing, "data_version": 1})


def more_schools(filing: Filing, number: int, state: str) -> None:
    """Found schools in a county, that stand where its first one does, in this state."""
    model = filing.campaign.filings.get(organisation__code=f"{filing.organisation.code}0001")
    records = list(Record.objects.filter(filing=model))
    standing = Standing.objects.get(filing=filing)
    sections = standing.payload["counties"][0]["sections"]
    own = [each for each in sections if each["school"] == model.organisation.code]
    for n in range(number):
        school = _school(filing.organisation, n)
        new = Filing.objects.create(
            campaign=filing.campaign, organisation=school, county=filing.organisation, state=state
        )
        for record in records:
            record.pk, record.filing = None, new
        Record.objects.bulk_create(records)
        sections += [{**each, "school": school.code, "name": school.name} for each in own]
    standing.save()


def _school(county: Organisation, n: int) -> Organisation:
    return found(Kind.SCHOOL, f"{county.code}7{n:03d}", f"模拟添{n}小学", county, by=None)
