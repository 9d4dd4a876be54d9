"""What a county adds to its boards: outlines for its map, and the year it is to pass in."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.blobs.models import Blob

FIRST_YEAR, LAST_YEAR = 2017, 2049


class Outline(models.Model):
    """Outlines that a county drew itself or has the right to use: GeoJSON, as checked and kept."""

    county = models.OneToOneField(Organisation, models.PROTECT, related_name="outline")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.county_id} {self.blob_id}"


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
