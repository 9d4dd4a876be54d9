"""What is kept for the boards: outlines for maps, the planned year of a county, and its next year."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing

FIRST_YEAR, LAST_YEAR = 2017, 2049


class Drawn(models.TextChoices):
    """What the areas of an uploaded GeoJSON are."""

    BORDERS = "borders", _("边界")
    ZONES = "zones", _("学区")


class Outline(models.Model):
    """Outlines that a place drew itself or has the right to use: GeoJSON, as checked and kept.

    Of a county: its own border and its townships, or the zones of its schools. Of a city, province
    or the nation: the borders of its counties.
    """

    place = models.ForeignKey(Organisation, models.PROTECT, related_name="outlines")
    kind = models.CharField(max_length=8, choices=Drawn.choices, default=Drawn.BORDERS)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "kind"], name="one_outline_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.kind} {self.blob_id}"


class Outlook(models.Model):
    """Where a county would stand a year on, with the pupils projected and all else as it is."""

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="outlook")
    data_version = models.PositiveBigIntegerField()
    """The county filing's data version that was looked ahead from."""
    computed_at = models.DateTimeField()
    year = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=12)
    sections_fail = models.PositiveIntegerField(null=True)
    balance_unmet = models.PositiveIntegerField(null=True)
    """Null: it could not be judged."""
    payload = models.JSONField(default=dict)
    """See `ahead.brief`."""
    problem = models.TextField(blank=True)
    """Why nothing could be looked ahead to, or empty."""

    def __str__(self) -> str:
        return f"{self.filing_id} {self.year} {self.verdict}"


class RoadmapYear(models.Model):
    """The calendar year in which a county is planned to be recognised."""

    county = models.OneToOneField(Organisation, models.PROTECT, related_name="roadmap")
    year = models.PositiveSmallIntegerField(
        _("计划通过认定的年份"),
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
    )
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["year"]

    def __str__(self) -> str:
        return f"{self.county_id} {self.year}"
