"""Putting work into the table, and taking it out: at most one worker has a job at a time."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import override

from junheng.errors import JunhengError
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.jobs.models import Job, State

if TYPE_CHECKING:
    from junheng.web.accounts.models import Account, Organisation

_LOG = logging.getLogger(__name__)
LEASE = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 3
Tell = Callable[[int, int], None]
"""Told how much is done, of how much; renews the lease."""
Apply = Callable[[], dict[str, Any]]
"""Changes the database by what was worked out, in one short transaction, and gives the job's result."""
Work = Callable[[Job, Tell], Apply]
"""Does what takes long, changing nothing, and gives the change; refuses by WebRefusal or JunhengError."""
RECURRING: list[Callable[[], bool]] = []
"""Called by the worker again and again; tell whether there was anything to do."""
LONG: set[str] = set()
LATER: set[str] = set()
KINDS: dict[str, Work] = {}


def work(kind: str, *, long: bool = False, later: bool = False) -> Callable[[Work], Work]:
    """Register what is done for jobs of a kind.

    Long ones have a worker of their own; later ones, which nobody waits for, let all others go first.
    """

    def register(function: Work) -> Work:
        KINDS[kind] = function
        if long:
            LONG.add(kind)
        if later:
            LATER.add(kind)
        return function

    return register


def enqueue(
    kind: str, *, by: Account, organisation: Organisation, arguments: dict[str, Any]
) -> Job:
    """Put a job into the table, within the caller's transaction if there is one."""
    return Job.objects.create(kind=kind, by=by, organisation=organisation, arguments=arguments)


def take(*, long: bool = False) -> Job | None:
    """Take the oldest job that waits, or whose worker died; None when there is nothing to do.

    A workbook that a clerk waits for does not stand behind the letters of a whole county.
    """
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)
    kinds = [kind for kind in KINDS if (kind in LONG) == long]
    rank = Case(When(kind__in=LATER, then=1), default=0)
    for job in Job.objects.filter(free, kind__in=kinds).order_by(rank, "created_at")[:5]:
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


def recurring(function: Callable[[], bool]) -> Callable[[], bool]:
    """Register what the worker calls at every turn; it must be quick when there is nothing to do."""
    RECURRING.append(function)
    return function


def do(job: Job) -> None:
    """Do one job and end it. What it changes and its end are one transaction: all or nothing."""
    if job.attempts > MOST_ATTEMPTS:
        finish(job, State.FAILED, result={})
        return
    try:
        apply = KINDS[job.kind](job, teller(job))
        with transaction.atomic():
            if not finish(job, State.DONE, result=apply()):
                raise _TakenOver
    except _TakenOver:
        return
    except (WebRefusal, JunhengError) as refusal:
        finish(job, State.REFUSED, result={}, problem=_sentence(refusal, job.by.language))
    except Exception:  # noqa: BLE001  # a fault of one job must not stop the others; it is logged
        _LOG.exception("Job %s failed", job.pk)
        finish(job, State.FAILED, result={})


def _sentence(refusal: WebRefusal | JunhengError, language: str) -> str:
    if isinstance(refusal, JunhengError):
        return refusal.say(language[:2])
    with override(language):
        return str(refusal)


class _TakenOver(Exception):
    """Another worker has the job: undo what this one did."""
