"""What the public sees: counties whose publication runs, those recognised, and the verdict published."""

from __future__ import annotations

import datetime as dt

from django.db.models import OuterRef, Q, QuerySet, Subquery

from junheng.web.collection.models import FilingState
from junheng.web.collection.standards import on_its_day
from junheng.web.reviews.models import Publication
from junheng.web.verdicts.models import Occasion, Official
from junheng.web.verdicts.reading import Page


def running(today: dt.date) -> QuerySet[Publication]:
    """Give the publications that run on a day; both their days count."""
    return _told().filter(_runs(today)).order_by("ends", "filing__organisation__code")


def shown(today: dt.date) -> QuerySet[Publication]:
    """Give what is public on a day: publications that run, and the last one of each recognised county."""
    last = Publication.objects.filter(filing=OuterRef("filing")).order_by("-pk").values("pk")[:1]
    recognised = Q(filing__state=FilingState.RECOGNISED, pk=Subquery(last))
    rows = _told().filter(_runs(today) | recognised)
    return rows.order_by("-filing__campaign__year", "filing__organisation__code")


def _runs(today: dt.date) -> Q:
    return Q(begins__lte=today, ends__gte=today, filing__state=FilingState.IN_PUBLICATION)


def _told() -> QuerySet[Publication]:
    """Give publications with the verdict that each is of."""
    approved = _approved(OuterRef("filing"), OuterRef("step__taken_at"))
    return Publication.objects.select_related(
        "filing__organisation__parent", "filing__campaign"
    ).annotate(
        verdict=Subquery(approved.values("verdict")[:1]),
        digest=Subquery(approved.values("digest")[:1]),
    )


def published(publication: Publication) -> Official | None:
    """Give the verdict the province approved, which the publication is of."""
    return _approved(publication.filing_id, publication.step.taken_at).first()


def _approved(filing: OuterRef | int, before: OuterRef | dt.datetime) -> QuerySet[Official]:
    rows = Official.objects.filter(filing=filing, occasion=Occasion.APPROVED, at__lte=before)
    return rows.order_by("-pk")


def page_of(official: Official, publication: Publication, language: str) -> Page:
    """Give the published verdict as the rows of a page."""
    return Page(official.payload["counties"][0], on_its_day(publication.filing.campaign), language)
