"""Changing organisations and appointments. Every change is in the log. Accounts: see `people`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import BELOW, CODE, Account, Appointment, Kind, Organisation
from junheng.web.accounts.refusals import WebRefusal, refuse_invalid
from junheng.web.accounts.roles import APART, PLACES, Permission, Role
from junheng.web.audit.services import record


@transaction.atomic
def found(
    kind: Kind, code: str, name: str, parent: Organisation | None, *, by: Account | None
) -> Organisation:
    """Add an organisation below another; the topmost has none above."""
    _may_found(parent, by)
    refuse_invalid(CODE, code)
    if parent is not None and kind not in BELOW[Kind(parent.kind)]:
        raise WebRefusal(_("%(parent)s下面不能设这一类机构。") % {"parent": parent.name})
    if Organisation.objects.filter(code=code).exists():
        raise WebRefusal(_("代码%(code)s已有机构使用。") % {"code": code})
    new = Organisation.objects.create(
        kind=kind, code=code, name=name, parent=parent, path=f"new {code}"
    )
    new.path = f"{parent.path if parent else ''}{new.pk}/"
    new.save(update_fields=["path"])
    record(
        "organisation.found",
        by=by,
        organisation=new,
        about=f"organisation:{code}",
        details={"kind": kind, "name": name},
    )
    return new


def _may_found(parent: Organisation | None, by: Account | None) -> None:
    if by is None:
        return
    if parent is None or not scope.may_at(by, Permission.PEOPLE, parent):
        raise WebRefusal(_("您只能在自己任职的机构下面设立或撤销机构。"))
    if parent.closed_on is not None:
        raise WebRefusal(_("%(parent)s已撤销，不能再设下级机构。") % {"parent": parent.name})


@transaction.atomic
def close(organisation: Organisation, *, by: Account) -> None:
    """Close an organisation below one's own: its people's appointments no longer hold."""
    _may_found(organisation.parent, by)
    if organisation.children.filter(closed_on__isnull=True).exists():
        raise WebRefusal(_("请先撤销%(name)s的下级机构。") % {"name": organisation.name})
    organisation.closed_on = timezone.localdate()
    organisation.save(update_fields=["closed_on"])
    record(
        "organisation.close",
        by=by,
        organisation=organisation,
        about=f"organisation:{organisation.code}",
    )


@transaction.atomic
def appoint(
    account: Account,
    role: Role,
    organisation: Organisation,
    *,
    by: Account | None,
    ends: dt.date | None = None,
) -> Appointment:
    """Appoint a person to a role at an organisation of the right kind, perhaps until a day."""
    if organisation.kind not in PLACES[role]:
        words = {"organisation": organisation.name, "role": role.label}
        raise WebRefusal(_("%(organisation)s不能设“%(role)s”。") % words)
    if by is not None:
        _may_be_appointed(account, role, organisation, by=by, ends=ends)
    new = Appointment.objects.create(
        account=account, organisation=organisation, role=role, ends=ends, appointed_by=by
    )
    record(
        "appointment.begin",
        by=by,
        organisation=organisation,
        about=f"account:{account.username}",
        details={"role": role, "organisation": organisation.code, "ends": str(ends or "")},
    )
    return new


def _may_be_appointed(
    account: Account, role: Role, organisation: Organisation, *, by: Account, ends: dt.date | None
) -> None:
    """Raise WebRefusal unless this administrator may give this person this role there now."""
    if by == account:
        raise WebRefusal(_("不能任命自己，请由上级管理员办理。"))
    if not may_appoint(by, role, organisation):
        raise WebRefusal(_("您不能在这一机构任命这一角色。"))
    if organisation.closed_on is not None:
        raise WebRefusal(_("%(name)s已撤销，不能任命。") % {"name": organisation.name})
    if role == Role.EXPERT and ends is None:
        raise WebRefusal(_("专家须有聘期：请填写截止日期。"))
    if ends is not None and ends < timezone.localdate():
        raise WebRefusal(_("截止日期已经过去，请改填今天或以后的日期。"))
    _is_free_for(account, role, organisation)


def _is_free_for(account: Account, role: Role, organisation: Organisation) -> None:
    standing = list(in_force(account.appointments.all()))
    if any(each.role == role and each.organisation_id == organisation.pk for each in standing):
        words = {"name": account.name, "organisation": organisation.name, "role": role.label}
        raise WebRefusal(_("%(name)s已是%(organisation)s的“%(role)s”。") % words)
    if any((role in APART or each.role in APART) and each.role != role for each in standing):
        raise WebRefusal(
            _("管理员、审计员与业务人员须三员分立，同一账号不能兼任，请另用一个账号。")
        )


@transaction.atomic
def end(appointment: Appointment, *, by: Account) -> None:
    """End an appointment at once. The last administrator of an organisation cannot end himself."""
    own = appointment.account_id == by.pk
    if not own and not may_end(by, appointment):
        raise WebRefusal(_("这项任职须由上级管理员解除。"))
    if own and appointment.role == Role.ADMINISTRATOR and not _has_others(appointment):
        raise WebRefusal(_("您是本机构唯一的管理员，请先由上级任命另一位管理员。"))
    today = timezone.localdate()
    appointment.ends = max(today, appointment.begins)
    appointment.ended_at = timezone.now()
    appointment.save(update_fields=["ends", "ended_at"])
    record(
        "appointment.end",
        by=by,
        organisation=appointment.organisation,
        about=f"account:{appointment.account.username}",
        details={"role": appointment.role, "organisation": appointment.organisation.code},
    )


def _has_others(appointment: Appointment) -> bool:
    same = in_force(Appointment.objects.filter(organisation=appointment.organisation))
    others = same.filter(role=Role.ADMINISTRATOR, account__is_active=True)
    return others.exclude(account=appointment.account).exists()


def in_force(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Keep the appointments that hold today or will."""
    open_ended = Q(ends__isnull=True) | Q(ends__gte=timezone.localdate())
    return rows.filter(open_ended, ended_at__isnull=True)


def may_appoint(by: Account, role: Role, organisation: Organisation) -> bool:
    """Tell whether an administrator may appoint to a role there: at his own organisation all but
    another administrator, at the level directly below every role; experts only from above,
    from any level, for nobody chooses his own evaluators.
    """
    above = organisation.parent
    if role == Role.EXPERT:
        return above is not None and scope.may(by, Permission.PEOPLE, above)
    own = scope.may_at(by, Permission.PEOPLE, organisation)
    from_above = above is not None and scope.may_at(by, Permission.PEOPLE, above)
    return from_above or (own and role != Role.ADMINISTRATOR)


def may_end(by: Account, appointment: Appointment) -> bool:
    """Tell whether an administrator may end an appointment: anywhere below his own organisation,
    there itself all but another administrator's; an expert's only from above.
    """
    organisation = appointment.organisation
    above = organisation.parent
    if above is not None and scope.may(by, Permission.PEOPLE, above):
        return True
    own = scope.may_at(by, Permission.PEOPLE, organisation)
    return own and appointment.role not in (Role.ADMINISTRATOR, Role.EXPERT)
