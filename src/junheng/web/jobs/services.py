"""Putting work into the table, and taking it out: at most one worker has a job at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from junheng.web.jobs.models import Job, State

if TYPE_CHECKING:
    from junheng.web.accounts.models import Account, Organisation

LEASE = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 3
Tell = Callable[[int, int], None]
"""Told how much is done, of how much; renews the lease."""
Work = Callable[[Job, Tell], dict[str, Any]]
"""Does a job and gives its result. It must be all or nothing: one transaction for what it changes."""
KINDS: dict[str, Work] = {}


def work(kind: str) -> Callable[[Work], Work]:
    """Register what is done for jobs of a kind."""

    def register(function: Work) -> Work:
        KINDS[kind] = function
        return function

    return register


def enqueue(
    kind: str, *, by: Account, organisation: Organisation, arguments: dict[str, Any]
) -> Job:
    """Put a job into the table, within the caller's transaction if there is one."""
    return Job.objects.create(kind=kind, by=by, organisation=organisation, arguments=arguments)


def take() -> Job | None:
    """Take the oldest job that waits, or whose worker died; None when there is nothing to do."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(free).order_by("created_at")[:5]:
        mine = Job.objects.filter(free, pk=job.pk, attempts=job.attempts).update(
            state=State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
        if mine:
            job.refresh_from_db()
            return job
    return None


def finish(job: Job, state: State, *, result: dict[str, Any], problem: str = "") -> bool:
    """End a job that is still this worker's; False if another took it over meanwhile."""
    held = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    ended = {"state": state, "result": result, "problem": problem, "ended_at": timezone.now()}
    return bool(held.update(**ended))


def teller(job: Job) -> Tell:
    """Give the function by which a job tells its progress and keeps its lease."""

    def tell(done: int, total: int) -> None:
        held = Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
        held.update(done=done, total=total, lease_until=timezone.now() + LEASE)

    return tell


def do(job: Job) -> None:
    """Do one job and end it. What it changes and its end are one transaction."""
    from junheng.errors import JunhengError
    from junheng.web.accounts.refusals import WebRefusal

    if job.attempts > MOST_ATTEMPTS:
        finish(job, State.FAILED, result={}, problem="")
        return
    try:
        with transaction.atomic():
            result = KINDS[job.kind](job, teller(job))
            if not finish(job, State.DONE, result=result):
                raise _TakenOver
    except _TakenOver:
        return
    except WebRefusal as refusal:
        finish(job, State.REFUSED, result={}, problem=str(refusal))
    except JunhengError as refusal:
        finish(job, State.REFUSED, result={}, problem=refusal.say("zh"))


class _TakenOver(Exception):
    """Another worker has the job: undo what this one did."""
