"""What the tests of the reviews share: a campaign of the cast's counties, and shorthand for steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cast import Cast
from django.utils import timezone

from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState
from junheng.web.collection.standards import freeze, standard_of
from junheng.web.reviews.models import StepTaken
from junheng.web.reviews.services import take
from junheng.web.reviews.situation import Reasons

TODAY = timezone.localdate()
STANDARD = "cn-quality-2017"
ITEM = {"table": "schools", "column": "name", "place": "", "why": "名称与批文不符，请核对后改正。"}
NEEDED: dict[str, Reasons] = {
    **dict.fromkeys(
        ("county_return", "county_unlock", "city_return", "province_return", "province_withdraw",
         "nation_return", "not_recognise"),
        Reasons(items=[ITEM]),
    ),
    **dict.fromkeys(
        ("county_resubmit", "propose_revocation", "revoke", "defend", "ask_re_examination",
         "ask_reconsideration", "uphold", "dismiss", "province_approve"),
        Reasons("理由如下：已逐项核对。"),
    ),
    "publish": Reasons(given={"days": 6}),
    "recognise": Reasons("理由如下：已逐项核对。", given={"number": "模拟-2026-001", "issued_on": TODAY}),
}  # fmt: skip
"""The least that has to be said at each step."""


def campaign(places: dict[str, Organisation], by: Account) -> Campaign:
    """Open a campaign for all counties, with a filing for each county and school."""
    new = Campaign.objects.create(
        owner=places["990000"],
        name="2025学年优质均衡（模拟数据）",
        standard=STANDARD,
        year=2025,
        opens=TODAY - dt.timedelta(days=30),
        schools_due=TODAY + dt.timedelta(days=9),
        county_due=TODAY + dt.timedelta(days=20),
        state=CampaignState.OPEN,
        frozen=freeze(STANDARD, ""),
        created_by=by,
    )
    new.standard_digest = standard_of(new).digest
    new.save()
    counties = [place for place in places.values() if place.kind == Kind.COUNTY]
    new.counties.set(counties)
    schools = [(p, p.parent) for p in places.values() if p.kind == Kind.SCHOOL]
    pairs = [(county, county) for county in counties] + schools
    Filing.objects.bulk_create(
        Filing(campaign=new, organisation=place, county=county) for place, county in pairs
    )
    return new


class Desk:
    """Takes steps for the cast on fresh copies of filings, on a day that can be moved."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.today = cast, TODAY
        self.campaign = campaign(cast.places, cast.people["province"])

    def filing(self, code: str) -> Filing:
        """Read a filing as it stands."""
        return self.campaign.filings.select_related("organisation", "county", "campaign").get(
            organisation__code=code
        )

    def put(self, code: str, state: FilingState) -> None:
        """Set the scene: a filing stands in a state, without a history."""
        self.campaign.filings.filter(organisation__code=code).update(state=state)

    def take(self, who: str, step: str, code: str, **said: Any) -> StepTaken:
        """Take a step, saying the least it needs or what is given."""
        filing = self.filing(code)
        reasons = Reasons(**said) if said else NEEDED.get(step, Reasons())
        by = Account.objects.get(pk=self.cast.people[who].pk)
        return take(step, filing, filing.version, by=by, reasons=reasons, today=self.today)

    def schools_ready(self) -> None:
        """Bring all schools of the county to where it can send up."""
        for code in ("9901010001", "9901010002"):
            self.put(code, FilingState.ACCEPTED)

    def later(self, days: int) -> None:
        """Let days pass."""
        self.today += dt.timedelta(days=days)
