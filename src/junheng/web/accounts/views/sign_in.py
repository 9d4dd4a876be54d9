"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from junheng.web.accounts.access import open_to_all
from junheng.web.accounts.forms import SignIn
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.sign_in import sign_in, sign_out
from junheng.web.accounts.views.refused import UNPROCESSABLE, refuse

TOO_MANY = 429


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in; a page whose session expired does it in a dialog (header X-Dialog)."""
    if request.method == "GET":
        signed_in = request.user.is_authenticated and "X-Dialog" not in request.headers
        return redirect(_onwards(request)) if signed_in else _form(request, SignIn())
    form = SignIn(request.POST)
    if not form.is_valid():
        return _form(request, form, UNPROCESSABLE)
    try:
        account = sign_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
    except WebRefusal as refusal:
        refuse(form, refusal)
        return _form(request, form, UNPROCESSABLE)
    if "X-Dialog" in request.headers:
        return HttpResponse(status=204, headers={"X-CSRFToken": get_token(request)})
    answer = redirect(_onwards(request))
    secure = settings.LANGUAGE_COOKIE_SECURE
    name = settings.LANGUAGE_COOKIE_NAME
    answer.set_cookie(name, account.language, secure=secure, samesite="Lax")
    return answer


def locked(request: HttpRequest, _response: HttpResponse, _credentials: Any) -> HttpResponse:
    """Answer somebody who failed too often; called by axes."""
    form = SignIn(request.POST)
    words = {
        "times": settings.AXES_FAILURE_LIMIT,
        "minutes": round(settings.AXES_COOLOFF_TIME * 60),
    }
    sentence = _(
        "从这个地址用这个用户名已连续输错%(times)s次，请%(minutes)s分钟后再试。"
        "在别处登录不受影响；忘记密码请找管理员换发。"
    )
    form.add_error(None, sentence % words)
    return _form(request, form, TOO_MANY)


@open_to_all
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; the browser forgets what it kept of this site."""
    sign_out(request)
    answer = redirect("accounts:login")
    answer["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Answer a form whose token is not this session's: signed in again, or cookies are off."""
    if not request.user.is_authenticated and "X-Dialog" not in request.headers:
        return expired(request)
    return render(request, "403_csrf.html", status=403)


def expired(request: HttpRequest) -> HttpResponse:
    """Tell a page's script that the session is over: it asks to sign in, and sends again."""
    if is_script(request):
        return HttpResponse(status=401, headers={"X-Sign-In": resolve_url(settings.LOGIN_URL)})
    return render(request, "403_csrf.html", status=403)


def is_script(request: HttpRequest) -> bool:
    """Tell whether a script of a page asks, not the browser for a whole page."""
    names = ("HX-Request", "X-Background", "X-Requested-With")
    return any(name in request.headers for name in names)


def _form(request: HttpRequest, form: SignIn, status: int = 200) -> HttpResponse:
    part = "X-Dialog" in request.headers
    template = "accounts/_sign_in.html" if part else "accounts/sign_in.html"
    context = {"form": form, "next": _asked_for(request), "dialog": part}
    return render(request, template, context, status=status)


def _asked_for(request: HttpRequest) -> str:
    """Give where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else ""


def _onwards(request: HttpRequest) -> str:
    return _asked_for(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
