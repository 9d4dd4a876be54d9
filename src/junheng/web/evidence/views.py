"""Pages of the archive: the catalogue with what is there and missing, upload, preview, marks."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.blobs.services import open_blob
from junheng.web.collection.models import Filing
from junheng.web.evidence import selectors, services
from junheng.web.evidence.catalogue import of_filing
from junheng.web.evidence.forms import MarkForm
from junheng.web.evidence.models import Piece

A_PAGE = 50


@require_safe
@allowed(Permission.SEE)
def search(request: Request) -> HttpResponse:
    """Find evidence in all that one may see."""
    words = request.GET.get("q", "")
    found = selectors.search(request.user, words).order_by("-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "evidence/search.html", {"page": page, "words": words})


@require_safe
@allowed(Permission.SEE)
def archive(request: Request, pk: int) -> HttpResponse:
    """Show the catalogue of a filing, what is there and what is missing."""
    filing = get_object_or_404(selectors.filings(request.user), pk=pk)
    return render(request, "evidence/archive.html", _archive(request, filing))


def _archive(request: Request, filing: Filing) -> dict[str, object]:
    shelves = selectors.shelves(filing, request.user)
    return {
        "filing": filing,
        "shelves": shelves,
        "missing": selectors.missing(shelves),
        "fills": filing.editable
        and scope.may_at(request.user, Permission.FILL, filing.organisation),
    }


@require_POST
@allowed(Permission.FILL)
def hand_in(request: Request, pk: int) -> HttpResponse:
    """Keep one file for the lines that were ticked; several files are sent one by one."""
    filing = get_object_or_404(selectors.filings(request.user), pk=pk)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"problem": ""}, status=422)
    try:
        version = services.hand_in(filing, file, request.POST.getlist("line"), by=request.user)
    except WebRefusal as refusal:
        return _refused(request, "evidence/archive.html", _archive(request, filing), refusal)
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"piece": version.piece_id, "name": version.name}, status=201)
    return redirect("evidence:archive", filing.pk)


def _refused(
    request: Request, template: str, context: dict[str, object], refusal: WebRefusal
) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"problem": str(refusal)}, status=422)
    return render(request, template, {**context, "refusal": refusal}, status=422)


@require_safe
@allowed(Permission.SEE)
def piece(request: Request, pk: int) -> HttpResponse:
    """Show one piece: its versions, pictures of its pages, marks."""
    found = get_object_or_404(selectors.pieces(request.user), pk=pk)
    return render(request, "evidence/piece.html", _piece(request, found))


def _piece(request: Request, found: Piece) -> dict[str, object]:
    filing = found.filing
    fills = filing.editable and scope.may_at(request.user, Permission.FILL, filing.organisation)
    return {
        "piece": found,
        "filing": filing,
        "wanted": of_filing(filing),
        "codes": {line.code for line in found.lines.all()},
        "fills": fills and not found.withdrawn,
        "marks": scope.may(request.user, Permission.MARK, filing.organisation),
        "form": MarkForm(),
    }


@require_POST
@allowed(Permission.FILL)
def hand_in_again(request: Request, pk: int) -> HttpResponse:
    """Keep a newer version of a piece."""
    found = get_object_or_404(selectors.pieces(request.user), pk=pk)
    file = request.FILES.get("file")
    if file is None:
        return render(request, "evidence/piece.html", _piece(request, found), status=422)
    try:
        services.hand_in_again(found, file, by=request.user)
    except WebRefusal as refusal:
        return _refused(request, "evidence/piece.html", _piece(request, found), refusal)
    return redirect("evidence:piece", found.pk)


@require_POST
@allowed(Permission.FILL)
def lines(request: Request, pk: int) -> HttpResponse:
    """Say for which lines a piece stands."""
    found = get_object_or_404(selectors.pieces(request.user), pk=pk)
    try:
        services.stand_for(found, request.POST.getlist("line"), by=request.user)
    except WebRefusal as refusal:
        return _refused(request, "evidence/piece.html", _piece(request, found), refusal)
    return redirect("evidence:piece", found.pk)


@require_POST
@allowed(Permission.FILL)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Show a piece for its lines no longer."""
    found = get_object_or_404(selectors.pieces(request.user), pk=pk)
    try:
        services.withdraw(found, by=request.user)
    except WebRefusal as refusal:
        return _refused(request, "evidence/piece.html", _piece(request, found), refusal)
    return redirect("evidence:archive", found.filing_id)


@require_safe
@allowed(Permission.SEE)
def download(request: Request, pk: int) -> FileResponse:
    """Hand out a version as it was handed in, as an attachment alone."""
    found = get_object_or_404(selectors.versions(request.user), pk=pk)
    content = open_blob(found.blob_id)
    return FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@require_safe
@allowed(Permission.SEE)
def preview(request: Request, pk: int, number: int) -> FileResponse:
    """Show a picture of a page, which we made ourselves."""
    found = get_object_or_404(selectors.versions(request.user), pk=pk)
    if number >= len(found.previews):
        raise Http404
    return FileResponse(open_blob(found.previews[number]), content_type="image/png")


@require_POST
@allowed(Permission.MARK)
def mark(request: Request, pk: int) -> HttpResponse:
    """Keep what a reviewer found of a version."""
    found = get_object_or_404(selectors.versions(request.user), pk=pk)
    shown = get_object_or_404(selectors.pieces(request.user), pk=found.piece_id)
    form = MarkForm(request.POST)
    if form.is_valid():
        try:
            services.mark(found, by=request.user, **form.cleaned_data)
        except WebRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("evidence:piece", found.piece_id)
    context = {**_piece(request, shown), "form": form}
    return render(request, "evidence/piece.html", context, status=422)
