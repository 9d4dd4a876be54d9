"""Filings brought to where a step can be taken."""

from __future__ import annotations

import pytest
from cast import Cast
from reviewing import Desk

from junheng.web.accounts.models import Kind
from junheng.web.collection.models import Filing, FilingState
from junheng.web.reviews import services
from junheng.web.reviews.steps import STEPS
from junheng.web.verdicts.models import Official

SCHOOL, COUNTY = "9901010001", "990101"
S = FilingState


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


def ready_for(desk: Desk, step: str) -> str:
    """Bring things to where a step can be taken; give the code whose filing it is of."""
    row = STEPS[step]
    if row.whose == Kind.SCHOOL:
        desk.put(SCHOOL, min(row.sources))
        return SCHOOL
    desk.schools_ready()
    desk.put(COUNTY, min(row.sources - {S.RETURNED}, default=S.RETURNED))
    if row.objection or row.answer:
        desk.put(COUNTY, S.WITH_CITY)
        desk.take("city", "city_return", COUNTY)
    if step == "ask_reconsideration":
        desk.take("county_approver", "ask_re_examination", COUNTY)
        desk.take("city", "dismiss", COUNTY)
    if row.answer:
        desk.take("county_approver", "defend", COUNTY)
    if step == "close_publication":
        desk.put(COUNTY, S.APPROVED)
        desk.take("publisher", "publish", COUNTY)
        desk.later(6)
    if step == "propose_revocation":
        three_failing_years(desk)
    return COUNTY


def three_failing_years(desk: Desk) -> None:
    first = desk.filing(COUNTY)
    for year in (2026, 2027, 2028):
        campaign = desk.campaign
        campaign.pk, campaign.year = None, year
        campaign._state.adding = True
        campaign.save()
        later = Filing.objects.create(
            campaign=campaign, organisation=first.organisation, county=first.county
        )
        blob = services.freeze(later)
        Official.objects.create(
            filing=later, occasion="approved", by=desk.cast.people["province"], verdict="fail",
            payload={}, digest="0" * 64, inputs=blob, standard="x", standard_digest="x",
            code_version="x",
        )  # fmt: skip
    desk.campaign = first.campaign
