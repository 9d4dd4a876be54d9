"""What the public sees: counties whose publication runs, and the verdict that is published."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from junheng.web.collection.models import FilingState
from junheng.web.collection.standards import on_its_day
from junheng.web.reviews.models import Publication
from junheng.web.verdicts.models import Occasion, Official
from junheng.web.verdicts.reading import Page


def running(today: dt.date) -> QuerySet[Publication]:
    """Give the publications that run on a day; both their days count."""
    return (
        Publication.objects.filter(
            begins__lte=today, ends__gte=today, filing__state=FilingState.IN_PUBLICATION
        )
        .select_related("filing__organisation__parent", "filing__campaign")
        .order_by("ends", "filing__organisation__code")
    )


def published(publication: Publication) -> Official | None:
    """Give the verdict the province approved, which the publication is of."""
    approved = Official.objects.filter(filing=publication.filing_id, occasion=Occasion.APPROVED)
    return approved.filter(at__lte=publication.step.taken_at).order_by("-pk").first()


def page_of(official: Official, language: str) -> Page:
    """Give the published verdict as the rows of a page."""
    return Page(official.payload["counties"][0], on_its_day(official.filing.campaign), language)
