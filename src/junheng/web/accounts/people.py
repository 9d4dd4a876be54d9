"""Changing accounts of people. Every change is in the log of where the person is appointed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.web.accounts import passwords
from junheng.web.accounts.models import USER_NAME, Account, Organisation
from junheng.web.accounts.refusals import WebRefusal, refuse_invalid
from junheng.web.accounts.roles import Role
from junheng.web.accounts.services import appoint, in_force, may_appoint, may_end
from junheng.web.audit.services import record

PERSONAL = ("name", "post", "phone", "email")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is appointed, as what, until when."""

    role: Role
    organisation: Organisation
    ends: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over to a person once: the account and its temporary password."""

    account: Account
    password: str
    places: tuple[Place, ...] = ()


def create(
    username: str, personal: Mapping[str, str], places: Sequence[Place], *, by: Account | None
) -> Slip:
    """Create a named person's account with appointments; give the slip with its password."""
    account = Account(username=username.strip().lower(), **personal)
    password = passwords.temporary()
    passwords.put(account, password, temporary=True)
    admit(account, places, by=by)
    return Slip(account, password, tuple(places))


@transaction.atomic
def admit(account: Account, places: Sequence[Place], *, by: Account | None) -> None:
    """Store a new account with its appointments, or refuse it whole."""
    refuse_invalid(USER_NAME, account.username)
    if not account.name.strip():
        raise WebRefusal(_("请填写姓名：账号只发给具体的人，不设共用账号。"))
    if Account.objects.filter(username=account.username).exists():
        words = {"name": account.username}
        raise WebRefusal(_("用户名“%(name)s”已有人使用，请换一个。") % words)
    if not places:
        raise WebRefusal(_("请至少选择一项任职。"))
    account.created_by = by
    account.save()
    _note("account.create", account, by=by, organisation=places[0].organisation)
    for place in places:
        appoint(account, place.role, place.organisation, by=by, ends=place.ends)


@transaction.atomic
def renew_password(account: Account, *, by: Account) -> Slip:
    """Give a new temporary password; whoever is signed in with the old one is out at once."""
    _refuse_unless(may_manage(by, account))
    password = passwords.temporary()
    passwords.put(account, password, temporary=True)
    account.save()
    _note("account.renew_password", account, by=by)
    return Slip(account, password)


@transaction.atomic
def disable(account: Account, *, by: Account | None, reason: str) -> None:
    """Disable an account: all its sessions end at once. `by` is None for the system itself."""
    if by is not None:
        _refuse_unless(may_disable(by, account))
    account.is_active = False
    account.save(update_fields=["is_active"])
    _note("account.disable", account, by=by, details={"reason": reason})


@transaction.atomic
def enable(account: Account, *, by: Account) -> None:
    """Enable an account again; its idle days count from now."""
    _refuse_unless(may_disable(by, account))
    account.is_active = True
    account.seen_at = timezone.now()
    account.save(update_fields=["is_active", "seen_at"])
    _note("account.enable", account, by=by)


@transaction.atomic
def correct(account: Account, personal: Mapping[str, str], *, by: Account) -> None:
    """Correct a person's own entries: one's own post, phone and mail, or those of whom one manages."""
    if by != account:
        _refuse_unless(may_manage(by, account))
    changed = [
        key for key in PERSONAL if key in personal and getattr(account, key) != personal[key]
    ]
    for key in changed:
        setattr(account, key, personal[key])
    if changed:
        account.save(update_fields=changed)
        _note("account.correct", account, by=by, details={"fields": changed})


@transaction.atomic
def change_password(account: Account, present: str, new: str) -> None:
    """Change one's own password; all other sessions end at once."""
    if not account.check_password(present):
        raise WebRefusal(_("现在的密码不对，请重新输入。"))
    passwords.put(account, new, temporary=False)
    account.save()
    _note("account.change_password", account, by=account)


def may_manage(by: Account, account: Account) -> bool:
    """Tell whether an administrator may hand out this account's password.

    Only if he might appoint to every one of its appointments: else he could sign in as somebody
    with more rights than he may give.
    """
    standing = list(_standing(account))
    return (
        by != account
        and bool(standing)
        and all(may_appoint(by, Role(each.role), each.organisation) for each in standing)
    )


def may_disable(by: Account, account: Account) -> bool:
    """Tell whether an administrator may disable or enable an account: all of it lies in his tree."""
    standing = list(_standing(account))
    return by != account and bool(standing) and all(may_end(by, each) for each in standing)


def _standing(account: Account) -> Any:
    return in_force(account.appointments.all()).select_related("organisation__parent")


def home_of(account: Account) -> Organisation | None:
    """Give the organisation of a person's first appointment, whose log tells of him."""
    first = account.appointments.select_related("organisation").order_by("pk").first()
    return first.organisation if first else None


def _note(
    action: str,
    account: Account,
    *,
    by: Account | None,
    organisation: Organisation | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    place = organisation or home_of(account)
    if place is None:
        raise WebRefusal(_("这个账号没有任职，请先由管理员任命。"))
    about = f"account:{account.username}"
    record(action, by=by, organisation=place, about=about, details=details)


def _refuse_unless(permitted: bool) -> None:  # noqa: FBT001
    if not permitted:
        raise WebRefusal(_("您不能管理这个账号：它有不归您任命的任职，请由上级管理员办理。"))
