"""The review of one filing: where it stands, what I may do, what happened, and doing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.numbers import number_in
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.collection import findings as checks
from junheng.web.collection.models import Filing
from junheng.web.reviews import frozen, selectors, services
from junheng.web.reviews.forms import MOST_ITEMS, ItemForm, StepForm
from junheng.web.reviews.models import StepTaken
from junheng.web.reviews.situation import Reasons, Situation
from junheng.web.reviews.steps import STEPS, Needs, Step
from junheng.web.reviews.subjects import Names

_A_PAGE = 50
_EMPTY_ROWS = 2


def _language() -> str:
    return (get_language() or "zh")[:2]


def _filing(request: Request, pk: int) -> Filing:
    seen = selectors.reviewable(request.user).annotate(ends=selectors.ENDS)
    return get_object_or_404(seen.select_related("organisation", "campaign", "county"), pk=pk)


@allowed(Permission.SEE, Permission.PUBLISH)
@require_safe
def filing(request: Request, pk: int) -> HttpResponse:
    """Show where a filing stands, what one may do, and what has happened."""
    one = _filing(request, pk)
    today = timezone.localdate()
    taken = Paginator(selectors.timeline(one), _A_PAGE).get_page(request.GET.get("page"))
    names = Names(one.campaign, _language())
    given = {
        "filing": one,
        "waiting": selectors.waiting(one, today),
        "steps": selectors.steps_open_to(one, request.user, today),
        "taken": [_told(step, names) for step in taken],
        "page": taken,
        "sent": len(frozen.submissions(one)),
        "objections": one.objections.select_related("answers", "raised", "answered"),
        "certificates": one.certificates.all(),
        "publication": one.publications.first(),
        "sees": scope.may(request.user, Permission.SEE, one.organisation),
    }
    return render(request, "reviews/filing.html", given)


def _told(taken: StepTaken, names: Names) -> dict[str, Any]:
    items = [{"about": names.of(item), "why": item["why"]} for item in taken.items]
    return {"taken": taken, "step": STEPS[taken.step], "items": items}


@allowed(Permission.SEE, Permission.PUBLISH)
@require_safe
def findings(request: Request, pk: int) -> HttpResponse:
    """Show what the checks find in a filing."""
    one = _filing(request, pk)
    found = checks.found(one, _language())
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    part = (
        "reviews/_findings.html" if request.headers.get("HX-Request") else "reviews/findings.html"
    )
    hard = sum(each.hard for each in found)
    return render(request, part, {"filing": one, "page": page, "hard": hard})


@allowed(Permission.SEE, Permission.PUBLISH)
@require_safe
def differences(request: Request, pk: int) -> HttpResponse:
    """Show what changed since the last submission, or with it."""
    one = _filing(request, pk)
    names = Names(one.campaign, _language())
    page = Paginator(frozen.changed(one), _A_PAGE).get_page(request.GET.get("page"))
    schools = selectors.names_of({each.code for each in page})
    rows = [
        {
            "organisation": schools.get(each.code, each.code),
            "about": names.of({"table": each.table, "column": each.column, "place": each.key}),
            "before": each.before,
            "now": each.now,
        }
        for each in page
    ]
    return render(request, "reviews/differences.html", {"filing": one, "page": page, "rows": rows})


@allowed(Permission.SEE, Permission.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: Request, pk: int, step: str) -> HttpResponse:
    """Show the form of a step; take it."""
    one, row = _filing(request, pk), STEPS.get(step)
    if row is None or row.whose != one.organisation.kind:
        raise Http404
    today = timezone.localdate()
    if not Situation(row, one, request.user, Reasons(), today).permitted:
        raise Http404
    if request.method == "POST":
        return _taken(request, one, row)
    if row not in selectors.steps_open_to(one, request.user, today):
        raise Http404
    return _form(request, one, row, StepForm(row, one))


def _taken(request: Request, one: Filing, row: Step) -> HttpResponse:
    form = StepForm(row, one, request.POST)
    items = _item_forms(one, request.POST)
    ticked = _ticked(one, request.POST)
    if not form.is_valid() or not all(each.is_valid() for each in items):
        return _form(request, one, row, form, items=items)
    said = [*ticked, *(each.item for each in items if each.item)]
    reasons = Reasons(form.cleaned_data["text"], said, form.given)
    version = form.cleaned_data["version"]
    try:
        services.take(row.id, one, version, by=request.user, reasons=reasons)
    except WebRefusal as refusal:
        return _form(request, one, row, form, items=items, refusal=str(refusal))
    words = {"organisation": one.organisation.name, "step": row.done}
    messages.success(request, _("%(organisation)s：已办理“%(step)s”。") % words)
    if selectors.reviewable(request.user).filter(pk=one.pk).exists():
        return redirect("reviews:filing", pk=one.pk)
    return redirect("reviews:desk")  # who publishes sees a filing only while it is his


def _form(request: Request, one: Filing, row: Step, form: StepForm, **more: Any) -> HttpResponse:
    by_item = row.needs == Needs.ITEMS
    items = more.pop("items", None) or (_empty_rows(one) if by_item else [])
    chosen = request.POST.getlist("finding")
    given: Mapping[str, Any] = {
        "filing": one,
        "step": row,
        "form": form,
        "items": items,
        "by_item": by_item,
        "findings": checks.found(one, _language())[:_A_PAGE] if by_item else [],
        "chosen": chosen,
        "next": len(items),
        "back": reverse("reviews:filing", args=[one.pk]),
        **more,
    }
    return render(request, "reviews/take.html", given, status=422 if form.is_bound else 200)


@allowed(Permission.REVIEW, Permission.CERTIFY)
@require_safe
def item(request: Request, pk: int, step: str) -> HttpResponse:
    """Give one more row for a reason."""
    one = _filing(request, pk)
    index = min(number_in(request.GET.get("next", "")) or 0, MOST_ITEMS)
    row = ItemForm(one, _language(), prefix=f"item-{index}")
    given = {"filing": one, "step": STEPS.get(step), "row": row, "next": index + 1}
    return render(request, "reviews/_more.html", given)


def _empty_rows(one: Filing) -> list[ItemForm]:
    return [ItemForm(one, _language(), prefix=f"item-{n}") for n in range(_EMPTY_ROWS)]


def _item_forms(one: Filing, data: QueryDict) -> list[ItemForm]:
    present = [n for n in range(MOST_ITEMS + 1) if f"item-{n}-subject" in data]
    return [ItemForm(one, _language(), data, prefix=f"item-{n}") for n in present]


def _ticked(one: Filing, data: QueryDict) -> list[dict[str, str]]:
    """Turn the findings that were ticked into reasons."""
    chosen = set(data.getlist("finding"))
    if not chosen:
        return []
    found = (each for each in checks.found(one, _language()) if each.mark in chosen)
    return [
        {"table": each.table, "column": ",".join(each.columns), "place": each.who, "why": each.what}
        for each in found
    ]
