"""A campaign of 模拟县 and 邻县, and saving into it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from cast import Cast

from junheng.web.collection import services
from junheng.web.collection.dataset import tables
from junheng.web.collection.edits import Edit
from junheng.web.collection.models import Campaign, Filing, Record
from junheng.web.collection.saving import Receipt, save_cells

SCHOOL, SECOND, COUNTY = "9901010001", "9901010002", "990101"


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return begin(cast)


def begin(cast: Cast, year: int = 2025) -> Campaign:
    """Open a campaign of 模拟县 and 邻县, laid out by the city."""
    plan = services.Plan(
        f"{year}年自评", "cn-quality-2017", year,
        dt.date(year, 9, 1), dt.date(year, 10, 31), dt.date(year, 11, 30),
    )  # fmt: skip
    counties = [cast.places["990101"], cast.places["990102"]]
    city = cast.people["city"]
    made = services.create_campaign(cast.places["990100"], plan, counties, by=city)
    return services.open_campaign(made, by=city)


def filing_of(code: str, year: int = 2025) -> Filing:
    return Filing.objects.get(organisation__code=code, campaign__year=year)


def put(cast: Cast, who: str, code: str, *edits: Edit, key: str = "", **more: Any) -> Receipt:
    name = key or f"key-{len(edits)}-{hash(edits)}"
    return save_cells(filing_of(code), edits, by=cast.people[who], client_key=name, **more)


def with_statistics(code: str, **values: Any) -> Record:
    return Record.objects.create(filing=filing_of(code), table="schools", key="", statistics=values)


def value_of(column: str, code: str = SCHOOL) -> object:
    schools = tables(filing_of(COUNTY))["schools"].filter(pl.col("school") == code)
    return schools[column].item()


def fill(cast: Cast, code: str, who: str, kind: str, levels: tuple[str, ...]) -> None:
    whole = {"kind": kind, "sponsor": "7", "teaching_area": "5000", "indoor_sports_area": "300",
             "sports_ground_area": "6000", "equipment_value": "1800000", "multimedia_rooms": "20",
             "setting": "town", "built": "1998", "boarding": "0", "name": "模拟学校"}  # fmt: skip
    edits = [Edit("schools", "", name, None, text) for name, text in whole.items()]
    for level in levels:
        each = {"pupils": "500", "teachers": "40", "above_degree": "30", "backbone": "6",
                "pe_arts": "5.5", "classes": "1", "grades": "6"}  # fmt: skip
        edits += [Edit("sections", level, name, None, text) for name, text in each.items()]
        edits.append(Edit("classes", f"{level}/一/1班", "pupils", None, "44"))
    edits += [Edit("rooms", "1", "use", None, "音乐"), Edit("rooms", "1", "area", None, "96")]
    receipt = put(cast, who, code, *edits)
    assert not receipt.refused
