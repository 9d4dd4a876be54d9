"""What is in force on a day: anything with a first day, and perhaps a last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything in force from a day, and perhaps until one (that day included)."""

    @property
    def since(self) -> dt.date:
        """The first day."""

    @property
    def until(self) -> dt.date | None:
        """The last day; None while there is none."""


D = TypeVar("D", bound=Dated)


def in_force(dated: Iterable[D], day: dt.date) -> tuple[D, ...]:
    """Give those in force on a day; of a list without overlaps at most one."""
    return tuple(d for d in dated if d.since <= day and (d.until is None or day <= d.until))


def only(dated: tuple[D, ...]) -> D | None:
    """Give the one entry of a list that was cut to a day, or None; ValueError if it was not cut."""
    if len(dated) > 1:
        raise ValueError("ask a standard as of a day: standard.on(day)")
    return dated[0] if dated else None
