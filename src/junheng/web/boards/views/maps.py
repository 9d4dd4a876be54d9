"""The map of a county's schools. Nothing on it is fetched from outside."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from junheng.report.words import Words
from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.blobs.services import open_blob
from junheng.web.boards import places, services
from junheng.web.boards.forms import OutlineFile, ZoneFile
from junheng.web.boards.models import Drawn, Outline
from junheng.web.collection.models import Filing
from junheng.web.collection.standards import on_its_day
from junheng.web.verdicts import selectors

FORMS: Mapping[Drawn, type[OutlineFile]] = {Drawn.BORDERS: OutlineFile, Drawn.ZONES: ZoneFile}


@require_safe
@allowed(Permission.SEE)
def page(request: Request, pk: int) -> HttpResponse:
    """Show the map, and the schools that cannot be drawn on it."""
    return _page(request, _filing(request, pk))


@require_safe
@allowed(Permission.SEE)
def schools(request: Request, pk: int) -> JsonResponse:
    """Give the schools that can be drawn."""
    filing = _filing(request, pk)
    found = places.geojson(_standing(filing))
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


@require_safe
@allowed(Permission.SEE)
def outline(request: Request, pk: int, kind: Drawn) -> FileResponse:
    """Give the outlines, or zones, that the county has uploaded."""
    kept = get_object_or_404(Outline, place=_filing(request, pk).organisation_id, kind=kind)
    file, name = open_blob(kept.blob_id), f"{kind}.geojson"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type="application/geo+json"
    )


@require_safe
@allowed(Permission.SEE)
def still(request: Request, pk: int) -> HttpResponse:
    """Give the map as a picture, for print and where no script runs."""
    filing = _filing(request, pk)
    zones = places.areas_of(filing, Drawn.ZONES)
    context = places.still(_standing(filing), places.areas_of(filing), zones)
    return render(request, "boards/map.svg", context, content_type="image/svg+xml")


@require_POST
@allowed(Permission.FILL)
def upload(request: Request, pk: int, kind: Drawn) -> HttpResponse:
    """Keep the outlines of a county, or its zones: for those who fill in for it."""
    filing = _filing(request, pk)
    if not scope.may(request.user, Permission.FILL, filing.organisation):
        raise Http404
    form = FORMS[kind](request.POST, request.FILES, auto_id=f"{kind}_%s")
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.keep_outline(filing.organisation, file, by=request.user, kind=kind)
        except WebRefusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("boards:map", pk)
    return _page(request, filing, {kind: form})


def _filing(request: Request, pk: int) -> Filing:
    large = ("standing__payload", "standing__board")
    return get_object_or_404(selectors.county_filings(request.user).defer(*large), pk=pk)


def _standing(filing: Filing) -> list[places.Place]:
    return places.places(filing, getattr(filing, "standing", None))


def _page(
    request: Request, filing: Filing, refused: Mapping[str, OutlineFile] | None = None
) -> HttpResponse:
    found, forms = places.places(filing), refused or {}
    standard = on_its_day(filing.campaign)
    words = Words(standard, selectors.language())
    uploaded = {one.kind: one for one in Outline.objects.filter(place=filing.organisation_id)}
    context = {
        "filing": filing,
        "drawn": sum(not place.wrong for place in found),
        "wrong": [place for place in found if place.wrong],
        "indicators": [words.indicator(each.id) for each in standard.indicators],
        "outline": uploaded.get(Drawn.BORDERS),
        "zones": uploaded.get(Drawn.ZONES),
        "form": forms.get(Drawn.BORDERS) or OutlineFile(auto_id="borders_%s"),
        "zones_form": forms.get(Drawn.ZONES) or ZoneFile(auto_id="zones_%s"),
        "may_upload": scope.may(request.user, Permission.FILL, filing.organisation),
    }
    return render(request, "boards/map.html", context, status=422 if refused else 200)
