"""Tokens: what a program shows instead of a password."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account
from junheng.web.accounts.roles import Permission


class Token(models.Model):
    """A program's key to an account's rights, or to some of them. Kept as a hash alone."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField()
    """Of `roles.Permission`; what the owner does not hold counts for nothing."""
    created_at = models.DateTimeField(auto_now_add=True)
    ends = models.DateField(_("有效期至"))
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def allows(self) -> list[str]:
        """Give in words what it may do."""
        return [str(Permission(code).label) for code in self.permissions]
