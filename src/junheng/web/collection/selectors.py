"""What pages and other applications read of campaigns and filings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from junheng.model.tables import LEVELS
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.roles import Permission
from junheng.web.collection.dataset import counting
from junheng.web.collection.fields import Field, Known, Row
from junheng.web.collection.models import (
    EDITABLE,
    Campaign,
    CampaignState,
    Filing,
    FilingState,
    Record,
    Revision,
)
from junheng.web.collection.rows import Values, in_order, levels_of
from junheng.web.collection.standards import on_its_day, uses_of


@dataclass(frozen=True, slots=True)
class Missing:
    """One cell that the standard needs and nobody has filled in."""

    table: str
    key: str
    column: str
    label: str


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


def rows_of(found: Known, table: str) -> list[Row]:
    """Give the rows of a table of a filing, those that have to be there and those that were added."""
    if table == "schools":
        return [found.row(table, "", "")]
    stored = [
        key for (name, key), each in found.records.items() if name == table and not each.removed
    ]
    if table == "sections":
        levels = in_order({*levels_of(kind_of(found)), *stored})
        return [found.row(table, level, LEVELS[level]) for level in levels]
    return [found.row(table, key, key) for key in sorted(stored, key=_order)]


def kind_of(found: Known) -> str | None:
    """Give what kind of school it is; None while nobody has said it."""
    school = found.records.get(("schools", ""))
    if school is None:
        return None
    return counting(school.statistics, school.reported, school.counted).get("kind")


def missing(filing: Filing, found: Known | None = None) -> list[Missing]:
    """Give the cells that the standard needs of this filing and that nobody has filled in."""
    found = found or known(filing)
    return [
        Missing(each.table, each.key, each.column.name, each.label)
        for each in _needed(filing, found)
        if each.held["counts"] is None
    ]


def _needed(filing: Filing, found: Known) -> Iterator[Field]:
    if filing.organisation.kind == Kind.COUNTY:
        for _form, rows in found.facts():
            for row in rows:
                if row.key in found.items:
                    yield from row.fields
        return
    for table in ("schools", "sections"):
        for row in rows_of(found, table):
            senior = row.key == "senior"
            wanted = (f for f in row.fields if f.column.required or not senior)
            yield from (
                f for f in wanted if f.column.required or (table, f.column.name) in found.uses
            )


def history(filing: Filing) -> QuerySet[Revision]:
    """Give every change of a filing's data, the latest first."""
    rows = Revision.objects.filter(record__filing=filing).select_related("record", "by")
    return rows.order_by("-pk")


def _order(key: str) -> tuple[object, ...]:
    return (len(key), key) if key.isdigit() else (0, key)


STATES = [state.value for state in FilingState]
