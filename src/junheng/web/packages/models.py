"""Counties' keys that are trusted here, packages made here, packages received here."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing


class TrustedKey(models.Model):
    """A county's public key, whose fingerprint was compared by telephone. Never changed, only revoked."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    public = models.CharField(_("公钥"), max_length=64)
    fingerprint = models.CharField(_("指纹"), max_length=39)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "public"],
                condition=models.Q(revoked_at__isnull=True),
                name="a_key_is_trusted_once",
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint


class Made(models.Model):
    """A package that was made here on a page, to be fetched from there."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="packages")
    digest = models.CharField(max_length=64)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.digest[:16]


class Received(models.Model):
    """A package that was received: the file itself is kept, with what became of it.

    Never changed, never deleted (the database refuses it too).
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="received")
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of its manifest, which names everything else by hash."""
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    key = models.ForeignKey(TrustedKey, models.PROTECT, related_name="+")
    manifest = models.JSONField()
    differences = models.JSONField(default=list)
    """Where the package says otherwise than what is known here, which stays."""
    log_number = models.PositiveBigIntegerField()
    log_digest = models.CharField(max_length=64)
    """How far the county's log reached: a later package must continue it."""
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.digest[:16]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Received packages cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Received packages cannot be deleted.")
