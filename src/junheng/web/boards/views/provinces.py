"""The board of a province, a city or the nation, and its table as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from junheng.report.words import Words
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.limits import limited
from junheng.web.accounts.models import Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.boards import provinces, tables
from junheng.web.boards.forms import Filter
from junheng.web.boards.selectors import levels
from junheng.web.collection.standards import on_its_day
from junheng.web.verdicts.selectors import language

A_PAGE = 200
_FIRST = "-far"


@require_safe
@allowed(Permission.SEE)
def province(request: Request, pk: int, campaign: int) -> HttpResponse:
    """Show the counties by stage and by distance, those that lag and those that slip."""
    organisation, found, words = _found(request, pk, campaign)
    form = Filter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    sort = request.GET.get("sort", _FIRST)
    rows = provinces.ordered(provinces.filtered(found, wanted), sort)
    year = timezone.localdate().year
    context = {
        "organisation": organisation,
        "campaign": found[0].filing.campaign,
        "form": form,
        "sort": sort,
        "stages": provinces.stages(found),
        "verdicts": {name: _count(found, name) for name in ("pass", "fail", "not_assessed")},
        "groups": provinces.groups(found, organisation),
        "lagging": [entry for entry in found if entry.lags(year)],
        "slipping": [entry for entry in found if entry.slips],
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        **_table(request, found, words),
    }
    return render(request, "boards/province.html", context)


@require_safe
@allowed(Permission.SEE)
@limited("export")
def export(request: Request, pk: int, campaign: int, form: str) -> HttpResponse:
    """Hand out the table, filtered and sorted as it is shown."""
    if form not in tables.FORMS:
        raise Http404
    organisation, found, words = _found(request, pk, campaign)
    wanted = Filter(request.GET)
    chosen = provinces.filtered(found, wanted.cleaned_data if wanted.is_valid() else {})
    rows = tables.rows(provinces.ordered(chosen, request.GET.get("sort", _FIRST)), words)
    content = tables.as_csv(rows) if form == "csv" else tables.as_xlsx(rows)
    name = f"counties-{organisation.code}-{campaign}.{form}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=tables.FORMS[form], headers=disposition)


def _found(
    request: Request, pk: int, campaign: int
) -> tuple[Organisation, list[provinces.Entry], Words]:
    organisation = get_object_or_404(levels(request.user), pk=pk)
    found = provinces.entries(request.user, organisation, campaign)
    if not found:
        raise Http404
    return organisation, found, Words(on_its_day(found[0].filing.campaign), language())


def _count(found: list[provinces.Entry], verdict: str) -> int:
    return sum(entry.verdict == verdict for entry in found)


def _table(request: Request, found: list[provinces.Entry], words: Words) -> dict[str, Any]:
    """Give the columns of the table: the overview, or all coefficients of one level."""
    keys = dict.fromkeys(key for entry in found for key in entry.cvs)
    named = [(level, words.level(level)) for level in dict.fromkeys(level for level, _ in keys)]
    shown = request.GET.get("show", "")
    columns = [
        {
            "key": (level, name),
            "sort": f"{level}:{name}",
            "down": f"-{level}:{name}",
            "name": words.indicator(name),
        }
        for level, name in keys
        if level == shown
    ]
    return {"shown": shown if columns else "", "levels": named, "columns": columns}
