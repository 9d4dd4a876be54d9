"""Workbooks and exports: handed out, uploaded, looked at, taken over."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from junheng.model.tables import TABLES
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.collection import statistics, workbooks
from junheng.web.collection.cells import column_of
from junheng.web.collection.forms import StatisticsForm
from junheng.web.collection.models import Filing
from junheng.web.collection.standards import standard_of
from junheng.web.collection.views.filings import filing_of, page
from junheng.web.jobs.models import Job

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@allowed(Permission.SEE)
def template(request: Request, pk: int) -> HttpResponse:
    """Hand out the workbook of a filing, filled in with what is known."""
    name, content = workbooks.handed_out(filing_of(request, pk))
    answer = HttpResponse(content, content_type=_EXCEL)
    answer.headers["Content-Disposition"] = _attachment(name)
    return answer


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


@require_POST
@allowed(Permission.FILL)
def workbook(request: Request, pk: int) -> HttpResponse:
    """Take a filled workbook in, to be compared in the background."""
    filing = filing_of(request, pk)
    file = request.FILES.get("file")
    if file is None:
        return page(request, filing, _("请选一个文件。"))
    try:
        job = workbooks.upload(filing, file, by=request.user)
    except WebRefusal as refusal:
        return page(request, filing, str(refusal))
    return redirect("jobs:job", job.pk)


@require_POST
@allowed(Permission.FILL)
def exports(request: Request, pk: int) -> HttpResponse:
    """Take exports of the statistics in, to be read in the background."""
    filing = filing_of(request, pk)
    form = StatisticsForm(request.POST)
    zero = form.is_valid() and form.cleaned_data["blanks_are_zero"]
    files = request.FILES.getlist("files")
    try:
        job = statistics.upload(filing, files, blanks_are_zero=zero, by=request.user)
    except WebRefusal as refusal:
        return page(request, filing, str(refusal))
    return redirect("jobs:job", job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.FILL)
def one(request: Request, pk: int, job_pk: int) -> HttpResponse:
    """Show what a workbook would change; on confirmation, change it in one piece."""
    filing = filing_of(request, pk)
    job = get_object_or_404(Job, pk=job_pk, by=request.user, arguments__filing=filing.pk)
    refusal, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            workbooks.apply(filing, job, reason=reason, by=request.user)
        except WebRefusal as refused:
            refusal = str(refused)
        else:
            return redirect("collection:filing", pk)
    found = _shown(filing, job)
    context = {
        "filing": filing,
        "job": job,
        "rows": found,
        "corrects": any(each["corrects"] for each in found),
        "notices": job.result.get("notices", ()),
        "reason": reason,
        "refusal": refusal,
    }
    return render(request, "collection/upload.html", context, status=422 if refusal else 200)


def _shown(filing: Filing, job: Job) -> list[dict[str, object]]:
    """Give what a workbook would change, in words."""
    facts = standard_of(filing.campaign).facts
    return [
        {
            "table": TABLES[each.table],
            "key": each.key,
            "column": column_of(each.table, each.key, each.column, facts),
            "counts": each.counts,
            "was": each.was,
            "now": each.now,
            "corrects": each.corrects,
        }
        for each in workbooks.differences(job)
    ]
