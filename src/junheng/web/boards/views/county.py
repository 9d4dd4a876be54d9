"""The board of a county, and the year it is planned to pass in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.roles import Permission
from junheng.web.boards import county as reading
from junheng.web.boards import services
from junheng.web.boards.forms import Planned
from junheng.web.boards.models import RoadmapYear
from junheng.web.collection.models import Filing
from junheng.web.verdicts import selectors


@require_safe
@allowed(Permission.SEE)
def county(request: Request, pk: int) -> HttpResponse:
    """Show where a county stands, how far it is, and what comes next."""
    filing = _filing(request, pk)
    plan = RoadmapYear.objects.filter(county=filing.organisation_id).first()
    return render(request, "boards/county.html", _context(request, filing, Planned(instance=plan)))


@require_safe
@allowed(Permission.SEE)
def board(request: Request, pk: int) -> HttpResponse:
    """Give the part of the page that changes as data change."""
    return render(request, "boards/_board.html", _board(_filing(request, pk)))


@require_POST
@allowed(Permission.CAMPAIGN)
def planned(request: Request, pk: int) -> HttpResponse:
    """Set the year in which the county is to be recognised: for its approver, and those above."""
    filing = _filing(request, pk)
    if not scope.may(request.user, Permission.CAMPAIGN, filing.organisation):
        raise Http404
    form = Planned(request.POST)
    if not form.is_valid():
        return render(request, "boards/county.html", _context(request, filing, form), status=422)
    services.plan_year(filing.organisation, form.cleaned_data["year"], by=request.user)
    return redirect("boards:county", pk)


def _filing(request: Request, pk: int) -> Filing:
    found = selectors.county_filings(request.user).select_related("outlook")
    return get_object_or_404(found, pk=pk)


def _context(request: Request, filing: Filing, form: Planned) -> dict[str, Any]:
    plans = scope.may(request.user, Permission.CAMPAIGN, filing.organisation)
    return {**_board(filing), "form": form, "may_plan": plans}


def _board(filing: Filing) -> dict[str, Any]:
    standing = getattr(filing, "standing", None)
    return {
        "filing": filing,
        "standing": standing,
        "stale": selectors.stale(filing, standing),
        **reading.context(filing, standing),
    }
