"""What a table of counties says of its order and its shares."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def turned(sort: str, name: str) -> str:
    """Give the order that a click on a heading leads to: downwards first, then upwards."""
    return name if sort == f"-{name}" else f"-{name}"


@register.filter
def percent(share: float | None) -> float | None:
    """Give a share in percent."""
    return None if share is None else 100 * share
