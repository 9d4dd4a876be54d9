"""Giving out and taking back tokens; what a token may do is never more than its owner."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.api.models import Token
from junheng.web.audit.services import record

OFFERED = (Permission.SEE, Permission.FILL, Permission.COUNT, Permission.AUDIT)
"""What can be done through the API at all: nobody is appointed, approved or published by a program."""
LONGEST = dt.timedelta(days=366)
PREFIX = "jh_"


@transaction.atomic
def give(
    name: str, permissions: Iterable[str], ends: dt.date, *, by: Account, today: dt.date
) -> tuple[Token, str]:
    """Give a token to its owner; the secret is told once and kept as a hash."""
    wanted = sorted(set(permissions))
    place = _place(by)
    if not wanted or not set(wanted) <= {str(p) for p in offered(by)}:
        raise WebRefusal(_("请至少选择一项您自己有的权限。"))
    if not today <= ends <= today + LONGEST:
        raise WebRefusal(_("有效期最长一年，并且不能早于今天。"))
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        account=by, name=name, digest=digest_of(secret), permissions=wanted, ends=ends
    )
    details = {"permissions": wanted, "ends": ends.isoformat()}
    record("token.give", by=by, organisation=place, about=f"token:{token.pk}", details=details)
    return token, secret


@transaction.atomic
def revoke(token: Token, *, by: Account) -> None:
    """Take a token back at once."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    record("token.revoke", by=by, organisation=_place(by), about=f"token:{token.pk}")


def offered(account: Account) -> list[Permission]:
    """Give the permissions that an account can hand on to a token."""
    return [permission for permission in OFFERED if scope.holds(account, permission)]


def owner_of(secret: str, today: dt.date) -> Account | None:
    """Give the account that a token speaks for, limited to what the token may; None if it is not good."""
    found = Token.objects.select_related("account").filter(
        digest=digest_of(secret), revoked_at__isnull=True, ends__gte=today
    )
    token = found.first()
    if token is None or not token.account.is_active or token.account.must_change_password:
        return None
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
    scope.limit(token.account, {Permission(name) for name in token.permissions})
    return token.account


def digest_of(secret: str) -> str:
    """Hash a secret. It is long and random, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _place(account: Account) -> Organisation:
    first = account.appointments.select_related("organisation").order_by("pk").first()
    if first is None:
        raise WebRefusal(_("您没有任职，不能使用程序接口。"))
    return first.organisation
