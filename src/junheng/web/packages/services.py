"""Trusting counties' keys, having packages made, having them received."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.errors import WrongUse
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.services import record
from junheng.web.blobs.models import Blob
from junheng.web.blobs.services import keep, keep_bytes
from junheng.web.collection.files import laid_out
from junheng.web.collection.models import Filing
from junheng.web.jobs.models import Job
from junheng.web.jobs.services import Apply, Tell, enqueue, work
from junheng.web.packages import archive, keys
from junheng.web.packages.checking import above, examine
from junheng.web.packages.making import assemble
from junheng.web.packages.models import Made, Received, TrustedKey
from junheng.web.packages.storing import store

MAKE, RECEIVE = "packages.make", "packages.receive"
SUFFIX = ".junheng"
_KEY = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def trust(county: Organisation, public: str, heard: str, *, by: Account) -> TrustedKey:
    """Trust a county's key; `heard` is its fingerprint as the county read it out by telephone."""
    key = "".join(public.split()).lower()
    if county.kind != Kind.COUNTY or not above(by, Permission.CAMPAIGN, county):
        raise WebRefusal(_("公钥由这个县的上级登记。"))
    if not _KEY.fullmatch(key):
        raise WebRefusal(_("公钥是64位十六进制数字。请从县里的“数据包”页完整复制。"))
    fingerprint = keys.fingerprint(key)
    if "".join(heard.split()).upper() != fingerprint.replace(" ", ""):
        raise WebRefusal(
            _(
                "电话里核对的指纹与这个公钥不符，没有登记。请再打电话逐组核对；仍不符，公钥可能被人换过。"
            )
        )
    held = TrustedKey.objects.filter(organisation=county, public=key, revoked_at__isnull=True)
    if held.exists():
        raise WebRefusal(_("这个公钥已经登记过。"))
    new = TrustedKey.objects.create(organisation=county, public=key, fingerprint=fingerprint, by=by)
    _record("key.trust", county, f"key:{new.pk}", {"fingerprint": fingerprint}, by=by)
    return new


@transaction.atomic
def revoke(key: TrustedKey, *, by: Account) -> None:
    """Trust a county's key no longer; what was received before stays."""
    if not above(by, Permission.CAMPAIGN, key.organisation):
        raise WebRefusal(_("公钥由这个县的上级登记。"))
    held = TrustedKey.objects.filter(pk=key.pk, revoked_at__isnull=True)
    if held.update(revoked_at=timezone.now(), revoked_by=by):
        details = {"fingerprint": key.fingerprint}
        _record("key.revoke", key.organisation, f"key:{key.pk}", details, by=by)


@transaction.atomic
def ask_to_make(filing: Filing, *, by: Account) -> Job:
    """Have a county's package made in the background."""
    county = filing.organisation
    if county.kind != Kind.COUNTY or not scope.may_at(by, Permission.SUBMIT, county):
        raise WebRefusal(_("数据包由本县有上报权限的人制作。"))
    if filing.editable:
        raise WebRefusal(_("本县还没有上报，不能制作数据包。请先在填报页办理上报。"))
    name = name_of(filing)
    arguments = {"filing": filing.pk, "files": [[name, ""]], "back": reverse("packages:index")}
    return enqueue(MAKE, by=by, organisation=county, arguments=arguments)


def county_filing(county: str, campaign: str) -> Filing:
    """Find a county's filing by its code and the campaign's name or number; WrongUse unless there is one."""
    named = Q(campaign__name=campaign)
    if campaign.isdecimal():
        named |= Q(campaign=int(campaign))
    rows = Filing.objects.filter(named, organisation__code=county, organisation__kind=Kind.COUNTY)
    found = list(rows.select_related("campaign", "organisation")[:2])
    if len(found) != 1:
        raise WrongUse("web.package_filing", county=county, campaign=campaign)
    return found[0]


def name_of(filing: Filing) -> str:
    """Name the file of a county's package."""
    return f"{filing.organisation.code}-{filing.campaign.year}{SUFFIX}"


@work(MAKE)
def make(job: Job, tell: Tell) -> Apply:
    """Lay out a package; keep it when it is whole."""
    filing = Filing.objects.select_related("campaign", "organisation").get(
        pk=job.arguments["filing"]
    )
    tell(0, 1)
    content = assemble(filing, timezone.now())
    return lambda: _kept(filing, content, job.by)


def _kept(filing: Filing, content: bytes, by: Account) -> dict[str, Any]:
    blob = keep_bytes(content)
    made = Made.objects.create(filing=filing, digest=archive.digest_of(content), blob=blob, by=by)
    tell_made(filing, content, by=by)
    return {"next": reverse("packages:made", args=[made.pk]), "notices": []}


def tell_made(filing: Filing, content: bytes, *, by: Account | None) -> None:
    """Tell the county's log of a package, within the caller's transaction."""
    digest = archive.digest_of(content)
    details = {"file": hashlib.sha256(content).hexdigest(), "digest": digest}
    _record("package.make", filing.organisation, f"package:{digest[:16]}", details, by=by)


@transaction.atomic
def upload(file: UploadedFile[Any], *, by: Account) -> Job:
    """Keep an uploaded package and have it checked and received in the background."""
    place = _reviews_at(by)
    name = PurePosixPath(str(file.name)).name[-100:]
    if not name.endswith(SUFFIX):
        raise WebRefusal(_("请选择扩展名为 .junheng 的数据包。"))
    if (file.size or 0) > archive.LIMITS.size:
        most = archive.LIMITS.size // 2**20
        raise WebRefusal(_("数据包超过%(most)d MB，不能接收。") % {"most": most})
    kept = keep(file.chunks())
    arguments = {"files": [[name, kept.digest]], "back": reverse("packages:index")}
    return enqueue(RECEIVE, by=by, organisation=place, arguments=arguments)


def _reviews_at(by: Account) -> Organisation:
    places = scope.organisations(by, Permission.REVIEW)
    first = places.filter(kind__in=(Kind.NATION, Kind.PROVINCE, Kind.CITY)).first()
    if first is None:
        raise WebRefusal(_("数据包由市级以上的审核人接收。"))
    return first


@work(RECEIVE)
def receive(job: Job, tell: Tell) -> Apply:
    """Check an uploaded package in every respect, then receive it."""
    tell(0, 2)
    with laid_out(job.arguments["files"]) as (path,):
        examined = examine(path, by=job.by)
    tell(1, 2)
    blob = Blob.objects.get(digest=job.arguments["files"][0][1])
    return lambda: _received(store(examined, blob, by=job.by))


def _received(received: Received) -> dict[str, Any]:
    return {"next": reverse("packages:received", args=[received.pk]), "notices": []}


def receive_file(path: Path, *, by: Account) -> Received:
    """Check a file and receive it; BadPackage says all that is wrong, with nothing changed."""
    examined = examine(path, by=by)
    with transaction.atomic(), path.open("rb") as file:
        return store(examined, keep(iter(lambda: file.read(2**20), b"")), by=by)


def _record(
    action: str, county: Organisation, about: str, details: dict[str, str], *, by: Account | None
) -> None:
    record(action, by=by, organisation=county, about=about, details=details)
