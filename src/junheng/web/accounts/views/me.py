"""One's own account: entries, password, second factor, language."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from junheng.web.accounts import passwords, second_factor
from junheng.web.accounts.access import Request, signed_in
from junheng.web.accounts.forms import ChangePassword, Code, Me
from junheng.web.accounts.models import Account
from junheng.web.accounts.people import change_password, correct
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.services import in_force
from junheng.web.accounts.views.refused import refuse, show


@signed_in
@require_http_methods(["GET", "POST"])
def me(request: Request) -> HttpResponse:
    """Show one's own account, and correct post, phone and mail."""
    form = Me(request.POST or None, instance=Account.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        try:
            correct(request.user, form.cleaned_data, by=request.user)
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("accounts:me")
    mine = in_force(request.user.appointments.all()).select_related("organisation")
    context = {"appointments": mine, "second_factor": second_factor.has_one(request.user)}
    return show(request, "accounts/me.html", form=form, **context)


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """Change one's password. Other sessions end; this one goes on."""
    form = ChangePassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_password(request.user, form.cleaned_data["present"], form.cleaned_data["new"])
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已修改，在别处的登录已全部退出。"))
            return redirect(settings.LOGIN_REDIRECT_URL)
    due = passwords.is_due(request.user)
    return show(request, "accounts/password.html", form=form, due=due)


@signed_in
@require_http_methods(["GET"])
def second(request: Request) -> HttpResponse:
    """Ask for a code of the second factor, or show how to enrol."""
    return _second(request, Code())


@signed_in
@sensitive_post_parameters()
@require_POST
def check_code(request: Request) -> HttpResponse:
    """Check a code; the session is verified from then on."""
    form = Code(request.POST)
    if form.is_valid():
        try:
            second_factor.check(request, request.user, form.cleaned_data["code"])
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            return redirect(settings.LOGIN_REDIRECT_URL)
    return _second(request, form)


@signed_in
@sensitive_post_parameters()
@require_POST
def enrol(request: Request) -> HttpResponse:
    """Confirm an authenticator; the recovery codes are shown this once."""
    form = Code(request.POST)
    if form.is_valid() and not _has_to_verify(request):
        try:
            codes = second_factor.confirm(request, request.user, form.cleaned_data["code"])
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    return _second(request, form)


def _second(request: Request, form: Code) -> HttpResponse:
    if _has_to_verify(request):
        return show(request, "accounts/second_check.html", form=form)
    enrolment = second_factor.begin(request.user)
    enrolled = second_factor.has_one(request.user)
    page = "accounts/second_enrol.html"
    return show(request, page, form=form, enrolment=enrolment, enrolled=enrolled)


def _has_to_verify(request: Request) -> bool:
    """Tell whether a code of the present device comes before a new device."""
    return second_factor.has_one(request.user) and not request.user.is_verified()  # type: ignore[attr-defined]
