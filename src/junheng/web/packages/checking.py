"""Everything about a package that can be wrong, found before anything is changed, told all at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from junheng.errors import Problem
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import CampaignState, Filing
from junheng.web.evidence.inspecting import Looked
from junheng.web.packages import contents, keys
from junheng.web.packages.archive import ALWAYS, OF_EVIDENCE, BadPackage, Package, unpack
from junheng.web.packages.models import Received, TrustedKey

SUBMITTED = ("with_city", "with_province")


@dataclass(slots=True)
class Examined:
    """A package that was found good, with what it belongs to here."""

    package: Package
    filing: Filing
    key: TrustedKey
    looked: dict[str, Looked] = field(default_factory=dict)


def examine(path: Path, *, by: Account | None) -> Examined:
    """Check a file in every respect, changing nothing; BadPackage says all that is wrong.

    `by` is who is going to receive it; None only looks whether it could be received.
    """
    package = unpack(path)
    problems = list(_sound(package))
    problems += standing(package, by=by)
    filing, key = filing_of(package), _trusted(package)
    if not problems and filing is not None and key is not None:
        examined = Examined(package, filing, key)
        problems = list(_content(examined))
        if not problems:
            return examined
    raise BadPackage(problems)


def standing(package: Package, *, by: Account | None) -> list[Problem]:
    """Give what here speaks against receiving a package now; cheap, asked again before the change."""
    county = county_of(package)
    if county is None:
        return [Problem("web.package_county", at=package.manifest.county.code)]
    if earlier := list(_twice(package)):
        return earlier
    return [
        *_not_yours(county, by),
        *_not_trusted(package),
        *_campaign(package, county),
    ]


def county_of(package: Package) -> Organisation | None:
    """Find the county of a package; None if it is not known here."""
    rows = Organisation.objects.filter(kind=Kind.COUNTY, closed_on__isnull=True)
    return rows.filter(code=package.manifest.county.code).first()


def filing_of(package: Package) -> Filing | None:
    """Find the county's filing of the same year, standard and overlay; None if there is none."""
    told = package.manifest.campaign
    rows = Filing.objects.select_related("campaign", "organisation").filter(
        organisation__code=package.manifest.county.code,
        organisation__kind=Kind.COUNTY,
        campaign__state=CampaignState.OPEN,
        campaign__year=told.year,
        campaign__standard_digest=told.standard_digest,
        campaign__overlay=told.overlay,
    )
    return rows.first()


def above(account: Account, permission: Permission, county: Organisation) -> bool:
    """Tell whether a permission is held above a county, not only at it."""
    paths = scope.paths(account, permission)
    return any(county.path.startswith(path) and county.path != path for path in paths)


def _sound(package: Package) -> Iterator[Problem]:
    """Hold every member against the manifest, and the manifest against its signature."""
    told, found = package.manifest.members, package.members
    for name in sorted({*told, *ALWAYS} - found.keys()):
        yield Problem("web.package_missing", name=name)
    for name in sorted(found.keys() - told.keys()):
        yield Problem("web.package_extra", name=name)
    for name in sorted(told.keys() & found.keys()):
        digest = hashlib.sha256(found[name]).hexdigest()
        named = name.removeprefix(OF_EVIDENCE) if name.startswith(OF_EVIDENCE) else digest
        if not digest == told[name] == named:
            yield Problem("web.package_changed", name=name)
    signature = package.signature
    if not keys.signed(package.signed, signature.signature, signature.public):
        yield Problem("web.package_signature")
    if _states(package):
        yield Problem("web.package_states")


def _states(package: Package) -> bool:
    """Tell whether it is of anything but a county that was sent up with all its schools accepted."""
    own = package.manifest.county.code
    states: dict[str, Any] = {each.code: each.state for each in package.manifest.filings}
    county = states.pop(own, None)
    return county not in SUBMITTED or any(state != "accepted" for state in states.values())


def _twice(package: Package) -> Iterator[Problem]:
    earlier = Received.objects.filter(digest=package.digest).select_related("by").first()
    if earlier is not None:
        when = earlier.at.date().isoformat()
        yield Problem("web.package_twice", digest=package.digest[:16], when=when, by=earlier.by)


def _not_yours(county: Organisation, by: Account | None) -> Iterator[Problem]:
    if by is not None and not above(by, Permission.REVIEW, county):
        yield Problem("web.package_not_yours", by=by.name, county=county.name)


def _trusted(package: Package) -> TrustedKey | None:
    rows = TrustedKey.objects.filter(
        organisation__code=package.manifest.county.code, public=package.signature.public
    )
    return rows.filter(revoked_at__isnull=True).first()


def _not_trusted(package: Package) -> Iterator[Problem]:
    if _trusted(package) is not None:
        return
    words = {
        "fingerprint": keys.fingerprint(package.signature.public),
        "county": package.manifest.county.name,
    }
    former = TrustedKey.objects.filter(
        organisation__code=package.manifest.county.code, public=package.signature.public
    ).first()
    if former is not None and former.revoked_at is not None:
        when = former.revoked_at.date().isoformat()
        yield Problem("web.package_key_revoked", when=when, **words)
    else:
        yield Problem("web.package_key_unknown", **words)


def _campaign(package: Package, county: Organisation) -> Iterator[Problem]:
    filing, told = filing_of(package), package.manifest.campaign
    if filing is None:
        words = {"year": told.year, "standard": told.standard, "overlay": told.overlay or "-"}
        digest = told.standard_digest[:16]
        yield Problem("web.package_campaign", county=county.name, digest=digest, **words)
        return
    if not filing.editable:
        yield Problem("web.package_state", county=county.name, state=filing.get_state_display())
    ours = Filing.objects.filter(
        campaign=filing.campaign_id, county=county, organisation__closed_on__isnull=True
    )
    here = dict(ours.values_list("organisation__code", "organisation__name"))
    there = {each.code: each.name for each in package.manifest.filings}
    for code in sorted(there.keys() - here.keys()):
        yield Problem("web.package_school_unknown", at=code, name=there[code])
    for code in sorted(here.keys() - there.keys()):
        yield Problem("web.package_school_absent", at=code, name=here[code])


def _content(examined: Examined) -> Iterator[Problem]:
    package, filing = examined.package, examined.filing
    earlier = Received.objects.filter(filing__organisation=filing.organisation_id)
    code = filing.organisation.code
    heads = [(code, *told) for told in earlier.values_list("log_number", "log_digest")]
    yield from contents.log_problems(package, heads)
    wrong = list(contents.record_problems(package, filing))
    yield from wrong
    if not wrong:
        yield from contents.verdict_problems(package, filing)
    yield from contents.evidence_problems(package, filing, examined.looked)
