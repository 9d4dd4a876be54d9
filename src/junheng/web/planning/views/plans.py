"""Plans of a county: asking for one, watching and stopping it, what came of it, giving tasks out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.numbers import numbers_in
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.blobs.services import open_blob
from junheng.web.jobs.models import State
from junheng.web.planning import selectors, services, tasks
from junheng.web.planning.forms import PlanForm, PlanTaskForm, last_day
from junheng.web.planning.models import Plan, PlanResult, TaskSource
from junheng.web.planning.views.workbench import PAGE, county, given

MOST_COMPARED = 4
_TITLE, _OF, _LEAD, _OTHERS, _YEAR, _TOTAL, _MEASURE = range(1, 8)
"""Places in the rows of the sheet of tasks, behind the number."""


@require_safe
@allowed(Permission.SEE)
def listed(request: Request, pk: int) -> HttpResponse:
    """List the plans of a county."""
    filing = county(request, pk)
    rows = selectors.plans(request.user).filter(filing=filing)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "planning/plans.html", given(request, filing, "plans") | {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REVIEW)
def new(request: Request, pk: int) -> HttpResponse:
    """Ask for a plan."""
    filing = county(request, pk)
    form = PlanForm(request.POST or None, request.FILES or None, year=filing.campaign.year)
    if request.method == "POST" and form.is_valid():
        files = {name: form.cleaned_data[name] for name in ("costs", "limits")}
        try:
            made = services.ask_plan(filing, form.question, files, by=request.user)
        except WebRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("planning:plan", made.pk)
    found = given(request, filing, "plans") | {"form": form}
    return render(request, "planning/new_plan.html", found, status=422 if form.is_bound else 200)


def _plan(request: Request, pk: int) -> Plan:
    return get_object_or_404(selectors.plans(request.user), pk=pk)


def _result(plan: Plan) -> PlanResult:
    return get_object_or_404(PlanResult, plan=plan)


def _said(result: PlanResult) -> dict[str, Any]:
    said: dict[str, Any] = result.payload[services.language()]
    return said


@require_safe
@allowed(Permission.SEE)
def one(request: Request, pk: int) -> HttpResponse:
    """Show a plan: how far it is, or what came of it."""
    plan = _plan(request, pk)
    found = given(request, plan.filing, "plans") | _shown(plan)
    if request.headers.get("HX-Request"):
        answer = render(request, "planning/_progress.html", found)
        if not found["going_on"]:
            answer.headers["HX-Refresh"] = "true"
        return answer
    result = PlanResult.objects.filter(plan=plan).first()
    if result:
        found |= {"result": result, "said": _said(result), "document": result.payload["document"]}
    if result and result.found:
        sheet = request.GET.get("sheet", "targets")
        if sheet not in found["said"]["sheets"]:
            raise Http404
        table = selectors.sheet(found["said"], sheet)
        found |= {"table": table, "sheet": sheet}
        found["page"] = Paginator(table.rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "planning/plan.html", found)


def _shown(plan: Plan) -> dict[str, Any]:
    going_on = plan.job.state in (State.WAITING, State.RUNNING)
    return {"plan": plan, "job": plan.job, "going_on": going_on, "progress": plan.progress}


@require_POST
@allowed(Permission.REVIEW)
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop a search with the best plan so far."""
    plan = _plan(request, pk)
    try:
        services.stop_plan(plan, by=request.user)
    except WebRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("planning:plan", pk)


@require_safe
@allowed(Permission.SEE)
def workbook(request: Request, pk: int) -> FileResponse:
    """Hand out the workbook of a plan."""
    plan = _plan(request, pk)
    result = _result(plan)
    if result.workbook_id is None:
        raise Http404
    name = f"plan-{plan.filing.organisation.code}-{plan.pk}.xlsx"
    return FileResponse(open_blob(result.workbook_id), as_attachment=True, filename=name)


@require_safe
@allowed(Permission.SEE)
def picture(request: Request, pk: int) -> FileResponse:
    """Hand out the picture of how the coefficients come within their limits."""
    digest = _result(_plan(request, pk)).pictures.get(services.language())
    if digest is None:
        raise Http404
    return FileResponse(open_blob(digest), content_type="image/svg+xml")


@require_safe
@allowed(Permission.SEE)
def compare(request: Request, pk: int) -> HttpResponse:
    """Show up to four plans beside each other."""
    filing = county(request, pk)
    chosen = numbers_in(request.GET.getlist("plan"))[:MOST_COMPARED]
    plans = selectors.plans(request.user).filter(
        filing=filing, pk__in=chosen, result__cost__isnull=False
    )
    found = [(plan, _brief(_result(plan))) for plan in plans.order_by("pk")]
    years = sorted({year for _plan_, brief in found for year in brief["spent"]})
    spent = [(year, [brief["spent"].get(year) for _plan_, brief in found]) for year in years]
    words = {"found": found, "spent": spent}
    return render(request, "planning/compare.html", given(request, filing, "plans") | words)


def _brief(result: PlanResult) -> dict[str, Any]:
    """Give the figures of a plan that others are held against."""
    document = result.payload["document"]
    return {
        "target": document["target"],
        "cost": result.cost,
        "bound": result.bound,
        "gap": result.gap,
        "hires": document["hires"],
        "moves": sum(row["persons"] for row in document["moves"]),
        "spent": {row["year"]: row["total"] for row in document["funding"]},
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.REVIEW)
def to_tasks(request: Request, pk: int) -> HttpResponse:
    """Give the tasks of a plan out to departments."""
    plan = _plan(request, pk)
    result = _result(plan)
    if not result.found:
        raise Http404
    rows = [row for row in _said(result)["sheets"]["tasks"]["rows"] if row[0] is not None]
    formset, refusal = _formset(request, (plan, result), rows), ""
    if request.method == "POST" and formset.is_valid():
        try:
            made = tasks.give_out(
                plan.filing.organisation, TaskSource.PLAN, _given(plan, rows, formset),
                by=request.user,
            )  # fmt: skip
        except WebRefusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已下达%(n)s项任务。") % {"n": len(made)})
            return redirect("tasks:tasks")
    there = selectors.in_ledger(plan.filing.organisation, (_origin(plan, row) for row in rows))
    listed = [(row, form, _origin(plan, row) in there)
              for row, form in zip(rows, formset, strict=True)]  # fmt: skip
    found = given(request, plan.filing, "plans") | {
        "plan": plan, "formset": formset, "listed": listed, "refusal": refusal,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/to_tasks.html", found, status=status)


def _origin(plan: Plan, row: list[Any]) -> str:
    return f"plan:{plan.pk}:{row[0]}"


def _formset(request: Request, of: tuple[Plan, PlanResult], rows: list[list[Any]]) -> Any:
    plan, result = of
    among = selectors.places(plan.filing.organisation)
    usual = {row[0]: row for row in result.payload["zh"]["sheets"]["tasks"]["rows"]}
    start = [
        {
            "chosen": True,
            "due": last_day(row[_YEAR]),
            "lead": next(iter(selectors.named(usual[row[0]][_LEAD], among)), among[0]).pk,
            "others": [p.pk for p in selectors.named(usual[row[0]][_OTHERS], among)],
        }
        for row in rows
    ]
    made = formset_factory(PlanTaskForm, extra=0, max_num=len(rows), validate_max=True)
    return made(request.POST or None, initial=start, form_kwargs={"among": among})


def _given(plan: Plan, rows: list[list[Any]], formset: Any) -> list[tasks.Given]:
    """Bring together what the plan says of each chosen task and what the form says."""
    return [
        tasks.Given(
            title=row[_TITLE],
            origin=_origin(plan, row),
            lead=form.leader,
            due=form.cleaned_data["due"],
            others=form.helpers,
            about=row[_OF],
            cost=row[_TOTAL],
            measure=row[_MEASURE],
        )
        for row, form in zip(rows, formset, strict=True)
        if form.cleaned_data["chosen"]
    ]
