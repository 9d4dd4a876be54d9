"""What the API takes and gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

Value = str | int | float | None


class OrganisationOut(Schema):
    code: str
    name: str
    kind: str
    parent: str | None


class CampaignOut(Schema):
    id: int
    name: str
    standard: str
    standard_digest: str
    year: int
    opens: dt.date
    schools_due: dt.date
    county_due: dt.date
    state: str


class FilingOut(Schema):
    id: int
    campaign: int
    organisation: str
    county: str
    state: str
    version: int


class RecordOut(Schema):
    table: str
    key: str
    statistics: dict[str, Any]
    reported: dict[str, Any]
    counted: dict[str, Any]
    reasons: dict[str, Any]


class FilingWithRecords(FilingOut):
    records: list[RecordOut]


class EditIn(Schema):
    """One cell: what it held when it was read, and what it is to hold, as one would type it."""

    model_config = ConfigDict(extra="forbid")
    table: str = Field(max_length=16)
    key: str = Field(max_length=80)
    column: str = Field(max_length=60)
    was: Value = None
    now: str = Field(max_length=500)
    reason: str = Field(default="", max_length=500)


class SaveIn(Schema):
    """A save; sent again with the same key, it changes nothing and gets the same receipt."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(min_length=8, max_length=64)
    source: str = Field(default="reported", pattern="^(reported|counted)$")
    edits: list[EditIn] = Field(min_length=1, max_length=5000)


class ReceiptOut(Schema):
    at: str
    saved: list[dict[str, Any]]
    contested: list[dict[str, Any]]
    refused: list[dict[str, Any]]


class StandingOut(Schema):
    county: str
    campaign: int
    verdict: str
    stale: bool
    computed_at: dt.datetime
    problem: str
    payload: dict[str, Any]


class OfficialOut(Schema):
    id: int
    county: str
    campaign: int
    occasion: str
    at: dt.datetime
    verdict: str
    digest: str
    standard: str
    standard_digest: str
    code_version: str


class HeadOut(Schema):
    organisation: str
    length: int
    head: str


class Problem(Schema):
    problem: str
