"""The seconds that a search takes, told on stderr from the second second on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from junheng.errors import say


@contextmanager
def ticking(language: str, limit: float) -> Iterator[Callable[[float], None]]:
    """Give a function that is told the seconds gone."""
    live, shown = sys.stderr.isatty(), False

    def progress(gone: float) -> None:
        nonlocal shown
        text = say("site.searching", language, taken=gone, limit=limit)
        sys.stderr.write(f"\r\x1b[K{text}" if live else f"{text}\n")
        sys.stderr.flush()
        shown = True

    try:
        yield progress
    finally:
        if shown and live:
            sys.stderr.write("\r\x1b[K")
