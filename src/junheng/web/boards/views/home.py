"""The first page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from junheng.web.accounts.access import Request, signed_in
from junheng.web.boards import selectors
from junheng.web.boards.progress import progress_of
from junheng.web.boards.tasks import tasks_of


@require_safe
@signed_in
def home(request: Request) -> HttpResponse:
    """Show what waits for the reader, and how far the campaigns are that he may see."""
    today = timezone.localdate()
    found = {
        "tasks": tasks_of(request.user, today),
        "campaigns": progress_of(request.user, today),
        "boards": selectors.ways(request.user),
        "above": selectors.homes_above(request.user),
    }
    return render(request, "boards/home.html", {**found, "today": today})
