"""Forms of the packages' page."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts.models import Account, Organisation
from junheng.web.packages import selectors


class KeyForm(forms.Form):
    """A county's public key, and its fingerprint as it was read out by telephone."""

    county = forms.ModelChoiceField(Organisation.objects.none(), label=_("县"))
    public = forms.CharField(
        label=_("公钥"), max_length=200, help_text=_("县里“数据包”页上的64位数字，整段复制。")
    )
    heard = forms.CharField(
        label=_("电话核对的指纹"),
        max_length=60,
        help_text=_(
            "请用您自己知道的号码打给县里，请对方逐组念出指纹，照听到的填写；不要从文件里复制。"
        ),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county = cast("forms.ModelChoiceField[Organisation]", self.fields["county"])
        county.queryset = selectors.counties(account)


class UploadForm(forms.Form):
    """One package."""

    file = forms.FileField(
        label=_("数据包文件"), widget=forms.FileInput(attrs={"accept": ".junheng"})
    )
