"""Forms of sign-in, one's own account, people and organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from junheng.web.accounts.models import BELOW, CODE, USER_NAME, Account, Kind, Organisation
from junheng.web.accounts.people import Place
from junheng.web.accounts.roles import Role
from junheng.web.accounts.selectors import own_organisations, places_to_appoint, roles_to_give

if TYPE_CHECKING:
    AccountForm = forms.ModelForm[Account]
else:
    AccountForm = forms.ModelForm  # cannot be subscripted when it runs
_ONCE = {"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}


class SignIn(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class ChangePassword(forms.Form):
    """The present password, and a new one twice."""

    present = forms.CharField(
        label=gettext_lazy("现在的密码"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label=gettext_lazy("新密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("再输入一次新密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = "".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """See that both are the same."""
        found = super().clean() or {}
        if found.get("new") and found.get("again") and found["new"] != found["again"]:
            self.add_error("again", _("两次输入的新密码不一样。"))
        return found


class Code(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        label=gettext_lazy("验证码或备用码"), max_length=16, widget=forms.TextInput(_ONCE)
    )


class Me(AccountForm):
    """What one may correct of oneself."""

    class Meta:
        model = Account
        fields = ("post", "phone", "email")


class Personal(AccountForm):
    """What an administrator may correct of a person."""

    class Meta:
        model = Account
        fields = ("name", "post", "phone", "email")


class Appoint(forms.Form):
    """A role at one organisation; for an expert at several counties, with a term."""

    role = forms.ChoiceField(label=gettext_lazy("角色"))
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("机构"),
        help_text=gettext_lazy("只有专家可以选多个县：按住 Ctrl 键点选。"),
        widget=forms.SelectMultiple({"size": 8}),
    )
    ends = forms.DateField(
        label=gettext_lazy("截止日期"),
        required=False,
        help_text=gettext_lazy("专家必填，其他角色一般不填。"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_to_give(by)  # type: ignore[attr-defined]
        self.fields["organisations"].queryset = places_to_appoint(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that only experts have several counties, and a term."""
        found = super().clean() or {}
        expert = found.get("role") == Role.EXPERT
        if len(found.get("organisations") or ()) > 1 and not expert:
            self.add_error("organisations", _("这一角色只能选一个机构。"))
        if expert and not found.get("ends"):
            self.add_error("ends", _("专家须有聘期：请填写截止日期。"))
        if found.get("ends") and found["ends"] < timezone.localdate():
            self.add_error("ends", _("截止日期已经过去，请改填今天或以后的日期。"))
        return found

    def places(self) -> list[Place]:
        """Give what was chosen."""
        chosen = self.cleaned_data
        role = Role(chosen["role"])
        return [Place(role, place, chosen["ends"]) for place in chosen["organisations"]]


class UserName(forms.CharField):
    """A user name, kept in lower case however it is typed."""

    def to_python(self, value: Any) -> str:
        """Give it in lower case."""
        return str(super().to_python(value)).lower()


class NewPerson(Appoint):
    """A new person: the account's name, the person's, and where appointed."""

    username = UserName(
        label=gettext_lazy("用户名"),
        max_length=40,
        validators=[USER_NAME],
        help_text=gettext_lazy("小写字母、数字，一人一号，例如姓名的拼音。"),
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    post = forms.CharField(label=gettext_lazy("职务"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("办公电话"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("工作邮箱"), required=False)
    field_order = ("username", "name", "post", "phone", "email", "role", "organisations", "ends")

    def personal(self) -> dict[str, str]:
        """Give what is kept of the person."""
        return {key: self.cleaned_data[key] for key in ("name", "post", "phone", "email")}


class NewOrganisation(forms.Form):
    """A new organisation below one's own."""

    parent = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("上级机构"))
    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=32,
        validators=[CODE],
        help_text=gettext_lazy("学校填学校（机构）标识码，县填六位行政区划代码。"),
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=120)

    def __init__(self, *args: Any, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = own_organisations(by)
        kinds = {below for place in own for below in BELOW[Kind(place.kind)]}
        self.fields["parent"].queryset = own  # type: ignore[attr-defined]
        self.fields["parent"].initial = own.first()
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in Kind if kind in kinds
        ]


class Workbook(forms.Form):
    """A workbook to be taken over."""

    workbook = forms.FileField(
        label=gettext_lazy("工作簿"), widget=forms.ClearableFileInput({"accept": ".xlsx,.xls"})
    )
