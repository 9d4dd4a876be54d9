"""Reading verdicts for pages, always within what the reader may see."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind
from junheng.web.collection.dataset import standard_of
from junheng.web.collection.models import Filing
from junheng.web.verdicts.models import Official, Standing
from junheng.web.verdicts.reading import Page


def county_filings(account: Account) -> QuerySet[Filing]:
    """Give the filings of counties that an account may see, with where they stand."""
    counties = Filing.objects.filter(organisation__kind=Kind.COUNTY)
    seen = scope.visible(counties, account)
    return seen.select_related("campaign", "organisation", "standing")


def school_filings(account: Account) -> QuerySet[Filing]:
    """Give the filings of schools that an account may see."""
    schools = Filing.objects.filter(organisation__kind=Kind.SCHOOL)
    return scope.visible(schools, account).select_related("campaign", "organisation", "county")


def officials(account: Account) -> QuerySet[Official]:
    """Give the official verdicts that an account may see."""
    found = Official.objects.select_related("filing__organisation", "filing__campaign", "by")
    return scope.visible(found, account, at="filing__organisation")


def county_filing_of(school: Filing) -> Filing:
    """Give the filing of the county that a school's filing belongs to."""
    own = Filing.objects.select_related("campaign", "organisation")
    return own.get(campaign=school.campaign_id, organisation=school.county_id)


def standing_of(filing: Filing) -> Standing | None:
    """Give where a county stands; None before the first judgement."""
    return Standing.objects.filter(filing=filing).first()


def stale(filing: Filing, standing: Standing | None) -> bool:
    """Tell whether data changed since the standing was worked out."""
    return standing is None or standing.data_version < filing.data_version


def page_of(payload: dict[str, Any], filing: Filing) -> Page | None:
    """Read a stored verdict in the reader's language; None when nothing could be judged."""
    if not payload.get("counties"):
        return None
    return Page(payload["counties"][0], standard_of(filing.campaign), language())


def language() -> str:
    """Give the reader's language as the library names it."""
    return (get_language() or "zh")[:2]
