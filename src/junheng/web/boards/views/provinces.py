"""The board of a province, a city or the nation, its comparisons, and its table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Min
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from junheng.report.words import Words
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.limits import limited
from junheng.web.accounts.models import Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.boards import compare as comparing
from junheng.web.boards import monitoring, provinces, sheets, tables
from junheng.web.boards.forms import Filter
from junheng.web.boards.selectors import levels
from junheng.web.collection.models import Campaign
from junheng.web.collection.standards import on_its_day, standard_of
from junheng.web.verdicts.selectors import language

A_PAGE = 50
_FIRST = "-far"


@require_safe
@allowed(Permission.SEE)
def province(request: Request, pk: int, campaign: int) -> HttpResponse:
    """Show the counties by stage and by distance, those that lag and those that slip."""
    organisation, run, found = counties(request, pk, campaign)
    form = Filter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    sort = request.GET.get("sort", _FIRST)
    rows = provinces.ordered(provinces.filtered(found, wanted), sort)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "organisation": organisation,
        "campaign": run,
        "form": form,
        "sort": sort,
        "stages": provinces.stages(found),
        "verdicts": {name: _count(found, name) for name in ("pass", "fail", "not_assessed")},
        "groups": provinces.groups(found, organisation),
        "page": page,
        **_warnings(request, organisation, run, found),
        **_table(request.GET.get("show", ""), found, list(page), words_of(run)),
    }
    return render(request, "boards/province.html", context)


def _warnings(
    request: Request, organisation: Organisation, run: Campaign, found: list[provinces.Entry]
) -> dict[str, Any]:
    """Give the counties that lag, slip, would slip, or fail after they were recognised."""
    year = timezone.localdate().year
    standard = standard_of(run)
    promised = [entry for entry in found if entry.planned is not None and entry.planned <= year]
    lagging = [entry for entry in promised if entry.lags(year)]
    failing, watched = monitoring.watched(request.user, organisation, run, standard)
    return {
        "planned": sum(entry.planned is not None for entry in found),
        "promised": len(promised),
        "kept": len(promised) - len(lagging),
        "this_year": year,
        "lagging": lagging,
        "slipping": provinces.slipping(
            found, provinces.year_before(request.user, organisation, run)
        ),
        "will_slip": [entry for entry in found if entry.will_slip],
        "looked": sum(entry.looked is not None for entry in found),
        "looked_at": provinces.outlooks(organisation, run).aggregate(at=Min("computed_at"))["at"],
        "next_year": run.year + 1,
        "failing": failing,
        "watched": watched,
        "rule": standard.recheck,
    }


@require_safe
@allowed(Permission.SEE)
def compare(request: Request, pk: int, campaign: int) -> HttpResponse:
    """Compare city, town and countryside; and places chosen from the board side by side."""
    organisation, run, found = counties(request, pk, campaign)
    words = words_of(run)
    sums = comparing.sums_of(found)
    chosen = comparing.chosen(organisation, found, request.GET.getlist("with"))
    columns, rows = comparing.side_by_side(chosen, words)
    context = {
        "organisation": organisation,
        "campaign": run,
        "settings": comparing.PLACES.values(),
        "levels": comparing.by_setting(sums, words),
        "told": sums.counties,
        "counties": len(found),
        "columns": columns,
        "side": rows,
        "most": comparing.MOST,
    }
    return render(request, "boards/compare.html", context)


@require_safe
@allowed(Permission.SEE)
@limited("export")
def export(request: Request, pk: int, campaign: int, form: str) -> HttpResponse:
    """Hand out the table, filtered and sorted as it is shown."""
    if form not in tables.FORMS:
        raise Http404
    organisation, run, found = counties(request, pk, campaign)
    wanted = Filter(request.GET)
    chosen = provinces.filtered(found, wanted.cleaned_data if wanted.is_valid() else {})
    rows = tables.rows(provinces.ordered(chosen, request.GET.get("sort", _FIRST)), words_of(run))
    content = tables.as_csv(rows) if form == "csv" else tables.as_xlsx(rows)
    name = f"counties-{organisation.code}-{campaign}.{form}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=tables.FORMS[form], headers=disposition)


def counties(
    request: Request, pk: int, campaign: int
) -> tuple[Organisation, Campaign, list[provinces.Entry]]:
    """Give the place, the campaign and its counties; 404 where the reader sees none."""
    organisation = get_object_or_404(levels(request.user), pk=pk)
    run = get_object_or_404(Campaign, pk=campaign)
    found = provinces.entries(request.user, organisation, run)
    if not found:
        raise Http404
    return organisation, run, found


def words_of(run: Campaign) -> Words:
    """Give the words of a campaign's standard in the reader's language."""
    return Words(on_its_day(run), language())


def _count(found: list[provinces.Entry], verdict: str) -> int:
    return sum(entry.verdict == verdict for entry in found)


def _table(
    shown: str, found: list[provinces.Entry], page: Sequence[provinces.Entry], words: Words
) -> dict[str, Any]:
    """Give the columns of the table: the overview, or all coefficients of one level; and its rows."""
    keys = provinces.coefficients(found)
    columns = sheets.columns(keys, shown, words)
    return {
        "shown": shown if columns else "",
        "levels": [(level, words.level(level)) for level in dict.fromkeys(of for of, _ in keys)],
        "columns": columns,
        "lines": sheets.lines(page, columns),
    }
