"""The table of a level's coefficients on the boards: a column an indicator, a row a county."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.urls import reverse

from junheng.report.forms.page import printed
from junheng.report.words import MARKS, Words
from junheng.web.boards.provinces import Entry

Key = tuple[str, str]
Way = Callable[[int], str]
COMPOSITE = "composite"
_ANY = 10**15


class Column(NamedTuple):
    """One indicator: what its heading says and is sorted by, and where its cells lead."""

    key: Key
    name: str
    sort: str
    down: str
    way: Way


class Cell(NamedTuple):
    """One coefficient as it is shown; the value is empty where it is unknown."""

    mark: str
    way: str
    value: str
    said: str


UNKNOWN = Cell("", "", "", "")


def columns(keys: Iterable[Key], level: str, words: Words) -> list[Column]:
    """Give the columns of a level, of the coefficients there are."""
    return [
        Column(key, words.indicator(name), f"{of}:{name}", f"-{of}:{name}", _leads(of, name))
        for key in keys
        for of, name in [key]
        if of == level
    ]


def lines(
    found: Iterable[Entry], shown: Sequence[Column]
) -> Iterator[tuple[Entry, str, list[Cell]]]:
    """Give each county with the address of its board, and its cells."""
    board = _ways("boards:county")
    for entry in found:
        yield entry, board(entry.pk), [_cell(entry, column) for column in shown]


def _cell(entry: Entry, column: Column) -> Cell:
    cv = entry.cvs.get(column.key)
    if cv is None or cv.cv is None:
        return UNKNOWN
    mark = f"{MARKS[cv.verdict]} " if cv.verdict in ("met", "unmet") else ""
    return Cell(mark, column.way(entry.pk), repr(cv.cv), printed(cv.cv, 3))


def _leads(level: str, indicator: str) -> Way:
    """Lead to the explanation of a coefficient; the composite is explained on the board itself."""
    if indicator == COMPOSITE:
        board = _ways("boards:county")
        return lambda pk: f"{board(pk)}#balance-title"
    return _ways("verdicts:balance", level, indicator)


def _ways(route: str, *rest: str) -> Way:
    """Give the addresses of a route for many keys: looked up once, as each look-up takes its time."""
    before, _key, after = reverse(route, args=[_ANY, *rest]).partition(str(_ANY))
    return lambda pk: f"{before}{pk}{after}"
