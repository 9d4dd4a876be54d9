"""Short forms of verdicts, read from the database once for each judgement and then held in memory.

A page of a nation shows thousands of counties. Their verdicts change one at a time, so each short
form is kept under the key of its judgement and read again only when there is a newer one.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import itemgetter
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
    """Something made of parts of each standing's summary, held until the standing is judged anew."""

    def __init__(self, make: Callable[[str, Sequence[Any]], T], *parts: str) -> None:
        self._make, self._parts = make, [f"summary__{part}" for part in parts]
        self._held: OrderedDict[int, tuple[str, T | None]] = OrderedDict()
        self._lock = Lock()

    def of(self, wanted: Iterable[tuple[int, str]]) -> dict[int, T | None]:
        """Give by standing what was made of it (None: nothing could be judged); wanted by key and time."""
        found: dict[int, T | None] = {}
        missing = []
        with self._lock:
            for pk, at in wanted:
                known = self._held.get(pk)
                if known is not None and known[0] == at:
                    found[pk] = known[1]
                else:
                    missing.append(pk)
        return found | self._read(missing)

    def _read(self, missing: list[int]) -> dict[int, T | None]:
        if not missing:
            return {}
        rows = Standing.objects.filter(pk__in=missing)
        values = rows.annotate(at=made_at()).values_list("pk", "at", "verdict", *self._parts)
        read = {
            pk: (at, self._make(verdict, told) if told[0] is not None else None)
            for pk, at, verdict, *told in values
        }
        with self._lock:
            self._held.update(read)
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return {pk: made for pk, (_, made) in read.items()}


_OF, _FIGURES = itemgetter("level", "indicator"), itemgetter(*Coefficient._fields)
_SHORT = ("sections", "balance_unmet", "items_unmet", "items_open", "worst", "balance")


def _short(_verdict: str, told: Sequence[Any]) -> Short:
    sections, over, unmet, still_open, worst, balance = told
    cvs = {_OF(row): Coefficient._make(_FIGURES(row)) for row in balance}
    farthest = worst["cv"] / worst["limit"] if worst else None
    return Short(sections, over, unmet, still_open, farthest, cvs)


def _before(verdict: str, told: Sequence[Any]) -> Before:
    fail, over = told
    return Before(verdict, fail, over)


def added(told: Row) -> Added:
    """Give the sums by setting of a short form, one after the other."""
    flat = {
        (level, indicator, setting): sums
        for level, indicators in told.get("settings", {}).items()
        for indicator, settings in indicators.items()
        for setting, sums in settings.items()
    }
    numbers = array("d", chain.from_iterable(flat.values()))
    return _shared(tuple(flat)), numbers


@lru_cache(maxsize=4096)
def _shared(
    keys: tuple[tuple[str, str, str], ...],
) -> tuple[tuple[str, str, str], ...]:
    """Give one and the same tuple to all counties with these keys."""
    return keys


SHORTS = Kept(_short, *_SHORT)
BEFORE = Kept(_before, "sections__fail", "balance_unmet")
ADDED = Kept(lambda _verdict, told: added({"settings": told[0]}), "settings")
