"""What pages show of packages and keys, within the reader's trees."""

from __future__ import annotations

from django.db.models import QuerySet

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import EDITABLE, CampaignState, Filing
from junheng.web.packages.models import Made, Received, TrustedKey

LEVELS = (Kind.CITY, Kind.PROVINCE, Kind.NATION)


def concerned(account: Account) -> bool:
    """Tell whether packages are any business of a person's: sending up, or a level above counties."""
    own = scope.organisations(account, Permission.SUBMIT).filter(kind=Kind.COUNTY)
    return own.exists() or trusts(account) or reviews(account)


def trusts(account: Account) -> bool:
    """Tell whether a person registers keys of counties."""
    return _above(account, Permission.CAMPAIGN)


def reviews(account: Account) -> bool:
    """Tell whether a person receives packages."""
    return _above(account, Permission.REVIEW)


def _above(account: Account, permission: Permission) -> bool:
    return scope.organisations(account, permission).filter(kind__in=LEVELS).exists()


def to_send(account: Account) -> QuerySet[Filing]:
    """Give the county filings that a person can make packages of: sent up, in a campaign that runs."""
    rows = Filing.objects.filter(
        organisation__kind=Kind.COUNTY, campaign__state=CampaignState.OPEN
    ).exclude(state__in=EDITABLE)
    mine = scope.visible(rows, account, Permission.SUBMIT)
    return mine.select_related("organisation", "campaign")


def made(account: Account) -> QuerySet[Made]:
    """Give the packages made of one's own county."""
    rows = Made.objects.select_related("filing__organisation", "filing__campaign", "by")
    return scope.visible(rows, account, Permission.SUBMIT, at="filing__organisation")


def counties(account: Account) -> QuerySet[Organisation]:
    """Give the counties whose keys a person registers."""
    below = scope.organisations(account, Permission.CAMPAIGN)
    own = scope.paths(account, Permission.CAMPAIGN)
    open_ones = below.filter(kind=Kind.COUNTY, closed_on__isnull=True)
    return open_ones.exclude(path__in=own).order_by("code")


def trusted(account: Account) -> QuerySet[TrustedKey]:
    """Give the keys of those counties."""
    rows = TrustedKey.objects.select_related("organisation", "by")
    return rows.filter(organisation__in=counties(account))


def received(account: Account) -> QuerySet[Received]:
    """Give the packages received of counties that a person reviews from above."""
    rows = Received.objects.select_related("filing__organisation", "filing__campaign", "by", "key")
    mine = scope.visible(rows, account, Permission.REVIEW, at="filing__organisation")
    return mine.exclude(filing__organisation__path__in=scope.paths(account, Permission.REVIEW))
