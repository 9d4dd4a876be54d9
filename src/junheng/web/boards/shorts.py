"""Short forms of verdicts, read from the database once for each judgement and then held in memory.

A page of a nation shows thousands of counties. Their verdicts change one at a time, so each short
form is kept under the key of its judgement and read again only when there is a newer one.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import TextField
from django.db.models.functions import Cast

from junheng.web.verdicts.models import Standing

Row = Mapping[str, Any]
Key = tuple[str, str]
Added = tuple[tuple[tuple[str, str, str], ...], "array[float]"]
"""Level, indicator and setting; and for each of them four numbers: see `summing.settings`."""
T = TypeVar("T")
MOST = 20_000
"""Of each kind, in each process: about 5 kB each."""


class Coefficient(NamedTuple):
    """One coefficient of variation: of a level and indicator."""

    cv: float | None
    limit: float | None
    verdict: str
    mean: float | None


class Before(NamedTuple):
    """What is compared with the year after."""

    verdict: str
    fail: int
    over: int


@dataclass(frozen=True, slots=True)
class Short:
    """What tables of counties show of one verdict."""

    sections: Mapping[str, int]
    balance_unmet: int
    items_unmet: int
    items_open: int
    farthest: float | None
    """How many times its limit the worst coefficient is."""
    cvs: Mapping[Key, Coefficient] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Which share of the sections pass; None where there are none."""
        whole = sum(self.sections.values())
        return self.sections["pass"] / whole if whole else None


def made_at(standing: str = "") -> Cast:
    """Give when a standing was judged, as the text that `Kept` holds it under."""
    return Cast(f"{standing}computed_at", TextField())


class Kept(Generic[T]):
    """Something made of each standing, held until the standing is judged anew."""

    def __init__(self, make: Callable[[str, Row], T]) -> None:
        self._make = make
        self._held: OrderedDict[int, tuple[str, T | None]] = OrderedDict()
        self._lock = Lock()

    def of(self, wanted: Iterable[tuple[int, str]]) -> dict[int, T | None]:
        """Give by standing what was made of it (None: nothing could be judged); wanted by key and time."""
        times = dict(wanted)
        with self._lock:
            known = {pk: self._held[pk] for pk in times if pk in self._held}
        found = {pk: made for pk, (at, made) in known.items() if at == times[pk]}
        found |= self._read([pk for pk in times if pk not in found])
        return found

    def _read(self, missing: list[int]) -> dict[int, T | None]:
        if not missing:
            return {}
        rows = Standing.objects.filter(pk__in=missing)
        values = rows.annotate(at=made_at()).values_list("pk", "at", "verdict", "summary")
        read = {
            pk: (at, self._make(verdict, told) if told else None)
            for pk, at, verdict, told in values
        }
        with self._lock:
            self._held.update(read)
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return {pk: made for pk, (_, made) in read.items()}


def _short(_verdict: str, told: Row) -> Short:
    worst = told["worst"]
    return Short(
        told["sections"],
        told["balance_unmet"],
        told["items_unmet"],
        told["items_open"],
        worst["cv"] / worst["limit"] if worst else None,
        {
            (row["level"], row["indicator"]): Coefficient(
                row["cv"], row["limit"], row["verdict"], row["mean"]
            )
            for row in told["balance"]
        },
    )


def _before(verdict: str, told: Row) -> Before:
    return Before(verdict, told["sections"]["fail"], told["balance_unmet"])


def added(told: Row) -> Added:
    """Give the sums by setting of a short form, one after the other."""
    flat = {
        (level, indicator, setting): sums
        for level, indicators in told.get("settings", {}).items()
        for indicator, settings in indicators.items()
        for setting, sums in settings.items()
    }
    numbers = array("d", (number for sums in flat.values() for number in sums))
    return _shared(tuple(flat)), numbers


@lru_cache(maxsize=4096)
def _shared(
    keys: tuple[tuple[str, str, str], ...],
) -> tuple[tuple[str, str, str], ...]:
    """Give one and the same tuple to all counties with these keys."""
    return keys


SHORTS, BEFORE, ADDED = Kept(_short), Kept(_before), Kept(lambda _verdict, told: added(told))
