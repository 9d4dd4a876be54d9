"""Findings of tables, kept by what the tables hold: the same rows are not checked again, others are.

Nothing has to be told that data changed: other rows are other content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import polars as pl

from junheng import inmemory

Frames = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]
_MOST = 512


def checked(tables: Frames, previous: Frames | None) -> Sequence[Row]:
    """Give the findings of tables, and of the year before if it is known, a row each."""
    return _found(_Asked(tables, previous))


class _Asked:
    """Tables to check, told apart by their content; handed over once, so that no rows stay here."""

    def __init__(self, tables: Frames, previous: Frames | None) -> None:
        self._given: tuple[Frames, Frames | None] | None = (tables, previous)
        self._digest = _digest(tables) + (_digest(previous) if previous else b"")

    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._digest == other._digest

    def take(self) -> tuple[Frames, Frames | None]:
        """Hand over the tables; they are not here afterwards."""
        given, self._given = self._given, None
        if given is None:
            raise RuntimeError("The tables were handed over before.")
        return given


@lru_cache(maxsize=_MOST)
def _found(asked: _Asked) -> Sequence[Row]:
    tables, previous = asked.take()
    rows: list[dict[str, Any]] = inmemory.checked(tables, previous).rows(named=True)
    return rows


def _digest(tables: Frames) -> bytes:
    digest = hashlib.sha256()
    for name, frame in sorted(tables.items()):
        digest.update(name.encode())
        digest.update(frame.write_ipc(None).getbuffer())
    return digest.digest()
