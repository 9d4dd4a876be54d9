"""Workbooks that a school or county fills in: handed out with what is known, compared when sent back.

An upload changes nothing by itself: what differs is shown, and applied in one piece or not at all.
An empty cell changes nothing, and a row that is not in the workbook stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from junheng.intake import Dataset, read
from junheng.model.tables import TABLES
from junheng.report import template
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record
from junheng.web.collection.dataset import counting, frames, tables
from junheng.web.collection.edits import Edit
from junheng.web.collection.files import keep_workbooks, laid_out, origin_of
from junheng.web.collection.models import Filing, Record
from junheng.web.collection.rows import NUMBERED, filled_columns, key_of, tables_of
from junheng.web.collection.saving import Receipt, may_save, save_all
from junheng.web.collection.standards import on_its_day
from junheng.web.jobs.models import Job, State
from junheng.web.jobs.services import Apply, Tell, enqueue, work

KIND = "collection.workbook"
_STORED = ("filing__organisation__code", "table", "key", "statistics", "reported", "counted")
_TOLD = ("intake.sheets_hidden", "intake.extra_columns", "intake.no_heading", "intake.rows_hidden")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that a workbook would change, as it is stored with the job."""

    table: str
    key: str
    column: str
    was: Any
    now: str
    counts: Any
    """The value that counts now."""
    corrects: bool
    """Whether the statistics hold something else, so that a reason is needed."""


def handed_out(filing: Filing) -> tuple[str, bytes]:
    """Give the workbook for a filing, filled in with what is known: its name and content."""
    own, county = filing.organisation, filing.county
    school = None if own.kind == Kind.COUNTY else own.name
    held = {
        name: frame.to_dicts()
        for name, frame in (tables(filing) if school is None else _own(filing)).items()
    }
    one = template.Template(
        on_its_day(filing.campaign), county.code, filing.campaign.year, held, school=school
    )
    with TemporaryDirectory(prefix="junheng-") as folder:
        path = Path(folder, template.book_name(own.code, own.name))
        template.write(one, path)
        return path.name, path.read_bytes()


def _own(filing: Filing) -> dict[str, Any]:
    own = filing.organisation
    stored = Record.objects.filter(filing=filing, removed=False).order_by().values_list(*_STORED)
    of = (filing.campaign.year, filing.county.code)
    return dict(frames(list(stored), {own.code: own.name}, of))


@transaction.atomic
def upload(filing: Filing, file: UploadedFile[Any], *, by: Account) -> Job:
    """Keep a workbook and have it compared in the background."""
    may_save(filing, by)
    files = keep_workbooks([file])
    arguments = {"filing": filing.pk, "files": files, "back": address_of(filing)}
    job = enqueue(KIND, by=by, organisation=filing.organisation, arguments=arguments)
    about = f"filing:{filing.pk}"
    details = {"files": files, "job": job.pk}
    record("filing.upload", by=by, organisation=filing.organisation, about=about, details=details)
    return job


@work(KIND)
def compare(job: Job, tell: Tell) -> Apply:
    """Read a workbook and find what differs; refuses with every problem of it."""
    filing = Filing.objects.select_related("campaign", "organisation", "county").get(
        pk=job.arguments["filing"]
    )
    tell(0, 2)
    with laid_out(job.arguments["files"]) as (path,):
        dataset = read(path)
    tell(1, 2)
    language = job.by.language
    with override(language):
        found = [asdict(each) for each in _differences(filing, _rows(filing, dataset))]
    notices = [n.say(language[:2]) for n in dataset.notices if n.code in _TOLD]
    following = reverse("collection:upload", args=[filing.pk, job.pk])
    return lambda: {"differences": found, "notices": notices, "next": following}


@transaction.atomic
def apply(filing: Filing, job: Job, *, reason: str, by: Account) -> Receipt:
    """Save all that a workbook would change, or nothing; a second time it changes nothing more."""
    if job.state != State.DONE or job.arguments.get("filing") != filing.pk:
        raise WebRefusal(_("这个工作簿没有可以采用的内容。请重新上传。"))
    found = differences(job)
    if any(each.corrects for each in found) and not reason.strip():
        raise WebRefusal(_("有与统计数据不同的数，请写明更正理由。"))
    edits = [
        Edit(d.table, d.key, d.column, d.was, d.now, reason.strip() if d.corrects else "")
        for d in found
    ]
    origin = origin_of(job.arguments["files"])
    return save_all(filing, edits, by=by, client_key=f"job-{job.pk}", origin=origin)


def differences(job: Job) -> list[Difference]:
    """Give what a compared workbook would change."""
    return [Difference(**each) for each in job.result.get("differences", ())]


def address_of(filing: Filing) -> str:
    """Give the address of a filing's page."""
    return reverse("collection:filing", args=[filing.pk])


def _rows(filing: Filing, dataset: Dataset) -> Rows:
    """Give the rows that are of this filing; refuses a workbook of somebody else or another year."""
    of_county = filing.organisation.kind == Kind.COUNTY
    named, own = (
        ("county", filing.county.code) if of_county else ("school", filing.organisation.code)
    )
    found = {}
    for name in tables_of(filing.organisation.kind):
        frame = dataset.tables.get(name)
        rows = frame.collect().to_dicts() if frame is not None else []
        _refuse_others({row[named] for row in rows} - {own}, own)
        _refuse_years({row["year"] for row in rows} - {filing.campaign.year}, filing)
        found[name] = rows
    return found


def _refuse_others(others: set[Any], own: str) -> None:
    if others:
        words = {"others": "、".join(sorted(map(str, others))[:5]), "own": own}
        raise WebRefusal(_("工作簿里有别的代码：%(others)s。这里只收%(own)s的数据。") % words)


def _refuse_years(others: set[Any], filing: Filing) -> None:
    if others:
        words = {"others": "、".join(map(str, sorted(others)[:5])), "year": filing.campaign.year}
        raise WebRefusal(_("工作簿里有别的年份：%(others)s。这次填报的是%(year)s学年。") % words)


def _differences(filing: Filing, rows: Rows) -> Iterator[Difference]:
    records = {(each.table, each.key): each for each in filing.records.all()}
    facts = on_its_day(filing.campaign).facts
    for name, given in rows.items():
        keys: Sequence[str | None] = [None] * len(given)
        if name in NUMBERED:
            keys = _numbers(records, name, len(given))
        for row, number in zip(given, keys, strict=True):
            key = number or key_of(name, row)
            if name == "facts" and key not in facts:
                continue
            held = records.get((name, key)) or Record(table=name, key=key)
            yield from _of_row(held, row)


def _of_row(held: Record, row: Mapping[str, Any]) -> Iterator[Difference]:
    counts = counting(held.statistics, held.reported, held.counted)
    for column in filled_columns(TABLES[held.table]):
        value = row[column.name]
        if value is None or (value == counts.get(column.name) and not held.removed):
            continue
        was = held.reported.get(column.name)
        if value == was and not held.removed:
            continue
        yield Difference(
            held.table, held.key, column.name, was, _text(value), counts.get(column.name),
            corrects=column.name in held.statistics and value != held.statistics[column.name],
        )  # fmt: skip


def _numbers(records: Mapping[tuple[str, str], Record], table: str, many: int) -> list[str]:
    """Number rows without a key: those stored in their order, then new numbers."""
    stored = sorted((int(key) for name, key in records if name == table))
    there = [n for n in stored if not records[table, str(n)].removed]
    last = max(stored, default=0)
    new = range(last + 1, last + 1 + max(0, many - len(there)))
    return [str(n) for n in [*there, *new][:many]]


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
