"""Laying out a county's package: what was submitted, what it rests on, and the log that tells of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from junheng import __version__
from junheng.errors import Problem
from junheng.web.audit.chain import canonical
from junheng.web.audit.export import row
from junheng.web.audit.models import Chain
from junheng.web.blobs.services import open_blob
from junheng.web.collection.models import Filing, Record
from junheng.web.collection.stored import lock
from junheng.web.evidence.models import Piece, Version
from junheng.web.packages import archive
from junheng.web.packages.archive import BadPackage, pack
from junheng.web.packages.contents import cases_differ
from junheng.web.packages.shapes import FORMAT, RECORDS, CampaignShape, VerdictShape
from junheng.web.reviews.models import StepTaken
from junheng.web.verdicts.models import Official

_VALUES = ("table", "key", "statistics", "reported", "counted", "reasons", "removed")
Members = dict[str, bytes]


@transaction.atomic
def assemble(filing: Filing, made_at: dt.datetime) -> bytes:
    """Lay out and sign the package of a county's filing; Problem when it has not been submitted.

    Whoever changes data of the county waits meanwhile, so that all members are of one moment.
    """
    own = lock(filing)
    official = own.officials.select_related("by").first()
    if own.editable or official is None:
        county, state = own.organisation.name, own.get_state_display()
        raise Problem("web.package_not_submitted", county=county, state=state)
    chain = Chain.objects.select_for_update().get(organisation=own.organisation)
    members = {
        archive.RECORDS: canonical(_records(own)),
        archive.STEPS: _json(_steps(own)),
        archive.LOG: _log(chain, own.organisation.code),
        archive.VERDICT: canonical(official.payload),
        archive.INPUTS: _content(official.inputs_id),
        **_evidence(own),
    }
    _refuse_stale(own, members)
    return pack(_told(own, official, chain, made_at), members)


def _told(filing: Filing, official: Official, chain: Chain, made_at: dt.datetime) -> dict[str, Any]:
    campaign, county = filing.campaign, filing.organisation
    return {
        "format": FORMAT,
        "made_at": timezone.localtime(made_at).isoformat(timespec="seconds"),
        "junheng": __version__,
        "county": {"code": county.code, "name": county.name},
        "campaign": {name: getattr(campaign, name) for name in CampaignShape.model_fields},
        "filings": [_filing(each) for each in _filings(filing)],
        "log": {"number": chain.length, "digest": chain.head},
        "verdict": {name: getattr(official, name) for name in VerdictShape.model_fields},
    }


def _filing(filing: Filing) -> dict[str, Any]:
    place = filing.organisation
    told = {"code": place.code, "name": place.name, "kind": place.kind}
    return {**told, "state": filing.state, "version": filing.version}


def _filings(filing: Filing) -> list[Filing]:
    of_county = Filing.objects.filter(campaign=filing.campaign_id, county=filing.county_id)
    return list(of_county.select_related("organisation").order_by("organisation__code"))


def _records(filing: Filing) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {
        each.organisation.code: [] for each in _filings(filing)
    }
    rows = Record.objects.filter(
        filing__campaign=filing.campaign_id, filing__county=filing.county_id
    ).order_by("filing__organisation__code", "table", "key")
    for values in rows.values("filing__organisation__code", *_VALUES):
        found[values.pop("filing__organisation__code")].append(values)
    return found


def _steps(filing: Filing) -> list[dict[str, Any]]:
    taken = StepTaken.objects.filter(
        filing__campaign=filing.campaign_id, filing__county=filing.county_id
    )
    with_names = taken.select_related("filing__organisation", "by", "at")
    return [
        {
            "filing": each.filing.organisation.code,
            **{name: getattr(each, name) for name in ("number", "step", "source", "target")},
            "at": each.at.code,
            "by": each.by.name,
            "post": each.by.post,
            "taken_at": each.taken_at.astimezone(dt.UTC).isoformat(),
            "text": each.text,
            "items": each.items,
            "log_number": each.log_number,
            "log_digest": each.log_digest,
        }
        for each in with_names.order_by("filing__organisation__code", "number")
    ]


def _log(chain: Chain, code: str) -> bytes:
    return b"".join(
        canonical(row(entry, code)) + b"\n"
        for entry in chain.entries.filter(number__lte=chain.length).order_by("number")
    )


def _evidence(filing: Filing) -> Members:
    pieces = Piece.objects.filter(
        filing__campaign=filing.campaign_id, filing__county=filing.county_id
    ).select_related("filing__organisation")
    told: list[dict[str, Any]] = []
    files: Members = {}
    for piece in pieces.order_by("filing__organisation__code", "pk"):
        versions = piece.versions.select_related("by").order_by("number")
        told.append(
            {
                "filing": piece.filing.organisation.code,
                "title": piece.title,
                "withdrawn": piece.withdrawn,
                "lines": sorted(piece.lines.values_list("code", flat=True)),
                "versions": [_version(each) for each in versions],
            }
        )
        digests = (each.blob_id for each in versions)
        files |= {f"{archive.OF_EVIDENCE}{digest}": _content(digest) for digest in digests}
    return {archive.EVIDENCE: _json(told), **files}


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "sha256": version.blob_id,
        "name": version.name,
        "media_type": version.media_type,
        "at": version.at.astimezone(dt.UTC).isoformat(),
        "by": version.by.name,
    }


def _content(digest: str) -> bytes:
    with open_blob(digest) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Problem("web.package_blob", digest=digest)
    return content


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _refuse_stale(filing: Filing, members: Mapping[str, bytes]) -> None:
    """The level above recomputes the verdict from the records: what was changed since shows there."""
    names = {each.organisation.code: each.organisation.name for each in _filings(filing)}
    records = archive.read(RECORDS, archive.RECORDS, members[archive.RECORDS])
    if tables := cases_differ(filing, records, names, members[archive.INPUTS]):
        raise BadPackage([Problem("web.package_stale", tables="、".join(tables))])
