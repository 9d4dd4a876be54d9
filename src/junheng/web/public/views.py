"""Pages without signing in: which counties are in publication, and what one objects to."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts import limits
from junheng.web.accounts.access import open_to_all
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.public import selectors
from junheng.web.public.forms import CodeForm, ObjectionForm
from junheng.web.public.services import object_to
from junheng.web.reviews.models import Publication, PublicObjection

_A_PAGE = 50


@open_to_all
@require_safe
def counties(request: HttpRequest) -> HttpResponse:
    """List the counties in publication."""
    rows = selectors.running(timezone.localdate())
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "public/counties.html", {"page": page, "code": CodeForm()})


@open_to_all
@require_safe
def county(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one county's published result, and the form to object."""
    return _county(request, _running(pk), ObjectionForm())


@open_to_all
@require_POST
def objection(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take in an objection, and give the code by which its answer can be read."""
    publication = _running(pk)
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _county(request, publication, form)
    if limits.is_over("public_objection", request):
        return limits.too_many(request, "public_objection")
    said = form.cleaned_data
    try:
        new = object_to(publication, said["text"], said["contact"], timezone.localdate())
    except WebRefusal as refusal:
        return _county(request, publication, form, str(refusal))
    return render(request, "public/thanks.html", {"objection": new, "publication": publication})


@open_to_all
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Show what became of an objection, to who has its code."""
    form = CodeForm(request.POST)
    found = None
    if form.is_valid():
        rows = PublicObjection.objects.select_related("publication__filing__organisation")
        found = rows.filter(code=form.cleaned_data["code"]).first()
        if found is None:
            form.add_error("code", _("没有这个查询码，请核对。"))
    given = {"form": form, "objection": found}
    return render(request, "public/answer.html", given, status=200 if found else 422)


def _running(pk: int) -> Publication:
    rows = selectors.running(timezone.localdate()).select_related("step", "filing__county")
    return get_object_or_404(rows, pk=pk)


def _county(
    request: HttpRequest, publication: Publication, form: ObjectionForm, refusal: str = ""
) -> HttpResponse:
    official = selectors.published(publication)
    language = (get_language() or "zh")[:2]
    given = {
        "publication": publication,
        "official": official,
        "verdict": selectors.page_of(official, language) if official else None,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "public/county.html", given, status=422 if form.is_bound else 200)
