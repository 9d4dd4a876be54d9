"""The provisional verdict of a county, and the official ones, which are kept for ever."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing


class Standing(models.Model):
    """Where a county stands on the data as they are now. Overwritten by every later judgement."""

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="standing")
    data_version = models.PositiveBigIntegerField()
    """The county filing's data version that was judged: behind it, the standing is stale."""
    computed_at = models.DateTimeField()
    verdict = models.CharField(max_length=12)
    summary = models.JSONField(default=dict)
    payload = models.JSONField(default=dict)
    board = models.JSONField(default=dict)
    """What the pages of the county and its schools show beside the verdict: see `summing.board`."""
    problem = models.TextField(blank=True)
    """Why the data could not be judged, or empty."""

    def __str__(self) -> str:
        return f"{self.filing_id} {self.verdict}"


class Occasion(models.TextChoices):
    """At which step of the procedure an official verdict was made."""

    SUBMITTED = "submitted", _("县级上报")
    APPROVED = "approved", _("省级通过")
    RECOGNISED = "recognised", _("国家认定")


class Official(models.Model):
    """A verdict that can be recomputed: the inputs, the rules, the code and the result, each by hash.

    Never changed, never deleted; the database refuses it too.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="officials")
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12)
    payload = models.JSONField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the payload in its canonical form."""
    inputs = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    """A zip of CSV tables that `junheng evaluate` reads."""
    standard = models.CharField(max_length=60)
    standard_digest = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.occasion} {self.verdict} {self.digest[:16]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new verdict; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Official verdicts cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Official verdicts cannot be deleted.")
