"""Pages without signing in: which results are public, their figures, and what one objects to.

What is read is the same for everybody and may be kept by caches; only the two forms are not.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from junheng.web.accounts import limits
from junheng.web.accounts.access import open_to_all
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.collection.models import FilingState
from junheng.web.public import downloads, selectors
from junheng.web.public.explaining import explained, figures_of
from junheng.web.public.forms import CodeForm, ObjectionForm
from junheng.web.public.pages import for_everybody
from junheng.web.public.services import object_to
from junheng.web.public.small_cells import FEWEST_SCHOOLS
from junheng.web.reviews.models import Publication, PublicObjection

_A_PAGE = 50
_FORMS = ("csv", "json")
_shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


@open_to_all
@require_safe
@for_everybody
def counties(request: HttpRequest) -> HttpResponse:
    """List the counties in publication and those recognised."""
    asked = request.GET.get("q", "").strip()
    rows = selectors.shown(timezone.localdate())
    if asked:
        rows = rows.filter(filing__organisation__name__icontains=asked)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "public/counties.html", {"page": page, "asked": asked, "here": "counties"}
    )


@open_to_all
@require_safe
@for_everybody
def counties_file(_request: HttpRequest, form: str) -> HttpResponse:
    """Hand out the whole list."""
    _known(form)
    rows = downloads.counties(selectors.shown(timezone.localdate()))
    return downloads.answer(rows, downloads.COUNTIES, form, "counties")


@open_to_all
@require_safe
@for_everybody
def data(request: HttpRequest) -> HttpResponse:
    """Say what the files hold, under which licence, and what is kept back."""
    tables = [
        (_("全部县（市、区）的表"), downloads.COUNTIES),
        (_("一个县（市、区）的表"), downloads.FIGURES),
        (_("measure列里是什么"), downloads.MEASURES),
    ]
    given = {"tables": tables, "licence": settings.DATA_LICENCE, "here": "data"}
    return render(request, "public/data.html", given)


@open_to_all
@require_safe
@for_everybody
def county(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one county's published result in plain words."""
    publication = _shown(pk)
    given: dict[str, Any] = {
        "publication": publication,
        "runs": publication.filing.state == FilingState.IN_PUBLICATION,
        "fewest": FEWEST_SCHOOLS,
    }
    if official := selectors.published(publication):
        page = selectors.page_of(official, publication, _language())
        given |= {"official": official, "verdict": page, **explained(page)}
    return render(request, "public/county.html", given)


@open_to_all
@require_safe
@for_everybody
def result(_request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Hand out the figures of one county's published result."""
    _known(form)
    publication = _shown(pk)
    official = selectors.published(publication)
    if official is None:
        raise Http404
    page = selectors.page_of(official, publication, _language())
    rows = list(downloads.figures(figures_of(page), page))
    name = f"result-{publication.filing.organisation.code}-{publication.filing.campaign.year}"
    return downloads.answer(rows, downloads.FIGURES, form, name)


@open_to_all
@_shows_and_takes
def objection(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take in an objection, and give the code by which its answer can be read."""
    rows = selectors.running(timezone.localdate()).select_related("step", "filing__county")
    publication = get_object_or_404(rows, pk=pk)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _objection(request, publication, form)
    if limits.is_over("public_objection", request):
        return limits.too_many(request, "public_objection")
    said = form.cleaned_data
    try:
        new = object_to(publication, said["text"], said["contact"], timezone.localdate())
    except WebRefusal as refusal:
        return _objection(request, publication, form, str(refusal))
    return render(request, "public/thanks.html", {"objection": new, "publication": publication})


@open_to_all
@_shows_and_takes
def answer(request: HttpRequest) -> HttpResponse:
    """Show what became of an objection, to who has its code."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        rows = PublicObjection.objects.select_related("publication__filing__organisation")
        found = rows.filter(code=form.cleaned_data["code"]).first()
        if found is None:
            form.add_error("code", _("没有这个查询码，请核对。"))
    status = 422 if request.method == "POST" and found is None else 200
    return render(request, "public/answer.html", {"form": form, "objection": found}, status=status)


def _shown(pk: int) -> Publication:
    rows = selectors.shown(timezone.localdate()).select_related("step")
    return get_object_or_404(rows, pk=pk)


def _known(form: str) -> None:
    if form not in _FORMS:
        raise Http404


def _language() -> str:
    return (get_language() or "zh")[:2]


def _objection(
    request: HttpRequest, publication: Publication, form: ObjectionForm, refusal: str = ""
) -> HttpResponse:
    given = {"publication": publication, "form": form, "refusal": refusal}
    status = 422 if request.method == "POST" else 200
    return render(request, "public/objection.html", given, status=status)
