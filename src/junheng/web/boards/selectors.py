"""What boards read, always within what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import CampaignState, Filing
from junheng.web.verdicts.models import Standing

ABOVE = (Kind.NATION, Kind.PROVINCE, Kind.CITY)


def earlier(filing: Filing) -> QuerySet[Standing]:
    """Give where a county stood in earlier campaigns under the same standard, the oldest first."""
    found = Standing.objects.filter(
        filing__organisation=filing.organisation_id,
        filing__campaign__standard=filing.campaign.standard,
        filing__campaign__year__lt=filing.campaign.year,
    )
    shown = found.exclude(filing__campaign__state=CampaignState.DRAFT).select_related(
        "filing__campaign"
    )
    return shown.order_by("filing__campaign__year", "filing__campaign_id")


def schools_of(filing: Filing) -> dict[str, dict[str, Any]]:
    """Give the filings of a county's schools in a campaign by code: key, name and state."""
    rows = Filing.objects.filter(campaign=filing.campaign_id, county=filing.organisation_id)
    found = rows.filter(organisation__kind=Kind.SCHOOL).order_by("organisation__code")
    values = found.values("pk", "state", "organisation__code", "organisation__name")
    return {row["organisation__code"]: {**row} for row in values}


def levels(account: Account) -> QuerySet[Organisation]:
    """Give the nation, provinces and cities that an account may look at as a whole."""
    return scope.organisations(account).filter(kind__in=ABOVE)


def ways(account: Account) -> list[tuple[int, str, str]]:
    """Give the boards of one's own school or county in the open campaigns: campaign, address, words."""
    paths = scope.paths(account, Permission.SEE)
    if not paths:
        return []
    found = []
    for filing in _own(paths):
        school = filing.organisation.kind == Kind.SCHOOL
        route = "boards:school" if school else "boards:county"
        words = {"name": filing.organisation.name}
        label = (_("%(name)s：学校看板") if school else _("%(name)s：县看板")) % words
        found.append((filing.campaign_id, reverse(route, args=[filing.pk]), label))
    return found


def _own(paths: Iterable[str]) -> QuerySet[Filing]:
    mine = Q(organisation__path__in=paths, campaign__state=CampaignState.OPEN)
    return Filing.objects.filter(mine).select_related("organisation")


def homes_above(account: Account) -> list[Organisation]:
    """Give the nation, provinces and cities at which an account is appointed."""
    paths = scope.paths(account, Permission.SEE)
    return list(Organisation.objects.filter(path__in=paths, kind__in=ABOVE)) if paths else []
