"""The exports of the national statistics, brought into the column `statistics` of a county's schools.

What the statistics say is never typed and never edited; a later export that says otherwise is a
revision with the export's hash as its origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from junheng.errors import DataNeedsMending
from junheng.intake.labels import quoted
from junheng.intake.statistics import Import, Wanted, bring_in
from junheng.intake.statistics.importing import Value
from junheng.model.tables import TABLES
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record
from junheng.web.collection import cells
from junheng.web.collection.files import keep_workbooks, laid_out
from junheng.web.collection.models import Filing, Record, Revision, Source
from junheng.web.collection.rows import Values, filled_columns, key_of
from junheng.web.collection.saving import may_save
from junheng.web.collection.stored import lock, raise_data_version
from junheng.web.collection.workbooks import address_of
from junheng.web.jobs.models import Job
from junheng.web.jobs.services import Apply, Tell, enqueue, work

KIND = "collection.statistics"
MOST_FILES = 60
Place = tuple[str, str, str]
"""School, table and key."""
Places = dict[Place, Values]


@dataclass(slots=True)
class Brought:
    """What exports say of schools, and which files each row comes from."""

    places: Places
    origins: Mapping[Place, str]
    notices: list[str]


@transaction.atomic
def upload(
    filing: Filing, files: Sequence[UploadedFile[Any]], *, blanks_are_zero: bool, by: Account
) -> Job:
    """Keep exports for a county's schools and have them read in the background."""
    if filing.organisation.kind != Kind.COUNTY:
        raise WebRefusal(_("统计报表由县级统一上传。"))
    if not 0 < len(files) <= MOST_FILES:
        raise WebRefusal(_("请选1至%(most)s个文件。") % {"most": MOST_FILES})
    may_save(filing, by)
    kept = keep_workbooks(files)
    arguments = {
        "filing": filing.pk,
        "files": kept,
        "blanks_are_zero": blanks_are_zero,
        "back": address_of(filing),
    }
    job = enqueue(KIND, by=by, organisation=filing.organisation, arguments=arguments)
    about = f"filing:{filing.pk}"
    details = {"files": kept, "blanks_are_zero": blanks_are_zero, "job": job.pk}
    record(
        "statistics.upload", by=by, organisation=filing.organisation, about=about, details=details
    )
    return job


@work(KIND)
def bring(job: Job, tell: Tell) -> Apply:
    """Read exports in a limited process, then put what they say beside what schools reported."""
    filing = Filing.objects.select_related("campaign", "organisation").get(
        pk=job.arguments["filing"]
    )
    tell(0, 2)
    with laid_out(job.arguments["files"]) as paths:
        wanted = Wanted(
            tuple(paths), filing.campaign.year, filing.organisation.code,
            blanks_are_zero=job.arguments["blanks_are_zero"],
        )  # fmt: skip
        imported = bring_in(wanted)
    brought = _read(imported, job.by.language[:2])
    tell(1, 2)
    return lambda: _put(filing, brought, job)


def _read(imported: Import, language: str) -> Brought:
    """Read the texts of an import as cells; raises DataNeedsMending with every one that is none."""
    places: Places = defaultdict(dict)
    origins: dict[Place, set[str]] = defaultdict(set)
    problems = []
    for (table, name), same in _by_column(imported).items():
        column = TABLES[table].column(name)
        read = cells.read(TABLES[table], column, [value.text for value in same])
        problems += [one.problem for one in read if one.problem]
        for value, one in zip(same, read, strict=True):
            if one.value is not None:
                place = value.school, table, key_of(table, {"level": value.level})
                places[place][name] = one.value
                origins[place] |= _origins(value)
    if problems:
        raise DataNeedsMending(problems)
    said = {place: "; ".join(sorted(each)) for place, each in origins.items()}
    return Brought(places, said, [notice.say(language) for notice in imported.notices])


def _by_column(imported: Import) -> dict[tuple[str, str], list[Value]]:
    found: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in imported.values:
        if value.column in {column.name for column in filled_columns(TABLES[value.table])}:
            found[value.table, value.column].append(value)
    return found


def _origins(value: Value) -> set[str]:
    if value.figure is None:
        return set()
    return {f"{each.file} sha256:{each.sha256}" for each in value.figure.origins if each.sha256}


def _put(filing: Filing, brought: Brought, job: Job) -> dict[str, Any]:
    """Store what the statistics say, in one transaction: revisions, log and data version with it."""
    own = lock(filing)
    may_save(own, job.by)
    rows = Filing.objects.filter(campaign=own.campaign, county=own.organisation)
    schools = {each.organisation.code: each for each in rows.select_related("organisation")}
    changed = _changed(brought, schools)
    _write(changed, job.by)
    cells_changed = sum(len(changes) for _record, changes, _origin in changed)
    if changed:
        raise_data_version(own)
        details = {"files": job.arguments["files"], "records": len(changed), "cells": cells_changed}
        about = f"filing:{own.pk}"
        record(
            "statistics.put", by=job.by, organisation=own.organisation, about=about, details=details
        )
    with override(job.by.language):
        notices = [*brought.notices, *_strangers(brought, schools, own.organisation.code)]
    return {
        "schools": len({school for school, _table, _key in brought.places}),
        "cells": cells_changed,
        "notices": notices,
        "next": address_of(own),
    }


Changed = list[tuple[Record, dict[str, list[Any]], str]]


def _changed(brought: Brought, schools: Mapping[str, Filing]) -> Changed:
    stored = Record.objects.filter(filing__in=schools.values())
    held = {(each.filing_id, each.table, each.key): each for each in stored}
    found: Changed = []
    for (code, table, key), values in brought.places.items():
        if code not in schools:
            continue
        school = schools[code]
        one = held.get((school.pk, table, key)) or Record(filing=school, table=table, key=key)
        changes = {
            name: [one.statistics.get(name), value]
            for name, value in values.items()
            if one.statistics.get(name) != value
        }
        if changes:
            one.statistics = one.statistics | values
            found.append((one, changes, brought.origins[code, table, key]))
    return found


def _write(changed: Changed, by: Account) -> None:
    new = [one for one, _changes, _origin in changed if one._state.adding]
    there = [one for one, _changes, _origin in changed if not one._state.adding]
    Record.objects.bulk_create(new)
    Record.objects.bulk_update(there, ["statistics"], batch_size=500)
    Revision.objects.bulk_create(
        Revision(record=one, by=by, source=Source.STATISTICS, changes=changes, origin=origin)
        for one, changes, origin in changed
    )


def _strangers(brought: Brought, schools: Mapping[str, Filing], county: str) -> list[str]:
    """Say which schools of the exports are not in the campaign, and which of it they say nothing of."""
    told = {school for school, _table, _key in brought.places}
    said = []
    if others := sorted(told - schools.keys()):
        names = str(quoted(others)) if _english() else quoted(others).zh
        said.append(_("报表里有这次填报以外的学校，没有采用：%(names)s。") % {"names": names})
    if silent := sorted(schools.keys() - told - {county}):
        names = str(quoted(silent)) if _english() else quoted(silent).zh
        said.append(_("报表里没有这些学校：%(names)s。") % {"names": names})
    return said


def _english() -> bool:
    return (get_language() or "zh").startswith("en")
