"""Keeping evidence: new pieces, new versions, the lines they stand for, reviewers' marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep
from junheng.web.collection.models import Filing
from junheng.web.evidence.catalogue import of_filing
from junheng.web.evidence.inspecting import inspect
from junheng.web.evidence.models import Finding, Line, Mark, Piece, Version

MOST_PIECES = 400
"""Of one filing: about ten for each line of the longest catalogue."""


def hand_in(filing: Filing, file: File[bytes], codes: Iterable[str], *, by: Account) -> Version:
    """Keep a new piece of evidence that stands for some lines of the catalogue."""
    wanted = _known(filing, codes)
    _may_fill(filing, by)
    if filing.evidence.filter(withdrawn=False).count() >= MOST_PIECES:
        raise WebRefusal(
            _("本单位的佐证材料已达%(most)d件。请先撤下不用的。") % {"most": MOST_PIECES}
        )
    name = plain_name(file.name or "")
    blob = keep(file.chunks())
    inspected = inspect(blob, name)
    with transaction.atomic():
        piece = Piece.objects.create(filing=filing, title=PurePosixPath(name).stem[:120])
        Line.objects.bulk_create(Line(piece=piece, code=code) for code in wanted)
        version = Version.objects.create(
            piece=piece,
            number=1,
            blob=blob,
            name=name,
            media_type=inspected.media_type,
            pages=inspected.pages,
            previews=[kept.digest for kept in inspected.previews],
            by=by,
        )
        _tell("evidence.hand_in", version, by)
    return version


def hand_in_again(piece: Piece, file: File[bytes], *, by: Account) -> Version:
    """Keep a newer version of a piece; the older ones stay."""
    _may_fill(piece.filing, by)
    name = plain_name(file.name or "")
    blob = keep(file.chunks())
    inspected = inspect(blob, name)
    with transaction.atomic():
        held = Piece.objects.select_for_update().get(pk=piece.pk)
        newest = held.versions.aggregate(newest=Max("number"))["newest"] or 0
        version = Version.objects.create(
            piece=held,
            number=newest + 1,
            blob=blob,
            name=name,
            media_type=inspected.media_type,
            pages=inspected.pages,
            previews=[kept.digest for kept in inspected.previews],
            by=by,
        )
        _tell("evidence.hand_in_again", version, by)
    return version


@transaction.atomic
def stand_for(piece: Piece, codes: Iterable[str], *, by: Account) -> None:
    """Say for which lines of the catalogue a piece stands."""
    wanted = _known(piece.filing, codes)
    _may_fill(piece.filing, by)
    piece.lines.exclude(code__in=wanted).delete()
    there = set(piece.lines.values_list("code", flat=True))
    Line.objects.bulk_create(Line(piece=piece, code=code) for code in wanted if code not in there)
    _record("evidence.stand_for", piece, by, {"lines": sorted(wanted)})


@transaction.atomic
def withdraw(piece: Piece, *, by: Account) -> None:
    """Show a piece for its lines no longer; its versions and marks stay."""
    _may_fill(piece.filing, by)
    Piece.objects.filter(pk=piece.pk).update(withdrawn=True)
    _record("evidence.withdraw", piece, by, {})


@transaction.atomic
def mark(version: Version, finding: str, comment: str, *, by: Account) -> Mark:
    """Say what a reviewer found of a version; doubts need their reason."""
    filing = version.piece.filing
    if not scope.may(by, Permission.MARK, filing.organisation):
        raise WebRefusal(_("您不能批注这一单位的材料。"))
    if finding not in Finding.values:
        raise WebRefusal(_("请选择意见。"))
    if finding != Finding.SOUND and not comment.strip():
        raise WebRefusal(_("请写明疑问或不足在哪里。"))
    new = Mark.objects.create(version=version, finding=finding, comment=comment.strip(), by=by)
    _record("evidence.mark", version.piece, by, {"version": version.number, "finding": finding})
    return new


def plain_name(name: str) -> str:
    """Give a file's name as people call it: no folders, one way to write each character.

    >>> plain_name("C:\\\\my files\\\\校舍.pdf"), plain_name("../../etc/passwd")
    ('校舍.pdf', 'passwd')
    """
    bare = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1]
    return "".join(c for c in bare if unicodedata.category(c)[0] != "C")[-200:]


def _known(filing: Filing, codes: Iterable[str]) -> set[str]:
    wanted = set(codes)
    unknown = wanted - {line.code for line in of_filing(filing)}
    if unknown:
        raise WebRefusal(_("目录里没有这一项：%(found)s。") % {"found": ", ".join(sorted(unknown))})
    if not wanted:
        raise WebRefusal(_("请选择这份材料对应的项目。"))
    return wanted


def _may_fill(filing: Filing, by: Account) -> None:
    if not scope.may_at(by, Permission.FILL, filing.organisation):
        raise WebRefusal(_("佐证材料由本单位的填报人上传。"))
    if not filing.editable:
        raise WebRefusal(_("已提交的填报不能改动材料；请等退回后再补充。"))


def _tell(action: str, version: Version, by: Account) -> None:
    details = {"name": version.name, "sha256": version.blob_id, "version": version.number}
    _record(action, version.piece, by, details)


def _record(action: str, piece: Piece, by: Account, details: dict[str, object]) -> None:
    about = f"evidence:{piece.pk}"
    record(action, by=by, organisation=piece.filing.organisation, about=about, details=details)
