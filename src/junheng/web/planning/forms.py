"""The forms of plans and tasks."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from junheng.plan.start import MOST_YEARS
from junheng.web.accounts.models import Organisation
from junheng.web.planning.models import TaskState
from junheng.web.planning.services import Question
from junheng.web.reviews.models import Tone

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_BUDGET = re.compile(r"^\s*(\d{4})[\s,，:：]+([\d.]+)\s*$")
_AHEAD = 5
WAN = 10_000


class ScenarioForm(forms.Form):
    """The name of a scenario."""

    name = forms.CharField(label=_("方案名称"), max_length=80)


class PlanForm(forms.Form):
    """What a plan is asked for."""

    name = forms.CharField(label=_("规划名称"), max_length=80)
    target = forms.IntegerField(
        label=_("目标学年"), help_text=_("达标的学年起始年。按该年9月1日有效的规定测算。")
    )
    budget = forms.CharField(
        label=_("各年预算"),
        required=False,
        help_text=_(
            "每行一年：年份和万元，如“2027 1200”。从数据的下一年到目标年都要有；不填则不限。"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    primary = forms.IntegerField(label=_("小学教师数上限"), required=False, min_value=0)
    junior = forms.IntegerField(label=_("初中教师数上限"), required=False, min_value=0)
    costs = forms.FileField(
        label=_("本县单价表"),
        required=False,
        help_text=_("YAML文件。不上传则用程序附带的示例单价：金额是虚构的，不得用于预算。"),
    )
    limits = forms.FileField(
        label=_("其他限制"), required=False, help_text=_("YAML文件：用地、交流、招生片区等限制。")
    )
    seconds = forms.IntegerField(
        label=_("最多计算几秒"), min_value=5, max_value=600, initial=60,
        help_text=_("可以随时停止，保留已找到的最好规划。"),
    )  # fmt: skip
    assume_lowest = forms.BooleanField(
        label=_("未填报的数按全县最低估算，并逐项列出"), required=False, initial=True
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        target = self.fields["target"]
        target.initial = year + _AHEAD
        target.widget.attrs |= {"min": year + 1, "max": year + MOST_YEARS}

    def clean_target(self) -> int:
        """Refuse a target that is not ahead."""
        target: int = self.cleaned_data["target"]
        if not self.year < target <= self.year + MOST_YEARS:
            words = {"first": self.year + 1, "last": self.year + MOST_YEARS}
            raise ValidationError(_now("目标学年须在%(first)s至%(last)s之间。") % words)
        return target

    def clean_budget(self) -> dict[int, float]:
        """Read the budget line by line."""
        read: dict[int, float] = {}
        for line in filter(str.strip, self.cleaned_data["budget"].splitlines()):
            found = _BUDGET.match(line)
            try:
                year, wan = (int(found[1]), float(found[2])) if found else (0, 0.0)
            except ValueError:
                year, wan = 0, 0.0
            if year == 0 or year in read:
                words = {"line": line.strip()}
                raise ValidationError(
                    _now("“%(line)s”读不懂，或这一年写了两次。请写成“2027 1200”（万元）。") % words
                )
            read[year] = wan * WAN
        return read

    @property
    def question(self) -> Question:
        """Give what is asked for, once the form is valid."""
        given = self.cleaned_data
        heads = {level: given[level] for level in ("primary", "junior") if given[level] is not None}
        return Question(
            name=given["name"],
            target=given["target"],
            seconds=given["seconds"],
            gap=0.005,
            budget=given["budget"],
            headcount=heads,
            assume_lowest=given["assume_lowest"],
        )


class _Placed(forms.Form):
    """A form that names organisations of one county, read once for all its rows."""

    def __init__(self, *args: Any, among: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = {str(place.pk): place for place in among}
        named = [(key, place.name) for key, place in self.among.items()]
        for name in ("lead", "others"):
            if name in self.fields:
                field: Any = self.fields[name]
                field.choices = [*field.choices, *named]

    @property
    def leader(self) -> Organisation | None:
        """Give who leads; None where that is left to each row."""
        return self.among.get(self.cleaned_data["lead"])


class PlanTaskForm(_Placed):
    """One task of a plan: whether it is given out, to whom, until when."""

    chosen = forms.BooleanField(label=_("下达"), required=False)
    lead = forms.ChoiceField(label=_("牵头部门"))
    others = forms.MultipleChoiceField(label=_("配合部门"), required=False)
    due = forms.DateField(label=_("完成期限"), widget=_DAY)

    @property
    def helpers(self) -> tuple[Organisation, ...]:
        """Give who takes part, the lead left out."""
        chosen = (self.among[key] for key in self.cleaned_data["others"])
        return tuple(place for place in chosen if place != self.leader)


class ProblemForm(_Placed):
    """Whom chosen problems go to, and until when."""

    lead = forms.ChoiceField(
        label=_("牵头部门"), required=False, choices=[("", _("出现问题的学校或本县"))]
    )
    due = forms.DateField(label=_("完成期限"), widget=_DAY)


class AnswerForm(forms.Form):
    """What a department writes of its task."""

    text = forms.CharField(
        label=_("进展"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    done = forms.BooleanField(label=_("已完成，申请销号"), required=False)


class TaskFilter(forms.Form):
    """What of the ledger is shown."""

    q = forms.CharField(label=_("查找任务或部门"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *TaskState.choices]
    )
    tone = forms.ChoiceField(
        label=_("提醒"), required=False, choices=[("", _("全部")), *Tone.choices]
    )


def last_day(year: str) -> dt.date:
    """Give the day by which what a plan puts into a year has to be done."""
    return dt.date(int(year), 12, 31)
