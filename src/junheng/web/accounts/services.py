"""Changing organisations, accounts and appointments. Every change is in the log."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import BELOW, Account, Appointment, Kind, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import PLACES, Permission, Role
from junheng.web.audit.services import record


@transaction.atomic
def found(
    kind: Kind, code: str, name: str, parent: Organisation | None, *, by: Account | None
) -> Organisation:
    """Add an organisation below another; the topmost has none above."""
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


@transaction.atomic
def appoint(
    account: Account, role: Role, organisation: Organisation, *, by: Account | None
) -> Appointment:
    """Appoint a person to a role at an organisation of the right kind."""
    if organisation.kind not in PLACES[role]:
        words = {"organisation": organisation.name, "role": role.label}
        raise WebRefusal(_("%(organisation)s不能设“%(role)s”。") % words)
    if by is not None and not may_appoint(by, role, organisation):
        raise WebRefusal(_("您不能在这一机构任命这一角色。"))
    new = Appointment.objects.create(
        account=account, organisation=organisation, role=role, appointed_by=by
    )
    record(
        "appointment.begin",
        by=by,
        organisation=organisation,
        about=f"account:{account.username}",
        details={"role": role, "organisation": organisation.code},
    )
    return new


def may_appoint(by: Account, role: Role, organisation: Organisation) -> bool:
    """Tell whether an administrator may appoint to a role there: at his own organisation all but
    another administrator, at the level directly below every role.
    """
    own = scope.may_at(by, Permission.PEOPLE, organisation)
    above = organisation.parent
    from_above = above is not None and scope.may_at(by, Permission.PEOPLE, above)
    return from_above or (own and role != Role.ADMINISTRATOR)
