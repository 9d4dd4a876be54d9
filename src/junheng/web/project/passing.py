"""One county of the synthetic province that passes, and the certificate it got (模拟数据)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from junheng.intake.cells import dtype_of
from junheng.model.tables import TABLES, Table
from junheng.web.accounts.models import Account
from junheng.web.accounts.roles import Role
from junheng.web.collection.models import Campaign, Filing
from junheng.web.project.demo import NATION, PROVINCE, Frames
from junheng.web.reviews.services import take
from junheng.web.reviews.situation import Reasons

COUNTY = "990120"
"""A code that the made-up counties do not have."""
_FILE = Path(__file__).with_name("passing.yaml")
_FIRST_GRADE = {"primary": 1, "junior": 7}
_PUBLISHED = 7
"""Days of publication."""
Row = dict[str, Any]


def tables(years: Iterable[int]) -> Frames:
    """Give the county's tables, the same for each year."""
    rows = _rows()
    return {
        name: pl.concat(_frame(table, rows[name], year) for year in years)
        for name, table in TABLES.items()
    }


def beside(frames: Frames, years: Iterable[int]) -> Frames:
    """Put the county beside others."""
    own = tables(years)
    return {
        name: pl.concat([frame, own[name]], how="diagonal_relaxed")
        for name, frame in frames.items()
    }


def certify(campaign: Campaign, today: dt.date) -> None:
    """Lead the county from its schools to the certificate, each step by whose it is."""
    filings = campaign.filings.filter(county__code=COUNTY).select_related(
        "organisation", "campaign", "county"
    )
    for school in filings.exclude(organisation__code=COUNTY):
        code = school.organisation.code
        _take("school_submit", school, (Role.HEADMASTER, code), today)
        _take("county_accept", school, (Role.COUNTY_APPROVER, COUNTY), today)
    county = filings.get(organisation__code=COUNTY)
    _take("county_submit", county, (Role.COUNTY_APPROVER, COUNTY), today)
    _take("city_approve", county, (Role.CITY_REVIEWER, f"{COUNTY[:4]}00"), today)
    _take("province_approve", county, (Role.PROVINCIAL_REVIEWER, PROVINCE), today)
    _take("publish", county, (Role.PUBLISHER, PROVINCE), today, days=_PUBLISHED)
    over = today + dt.timedelta(days=_PUBLISHED)
    _take("close_publication", county, (Role.PUBLISHER, PROVINCE), over)
    given = {"number": f"模拟-{campaign.year}-001", "issued_on": over}
    _take("recognise", county, (Role.NATIONAL_REVIEWER, NATION), over, **given)


def _take(step: str, filing: Filing, who: tuple[Role, str], day: dt.date, **given: Any) -> None:
    role, code = who
    by = Account.objects.get(username=f"{role}-{code}")
    filing.refresh_from_db(fields=["state", "version"])
    take(step, filing, filing.version, by=by, reasons=Reasons(given=given), today=day)


@cache
def _rows() -> Mapping[str, list[Row]]:
    found = yaml.safe_load(_FILE.read_text("utf-8"))
    sections = found["sections"]
    return {
        "schools": [{"sponsor": "7", **row} for row in found["schools"]],
        "sections": sections,
        "classes": [row for section in sections for row in _classes(section)],
        "rooms": [
            {"school": school["school"], "use": use, "name": name, "area": area}
            for school in found["schools"]
            for use, (name, area) in found["rooms"].items()
        ],
        "facts": [{"item": item, "value": value} for item, value in found["facts"].items()],
        "opinions": [
            {"group": group, "channel": "questionnaire", "sent": sent, "valid": valid, "satisfied": yes}
            for group, (sent, valid, yes) in found["opinions"].items()
        ],
    }  # fmt: skip


def _classes(section: Row) -> Iterator[Row]:
    """Give the classes of a section, as many in each grade, as many pupils in each."""
    of_grade = section["classes"] // section["grades"]
    for grade in range(section["grades"]):
        for number in range(of_grade):
            yield {
                "school": section["school"],
                "level": section["level"],
                "grade": str(_FIRST_GRADE[section["level"]] + grade),
                "class": str(number + 1),
                "pupils": section["pupils"] // section["classes"],
            }


def _frame(table: Table, rows: list[Row], year: int) -> pl.DataFrame:
    full = [{"year": year, "county": COUNTY, **row} for row in rows]
    return pl.DataFrame(
        [
            pl.Series(column.name, [row.get(column.name) for row in full], dtype_of(column))
            for column in table.columns
        ]
    )
