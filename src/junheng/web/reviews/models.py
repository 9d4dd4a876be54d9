"""Steps taken, objections, publications, certificates and reminders."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.blobs.models import Blob
from junheng.web.collection.models import Filing, FilingState


class StepTaken(models.Model):
    """One step of one filing: never changed, never deleted (the database refuses it too).

    `number` is the version of the filing before the step, so that no version is left twice.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=32)
    source = models.CharField(max_length=16, choices=FilingState.choices)
    target = models.CharField(max_length=16, choices=FilingState.choices)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    day = models.DateField()
    text = models.TextField(blank=True)
    items = models.JSONField(default=list)
    """What each reason is about: table, key, column or item of the standard, and why."""
    frozen = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    log_number = models.PositiveBigIntegerField()
    log_digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["filing", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "number"], name="one_step_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id}/{self.number} {self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new step; TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Steps that were taken cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: TypeError."""
        raise TypeError("Steps that were taken cannot be deleted.")


class ObjectionKind(models.TextChoices):
    """How a county defends itself, in this order."""

    DEFENCE = "defence", _("申辩")
    RE_EXAMINATION = "re_examination", _("复查")
    RECONSIDERATION = "reconsideration", _("复核")


class Answer(models.TextChoices):
    """How an objection ended."""

    OPEN = "open", _("待答复")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")
    WITHDRAWN = "withdrawn", _("已撤回")


class Objection(models.Model):
    """What a county says against a decision, who has to answer, by when, and what was answered."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="objections")
    decision = models.ForeignKey(StepTaken, models.PROTECT, related_name="objections")
    kind = models.CharField(_("类别"), max_length=16, choices=ObjectionKind.choices)
    raised = models.OneToOneField(StepTaken, models.PROTECT, related_name="raises")
    answers = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due = models.DateField(_("答复期限"))
    answer = models.CharField(_("结果"), max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answered = models.OneToOneField(StepTaken, models.PROTECT, null=True, related_name="ends")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["filing"], condition=models.Q(answer="open"), name="one_open_objection"
            ),
            models.UniqueConstraint(
                fields=["decision", "kind"],
                condition=~models.Q(answer="withdrawn"),
                name="each_kind_once_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.kind} {self.answer}"


class Publication(models.Model):
    """The days on which a county's result is shown to the public; both count."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="publications")
    step = models.OneToOneField(StepTaken, models.PROTECT, related_name="publishes")
    begins = models.DateField(_("公示开始"))
    ends = models.DateField(_("公示结束"))

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(begins__lte=models.F("ends")), name="publication_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.begins} {self.ends}"

    def runs_on(self, day: dt.date) -> bool:
        """Tell whether a day lies within it."""
        return self.begins <= day <= self.ends


def _code() -> str:
    return secrets.token_hex(6)


class PublicObjection(models.Model):
    """What somebody says during a publication. Asked is only what is said; a way to answer is optional.

    Who has the code can read the answer.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="objections")
    code = models.CharField(max_length=12, unique=True, default=_code)
    text = models.TextField(_("异议"), max_length=2000)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.code


class Certificate(models.Model):
    """That a county was recognised. It is valid as long as its filing stands as recognised."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="certificates")
    step = models.OneToOneField(StepTaken, models.PROTECT, related_name="certifies")
    number = models.CharField(_("证书编号"), max_length=60, unique=True)
    issued_on = models.DateField(_("认定日期"))

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def valid(self) -> bool:
        """Tell whether the county still is recognised by this filing."""
        return self.filing.state == FilingState.RECOGNISED


class Tone(models.TextChoices):
    """How near a deadline is."""

    BLUE = "blue", _("提醒")
    YELLOW = "yellow", _("临近期限")
    RED = "red", _("已逾期")


class Reminder(models.Model):
    """That one person was reminded of one deadline in one tone: once."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+")
    due = models.DateField()
    tone = models.CharField(max_length=8, choices=Tone.choices)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "filing", "due", "tone"], name="reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.filing_id} {self.due} {self.tone}"
