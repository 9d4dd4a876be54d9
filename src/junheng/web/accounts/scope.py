"""Who sees and may do what: rows are visible only inside one's own tree. Default: nothing.

Every query of every page goes through here. What is not visible answers 404, not 403, so that
nobody learns what there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateField, Manager, Model, Q, QuerySet
from django.utils import timezone

from junheng.web.accounts.models import Account, Appointment, Organisation
from junheng.web.accounts.roles import GRANTS, Permission, Role
from junheng.web.audit.prepared import Given, Prepared

M = TypeVar("M", bound=Model)
Held = list[tuple[str, Role]]


def held(account: Account | AnonymousUser, on: dt.date | None = None) -> Held:
    """Give the appointments that hold on a day (today), as paths and roles. Read once a request."""
    if not isinstance(account, Account) or not account.is_active:
        return []
    if on is None and hasattr(account, "_held"):
        known: Held = account._held  # kept for the request on the object itself
        return known
    rows = _HELD if on else _HELD_NOW
    day = on or timezone.localdate()
    found = [(path, Role(role)) for path, role in rows.rows(account=account.pk, day=day)]
    if on is None:
        account._held = found  # type: ignore[attr-defined]
    return found


def current(rows: QuerySet[Appointment], day: dt.date | Given) -> QuerySet[Appointment]:
    """Keep the appointments whose term holds on a day, at organisations that are not closed."""
    term = Q(begins__lte=day) & (Q(ends__isnull=True) | Q(ends__gte=day))
    return rows.filter(term, organisation__closed_on__isnull=True)


def _held() -> QuerySet[Appointment, tuple[str, str]]:
    of_one = Appointment.objects.filter(account=Given("account"))
    rows = current(of_one, Given("day", DateField()))
    return rows.values_list("organisation__path", "role")


_HELD = Prepared(_held)
_HELD_NOW = Prepared(lambda: _held().filter(ended_at__isnull=True))


def paths(account: Account | AnonymousUser, permission: Permission) -> list[str]:
    """Give the trees in which an account holds a permission; empty if in none."""
    if permission not in getattr(account, "_limited_to", Permission):
        return []
    return sorted({path for path, role in held(account) if permission in GRANTS[role]})


def limit(account: Account, permissions: Collection[Permission]) -> None:
    """Have this object, for as long as it lives, hold no permission but these."""
    account._limited_to = frozenset(permissions)  # type: ignore[attr-defined]


def holds(account: Account | AnonymousUser, permission: Permission) -> bool:
    """Tell whether an account holds a permission anywhere at all."""
    return bool(paths(account, permission))


def visible(
    rows: QuerySet[M] | Manager[M],
    account: Account | AnonymousUser,
    permission: Permission = Permission.SEE,
    at: str = "organisation",
) -> QuerySet[M]:
    """Keep the rows whose organisation (the field `at`, "" for organisations) lies in one's trees."""
    field = f"{at}__path__startswith" if at else "path__startswith"
    mine = Q()
    for path in paths(account, permission):
        mine |= Q(**{field: path})
    return rows.filter(mine) if mine else rows.none()


def organisations(
    account: Account | AnonymousUser, permission: Permission = Permission.SEE
) -> QuerySet[Organisation]:
    """Give the organisations in which an account holds a permission."""
    return visible(Organisation.objects.all(), account, permission, at="")


def may(
    account: Account | AnonymousUser, permission: Permission, organisation: Organisation
) -> bool:
    """Tell whether an account holds a permission at an organisation."""
    return any(organisation.path.startswith(path) for path in paths(account, permission))


def may_at(
    account: Account | AnonymousUser, permission: Permission, organisation: Organisation
) -> bool:
    """Tell whether it is held at exactly this organisation, not from above."""
    return organisation.path in paths(account, permission)
