"""One filing: its forms, saving cells, adding and taking out rows, findings, history."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from junheng.model.tables import CHANNELS, GROUPS, TABLES
from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.models import Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.collection import findings, selectors
from junheng.web.collection.edits import ROW_ITSELF, Edit
from junheng.web.collection.forms import ClassForm, RoomForm, StatisticsForm, WorkbookForm
from junheng.web.collection.models import CampaignState, Filing, Source
from junheng.web.collection.rows import key_of, tables_of
from junheng.web.collection.saving import MOST, save_cells

PAGE = 50
_ADDED = {"classes": ClassForm, "rooms": RoomForm}
CONTESTED, REFUSED = 409, 422


def filing_of(request: Request, pk: int) -> Filing:
    """Find a filing in the reader's trees; whatever else there is answers 404."""
    return get_object_or_404(selectors.filings(request.user), pk=pk)


@require_safe
@allowed(Permission.SEE)
def one(request: Request, pk: int) -> HttpResponse:
    """Show one table of a filing, to be filled in or read."""
    return page(request, filing_of(request, pk))


def page(
    request: Request, filing: Filing, refusal: str = "", table: str | None = None
) -> HttpResponse:
    """Answer with one table of a filing."""
    names = tables_of(filing.organisation.kind)
    table = table or request.GET.get("table", names[0])
    if table not in names:
        raise Http404
    known = selectors.known(filing)
    lacking = selectors.missing(filing, known)
    found: dict[str, Any] = {
        "filing": filing,
        "county_page": filing.organisation.kind == Kind.COUNTY,
        "table": table,
        "tabs": [(n, TABLES[n], sum(m.table == n for m in lacking)) for n in names],
        "missing": lacking,
        "due": selectors.due_of(filing),
        "days": (selectors.due_of(filing) - timezone.localdate()).days,
        "refusal": refusal,
        "key": secrets.token_hex(16),
        **_may(request, filing),
        **_content(known, table),
        **_ways_in(table),
    }
    return render(request, "collection/filing.html", found, status=REFUSED if refusal else 200)


def _may(request: Request, filing: Filing) -> dict[str, bool]:
    """Tell what the reader may do here now."""
    running = filing.campaign.state == CampaignState.OPEN
    fills = scope.may_at(request.user, Permission.FILL, filing.organisation)
    counts = scope.may(request.user, Permission.COUNT, filing.organisation)
    return {
        "fills": running and fills and filing.editable,
        "counts": running and counts,
    }


def _content(known: Any, table: str) -> dict[str, Any]:
    if table == "facts":
        return {"groups": list(known.facts())}
    if table == "opinions":
        keys = [f"{group}/{channel}" for group in GROUPS for channel in CHANNELS]
        return {"rows": [known.row(table, key, key) for key in keys]}
    return {"rows": known.rows_of(table)}


def _ways_in(table: str) -> dict[str, Any]:
    form = _ADDED.get(table)
    return {
        "add": form() if form else None,
        "workbook": WorkbookForm(),
        "statistics": StatisticsForm(),
        "grid": table in ("classes", "rooms", "opinions"),
    }


@require_POST
@allowed(Permission.FILL, Permission.COUNT)
def cells(request: Request, pk: int) -> JsonResponse:
    """Save cells that a page sends: 200 all saved, 409 some contested, 422 some or all refused."""
    filing = selectors.filing(request.user, pk)
    if filing is None:
        raise Http404
    if request.headers.get("X-Account", str(request.user.pk)) != str(request.user.pk):
        sentence = _("这些内容是用另一个账号填的，没有保存。请用那个账号登录后再保存。")
        return JsonResponse({"refusal": sentence}, status=REFUSED)
    try:
        sent = _sent(request)
    except (ValueError, TypeError, KeyError):
        return JsonResponse(
            {"refusal": _("没有看懂页面发来的内容。请刷新页面后再试。")}, status=400
        )
    try:
        receipt = save_cells(filing, by=request.user, **sent)
    except WebRefusal as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=REFUSED)
    status = CONTESTED if receipt.contested else REFUSED if receipt.refused else 200
    return JsonResponse(receipt.told, status=status)


def _sent(request: Request) -> dict[str, Any]:
    """Read what a page sent; ValueError, TypeError or KeyError where it makes no sense."""
    given = json.loads(request.body)
    edits = [_edit(each) for each in given["edits"][: MOST + 1]]
    key = given["key"]
    if not isinstance(key, str) or not 8 <= len(key) <= 64:  # noqa: PLR2004  # as in Save.key
        raise ValueError("key")
    return {"edits": edits, "client_key": key, "source": _source(given["source"])}


def _source(name: str) -> Source:
    if name not in (Source.REPORTED, Source.COUNTED):
        raise ValueError("source")
    return Source(name)


def _edit(given: dict[str, Any]) -> Edit:
    texts = {name: given[name] for name in ("table", "key", "column", "now")}
    texts["reason"] = given.get("reason", "")
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("text")
    if not isinstance(given["was"], (str, int, float, type(None))):
        raise TypeError("was")
    return Edit(was=given["was"], **texts)


@require_POST
@allowed(Permission.FILL)
def rows(request: Request, pk: int) -> HttpResponse:
    """Add a class or room, or take one out."""
    filing = filing_of(request, pk)
    table = request.POST.get("table", "")
    if table not in _ADDED:
        raise Http404
    try:
        save_cells(
            filing,
            _row_edits(request, filing, table),
            by=request.user,
            client_key=request.POST.get("client_key", "")[:64],
        )
    except WebRefusal as refusal:
        return page(request, filing, str(refusal), table)
    return redirect(f"{request.path.removesuffix('rows/')}?table={table}#rows")


def _row_edits(request: Request, filing: Filing, table: str) -> list[Edit]:
    if gone := request.POST.get("remove"):
        return [Edit(table, gone, ROW_ITSELF, was=True, now="")]
    form = _ADDED[table](request.POST)
    if not form.is_valid():
        raise WebRefusal(_("请填写年级和班级名称。"))
    given = form.cleaned_data
    if table == "classes":
        key = key_of(table, given | {"class": given["name"]})
        there = filing.records.filter(table=table, key=key, removed=False).exists()
        if there:
            raise WebRefusal(_("这个班已经在表里了。"))
        return [Edit(table, key, ROW_ITSELF, was=False, now="1")]
    numbers = filing.records.filter(table=table).values_list("key", flat=True)
    key = str(max(map(int, numbers), default=0) + 1)
    return [Edit(table, key, "use", None, given["use"])]


@require_safe
@allowed(Permission.SEE)
def checks(request: Request, pk: int) -> HttpResponse:
    """Show what the checks find in a filing as it stands: a part of its page."""
    filing = filing_of(request, pk)
    language = (get_language() or "zh")[:2]
    found = {
        "filing": filing,
        "found": findings.found(filing, language),
        "missing": selectors.missing(filing),
        **_may(request, filing),
    }
    return render(request, "collection/_findings.html", found)


@require_safe
@allowed(Permission.SEE)
def history(request: Request, pk: int) -> HttpResponse:
    """Show every change of a filing's data."""
    filing = filing_of(request, pk)
    found = Paginator(selectors.history(filing), PAGE).get_page(request.GET.get("page"))
    return render(request, "collection/history.html", {"filing": filing, "page": found})
