"""The forms of campaigns and uploads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from junheng.model.tables import LEVELS, ROOM_USES
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.collection import standards
from junheng.web.collection.services import Plan

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def owners(account: Account) -> Any:
    """Give the organisations at which a person may lay out campaigns."""
    paths = scope.paths(account, Permission.CAMPAIGN)
    return Organisation.objects.filter(path__in=paths, closed_on__isnull=True)


def counties(account: Account) -> Any:
    """Give the counties that a person may choose for a campaign."""
    rows = scope.organisations(account, Permission.CAMPAIGN)
    return rows.filter(kind=Kind.COUNTY, closed_on__isnull=True)


class CampaignForm(forms.Form):
    """What a campaign is to be."""

    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("布置机构"))
    name = forms.CharField(max_length=120, label=_("名称"))
    standard = forms.ChoiceField(
        label=_("标准"), help_text=_("任务开始时，标准的全部文件会留存，以后的修订不影响这次填报。")
    )
    year = forms.IntegerField(
        min_value=1986, max_value=2100, label=_("学年起始年"), help_text=_("2025–2026学年填2025。")
    )
    opens = forms.DateField(label=_("开始"), widget=_DAY)
    schools_due = forms.DateField(label=_("学校截止"), widget=_DAY)
    county_due = forms.DateField(label=_("县级截止"), widget=_DAY)
    counties = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("县"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, account: Account, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = today.year if today.month >= 8 else today.year - 1  # noqa: PLR2004  # August
        places = owners(account)
        self.fields["owner"].queryset = places  # type: ignore[attr-defined]
        self.fields["counties"].queryset = counties(account)  # type: ignore[attr-defined]
        self.fields["standard"].choices = standards.names()  # type: ignore[attr-defined]
        self.initial = {
            "owner": places.first(),
            "year": year,
            "opens": today,
            "standard": "cn-quality-2017",
            "counties": list(counties(account)),
            **self.initial,
        }

    def plan(self) -> Plan:
        """Give the plan that was filled in."""
        given = self.cleaned_data
        standard, _plus, overlay = given["standard"].partition("+")
        days = {name: given[name] for name in ("opens", "schools_due", "county_due")}
        return Plan(given["name"], standard, given["year"], **days, overlay=overlay)


class ClassForm(forms.Form):
    """A class to be added."""

    level = forms.ChoiceField(label=_("学段"), choices=list(LEVELS.items()))
    grade = forms.CharField(label=_("年级"), max_length=20)
    name = forms.CharField(label=_("班级名称"), max_length=20)


class RoomForm(forms.Form):
    """A special room to be added; its number is given."""

    use = forms.ChoiceField(label=_("用途"), choices=list(ROOM_USES.items()))


class WorkbookForm(forms.Form):
    """A workbook that was filled in."""

    file = forms.FileField(label=_("工作簿"))


class SeveralFiles(forms.ClearableFileInput):
    """A chooser of several files."""

    allow_multiple_selected = True


class StatisticsForm(forms.Form):
    """Exports of the national statistics. The files are read from the request: there are several."""

    blanks_are_zero = forms.BooleanField(
        label=_("这些报表里的空格就是0"),
        required=False,
        help_text=_("不能确定的不要勾选，空格按不知道处理。"),
    )
