"""How often one person, or one address that has not signed in, may ask for something.

Counted in a table of the database, so that it holds for all workers together. Each worker tells the
table only every so many (a 24th of what is allowed): a save need not wait for a second transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from junheng.web.accounts.addresses import address_of
from junheng.web.accounts.models import Count
from junheng.web.audit.prepared import Given, Prepared

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
TOO_MANY = 429
PARTS, MOST_KEPT = 24, 10_000
_UNTOLD: dict[str, tuple[int, int]] = {}
"""By key: the span, and how many this process has counted since it last told the table."""
_LOCK = Lock()


def is_over(kind: str, request: HttpRequest) -> bool:
    """Count one request of a kind (a key of settings.RATE_LIMITS); tell whether it is one too many."""
    most, seconds = settings.RATE_LIMITS[kind]
    who = f"account:{request.user.pk}" if request.user.is_authenticated else address_of(request)
    key, span = f"{kind} {who}"[:80], int(time.time()) // seconds
    with _LOCK:
        before = _UNTOLD.pop(key, (span, 0))
        untold = 1 + (before[1] if before[0] == span else 0)
        if len(_UNTOLD) > MOST_KEPT:
            _UNTOLD.clear()
        if tells := untold * PARTS > most:
            times, untold = untold, 0
        else:
            _UNTOLD[key] = span, untold
    told = _told(key, span, times) if tells else _known(key, span)
    return told + untold > most


_TIMES = Prepared(
    lambda: Count.objects.filter(key=Given("key"), span=Given("span")).values_list(
        "times", flat=True
    )
)


def _known(key: str, span: int) -> int:
    return _TIMES.one(key=key, span=span) or 0


def _told(key: str, span: int, times: int) -> int:
    """Add to the count in the database, and give what it is now."""
    row = Count.objects.filter(key=key, span=span)
    if not row.update(times=F("times") + times):
        Count.objects.filter(key=key, span__lt=span).delete()
        try:
            with transaction.atomic():
                Count.objects.create(key=key, span=span, times=times)
        except IntegrityError:  # another worker was first
            row.update(times=F("times") + times)
    return _known(key, span)


def too_many(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Answer a request that is one too many, and say how long to wait."""
    seconds = settings.RATE_LIMITS[kind][1]
    answer = render(request, "accounts/too_many.html", {"seconds": seconds}, status=TOO_MANY)
    answer["Retry-After"] = str(seconds)
    return answer


def limited(
    kind: str,
) -> Callable[[Callable[Concatenate[R, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Limit a view, for instance an export: put it below the mark of the view."""

    def limit(
        view: Callable[Concatenate[R, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def counted(request: R, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if is_over(kind, request):
                return too_many(request, kind)
            return view(request, *args, **kwargs)

        return counted

    return limit
