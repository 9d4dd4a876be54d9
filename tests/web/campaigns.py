"""A campaign in the province of the tests, with filings in several states."""

from __future__ import annotations

import datetime as dt

from cast import Cast
from django.utils import timezone

from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState

STATES = {
    "9901010001": FilingState.RETURNED,
    "9901010002": FilingState.SUBMITTED,
    "9901020001": FilingState.ACCEPTED,
    "9902010001": FilingState.DRAFT,
    "990101": FilingState.DRAFT,
    "990102": FilingState.WITH_CITY,
    "990201": FilingState.WITH_PROVINCE,
}


def running(cast: Cast) -> Campaign:
    """Make a campaign that is open now, its schools due in three days."""
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        owner=cast.places["990000"],
        name="2025学年优质均衡（模拟）",
        standard="cn-quality-2017",
        year=2025,
        opens=today - dt.timedelta(days=30),
        schools_due=today + dt.timedelta(days=3),
        county_due=today + dt.timedelta(days=30),
        state=CampaignState.OPEN,
        created_by=cast.people["province"],
    )
    for code, state in STATES.items():
        place = cast.places[code]
        county = place if place.kind == "county" else place.parent
        Filing.objects.create(campaign=campaign, organisation=place, county=county, state=state)
    return campaign
