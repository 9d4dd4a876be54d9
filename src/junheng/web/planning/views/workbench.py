"""The workbench of a county: its gaps, what if, what was found wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from junheng.errors import JunhengError, say
from junheng.report.words import MARKS, Words
from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.collection.findings import found as found_wrong
from junheng.web.collection.models import Filing
from junheng.web.planning import selectors, services, tasks
from junheng.web.planning.forms import ProblemForm, ScenarioForm
from junheng.web.planning.models import Scenario, TaskSource
from junheng.web.planning.situation import COLUMNS, columns, judged, levels

PAGE = 50
SHEETS = ("totals", "campuses", "amounts", "rooms", "classes", "ledger")
ROWS, MOST_ROWS = 4, 60


@require_safe
@allowed(Permission.SEE)
def counties(request: Request) -> HttpResponse:
    """List the counties that one may plan for or look at."""
    found = selectors.counties(request.user).order_by("-campaign__year", "organisation__code")
    if words := request.GET.get("q", "").strip():
        by_code = Q(organisation__code__startswith=words)
        found = found.filter(by_code | Q(organisation__name__icontains=words))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "planning/counties.html", {"page": page})


def county(request: Request, pk: int) -> Filing:
    """Find the filing of a county that one may see."""
    return get_object_or_404(selectors.counties(request.user), pk=pk)


def given(request: Request, filing: Filing, here: str) -> dict[str, Any]:
    """Give what every page of a county's workbench needs."""
    own = scope.may_at(request.user, Permission.REVIEW, filing.organisation)
    return {"filing": filing, "here": here, "plans_here": own}


@require_safe
@allowed(Permission.SEE)
def gaps(request: Request, pk: int) -> HttpResponse:
    """Show what every school is short of, in units and in money."""
    filing = county(request, pk)
    sheet = request.GET.get("sheet", SHEETS[0])
    if sheet not in SHEETS:
        raise Http404
    language = services.language()
    found = given(request, filing, "gaps")
    try:
        data = judged(filing)
        table = selectors.gaps_table(data, sheet, language)
    except JunhengError as wrong:
        return render(request, "planning/gaps.html", found | {"problem": wrong.say(language)})
    found |= {
        "table": table,
        "page": Paginator(table.rows, PAGE).get_page(request.GET.get("page")),
        "sheet": sheet,
        "sheets": [(name, say(f"gaps.sheet_{name}", language)) for name in SHEETS],
        "illustrative": data.priced.illustrative,
    }
    return render(request, "planning/gaps.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.SEE)
def what_if(request: Request, pk: int) -> HttpResponse:
    """Show what edits would change; nothing is stored."""
    filing = county(request, pk)
    rows = _typed(request)
    kept = filing.scenarios.select_related("by")
    if request.method != "POST" and (number := request.GET.get("scenario", "")).isdecimal():
        rows = get_object_or_404(Scenario, filing=filing, pk=number).edits
    found = given(request, filing, "what_if") | _outcome(filing, rows)
    status = 422 if found.get("wrong") else 200
    if request.headers.get("HX-Request"):
        return render(request, "planning/_outcome.html", found, status=status)
    more = ROWS if request.method == "POST" or rows else 2 * ROWS
    found |= _choices(filing) | {
        "rows": [*rows, *({} for _row in range(min(more, MOST_ROWS - len(rows))))],
        "scenarios": kept,
        "form": ScenarioForm(),
    }
    return render(request, "planning/what_if.html", found, status=status)


def _typed(request: Request) -> list[dict[str, str]]:
    """Read the rows that hold anything; a row with a school to go to is a move."""
    names = COLUMNS[1:]
    lists = [request.POST.getlist(name)[:MOST_ROWS] for name in names]
    rows = [dict(zip(names, map(str.strip, row), strict=True)) for row in zip(*lists, strict=False)]
    begun = [row for row in rows if row["school"] or row["change"]]
    if request.headers.get("HX-Request"):  # somebody is still typing
        begun = [row for row in begun if row["school"] and row["column"] and row["change"]]
    return [row | {"action": "move" if row["other"] else "change"} for row in begun]


def _outcome(filing: Filing, rows: list[dict[str, str]]) -> dict[str, Any]:
    if not rows:
        return {"asked": False}
    language = services.language()
    try:
        data = judged(filing)
        compared = data.compared(rows)
    except JunhengError as wrong:
        return {"asked": True, "wrong": wrong.say(language).splitlines()}
    return {"asked": True, **_said(compared, Words(data.case.standard, language))}


def _said(compared: Any, words: Words) -> dict[str, Any]:
    """Say verdicts before and after, every coefficient, and the sections that flip."""

    def verdicts(row: dict[str, Any]) -> dict[str, Any]:
        both = {when: row[f"verdict_{when}"] for when in ("before", "after")}
        said = {when: one and f"{MARKS[one]} {words.verdict(one)}" for when, one in both.items()}
        return {
            **said,
            "word": both["after"] and words.verdict(both["after"]),
            "state": both["after"],
            "flips": both["before"] != both["after"],
        }

    balance = [
        {
            "name": words.indicator(row["indicator"]),
            "level": words.level(row["level"]),
            "limit": row["limit_after"],
            "cv": [words.number(row[f"cv_{when}"], 3) for when in ("before", "after")],
            "moved": row["cv_before"] != row["cv_after"],
            **verdicts(row),
        }
        for row in compared.balance.iter_rows(named=True)
    ]
    sections = [
        {"name": row["name_after"] or row["name_before"], "level": words.level(row["level"]),
         "met": (row["met_before"], row["met_after"]), **verdicts(row)}
        for row in compared.sections.iter_rows(named=True)
    ]  # fmt: skip
    return {
        "county": verdicts(compared.counties.row(0, named=True)),
        "parts": [verdicts(row) | {"name": words.part(row["part"])}
                  for row in compared.parts.iter_rows(named=True)],
        "balance": balance,
        "sections": sections[:PAGE],
        "others": max(0, len(sections) - PAGE),
    }  # fmt: skip


def _choices(filing: Filing) -> dict[str, Any]:
    language = services.language()
    try:
        data = judged(filing)
    except JunhengError as wrong:
        return {"problem": wrong.say(language)}
    words = Words(data.case.standard, language)
    return {
        "schools": data.schools,
        "levels": levels(filing, words),
        "columns": columns(filing, language),
    }


@require_POST
@allowed(Permission.REVIEW)
def keep(request: Request, pk: int) -> HttpResponse:
    """Keep what was tried out under a name."""
    filing, form, rows = county(request, pk), ScenarioForm(request.POST), _typed(request)
    refusal = ""
    if form.is_valid():
        try:
            made = services.keep_scenario(filing, form.cleaned_data["name"], rows, by=request.user)
        except WebRefusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已保存方案“%(name)s”。") % {"name": made.name})
            return redirect("planning:what_if", pk)
    found = given(request, filing, "what_if") | _outcome(filing, rows) | _choices(filing)
    found |= {"rows": [*rows, *({} for _row in range(ROWS))], "form": form, "refusal": refusal}
    found["scenarios"] = filing.scenarios.select_related("by")
    return render(request, "planning/what_if.html", found, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.SEE)
def problems(request: Request, pk: int) -> HttpResponse:
    """Show what checks found and reviewers returned; make tasks of what is chosen."""
    filing, refusal = county(request, pk), ""
    listed = _problems(filing)
    among = selectors.places(filing.organisation)
    form = ProblemForm(request.POST or None, among=among, initial={"due": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = tasks.give_out(*_chosen(request, filing, (listed, form)), by=request.user)
        except WebRefusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("已下达%(n)s项任务。") % {"n": len(made)})
            return redirect("tasks:tasks")
    there = selectors.in_ledger(filing.organisation, (each.origin for each in listed))
    found = given(request, filing, "problems") | {
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "there": there,
        "form": form,
        "refusal": refusal,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/problems.html", found, status=status)


def _problems(filing: Filing) -> list[selectors.Problem]:
    language = services.language()
    checked = [
        selectors.Problem(f"finding:{one.mark}", one.where, one.what, one.school)
        for one in found_wrong(filing, language)
    ]
    return [*selectors.returned(filing, language), *checked]


def _chosen(
    request: Request, filing: Filing, given_in: tuple[list[selectors.Problem], ProblemForm]
) -> tuple[Any, TaskSource, list[tasks.Given]]:
    listed, form = given_in
    wanted = set(request.POST.getlist("chosen"))
    by_code = {place.code: place for place in form.among.values()}
    rows = [
        tasks.Given(
            title=f"{one.where}：{one.what}",
            origin=one.origin,
            lead=form.leader or by_code.get(one.place, filing.organisation),
            due=form.cleaned_data["due"],
        )
        for one in listed
        if one.origin in wanted
    ]
    returns = all(row.origin.startswith("return:") for row in rows)
    return filing.organisation, TaskSource.RETURN if returns else TaskSource.FINDING, rows
