"""Campaigns: the list, a new one, how far one is, its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.collection import selectors, services
from junheng.web.collection.forms import CampaignForm
from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState

PAGE = 50


@require_safe
@allowed(Permission.SEE, Permission.CAMPAIGN)
def listed(request: Request) -> HttpResponse:
    """List the campaigns that the reader may see."""
    page = Paginator(selectors.campaigns(request.user), PAGE).get_page(request.GET.get("page"))
    own = _own_filings(request.user, [campaign.pk for campaign in page])
    found = {
        "page": page,
        "rows": [(campaign, own.get(campaign.pk)) for campaign in page],
        "may_lead": scope.holds(request.user, Permission.CAMPAIGN),
    }
    return render(request, "collection/campaigns.html", found)


def _own_filings(account: Account, campaigns: list[int]) -> dict[int, Filing]:
    """Give, by campaign, the filing that the reader himself fills in."""
    paths = scope.paths(account, Permission.FILL)
    rows = Filing.objects.filter(campaign__in=campaigns, organisation__path__in=paths)
    return {each.campaign_id: each for each in rows}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Permission.CAMPAIGN)
def new(request: Request) -> HttpResponse:
    """Lay out a campaign."""
    today = timezone.localdate()
    form = CampaignForm(request.POST or None, account=request.user, today=today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.create_campaign(
                given["owner"], form.plan(), list(given["counties"]), by=request.user
            )
        except WebRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("collection:campaign", made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "collection/new_campaign.html", {"form": form}, status=status)


@require_safe
@allowed(Permission.SEE, Permission.CAMPAIGN)
def one(request: Request, pk: int) -> HttpResponse:
    """Show how far a campaign is, school by school."""
    return _page(request, get_object_or_404(selectors.campaigns(request.user), pk=pk))


def _page(request: Request, campaign: Campaign, refusal: str = "") -> HttpResponse:
    rows = selectors.progress(campaign, request.user)
    today = timezone.localdate()
    counts = selectors.counts(rows.filter(organisation__kind=Kind.SCHOOL), today)
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "state")}
    page = Paginator(_chosen(rows, asked), PAGE).get_page(request.GET.get("page"))
    found: dict[str, Any] = {
        "campaign": campaign,
        "counties": campaign.counties.order_by("code"),
        "refusal": refusal,
        "page": page,
        "rows": [(each, selectors.due_of(each), selectors.is_late(each, today)) for each in page],
        "figures": [(s.label, counts[s.value], s.value) for s in FilingState if s.value in counts],
        "late": counts["late"],
        "states": FilingState.choices,
        "asked": asked,
        "may_lead": scope.may_at(request.user, Permission.CAMPAIGN, campaign.owner),
        "draft": campaign.state == CampaignState.DRAFT,
        "open": campaign.state == CampaignState.OPEN,
    }
    return render(request, "collection/campaign.html", found, status=422 if refusal else 200)


def _chosen(rows: Any, asked: dict[str, str]) -> Any:
    """Keep the filings that were asked for."""
    if asked["words"]:
        by_name = rows.filter(organisation__name__icontains=asked["words"])
        rows = by_name | rows.filter(organisation__code__startswith=asked["words"])
    if asked["state"] in FilingState.values:
        rows = rows.filter(state=asked["state"])
    return rows


def _step(take: Callable[..., object]) -> Callable[..., HttpResponse]:
    def answer(request: Request, pk: int) -> HttpResponse:
        campaign = get_object_or_404(selectors.campaigns(request.user), pk=pk)
        try:
            take(campaign, by=request.user)
        except WebRefusal as refusal:
            return _page(request, campaign, str(refusal))
        return redirect("collection:campaign", pk)

    return answer


begin = require_POST(allowed(Permission.CAMPAIGN)(_step(services.open_campaign)))
take_in = require_POST(allowed(Permission.CAMPAIGN)(_step(services.take_in_new_schools)))
close = require_POST(allowed(Permission.CAMPAIGN)(_step(services.close_campaign)))
