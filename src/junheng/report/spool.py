"""The whole answer as JSON, however large: judged year by year, told county by county."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, replace
from heapq import merge
from itertools import groupby
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple, TextIO

import polars as pl

from junheng.evaluate.recheck import recheck
from junheng.model.standard import Recheck
from junheng.report.as_json import entries, place
from junheng.report.collected import TABLES, Collected

_AT_ONCE = 100
"""So many counties are turned into rows of Python at one time; the nation's would take 2 GB."""


class Spool:
    """Entries of counties that wait for their turn, in files without names.

    The files take as much room as the answer, where temporary files are kept (`TMPDIR`). What comes
    out is, letter for letter, `as_json.document` in one line.

    >>> import io
    >>> with Spool() as spool:
    ...     spool.write({"input": {"sha256": ""}}, None, out := io.StringIO())
    >>> out.getvalue()
    '{"input": {"sha256": ""}, "counties": []}\\n'
    """

    def __init__(self) -> None:
        self._files: list[IO[str]] = []
        self._held = ExitStack()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def add(self, one: Collected) -> None:
        """Put what was collected by, in order of counties and years."""
        file = self._held.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n"))  # noqa: SIM115
        self._files.append(file)
        for some in _counties_at_once(one):
            for entry in sorted(entries(some), key=place):
                head = [entry["county"], entry["year"], entry["parts"]]
                file.write(f"{_dumped(head)}\n{_dumped(entry)}\n")

    def write(self, about: Mapping[str, Any], rule: Recheck | None, out: TextIO) -> None:
        """Write what the answer rests on and every county, as one line."""
        waiting = merge(*map(_waiting, self._files), key=lambda each: each[:2])
        out.write(_dumped(about)[:-1] + ', "counties": [')
        between = ""
        for _, years in groupby(waiting, key=lambda each: each.county):
            for text in _with_recheck(list(years), rule):
                out.write(between + text)
                between = ", "
        out.write("]}\n")


class _Waiting(NamedTuple):
    county: str
    year: int
    parts: Mapping[str, str]
    text: str


def _counties_at_once(one: Collected) -> Iterator[Collected]:
    codes = one.counties["county"].unique().sort()
    for start in range(0, len(codes), _AT_ONCE):
        mine = pl.col("county").is_in(codes[start : start + _AT_ONCE].implode())
        yield replace(one, **{name: getattr(one, name).filter(mine) for name in TABLES})


def _waiting(file: IO[str]) -> Iterator[_Waiting]:
    file.seek(0)
    for head in file:
        county, year, parts = json.loads(head)
        yield _Waiting(county, year, parts, next(file).rstrip("\n"))


def _with_recheck(years: Iterable[_Waiting], rule: Recheck | None) -> Iterator[str]:
    years = list(years)
    found = recheck(rule, {each.year: each.parts for each in years}) if rule else {}
    for each in years:
        again = found.get(each.year)
        yield f'{each.text[:-1]}, "recheck": {_dumped(asdict(again))}}}' if again else each.text


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
