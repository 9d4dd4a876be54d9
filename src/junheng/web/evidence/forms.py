"""Forms of the archive."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from junheng.web.evidence.models import Finding


class MarkForm(forms.Form):
    """What a reviewer found of one version."""

    finding = forms.ChoiceField(label=_("意见"), choices=Finding.choices)
    comment = forms.CharField(label=_("说明"), max_length=500, required=False)
