"""What stands in the members of a package, exactly: more, less or of another kind is refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from junheng.web.collection.edits import LONGEST_KEY, LONGEST_REASON

FORMAT = 1
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Value = str | int | float | bool
Values = dict[Annotated[str, Field(max_length=80)], Value]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CountyShape(Shape):
    code: str
    name: str


class CampaignShape(Shape):
    name: str
    year: int
    standard: str
    standard_digest: Digest
    overlay: str


class FilingShape(Shape):
    code: str
    name: str
    kind: Literal["county", "school"]
    state: str
    version: int


class HeadShape(Shape):
    number: int
    digest: Digest


class VerdictShape(Shape):
    verdict: str
    occasion: Literal["submitted", "approved", "recognised"]
    digest: Digest
    standard: str
    standard_digest: Digest
    code_version: str


class Manifest(Shape):
    """What the signature is of. It names every other member by its SHA-256."""

    format: Literal[1]
    made_at: str
    junheng: str
    county: CountyShape
    campaign: CampaignShape
    filings: list[FilingShape]
    log: HeadShape
    verdict: VerdictShape
    members: dict[str, Digest]


class Signature(Shape):
    public: Digest
    signature: Annotated[str, Field(pattern="^[0-9a-f]{128}$")]


class RowShape(Shape):
    """One record: the three values of each column, the reasons, and whether it was taken out."""

    table: str
    key: Annotated[str, Field(max_length=LONGEST_KEY)]
    statistics: Values
    reported: Values
    counted: Values
    reasons: dict[str, Annotated[str, Field(max_length=LONGEST_REASON)]]
    removed: bool


class StepShape(Shape):
    """One step that was taken, and where the log tells of it."""

    filing: str
    number: int
    step: str
    source: str
    target: str
    at: str
    by: str
    post: str
    taken_at: str
    text: str
    items: list[dict[str, str]]
    log_number: int
    log_digest: Digest


class FileShape(Shape):
    number: Annotated[int, Field(ge=1, le=32767)]
    sha256: Digest
    name: Annotated[str, Field(max_length=200)]
    media_type: str
    at: str
    by: str


class PieceShape(Shape):
    """One piece of evidence with all its versions; reviewers' marks stay where they were made."""

    filing: str
    title: Annotated[str, Field(max_length=120)]
    withdrawn: bool
    lines: list[str]
    versions: Annotated[list[FileShape], Field(min_length=1)]


class EntryShape(Shape):
    """One entry of the log, as `verify_log.py` reads it."""

    organisation: str
    number: int
    at: str
    actor: str
    action: str
    about: str
    details: dict[str, Any]
    previous: str
    digest: str


Records = dict[str, list[RowShape]]
RECORDS: TypeAdapter[Records] = TypeAdapter(Records)
STEPS = TypeAdapter(list[StepShape])
PIECES = TypeAdapter(list[PieceShape])
