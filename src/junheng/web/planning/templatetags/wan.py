"""Money and shares as the pages of planning write them."""

from __future__ import annotations

from django import template

register = template.Library()
_WAN = 10_000


@register.filter
def wan(yuan: float) -> str:
    """Write yuan in units of ten thousand.

    >>> wan(12345678.0)
    '1,234.6'
    """
    return f"{yuan / _WAN:,.1f}"


@register.filter
def percent(share: float) -> str:
    """Write a share.

    >>> percent(0.00512)
    '0.51%'
    """
    return f"{share:.2%}"
