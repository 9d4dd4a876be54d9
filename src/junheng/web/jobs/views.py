"""How far a job is: the page, and the part of it that asks again each second."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from junheng.web.accounts.access import Request, signed_in
from junheng.web.jobs.models import Job, State

_MOST_LINES = 300


@require_safe
@signed_in
def one(request: Request, pk: int) -> HttpResponse:
    """Show one's own job: how far it is, what it found or why it was refused."""
    job = get_object_or_404(Job, pk=pk, by=request.user)
    lines = job.problem.splitlines()
    found = {
        "job": job,
        "going_on": job.state in (State.WAITING, State.RUNNING),
        "lines": lines[:_MOST_LINES],
        "more": max(0, len(lines) - _MOST_LINES),
    }
    part = request.headers.get("HX-Request")
    return render(request, "jobs/_job.html" if part else "jobs/job.html", found)
