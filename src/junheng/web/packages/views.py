"""Pages of packages: this installation's key, making, trusting, receiving."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.blobs.services import open_blob
from junheng.web.packages import keys, selectors, services
from junheng.web.packages.forms import KeyForm, UploadForm

A_PAGE = 50


@require_safe
@allowed(Permission.SUBMIT, Permission.CAMPAIGN, Permission.REVIEW)
def index(request: Request) -> HttpResponse:
    """Show what one has to do with packages: the own key, making, trusted keys, receiving."""
    if not selectors.concerned(request.user):
        raise Http404
    return render(request, "packages/index.html", _page(request))


def _page(request: Request, **forms: Any) -> dict[str, Any]:
    reader, public = request.user, keys.public()
    received = Paginator(selectors.received(reader).defer("differences"), A_PAGE)
    return {
        "public": public,
        "fingerprint": keys.fingerprint(public),
        "to_send": selectors.to_send(reader),
        "made": selectors.made(reader)[:A_PAGE],
        "trusts": selectors.trusts(reader),
        "trusted": selectors.trusted(reader),
        "reviews": selectors.reviews(reader),
        "page": received.get_page(request.GET.get("page")),
        "key_form": KeyForm(reader),
        "upload_form": UploadForm(),
        **forms,
    }


@require_POST
@allowed(Permission.SUBMIT)
def make(request: Request, pk: int) -> HttpResponse:
    """Have the package of one's county made."""
    filing = get_object_or_404(selectors.to_send(request.user), pk=pk)
    try:
        job = services.ask_to_make(filing, by=request.user)
    except WebRefusal as refusal:
        return _refused(request, refusal=refusal)
    return redirect("jobs:job", job.pk)


@require_safe
@allowed(Permission.SUBMIT)
def made(request: Request, pk: int) -> FileResponse:
    """Hand out a package that was made here."""
    found = get_object_or_404(selectors.made(request.user), pk=pk)
    return _file(found.blob_id, services.name_of(found.filing))


@require_POST
@allowed(Permission.CAMPAIGN)
def trust(request: Request) -> HttpResponse:
    """Trust a county's key."""
    if not selectors.trusts(request.user):
        raise Http404
    form = KeyForm(request.user, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.trust(given["county"], given["public"], given["heard"], by=request.user)
        except WebRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("packages:index")
    return _refused(request, key_form=form)


@require_POST
@allowed(Permission.CAMPAIGN)
def revoke(request: Request, pk: int) -> HttpResponse:
    """Trust a county's key no longer."""
    key = get_object_or_404(selectors.trusted(request.user), pk=pk)
    services.revoke(key, by=request.user)
    return redirect("packages:index")


@require_POST
@allowed(Permission.REVIEW)
def receive(request: Request) -> HttpResponse:
    """Have an uploaded package checked and received."""
    if not selectors.reviews(request.user):
        raise Http404
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            job = services.upload(form.cleaned_data["file"], by=request.user)
        except WebRefusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("jobs:job", job.pk)
    return _refused(request, upload_form=form)


@require_safe
@allowed(Permission.REVIEW)
def received(request: Request, pk: int) -> HttpResponse:
    """Show a package that was received, and where it differs from what is known here."""
    found = get_object_or_404(selectors.received(request.user), pk=pk)
    page = Paginator(found.differences, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "packages/received.html", {"received": found, "page": page})


@require_safe
@allowed(Permission.REVIEW)
def received_file(request: Request, pk: int) -> FileResponse:
    """Hand out a received package as it came."""
    found = get_object_or_404(selectors.received(request.user), pk=pk)
    return _file(found.blob_id, services.name_of(found.filing))


def _file(digest: str, name: str) -> FileResponse:
    return FileResponse(
        open_blob(digest),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )


def _refused(request: Request, **shown: Any) -> HttpResponse:
    return render(request, "packages/index.html", _page(request, **shown), status=422)
