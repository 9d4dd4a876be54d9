"""The form of the public."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    """What is objected; a way to answer is optional."""

    text = forms.CharField(
        label=_("您的异议"),
        max_length=2000,
        help_text=_("请写清是哪个学校、哪一项、依据是什么。请不要写学生的姓名等个人信息。"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    contact = forms.CharField(
        label=_("联系方式"),
        required=False,
        max_length=120,
        help_text=_("可以不填：凭查询码也能看到答复。填了只用于答复，公示结束时删除。"),
    )


class CodeForm(forms.Form):
    """The code by which an answer is read."""

    code = forms.RegexField(r"^[0-9a-f]{12}$", label=_("查询码"), max_length=12)


class NumberForm(forms.Form):
    """The number by which a certificate is checked."""

    number = forms.CharField(
        label=_("证书编号"),
        max_length=60,
        help_text=_("印在证书上方。"),
    )
