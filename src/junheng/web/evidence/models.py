"""Pieces of evidence, their versions, the lines of the catalogue they stand for, reviewers' marks."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing


class Piece(models.Model):
    """One piece of evidence of a school or county; what it says is in its versions."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="evidence")
    title = models.CharField(_("名称"), max_length=120)
    withdrawn = models.BooleanField(default=False)
    """No longer shown for its lines; never deleted."""

    class Meta:
        ordering: ClassVar = ["filing", "title"]

    def __str__(self) -> str:
        return self.title


class Line(models.Model):
    """One line of the catalogue that a piece stands for. One piece may stand for several."""

    piece = models.ForeignKey(Piece, models.CASCADE, related_name="lines")
    code = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["piece", "code"], name="a_line_once_a_piece")
        ]
        indexes: ClassVar = [models.Index(fields=["code"], name="evidence_by_line")]

    def __str__(self) -> str:
        return self.code


class _Kept(models.Model):
    """A row that is never changed and never deleted (the database refuses it too)."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Evidence cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Evidence cannot be deleted.")


class Version(_Kept):
    """One file as it was handed in: content by hash, name as it was called."""

    piece = models.ForeignKey(Piece, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    media_type = models.CharField(max_length=100)
    previews = models.JSONField(default=list)
    """Digests of pictures of its first pages, made again from scratch: nothing hidden survives."""
    pages = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["piece", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["piece", "number"], name="versions_have_no_twins")
        ]

    def __str__(self) -> str:
        return f"{self.piece_id}/{self.number} {self.name}"


class Finding(models.TextChoices):
    """What a reviewer found."""

    SOUND = "sound", _("认可")
    QUESTION = "question", _("有疑问")
    INSUFFICIENT = "insufficient", _("不足")


class Mark(_Kept):
    """What a reviewer found of one version, and why."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="marks")
    finding = models.CharField(_("意见"), max_length=12, choices=Finding.choices)
    comment = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.finding}"
