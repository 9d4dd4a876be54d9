"""Marks of a view: which permission it asks for. A view without a mark fails the access matrix."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.accounts.roles import Permission

P = ParamSpec("P")
EVERYONE, SIGNED_IN = "everyone", "signed in"


class Request(HttpRequest):
    """A request of somebody who is signed in."""

    user: Account


View = Callable[Concatenate[Request, P], HttpResponseBase]


def allowed(*permissions: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Answer 404 to all who hold none of these permissions anywhere."""

    def mark(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not any(scope.holds(request.user, permission) for permission in permissions):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.asks = permissions  # type: ignore[attr-defined]
        return cast("Callable[..., HttpResponseBase]", guarded)

    return mark


def signed_in(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let in whoever is signed in; LoginRequiredMiddleware has seen to that."""
    view.asks = SIGNED_IN  # type: ignore[attr-defined]
    return cast("Callable[..., HttpResponseBase]", view)


def open_to_all(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Let in the public, without signing in."""
    view.asks = EVERYONE  # type: ignore[attr-defined]
    return login_not_required(view)
