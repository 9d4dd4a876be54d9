"""The form for a new token."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account
from junheng.web.api.services import offered


class TokenForm(forms.Form):
    """What a token is for, what it may do, until when."""

    name = forms.CharField(label=_("用途"), max_length=60)
    permissions = forms.MultipleChoiceField(
        label=_("允许做的事"), widget=forms.CheckboxSelectMultiple
    )
    ends = forms.DateField(label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(permission), permission.label) for permission in offered(account)]
        field: forms.MultipleChoiceField = self.fields["permissions"]  # type: ignore[assignment]
        field.choices = choices
