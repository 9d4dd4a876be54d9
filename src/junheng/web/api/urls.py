"""Addresses of the API and of the pages about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from junheng.web.api import views
from junheng.web.api.doors import api


def _doors() -> Iterable[URLPattern | URLResolver]:
    """Give the doors, none of which asks for a session: each asks for a token itself."""
    patterns, _app, _namespace = api.urls
    for pattern in patterns:
        if (
            isinstance(pattern, URLPattern) and pattern.name == "api-root"
        ):  # a page of the library's own, without use here
            continue
        view: Any = pattern.callback
        login_not_required(view)
        view.asks = "token"
        yield pattern


app_name = "api"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.give, name="give"),
    path("tokens/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("openapi.json", views.description, name="description"),
    path("v1/", include((list(_doors()), "doors"))),
]
