"""How far the campaigns are in one's tree: how many schools and counties stand where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from django.db.models import Count

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind
from junheng.web.collection.models import CampaignState, Filing, FilingState

ORDER = [state.value for state in FilingState]


@dataclass(slots=True)
class Progress:
    """One campaign: its days, and the filings of schools and of counties by state."""

    pk: int
    name: str
    dues: dict[str, tuple[dt.date, int]]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def schools(self) -> dict[str, Any]:
        """Give the shares of the schools."""
        return shares_of(self.counts.get(Kind.SCHOOL, {}))

    @property
    def counties(self) -> dict[str, Any]:
        """Give the shares of the counties."""
        return shares_of(self.counts.get(Kind.COUNTY, {}))


def progress_of(account: Account, today: dt.date) -> list[Progress]:
    """Give the open campaigns that a person may see, the newest first."""
    rows = scope.visible(Filing.objects.filter(campaign__state=CampaignState.OPEN), account)
    days = ("campaign__schools_due", "campaign__county_due")
    groups = rows.order_by().values(
        "campaign", "campaign__name", *days, "organisation__kind", "state"
    )
    found: dict[int, Progress] = {}
    for group in groups.annotate(count=Count("pk")).order_by("-campaign__year", "-campaign"):
        one = found.setdefault(
            group["campaign"],
            Progress(group["campaign"], group["campaign__name"], _dues(group, today)),
        )
        one.counts.setdefault(group["organisation__kind"], {})[group["state"]] = group["count"]
    return list(found.values())


def _dues(group: dict[str, Any], today: dt.date) -> dict[str, tuple[dt.date, int]]:
    return {
        name: (group[f"campaign__{name}"], (group[f"campaign__{name}"] - today).days)
        for name in ("schools_due", "county_due")
    }


def shares_of(counts: Mapping[str, int]) -> dict[str, Any]:
    """Put the states in the order of the procedure, each with how many stand before it."""
    states: Iterable[str] = [state for state in ORDER if state in counts]
    before = accumulate((counts[state] for state in states), initial=0)
    shares = [
        {"state": state, "label": FilingState(state).label, "count": counts[state], "before": start}
        for state, start in zip(states, before, strict=False)
    ]
    return {"whole": sum(counts.values()), "shares": shares}
