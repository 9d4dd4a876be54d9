"""The chains of the log, one for each county, city, province or nation, and their entries."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class Chain(models.Model):
    """One log: how many entries it has, and the digest of the last. Locked while an entry is added."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.organisation_id}:{self.length}:{self.head}"


class Entry(models.Model):
    """One thing that was done: never changed, never deleted (the database refuses it too)."""

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="entries")
    number = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    actor = models.CharField(_("操作人"), max_length=40)
    action = models.CharField(_("操作"), max_length=60)
    about = models.CharField(_("对象"), max_length=120)
    details = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["chain", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "number"], name="entries_have_no_twins")
        ]
        indexes: ClassVar = [
            models.Index(fields=["about"], name="entry_about"),
            models.Index(fields=["chain", "at"], name="entry_when"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.number} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Entries of the log cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Entries of the log cannot be deleted.")
