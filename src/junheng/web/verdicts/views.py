"""Pages of verdicts: where a county stands, and each number down to the cells."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from junheng.report.words import Words
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.roles import Permission
from junheng.web.audit.chain import canonical
from junheng.web.blobs.services import open_blob
from junheng.web.collection.models import Filing
from junheng.web.verdicts import selectors, workings
from junheng.web.verdicts.judging import Case, case_of


@require_safe
@allowed(Permission.SEE)
def county(request: Request, pk: int) -> HttpResponse:
    """Show where a county stands on its data as they are now."""
    return render(request, "verdicts/county.html", _standing(request, pk))


@require_safe
@allowed(Permission.SEE)
def standing(request: Request, pk: int) -> HttpResponse:
    """Give the part of the page that changes as data change."""
    return render(request, "verdicts/_standing.html", _standing(request, pk))


def _standing(request: Request, pk: int) -> dict[str, object]:
    filing = get_object_or_404(selectors.county_filings(request.user), pk=pk)
    found = selectors.standing_of(filing)
    return {
        "filing": filing,
        "standing": found,
        "stale": selectors.stale(filing, found),
        "page": selectors.page_of(found.payload, filing) if found else None,
        "officials": filing.officials.defer("payload"),
    }


@require_safe
@allowed(Permission.SEE)
def balance(request: Request, pk: int, level: str, indicator: str) -> HttpResponse:
    """Show the hand calculation of one coefficient of variation."""
    filing = get_object_or_404(selectors.county_filings(request.user), pk=pk)
    case, words = _case(filing)
    if level not in case.standard.levels or indicator not in _indicators(case):
        raise Http404
    found = workings.balance(case, filing.organisation.code, level, indicator, words)
    context = {
        "filing": filing,
        "title": f"{words.level(level)} {words.indicator(indicator)}",
        **found,
    }
    return render(request, "verdicts/balance.html", context)


@require_safe
@allowed(Permission.SEE)
def robustness(request: Request, pk: int) -> HttpResponse:
    """Show which single reported number, changed by how little, would flip a verdict."""
    filing = get_object_or_404(selectors.county_filings(request.user), pk=pk)
    context = {"filing": filing, "flips": workings.flips(*_case(filing))}
    return render(request, "verdicts/robustness.html", context)


@require_safe
@allowed(Permission.SEE)
def school(request: Request, pk: int) -> HttpResponse:
    """Show how a school stands, number by number, from its county's data as they are now."""
    filing = get_object_or_404(selectors.school_filings(request.user), pk=pk)
    case, words = _case(selectors.county_filing_of(filing))
    code = filing.organisation.code
    context = {
        "filing": filing,
        "rows": workings.school(case, code, words),
        "flips": workings.flips(case, words, code),
        "rule": case.standard.section_rule,
        "words": words,
    }
    return render(request, "verdicts/school.html", context)


def _case(filing: Filing) -> tuple[Case, Words]:
    case = case_of(filing)
    return case, Words(case.standard, selectors.language())


def _indicators(case: Case) -> set[str]:
    return {indicator.id for indicator in case.standard.indicators}


@require_safe
@allowed(Permission.SEE)
def official(request: Request, pk: int) -> HttpResponse:
    """Show an official verdict: what it says, what it rests on, and how to recompute it."""
    found = get_object_or_404(selectors.officials(request.user), pk=pk)
    page = selectors.page_of(found.payload, found.filing)
    return render(request, "verdicts/official.html", {"official": found, "page": page})


@require_safe
@allowed(Permission.SEE)
def official_json(request: Request, pk: int) -> HttpResponse:
    """Hand out an official verdict in the form that is hashed."""
    found = get_object_or_404(selectors.officials(request.user), pk=pk)
    name = f"verdict-{found.filing.organisation.code}-{found.pk}.json"
    content = canonical(found.payload)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/json", headers=disposition)


@require_safe
@allowed(Permission.SEE)
def official_inputs(request: Request, pk: int) -> FileResponse:
    """Hand out the data that an official verdict was made from."""
    found = get_object_or_404(selectors.officials(request.user), pk=pk)
    name = f"inputs-{found.filing.organisation.code}-{found.pk}.zip"
    return FileResponse(open_blob(found.inputs_id), as_attachment=True, filename=name)
