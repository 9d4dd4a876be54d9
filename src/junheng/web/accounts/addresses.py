"""From which address somebody comes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Give the address of the browser: behind the TLS proxy, the one that the proxy added last."""
    direct: str = request.META.get("REMOTE_ADDR", "")
    if settings.TLS:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or direct
    return direct
