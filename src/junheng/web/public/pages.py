"""What makes a page the same for everybody, so that browsers and caches may keep it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_SECONDS = 300
"""How long a copy may be shown: so long after its end a publication may still be read somewhere."""


def for_everybody(view: View[P]) -> Callable[..., HttpResponse]:
    """Answer alike to all, in the language of the address or of the browser; no cookie is looked at."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        asked = request.GET.get("language", "")
        known = asked in dict(settings.LANGUAGES)
        found = asked if known else translation.get_language_from_request(request)
        translation.activate(found)
        request.LANGUAGE_CODE = found
        return view(request, *args, **kwargs)

    kept: Callable[..., HttpResponse] = cache_control(public=True, max_age=_SECONDS)(answer)
    return conditional_page(kept)
