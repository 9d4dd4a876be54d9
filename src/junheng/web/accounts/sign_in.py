"""Signing in and out, and how long a session lives."""

from __future__ import annotations

import datetime as dt
import time

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.web.accounts import passwords, second_factor
from junheng.web.accounts.addresses import address_of
from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.people import disable, home_of
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record

IDLE = dt.timedelta(days=90)
BEGAN, SEEN = "began", "seen"
_AS_OFTEN = 60
"""A session's last moment is written so many seconds apart, not at every request."""


def sign_in(request: HttpRequest, username: str, password: str) -> Account:
    """Sign a person in; WebRefusal says why not, the same for a wrong name and a wrong password."""
    account = authenticate(request, username=username.strip().lower(), password=password)
    if not isinstance(account, Account):
        _record_failure(request, username.strip().lower())
        raise WebRefusal(_("用户名或密码不正确。请核对后再试；忘记密码请找本单位或上级管理员。"))
    _refuse_the_idle(account)
    if passwords.has_run_out(account):
        raise WebRefusal(_("临时密码超过30天未使用，已失效。请找管理员换发一个。"))
    with transaction.atomic():
        login(request, account)
        account.seen_at = timezone.now()
        account.language = _language(request) or account.language
        account.save(update_fields=["seen_at", "language"])
        request.session[BEGAN] = request.session[SEEN] = int(time.time())
        second_factor.remember(request, account)
        _record("sign_in", account, request)
    return account


def _language(request: HttpRequest) -> str:
    """Give the language that was chosen in this browser, if any was."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""


def _refuse_the_idle(account: Account) -> None:
    last = account.seen_at or account.created_at
    if timezone.now() - last > IDLE:
        disable(account, by=None, reason="idle")
        raise WebRefusal(_("账号超过90天未使用，已停用。请找管理员重新启用。"))


def sign_out(request: HttpRequest) -> None:
    """Sign out and forget the session."""
    if isinstance(request.user, Account):
        with transaction.atomic():
            _record("sign_out", request.user, request)
            logout(request)


def still_good(request: HttpRequest) -> bool:
    """Tell whether a session may go on, and note that it is in use.

    It ends after some idle time, and in any case after twelve hours. What a page asks for by
    itself (header X-Background) does not keep it alive.
    """
    now, session = int(time.time()), request.session
    began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
    idle = now - seen > settings.SESSION_IDLE_SECONDS
    if idle or now - began > settings.SESSION_COOKIE_AGE:
        return False
    if now - seen >= _AS_OFTEN and "X-Background" not in request.headers:
        session[SEEN] = now
    return True


def expire(request: HttpRequest) -> None:
    """End a session that went on for too long."""
    logout(request)


def _record(action: str, account: Account, request: HttpRequest) -> None:
    place = home_of(account) or _topmost()
    if place is not None:
        details = {"address": address_of(request)}
        about = f"account:{account.username}"
        record(action, by=account, organisation=place, about=about, details=details)


def _record_failure(request: HttpRequest, username: str) -> None:
    """Record a failure: under a known user name where the person is, else at the top.

    An unknown name is not kept: people type passwords there by mistake.
    """
    account = Account.objects.filter(username=username).first()
    place = (home_of(account) if account else None) or _topmost()
    about = f"account:{account.username}" if account else "account:"
    if place is not None:
        with transaction.atomic():
            record(
                "sign_in.failed",
                by=None,
                organisation=place,
                about=about,
                details={
                    "address": address_of(request),
                    "locked": bool(getattr(request, "axes_locked_out", False)),
                },
            )


def _topmost() -> Organisation | None:
    return Organisation.objects.filter(parent=None).order_by("pk").first()
