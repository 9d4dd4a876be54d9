"""Progress on stderr, for what takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from junheng.errors import say


@contextmanager
def years_bar(language: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told (done, of); it writes one line, from the second second on."""

    def line(done: int, total: int, taken: float) -> str:
        left = taken / done * (total - done) if done else 0.0
        fields = {"done": done, "total": total, "taken": taken, "left": left}
        return say(f"cli.progress_{unit}", language, **fields)

    with _bar(line) as progress:
        yield progress


@contextmanager
def rows_bar(
    language: str, rows: Callable[[], Sequence[int]]
) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told (steps done, of); its line says how many rows that is.

    `rows` gives how many rows are done after 0, 1, 2 … steps; it is asked only if a line is
    written.
    """

    def line(done: int, total: int, taken: float) -> str:
        after = rows()
        fields = {"done": after[done], "total": after[-1], "steps": total, "taken": taken}
        if not after[done]:
            return say("cli.progress_first", language, **fields)
        left = taken / after[done] * (after[-1] - after[done])
        return say("cli.progress_rows", language, **fields, left=left)

    with _bar(line) as progress:
        yield progress


@contextmanager
def _bar(line: Callable[[int, int, float], str]) -> Iterator[Callable[[int, int], None]]:
    began, shown = time.monotonic(), False
    live = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        nonlocal shown
        taken = time.monotonic() - began
        if taken < 1 and done < total:
            return
        if not shown and done >= total:
            return
        text = line(done, total, taken)
        sys.stderr.write(("\r\x1b[K" if live else "") + text + ("" if live else "\n"))
        sys.stderr.flush()
        shown = True

    try:
        yield progress
    finally:
        if shown and live:
            sys.stderr.write("\r\x1b[K")
