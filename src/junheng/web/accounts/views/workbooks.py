"""Whole workbooks of people and organisations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from junheng.web.accounts import rolls
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.bulk import create_people, found_organisations
from junheng.web.accounts.forms import Workbook
from junheng.web.accounts.limits import limited
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.accounts.views.refused import refuse, show

PEOPLE = Permission.PEOPLE
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allowed(PEOPLE)
@require_http_methods(["GET", "POST"])
def people(request: Request) -> HttpResponse:
    """Create accounts from a workbook; the answer is the workbook of slips, this once."""
    form = Workbook(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = rolls.read(rolls.PEOPLE, form.cleaned_data["workbook"])
            slips = create_people(rows, by=request.user)
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            return _workbook(rolls.slips(slips), "slips.xlsx")
    return show(request, "accounts/people_workbook.html", form=form, most=rolls.PEOPLE.most)


@allowed(PEOPLE)
@require_http_methods(["GET", "POST"])
def organisations(request: Request) -> HttpResponse:
    """Found organisations from a workbook."""
    form = Workbook(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = rolls.read(rolls.ORGANISATIONS, form.cleaned_data["workbook"])
            new = found_organisations(rows, by=request.user)
        except WebRefusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("已设立%(count)s个机构。") % {"count": len(new)})
            return redirect("accounts:organisations")
    return show(
        request, "accounts/organisations_workbook.html", form=form, most=rolls.ORGANISATIONS.most
    )


@allowed(PEOPLE)
@limited("export")
@require_http_methods(["GET"])
def people_template(_request: Request) -> HttpResponse:
    """Hand out the empty workbook of people."""
    return _workbook(rolls.template(rolls.PEOPLE), "people.xlsx")


@allowed(PEOPLE)
@limited("export")
@require_http_methods(["GET"])
def organisations_template(_request: Request) -> HttpResponse:
    """Hand out the empty workbook of organisations."""
    return _workbook(rolls.template(rolls.ORGANISATIONS), "organisations.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
