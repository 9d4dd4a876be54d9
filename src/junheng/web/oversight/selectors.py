"""What auditors see of the log, within their trees."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.accounts.roles import Permission
from junheng.web.audit.models import Chain, Entry

AUDIT = Permission.AUDIT


def chains(by: Account) -> QuerySet[Chain]:
    """Give the logs of one's trees."""
    found = scope.visible(Chain.objects.all(), by, AUDIT)
    return found.select_related("organisation").order_by("organisation__path")


def entries(by: Account, wanted: dict[str, Any]) -> QuerySet[Entry]:
    """Give the entries of these logs, newest first, that fit what is asked for."""
    found = Entry.objects.filter(chain__in=chains(by).order_by().values("pk"))
    fields = {
        "chain": "chain",
        "actor": "actor",
        "action": "action__startswith",
        "about": "about__icontains",
        "since": "at__date__gte",
        "until": "at__date__lte",
        "before": "pk__lt",
    }
    for name, field in fields.items():
        if wanted.get(name):
            found = found.filter(**{field: wanted[name]})
    return found.select_related("chain__organisation").order_by("-pk")
