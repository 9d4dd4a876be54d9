"""What auditors ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from junheng.web.accounts.models import Account
from junheng.web.audit.models import Chain
from junheng.web.oversight.selectors import chains


class Wanted(forms.Form):
    """Which entries: of which log, by whom, what, about what, on which days."""

    chain = forms.ModelChoiceField(
        Chain.objects.none(),
        label=gettext_lazy("日志"),
        required=False,
        empty_label=gettext_lazy("全部"),
    )
    actor = forms.CharField(label=gettext_lazy("操作人（用户名）"), required=False, max_length=40)
    action = forms.CharField(label=gettext_lazy("操作（开头）"), required=False, max_length=60)
    about = forms.CharField(label=gettext_lazy("对象（包含）"), required=False, max_length=120)
    since = forms.DateField(
        label=gettext_lazy("从"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("到"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["chain"]
        choice.queryset = chains(by)
        choice.label_from_instance = lambda chain: chain.organisation.name
