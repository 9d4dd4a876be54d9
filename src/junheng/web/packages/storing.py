"""Putting a package that was found good beside what is known here; nothing known here is overwritten."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from junheng.web.accounts.models import Account, Kind
from junheng.web.audit.models import Entry
from junheng.web.audit.services import record
from junheng.web.blobs.models import Blob
from junheng.web.blobs.services import keep_bytes
from junheng.web.collection.edits import ROW_ITSELF, RULE
from junheng.web.collection.models import Filing, Record, Revision, Source
from junheng.web.collection.stored import lock, raise_data_version
from junheng.web.evidence.models import Line, Piece, Version
from junheng.web.packages import archive
from junheng.web.packages.archive import ORIGIN, BadPackage, Package, read
from junheng.web.packages.checking import Examined, standing
from junheng.web.packages.models import Received
from junheng.web.packages.shapes import PIECES, RECORDS, PieceShape, RowShape
from junheng.web.reviews.services import arrive
from junheng.web.verdicts.models import Official

Changes = dict[str, list[Any]]
Place = tuple[int, str, str]


@transaction.atomic
def store(examined: Examined, file: Blob, *, by: Account) -> Received:
    """Store a package, all of it or nothing; BadPackage if what is here changed since it was checked."""
    package, filing = examined.package, lock(examined.filing)
    if problems := standing(package, by=by):
        raise BadPackage(problems)
    filings = _filings(filing)
    written = _Records(package, filings, by)
    written.write()
    _evidence(examined, filings, by)
    official = _official(package, filing, by)
    entry = _tell(package, filing, official, by)
    for each in filings.values():
        _arrive(package, each, entry, by)
    raise_data_version(filing)
    return Received.objects.create(
        filing=filing,
        digest=package.digest,
        blob=file,
        key=examined.key,
        manifest=package.manifest.model_dump(mode="json"),
        differences=written.differences,
        log_number=package.manifest.log.number,
        log_digest=package.manifest.log.digest,
        by=by,
    )


def _filings(filing: Filing) -> dict[str, Filing]:
    rows = Filing.objects.filter(
        campaign=filing.campaign_id, county=filing.county_id, organisation__closed_on__isnull=True
    )
    return {
        each.organisation.code: each for each in rows.select_related("organisation", "campaign")
    }


@dataclass(slots=True)
class _Records:
    """Records of a package on their way into the database, each change a revision."""

    package: Package
    filings: Mapping[str, Filing]
    by: Account
    differences: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)

    def write(self) -> None:
        """Write all rows; list where values of this level stay though the package says otherwise."""
        held = {
            (each.filing_id, each.table, each.key): each
            for each in Record.objects.filter(filing__in=self.filings.values())
        }
        brought = self._brought()
        new: list[Record] = []
        changed: list[Record] = []
        for code, row in read(
            RECORDS, archive.RECORDS, self.package.members[archive.RECORDS]
        ).items():
            for each in row:
                place = (self.filings[code].pk, each.table, each.key)
                known = held.pop(place, None)
                stored = known or Record(
                    filing=self.filings[code], table=each.table, key=each.key, removed=True
                )
                self._put(stored, each, brought.get(place, set()) if known else None)
                (changed if known else new).append(stored)
        changed += [e for p, e in held.items() if self._take_out(e, brought.get(p, set()))]
        Record.objects.bulk_create(new)
        names = ["statistics", "reported", "counted", "reasons", "removed"]
        Record.objects.bulk_update(changed, names, batch_size=500)
        Revision.objects.bulk_create(self.revisions)

    def _brought(self) -> dict[Place, set[tuple[str, str]]]:
        """Give the values that an earlier package brought and nobody changed since."""
        rows = Revision.objects.filter(record__filing__in=self.filings.values()).order_by("pk")
        found: dict[Place, set[tuple[str, str]]] = {}
        named = ("record__filing_id", "record__table", "record__key", "source", "changes", "origin")
        for filing, table, key, source, changes, origin in rows.values_list(*named):
            cells = found.setdefault((filing, table, key), set())
            of_this = {(source, column) for column in changes}
            cells.difference_update(of_this)
            if origin.startswith(ORIGIN):
                cells |= of_this
        return found

    def _put(self, record_: Record, row: RowShape, brought: set[tuple[str, str]] | None) -> None:
        """Bring a row's values in; `brought` are those that may be replaced, None: all may."""
        changes: dict[str, Changes] = {source: {} for source in Source.values}
        for source in Source.values:
            values, told = getattr(record_, source), getattr(row, source)
            for column in sorted(values.keys() | told.keys()):
                before, now = values.get(column), told.get(column)
                own = source != Source.REPORTED and column in values
                if before == now:
                    continue
                if own and brought is not None and (source, column) not in brought:
                    self._differs(record_, source, column, (before, now))
                    continue
                changes[source][column] = [before, now]
                _set(values, column, now)
        changes[Source.REPORTED] |= _reasons(record_, row)
        if record_.removed != row.removed or record_._state.adding:
            changes[Source.REPORTED][ROW_ITSELF] = [not record_.removed, not row.removed]
            record_.removed = row.removed
        self._revise(record_, changes)

    def _take_out(self, record_: Record, brought: set[tuple[str, str]]) -> bool:
        """Take out a row that the county does not have, unless it rests on this level's own values."""
        if record_.removed:
            return False
        held = {(s, c) for s in ("statistics", "counted") for c in getattr(record_, s)}
        if held - brought:
            self._differs(record_, "", ROW_ITSELF, (True, False))
            return False
        record_.removed = True
        self._revise(record_, {Source.REPORTED: {ROW_ITSELF: [True, False]}})
        return True

    def _revise(self, record_: Record, changes: Mapping[str, Changes]) -> None:
        self.revisions += [
            Revision(
                record=record_, by=self.by, source=source, changes=each, origin=self.package.origin
            )
            for source, each in changes.items()
            if each
        ]

    def _differs(self, record_: Record, source: str, column: str, values: tuple[Any, Any]) -> None:
        self.differences.append(
            {
                "code": record_.filing.organisation.code,
                "table": record_.table,
                "key": record_.key,
                "column": column,
                "source": source,
                "here": values[0],
                "package": values[1],
            }
        )


def _reasons(record_: Record, row: RowShape) -> Changes:
    changes = {
        column if column.startswith(RULE) else f"reason:{column}": [
            record_.reasons.get(column),
            row.reasons.get(column),
        ]
        for column in sorted(record_.reasons.keys() | row.reasons.keys())
        if record_.reasons.get(column) != row.reasons.get(column)
    }
    record_.reasons = dict(row.reasons)
    return changes


def _set(values: dict[str, Any], column: str, value: Any) -> None:
    if value is None:
        values.pop(column, None)
    else:
        values[column] = value


def _evidence(examined: Examined, filings: Mapping[str, Filing], by: Account) -> None:
    package = examined.package
    for piece in read(PIECES, archive.EVIDENCE, package.members[archive.EVIDENCE]):
        filing = filings[piece.filing]
        first = piece.versions[0].sha256
        there = Piece.objects.filter(
            filing=filing, title=piece.title, versions__number=1, versions__blob=first
        ).first()
        kept = there or Piece(filing=filing, title=piece.title)
        kept.withdrawn = piece.withdrawn
        kept.save()
        kept.lines.exclude(code__in=piece.lines).delete()
        known = set(kept.lines.values_list("code", flat=True))
        Line.objects.bulk_create(Line(piece=kept, code=c) for c in set(piece.lines) - known)
        for version in _versions(examined, piece, kept):
            version.by = by
            version.save()


def _versions(examined: Examined, piece: PieceShape, kept: Piece) -> Iterator[Version]:
    known = set(kept.versions.values_list("number", flat=True))
    for told in piece.versions:
        if told.number in known:
            continue
        looked = examined.looked[f"{told.sha256} {told.name}"]
        content = examined.package.members[f"{archive.OF_EVIDENCE}{told.sha256}"]
        yield Version(
            piece=kept,
            number=told.number,
            blob=keep_bytes(content),
            name=told.name,
            media_type=looked.media_type,
            pages=looked.pages,
            previews=[keep_bytes(picture).digest for picture in looked.pictures],
        )


def _official(package: Package, filing: Filing, by: Account) -> Official:
    told = package.manifest.verdict
    return Official.objects.create(
        filing=filing,
        occasion=told.occasion,
        by=by,
        verdict=told.verdict,
        payload=json.loads(package.members[archive.VERDICT]),
        digest=told.digest,
        inputs=keep_bytes(package.members[archive.INPUTS]),
        standard=told.standard,
        standard_digest=told.standard_digest,
        code_version=told.code_version,
    )


def _tell(package: Package, filing: Filing, official: Official, by: Account) -> Entry:
    head = package.manifest.log
    details = {
        "digest": package.digest,
        "key": package.signature.public,
        "log": f"{filing.organisation.code}:{head.number}:{head.digest}",
        "verdict": official.pk,
        "verdict_digest": official.digest,
    }
    about = f"package:{package.digest[:16]}"
    return record(
        "package.receive", by=by, organisation=filing.organisation, about=about, details=details
    )


def _arrive(package: Package, filing: Filing, entry: Entry, by: Account) -> None:
    of_county = filing.organisation.kind == Kind.COUNTY
    if not of_county and filing.state == "accepted":
        return
    again = of_county and filing.state == "returned"
    step = ("county_resubmit" if again else "county_submit") if of_county else "county_accept"
    text = f"数据包 package {package.digest[:16]}（{package.manifest.made_at}）"
    arrive(step, filing, entry, by=by, text=text)
