"""What pages and other applications read of campaigns and filings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.accounts.roles import Permission
from junheng.web.audit.prepared import Given, Prepared
from junheng.web.collection.dataset import counting
from junheng.web.collection.fields import Known
from junheng.web.collection.lacking import Missing, lacking
from junheng.web.collection.models import (
    EDITABLE,
    Campaign,
    CampaignState,
    Filing,
    FilingState,
    Record,
    Revision,
)
from junheng.web.collection.rows import Values
from junheng.web.collection.standards import on_its_day, uses_of


def campaigns(account: Account) -> QuerySet[Campaign]:
    """Give the campaigns that a person may see: of his own organisation, or filed in his tree."""
    led = scope.visible(Campaign.objects, account, Permission.CAMPAIGN, at="owner")
    seen = scope.visible(Filing.objects, account, Permission.SEE).values("campaign")
    rows = Campaign.objects.filter(Q(pk__in=led.values("pk")) | Q(pk__in=seen))
    return rows.select_related("owner").order_by("-year", "-pk")


def filings(account: Account) -> QuerySet[Filing]:
    """Give the filings that a person may see, with what every page needs of them."""
    rows = scope.visible(Filing.objects, account, Permission.SEE)
    return rows.select_related("campaign__owner", "organisation", "county")


def filing(account: Account, pk: int) -> Filing | None:
    """Give one filing if a person may see it: quick, for what pages ask every few seconds."""
    found = _FILING.one(pk=pk)
    mine = found and scope.may(account, Permission.SEE, found.organisation)
    return found if mine else None


_FILING = Prepared(
    lambda: Filing.objects.filter(pk=Given("pk")).select_related("campaign", "organisation")
)


def progress(campaign: Campaign, account: Account) -> QuerySet[Filing]:
    """Give the filings of a campaign in one's tree, each with its last change (`last`)."""
    last = Revision.objects.filter(record__filing=OuterRef("pk")).order_by("-pk").values("at")[:1]
    rows = filings(account).filter(campaign=campaign)
    return rows.annotate(last=Subquery(last)).order_by("county__code", "organisation__path")


def counts(rows: QuerySet[Filing], today: dt.date) -> dict[str, int]:
    """Count filings by state, and those that are late."""
    by_state = dict(rows.order_by().values_list("state").annotate(many=Count("pk")))
    open_ = Q(state__in=EDITABLE)
    of_county = Q(organisation=F("county"))
    late = rows.filter(open_).filter(
        Q(due__lt=today)
        | Q(due__isnull=True) & ~of_county & Q(campaign__schools_due__lt=today)
        | Q(due__isnull=True) & of_county & Q(campaign__county_due__lt=today)
    )
    return by_state | {"late": late.order_by().count()}


def is_late(filing: Filing, today: dt.date) -> bool:
    """Tell whether a filing is past its day and still with those who fill it in."""
    return filing.state in EDITABLE and due_of(filing) < today


def due_of(filing: Filing) -> dt.date:
    """Give the day by which a filing is to be handed in."""
    if filing.due is not None:
        return filing.due
    of_county = filing.organisation_id == filing.county_id
    return filing.campaign.county_due if of_county else filing.campaign.schools_due


def known(filing: Filing) -> Known:
    """Read what is stored of a filing, of the same organisation's last one, and its rules."""
    records = {(each.table, each.key): each for each in filing.records.all()}
    return Known(on_its_day(filing.campaign), uses_of(filing.campaign), records, _before(filing))


def _before(filing: Filing) -> Mapping[tuple[str, str], Values]:
    """Give the values that counted in the organisation's latest filing of an earlier year."""
    earlier = (
        Filing.objects.filter(
            organisation=filing.organisation_id, campaign__year__lt=filing.campaign.year
        )
        .exclude(campaign__state=CampaignState.DRAFT)
        .order_by("-campaign__year", "-campaign_id")
        .values("pk")[:1]
    )
    rows = Record.objects.filter(
        filing__in=list(earlier.values_list("pk", flat=True)), removed=False
    )
    return {
        (each.table, each.key): counting(each.statistics, each.reported, each.counted)
        for each in rows
    }


def missing(filing: Filing, found: Known | None = None) -> list[Missing]:
    """Give what the standard needs of this filing and nobody has filled in."""
    return list(lacking(filing, found or known(filing)))


def history(filing: Filing) -> QuerySet[Revision]:
    """Give every change of a filing's data, the latest first."""
    rows = Revision.objects.filter(record__filing=filing).select_related("record", "by")
    return rows.order_by("-pk")


STATES = [state.value for state in FilingState]
