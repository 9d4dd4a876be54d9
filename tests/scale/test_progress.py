"""What a long judging says while it runs: rows done, rows there are, time left."""

from __future__ import annotations

import time
from typing import Any

import pytest

from junheng.cli.progress import rows_bar


@pytest.fixture
def clock(monkeypatch: Any) -> list[float]:
    """A clock that stands still until it is set."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_it_says_rows_and_the_time_that_is_left(clock: list[float], capsys: Any) -> None:
    with rows_bar("en", lambda: (0, 100_000, 400_000)) as progress:
        clock[0] = 10
        progress(0, 2)
        progress(1, 2)
    assert capsys.readouterr().err.splitlines() == [
        "Judging: 400,000 rows of sections, 10 s so far",
        "Judging: 100,000 of 400,000 rows of sections, 10 s so far, about 30 s left",
    ]


def test_rows_are_not_counted_for_what_is_done_at_once(clock: list[float], capsys: Any) -> None:
    def never() -> tuple[int, ...]:
        raise AssertionError("rows were counted")

    with rows_bar("en", never) as progress:
        progress(0, 1)
        progress(1, 1)
    assert capsys.readouterr().err == ""
