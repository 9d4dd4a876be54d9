"""What administrators see of organisations and people, within their trees."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Appointment, Kind, Organisation
from junheng.web.accounts.roles import PLACES, Permission, Role
from junheng.web.accounts.services import in_force, may_appoint

PEOPLE = Permission.PEOPLE


def people(by: Account, text: str = "") -> QuerySet[Account]:
    """Give the people appointed in one's trees, and those who were and now are nowhere."""
    theirs = Appointment.objects.filter(account=OuterRef("pk"))
    mine = scope.visible(theirs, by, PEOPLE)
    here = Exists(in_force(mine)) | (Exists(mine) & ~Exists(in_force(theirs)))
    found = Account.objects.filter(here)
    if text:
        at = mine.filter(Q(organisation__name__icontains=text) | Q(organisation__code=text))
        named = Q(name__icontains=text) | Q(username__icontains=text)
        found = found.filter(named | Exists(at))
    return found


def with_appointments(found: QuerySet[Account], by: Account) -> QuerySet[Account]:
    """Bring along, in one query, the appointments that lie in one's own trees."""
    mine = scope.visible(Appointment.objects.all(), by, PEOPLE).select_related(
        "organisation__parent", "account"
    )
    return found.prefetch_related(Prefetch("appointments", mine.order_by("pk"), to_attr="mine"))


def organisations(by: Account, text: str = "") -> QuerySet[Organisation]:
    """Give the organisations of one's trees, in the order of the tree."""
    found = scope.organisations(by, PEOPLE).select_related("parent")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__startswith=text))
    return found


def own_organisations(by: Account) -> QuerySet[Organisation]:
    """Give the organisations of which one is administrator oneself."""
    return Organisation.objects.filter(path__in=scope.paths(by, PEOPLE), closed_on__isnull=True)


def without_people(by: Account) -> QuerySet[Organisation]:
    """Give the organisations, one's own or directly below, where nobody but oneself is appointed."""
    homes = scope.paths(by, PEOPLE)
    open_ones = Appointment.objects.filter(ended_at__isnull=True)
    served = open_ones.exclude(account=by).values("organisation")
    near = Q(path__in=homes) | Q(parent__path__in=homes)
    empty = Organisation.objects.filter(near, closed_on__isnull=True).exclude(pk__in=served)
    return empty.order_by("path")


def places_to_appoint(by: Account) -> QuerySet[Organisation]:
    """Give the organisations at which one may appoint: one's own, the next, and for experts counties."""
    paths = scope.paths(by, PEOPLE)
    near = Q(path__in=paths) | Q(parent__path__in=paths)
    counties = scope.organisations(by, PEOPLE).filter(kind=Kind.COUNTY)
    return Organisation.objects.filter(near | Q(pk__in=counties), closed_on__isnull=True)


def roles_to_give(by: Account) -> list[tuple[str, str]]:
    """Give the roles that one may appoint to somewhere, as choices."""
    kinds: dict[str, Organisation] = {}
    for place in places_to_appoint(by).select_related("parent"):
        own = scope.may_at(by, PEOPLE, place)
        kinds.setdefault(f"{place.kind} {own}", place)
    return [
        (role.value, str(role.label))
        for role in Role
        if any(
            place.kind in PLACES[role] and may_appoint(by, role, place) for place in kinds.values()
        )
    ]
