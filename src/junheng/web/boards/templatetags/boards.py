"""Looking up a county's coefficient in a table of counties."""

from __future__ import annotations

from django import template

from junheng.web.boards.provinces import Entry
from junheng.web.boards.shorts import Coefficient

register = template.Library()


@register.filter
def coefficient(entry: Entry, key: tuple[str, str]) -> Coefficient | None:
    """Give the row of a level and indicator; None where it was not judged."""
    return entry.cvs.get(key)


@register.filter
def turned(sort: str, name: str) -> str:
    """Give the order that a click on a heading leads to: downwards first, then upwards."""
    return name if sort == f"-{name}" else f"-{name}"


@register.filter
def percent(share: float | None) -> float | None:
    """Give a share in percent."""
    return None if share is None else 100 * share
