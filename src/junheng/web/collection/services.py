"""Changing campaigns: laying one out, opening it, taking in new schools, closing it.

Cells are saved by `saving`, brought in from workbooks and statistics by `workbooks` and `statistics`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from junheng.model.load import shipped
from junheng.model.overlay import shipped_overlays
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.services import record
from junheng.web.collection.models import Campaign, CampaignState, Filing
from junheng.web.collection.saving import save_all, save_cells
from junheng.web.collection.standards import freeze, holds_for, standard_of
from junheng.web.collection.stored import raise_data_version

__all__ = [
    "Plan", "close_campaign", "create_campaign", "open_campaign", "save_all", "save_cells",
    "take_in_new_schools",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign is to be."""

    name: str
    standard: str
    year: int
    opens: dt.date
    schools_due: dt.date
    county_due: dt.date
    overlay: str = ""


@transaction.atomic
def create_campaign(
    owner: Organisation, plan: Plan, counties: Sequence[Organisation], *, by: Account
) -> Campaign:
    """Lay out a campaign for counties of one's own tree; nobody sees it before it opens."""
    if not scope.may_at(by, Permission.CAMPAIGN, owner):
        raise WebRefusal(_("您不能在这一机构布置填报任务。"))
    _refuse_plan(plan)
    _refuse_counties(owner, plan, counties)
    campaign = Campaign.objects.create(
        owner=owner,
        name=plan.name,
        standard=plan.standard,
        overlay=plan.overlay,
        year=plan.year,
        opens=plan.opens,
        schools_due=plan.schools_due,
        county_due=plan.county_due,
        created_by=by,
    )
    campaign.counties.set(counties)
    _record("campaign.create", campaign, owner, by=by, counties=[c.code for c in counties])
    return campaign


@transaction.atomic
def open_campaign(campaign: Campaign, *, by: Account) -> Campaign:
    """Open a campaign: freeze its standard, and make a filing for each county and school."""
    campaign = _mine(campaign, by, CampaignState.DRAFT)
    campaign.frozen = freeze(campaign.standard, campaign.overlay)
    campaign.standard_digest = standard_of(campaign).digest
    campaign.state = CampaignState.OPEN
    campaign.save(update_fields=["frozen", "standard_digest", "state"])
    for county in campaign.counties.order_by("code"):
        many = _file(campaign, county)
        _record("campaign.open", campaign, county, by=by, filings=many)
    if campaign.owner.kind != Kind.COUNTY:
        _record("campaign.open", campaign, campaign.owner, by=by)
    return campaign


@transaction.atomic
def take_in_new_schools(campaign: Campaign, *, by: Account) -> int:
    """Make filings for the schools founded since the campaign opened; gives how many."""
    campaign = _mine(campaign, by, CampaignState.OPEN)
    total = 0
    for county in campaign.counties.order_by("code"):
        if many := _file(campaign, county):
            raise_data_version(Filing.objects.get(campaign=campaign, organisation=county))
            _record("campaign.take_in", campaign, county, by=by, filings=many)
        total += many
    return total


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: Account) -> Campaign:
    """Close a campaign: nothing of it can be changed any more."""
    campaign = _mine(campaign, by, CampaignState.OPEN)
    campaign.state = CampaignState.CLOSED
    campaign.save(update_fields=["state"])
    _record("campaign.close", campaign, campaign.owner, by=by)
    return campaign


def schools_of(county: Organisation) -> list[Organisation]:
    """Give the schools of a county that are not closed."""
    return list(county.children.filter(kind=Kind.SCHOOL, closed_on__isnull=True).order_by("code"))


def _file(campaign: Campaign, county: Organisation) -> int:
    """Make the filings of a county that are not there yet; gives how many."""
    there = set(campaign.filings.filter(county=county).values_list("organisation_id", flat=True))
    new = [each for each in (county, *schools_of(county)) if each.pk not in there]
    Filing.objects.bulk_create(
        Filing(campaign=campaign, organisation=each, county=county) for each in new
    )
    return len(new)


def _mine(campaign: Campaign, by: Account, state: CampaignState) -> Campaign:
    """Lock a campaign; WebRefusal unless it is in this state and this person's to lead."""
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("owner")
    locked = rows.get(pk=campaign.pk)
    if not scope.may_at(by, Permission.CAMPAIGN, locked.owner):
        raise WebRefusal(_("只有布置这次填报的机构能办理这一步。"))
    if locked.state != state:
        words = {"state": locked.get_state_display()}
        raise WebRefusal(_("这次填报现在是“%(state)s”，不能办理这一步。") % words)
    return locked


def _refuse_plan(plan: Plan) -> None:
    if plan.standard not in shipped():
        raise WebRefusal(_("没有这个标准。"))
    if plan.overlay and plan.overlay not in shipped_overlays(plan.standard):
        raise WebRefusal(_("这个标准没有这项省级规定。"))
    if not plan.opens <= plan.schools_due <= plan.county_due:
        raise WebRefusal(_("日期应当依次是：开始、学校截止、县级截止。"))


def _refuse_counties(owner: Organisation, plan: Plan, counties: Sequence[Organisation]) -> None:
    if not counties:
        raise WebRefusal(_("请至少选一个县。"))
    for county in counties:
        if county.kind != Kind.COUNTY or not owner.holds(county):
            raise WebRefusal(_("只能给本机构所辖的县布置填报任务。"))
        if not holds_for(plan.standard, plan.overlay, county.code):
            words = {"county": county.name}
            raise WebRefusal(_("这项省级规定不适用于%(county)s。请另设一次填报。") % words)
    _refuse_twice(plan, counties)


def _refuse_twice(plan: Plan, counties: Sequence[Organisation]) -> None:
    others = Campaign.objects.filter(year=plan.year, standard=plan.standard, counties__in=counties)
    held = others.exclude(state=CampaignState.CLOSED).values_list("name", "counties__name")
    if found := held.filter(counties__in=counties).first():
        words = {"campaign": found[0], "county": found[1]}
        raise WebRefusal(_("%(county)s已在“%(campaign)s”中按同一标准填报同一学年。") % words)


def _record(
    action: str, campaign: Campaign, organisation: Organisation, *, by: Account, **more: object
) -> None:
    details = {
        "name": campaign.name,
        "standard": campaign.standard,
        "overlay": campaign.overlay,
        "digest": campaign.standard_digest,
        "frozen": campaign.frozen_id or "",
        **more,
    }
    about = f"campaign:{campaign.pk}"
    record(action, by=by, organisation=organisation, about=about, details=details)
