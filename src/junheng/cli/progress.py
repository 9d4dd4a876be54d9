"""Progress on stderr, for what takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from junheng.errors import say


@contextmanager
def years_bar(language: str, unit: str = "years") -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told (done, of); it writes one line, from the second second on."""
    began, shown = time.monotonic(), False
    live = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        nonlocal shown
        taken = time.monotonic() - began
        if taken < 1 and done < total:
            return
        if not shown and done >= total:
            return
        left = taken / done * (total - done) if done else 0.0
        text = say(f"cli.progress_{unit}", language, done=done, total=total, taken=taken, left=left)
        sys.stderr.write(("\r\x1b[K" if live else "") + text + ("" if live else "\n"))
        sys.stderr.flush()
        shown = True

    try:
        yield progress
    finally:
        if shown and live:
            sys.stderr.write("\r\x1b[K")
