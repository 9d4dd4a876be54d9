"""The map of the counties of a city, a province or the nation. Nothing on it is fetched from outside."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.models import Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.boards import regions, services
from junheng.web.boards.forms import OutlineFile
from junheng.web.boards.models import Outline
from junheng.web.boards.selectors import levels
from junheng.web.boards.views.provinces import counties, words_of


@require_safe
@allowed(Permission.SEE)
def page(request: Request, pk: int, campaign: int) -> HttpResponse:
    """Show the counties on a map, shaded by one figure."""
    return _page(request, pk, campaign)


@require_POST
@allowed(Permission.CAMPAIGN)
def upload(request: Request, pk: int, campaign: int) -> HttpResponse:
    """Keep the outlines of the counties: for those who lead the place."""
    place = get_object_or_404(levels(request.user), pk=pk)
    if not _may(request, place):
        raise Http404
    form = OutlineFile(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.keep_outline(place, form.cleaned_data["file"], by=request.user)
        except WebRefusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("boards:province_map", pk, campaign)
    return _page(request, pk, campaign, form)


def _may(request: Request, place: Organisation) -> bool:
    return scope.may(request.user, Permission.CAMPAIGN, place)


def _page(
    request: Request, pk: int, campaign: int, refused: OutlineFile | None = None
) -> HttpResponse:
    place, run, found = counties(request, pk, campaign)
    offered = regions.choices(found, words_of(run))
    by = request.GET.get("by", "")
    by = by if by in dict(offered) else regions.VERDICT
    outline: Outline | None = regions.outline_of(place)
    context = {
        "organisation": place,
        "campaign": run,
        "choices": offered,
        "by": by,
        "by_name": dict(offered)[by],
        "outline": outline,
        "form": refused or OutlineFile(),
        "may_upload": _may(request, place),
        **regions.drawn(found, outline, by),
    }
    return render(request, "boards/regions.html", context, status=422 if refused else 200)
