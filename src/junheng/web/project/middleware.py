"""What happens around every page: the session's end, what has to be done first, limits, no copies kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.shortcuts import redirect, resolve_url
from django.utils.functional import LazyObject

from junheng.web.accounts import limits, passwords, second_factor
from junheng.web.accounts.legible import is_legible
from junheng.web.accounts.models import Account
from junheng.web.accounts.sign_in import expire, still_good
from junheng.web.accounts.views.sign_in import expired, is_script

_DOORS = "/api/v1/"
"""They ask for a token first, then read what was sent by the same rule, and answer in JSON."""
Answer = Callable[[HttpRequest], HttpResponseBase]
ALWAYS = {"accounts:logout", "accounts:login", "language"}
"""What a person may do before the password is changed and the second factor shown."""
FIRST = {
    "accounts:password": {"accounts:password"},
    "accounts:second_factor": {"accounts:second_factor", "accounts:check_code", "accounts:enrol"},
}


def session_rules(get_response: Answer) -> Answer:
    """End sessions that went on for too long; let no browser keep pages of people signed in."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.user = _looked_up(request.user)
        signed_in = request.user.is_authenticated
        if signed_in and not still_good(request):
            expire(request)
        response = get_response(request)
        if signed_in or request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response

    return answer


def _looked_up(user: Any) -> Any:
    """Give the account itself for what would look it up: every page asks who is there, many times."""
    while isinstance(user, LazyObject):
        bool(user.is_authenticated)
        user = user._wrapped
    return user


def post_limit(get_response: Answer) -> Answer:
    """Refuse what is sent too often by one person, or by one address that has not signed in."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        kind = "post" if request.user.is_authenticated else "post_unknown"
        if request.method == "POST" and limits.is_over(kind, request):
            return limits.too_many(request, kind)
        return get_response(request)

    return answer


def legible(get_response: Answer) -> Answer:
    """Refuse (400) what no database, page or workbook can hold, wherever in a request it stands."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            legible = request.path.startswith(_DOORS) or is_legible(_sent(request))
        except UnreadablePostError as error:  # the line broke before all was here
            raise BadRequest from error
        if not legible:
            raise BadRequest
        return get_response(request)

    return answer


def _sent(request: HttpRequest) -> list[Any]:
    """Give all text of a request: address, fields with their names, JSON. Django cleans names of files."""
    sent: list[Any] = [request.path, dict(request.GET.lists()), dict(request.POST.lists())]
    if request.content_type == "application/json":
        sent.append(_json(request.body))
    return sent


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:  # the view says what is wrong with it
        return None
    except RecursionError as error:
        raise BadRequest from error


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks to sign in, unless it says otherwise; scripts are answered with 401."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> Any:
        """Tell a script that the session is over; lead a person to the sign-in page."""
        if is_script(request):
            return expired(request)
        return super().handle_no_permission(request, view_func)


class FirstThings:
    """What comes first: changing a temporary or old password, then the second factor."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; `process_view` decides, for it knows the page."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: object
    ) -> HttpResponseBase | None:
        """Lead to what has to be done first, if this page is not part of it."""
        first = _first(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (
            first is None
            or name in ALWAYS | FIRST[first]
            or not getattr(view, "login_required", True)
        ):
            return None
        if "HX-Request" in request.headers:
            return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(first)})
        return redirect(first)


def _first(request: HttpRequest) -> str | None:
    if not isinstance(request.user, Account):
        return None
    if second_factor.is_due(request) and second_factor.has_one(request.user):
        return "accounts:second_factor"
    if passwords.is_due(request.user):
        return "accounts:password"
    return "accounts:second_factor" if second_factor.is_due(request) else None
