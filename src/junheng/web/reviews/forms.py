"""Forms of the steps: what is said in general, item by item, and what a step asks for."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Kind
from junheng.web.collection.models import Filing
from junheng.web.reviews.models import Tone
from junheng.web.reviews.steps import Needs, Step
from junheng.web.reviews.subjects import choices
from junheng.web.reviews.terms import term

MOST_ITEMS = 60


class StepForm(forms.Form):
    """The fields of one step."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    text = forms.CharField(
        label=_("说明"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    days = forms.IntegerField(label=_("公示天数"), min_value=1, max_value=60)
    number = forms.CharField(label=_("证书编号"), max_length=60)
    issued_on = forms.DateField(
        label=_("认定日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, step: Step, filing: Filing, data: QueryDict | None = None) -> None:
        today = timezone.localdate()
        least = term("publication", today).days
        begin = {"version": filing.version, "days": least + 1, "issued_on": today}
        super().__init__(data, initial=begin)
        self.fields["text"].required = step.needs == Needs.TEXT
        self.fields["days"].help_text = _("至少%(least)d天，首尾两天都计入。") % {"least": least}
        if "days" not in step.asks:
            del self.fields["days"]
        if "certificate" not in step.asks:
            del self.fields["number"], self.fields["issued_on"]

    @property
    def given(self) -> dict[str, Any]:
        """What the step asked for besides reasons."""
        asked = ("days", "number", "issued_on")
        return {name: self.cleaned_data[name] for name in asked if name in self.cleaned_data}


class ItemForm(forms.Form):
    """One reason: what it is about, and why."""

    subject = forms.ChoiceField(label=_("哪一项"), required=False)
    place = forms.CharField(label=_("哪一行"), required=False, max_length=120)
    why = forms.CharField(
        label=_("为什么、怎么改"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, filing: Filing, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subject = cast("forms.ChoiceField", self.fields["subject"])
        subject.choices = [("", "—"), *choices(filing, language)]
        county = filing.organisation.kind == Kind.COUNTY
        hint = (
            _("选填：学校或行，如“实验小学，三年级2班”。") if county else _("选填：如“三年级2班”。")
        )
        self.fields["place"].help_text = hint

    def clean(self) -> dict[str, Any]:
        """A reason names its item, an item has its reason."""
        said = super().clean() or {}
        if said.get("subject") and not said.get("why"):
            self.add_error("why", _("请写明理由。"))
        if said.get("why") and not said.get("subject"):
            self.add_error("subject", _("请选择是哪一项。"))
        return said

    @property
    def item(self) -> dict[str, str] | None:
        """The reason as it is kept; None for a row left empty."""
        if not self.cleaned_data.get("subject"):
            return None
        kind, _colon, name = self.cleaned_data["subject"].partition(":")
        about = {"item": name} if kind == "item" else {"table": kind, "column": name}
        return {**about, "place": self.cleaned_data["place"], "why": self.cleaned_data["why"]}


class DeskForm(forms.Form):
    """What the queue is narrowed down to."""

    q = forms.CharField(
        label=_("单位名称或代码"), required=False, max_length=60, widget=forms.SearchInput
    )
    tone = forms.ChoiceField(
        label=_("期限"), required=False, choices=[("", _("全部")), *Tone.choices]
    )


class AnswerForm(forms.Form):
    """The answer to an objection of the public."""

    answer = forms.CharField(
        label=_("答复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
