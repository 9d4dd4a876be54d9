"""Organisations below one's own."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.forms import NewOrganisation
from junheng.web.accounts.models import Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.accounts.selectors import organisations, own_organisations
from junheng.web.accounts.services import close as close_service
from junheng.web.accounts.services import found
from junheng.web.accounts.views.people import A_PAGE
from junheng.web.accounts.views.refused import UNPROCESSABLE, refuse, show

PEOPLE = Permission.PEOPLE


@allowed(PEOPLE)
@require_http_methods(["GET"])
def index(request: Request) -> HttpResponse:
    """List the organisations of one's tree."""
    return _index(request)


@allowed(PEOPLE)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Found an organisation directly below one's own."""
    form = NewOrganisation(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind = Kind(given["kind"])
        try:
            found(kind, given["code"], given["name"], given["parent"], by=request.user)
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("已设立%(name)s。") % {"name": given["name"]})
            return redirect("accounts:organisations")
    return show(request, "accounts/new_organisation.html", form=form)


@allowed(PEOPLE)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Close an organisation directly below one's own."""
    organisation = get_object_or_404(organisations(request.user), pk=pk)
    try:
        close_service(organisation, by=request.user)
    except WebRefusal as refusal:
        return _index(request, refusal)
    messages.success(request, _("已撤销%(name)s。") % {"name": organisation.name})
    return redirect("accounts:organisations")


def _index(request: Request, refusal: WebRefusal | None = None) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    held = Count("appointments", Q(appointments__ended_at=None))
    rows = organisations(request.user, text).annotate(people=held).order_by("path")
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "text": text,
        "own": set(own_organisations(request.user).values_list("pk", flat=True)),
        "refusal": refusal,
    }
    status = UNPROCESSABLE if refusal else 200
    return render(request, "accounts/organisations.html", context, status=status)
