"""The second factor: codes of an authenticator (TOTP), and recovery codes on paper."""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass

import segno
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp import devices_for_user
from django_otp import login as verify

from junheng.web.accounts.models import Account, Authenticator, RecoveryCodes
from junheng.web.accounts.people import home_of, may_manage
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.audit.services import record

ASKED = "asked_for_second_factor"
HANDED_OUT = 10
DIGITS, KEY = 6, 20


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person copies into an authenticator."""

    picture: str
    secret: str


def has_one(account: Account) -> bool:
    """Tell whether a person has enrolled."""
    return bool(Authenticator.objects.filter(user=account, confirmed=True).exists())


def remember(request: HttpRequest, account: Account) -> None:
    """Note in a new session whether a code has still to be asked for."""
    request.session[ASKED] = has_one(account)


def is_due(request: HttpRequest) -> bool:
    """Tell whether enrolment or a code is asked for before anything else."""
    asked = settings.TWO_FACTOR == "required" or request.session.get(ASKED, False)
    return bool(asked) and not request.user.is_verified()  # type: ignore[union-attr]


def begin(account: Account) -> Enrolment:
    """Give the picture and secret for an authenticator; the same until it is confirmed."""
    device = _unconfirmed(account)
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=4)
    return Enrolment(picture, b32encode(device.bin_key).decode())


@transaction.atomic
def _unconfirmed(account: Account) -> Authenticator:
    device: Authenticator | None = Authenticator.objects.filter(
        user=account, confirmed=False
    ).first()
    if device is None:
        device = Authenticator(user=account, confirmed=False, name="totp")
        device.put_key(secrets.token_bytes(KEY))
        device.save()
    return device


def confirm(request: HttpRequest, account: Account, code: str) -> list[str]:
    """Confirm the authenticator with its first code; give the recovery codes, this once."""
    with transaction.atomic():
        device = (
            Authenticator.objects.select_for_update().filter(user=account, confirmed=False).first()
        )
        fits = device is not None and device.verify_token(code)
    if not fits:
        raise WebRefusal(_("验证码不对。请核对手机时间是否准确，再输入新的六位验证码。"))
    with transaction.atomic():
        forget(account, keep=device)
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _recovery_codes(account)
        _record("second_factor.enrol", account, by=account)
    verify(request, device)
    return codes


def check(request: HttpRequest, account: Account, code: str) -> None:
    """Check a code of the authenticator, or a recovery code; each is good only once."""
    with transaction.atomic():
        device = _matching(account, code.strip().lower())
        action = "second_factor.verify" if device else "second_factor.failed"
        _record(action, account, by=account)
    if device is None:
        raise WebRefusal(_("验证码不对或刚才已用过。请稍候，再输入新的验证码或一个备用码。"))
    verify(request, device)


def _matching(account: Account, code: str) -> Authenticator | RecoveryCodes | None:
    """Give the device whose code it is; a wrong code of one kind does not slow the other down."""
    kind = Authenticator if code.isdigit() and len(code) == DIGITS else RecoveryCodes
    for device in kind.objects.select_for_update().filter(user=account, confirmed=True):
        if device.verify_token(code):
            found: Authenticator | RecoveryCodes = device
            return found
    return None


@transaction.atomic
def take_away(account: Account, *, by: Account) -> None:
    """Remove the second factor of somebody who lost it; it is enrolled anew at the next sign-in."""
    if not may_manage(by, account):
        raise WebRefusal(_("您不能管理这个账号：它有不归您任命的任职，请由上级管理员办理。"))
    forget(account)
    _record("second_factor.remove", account, by=by)


def forget(account: Account, keep: Authenticator | None = None) -> None:
    """Delete a person's devices and recovery codes."""
    for device in devices_for_user(account, confirmed=None):
        if device != keep:
            device.delete()


def _recovery_codes(account: Account) -> list[str]:
    paper = RecoveryCodes.objects.create(user=account, name="paper")
    codes = [secrets.token_hex(5) for _ in range(HANDED_OUT)]
    for code in codes:
        paper.add(code)
    return codes


def _record(action: str, account: Account, *, by: Account) -> None:
    place = home_of(account)
    if place is not None:
        record(action, by=by, organisation=place, about=f"account:{account.username}")
