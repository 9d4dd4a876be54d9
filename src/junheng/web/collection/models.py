"""Campaigns, filings of schools and counties, records in three columns, and every change of them."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.blobs.models import Blob


class CampaignState(models.TextChoices):
    """Where a campaign stands."""

    DRAFT = "draft", _("拟稿")
    OPEN = "open", _("进行中")
    CLOSED = "closed", _("已结束")


class Campaign(models.Model):
    """One year's collection under one standard, whose version is frozen when it opens."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="campaigns")
    name = models.CharField(_("名称"), max_length=120)
    standard = models.CharField(_("标准"), max_length=60)
    overlay = models.CharField(_("省级规定"), max_length=60, blank=True)
    standard_digest = models.CharField(max_length=64, blank=True)
    frozen = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    """A zip of the standard's files as they were when the campaign opened: it is judged by these."""
    counties = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("县"))
    year = models.PositiveSmallIntegerField(_("学年起始年"))
    opens = models.DateField(_("开始"))
    schools_due = models.DateField(_("学校截止"))
    county_due = models.DateField(_("县级截止"))
    state = models.CharField(
        max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    created_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-year", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opens__lte=models.F("schools_due"))
                & models.Q(schools_due__lte=models.F("county_due")),
                name="campaign_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name


class FilingState(models.TextChoices):
    """Where a filing stands. `reviews.steps` says from where to where, by whom."""

    DRAFT = "draft", _("填报中")
    RETURNED = "returned", _("已退回")
    SUBMITTED = "submitted", _("待县级审核")
    ACCEPTED = "accepted", _("县级已通过")
    WITH_CITY = "with_city", _("待市级复核")
    WITH_PROVINCE = "with_province", _("待省级评估")
    APPROVED = "approved", _("省级已通过，待公示")
    IN_PUBLICATION = "in_publication", _("公示中")
    WITH_NATION = "with_nation", _("待国家认定")
    RECOGNISED = "recognised", _("已认定")
    NOT_RECOGNISED = "not_recognised", _("未认定")
    REVOKED = "revoked", _("已撤销")


EDITABLE = (FilingState.DRAFT, FilingState.RETURNED)


class Filing(models.Model):
    """What one school, or the county itself, hands in within a campaign.

    `version` counts the steps taken (two deciders cannot both win); `data_version`, on the county's
    own filing, counts the changes of data anywhere in that county.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="filings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="filings")
    county = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=FilingState.choices, default=FilingState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    data_version = models.PositiveBigIntegerField(default=0)
    state_since = models.DateTimeField(auto_now_add=True)
    due = models.DateField(_("期限"), null=True, blank=True)
    """By when the next step is to be taken; empty: the campaign's own day."""

    class Meta:
        ordering: ClassVar = ["campaign", "organisation__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="one_filing_each")
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "county", "state"], name="filings_of_a_county")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.organisation_id} {self.state}"

    @property
    def editable(self) -> bool:
        """Tell whether its data may be changed now."""
        return self.state in EDITABLE


class Record(models.Model):
    """One row of one input table. Each column may have three values, none over another's.

    `statistics` came from the statistics, `reported` was typed or sent by the school or county,
    `counted` was found by a reviewer on the spot. Column name to value; absent is unknown.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="records")
    table = models.CharField(max_length=16)
    key = models.CharField(max_length=80)
    statistics = models.JSONField(default=dict)
    reported = models.JSONField(default=dict)
    counted = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    removed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["filing", "table", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "table", "key"], name="one_record_each")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.table} {self.key}"


class Source(models.TextChoices):
    """Which of the three values a change is of."""

    STATISTICS = "statistics", _("统计数")
    REPORTED = "reported", _("填报数")
    COUNTED = "counted", _("核查数")


class Revision(models.Model):
    """One change of one record: never changed, never deleted (the database refuses it too)."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="revisions")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=Source.choices)
    changes = models.JSONField()
    """Column name to [value before, value now]."""
    origin = models.TextField(blank=True)
    """Where it came from: empty for typing, else the files and their SHA-256."""

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.record_id} {self.source} {self.changes}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new revision; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Revisions cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Revisions cannot be deleted.")


class Save(models.Model):
    """One save that was acknowledged: sent again, it gets the same receipt and changes nothing."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="saves")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    """Chosen by the browser, once for each save."""
    digest = models.CharField(max_length=64)
    """SHA-256 of what was sent: another content under a used key is refused."""
    at = models.DateTimeField(auto_now_add=True)
    receipt = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "by", "key"], name="one_save_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.key}"
