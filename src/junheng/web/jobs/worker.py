"""The worker: does jobs and what recurs, one after the other, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading

from django.db import close_old_connections

from junheng.web.jobs.services import RECURRING, do, take

PAUSE = 0.1
_LOG = logging.getLogger(__name__)


def run_forever(*, long: bool = False) -> None:
    """Work until SIGTERM or SIGINT; a job that has begun is finished first.

    One worker does what is short, and what recurs; another the long jobs, so that a plan of ten
    minutes holds up no verdict.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        close_old_connections()
        if not (turn_of_long() if long else turn()):
            stop.wait(PAUSE)


def turn() -> bool:
    """Do one job if there is one, and all that recurs; tell whether there was anything to do."""
    job = take()
    if job:
        do(job)
    busy = [recur() for recur in RECURRING]
    return job is not None or any(busy)


def turn_of_long() -> bool:
    """Do one long job if there is one; tell whether there was."""
    job = take(long=True)
    if job:
        do(job)
    return job is not None
