"""Recognised counties in the years after: which fail, for how many years, and what may be proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Max, QuerySet

from junheng.evaluate.recheck import Rechecked, recheck
from junheng.model.standard import Recheck, Standard
from junheng.web.accounts.models import Account, Organisation
from junheng.web.boards.provinces import counties_of
from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState
from junheng.web.reviews.conditions import WHOLE, WITHOUT_RULE
from junheng.web.verdicts.models import Official

NAMED = 6
"""So many counties are named on a board; the others are counted."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A recognised county that fails in the campaign's year."""

    filing: int
    """The one in which it was recognised: the step that proposes to revoke is taken on it."""
    recognised: int
    """In the campaign of which year."""
    name: str
    years: int
    """Failing years in a row, the campaign's among them; no more are counted than the rule asks for."""
    revoke: bool
    """Whether the row is as long as the rule asks for. A person decides."""
    official: bool
    """Whether each of these years has an official verdict: the step asks for them."""


class _Failing(NamedTuple):
    code: str
    county: int
    judged: Rechecked


class _Rows(NamedTuple):
    """The filings of a tree's counties, and the campaigns under one standard."""

    counties: QuerySet[Filing]
    runs: QuerySet[Campaign]
    year: int

    def recognised(self) -> QuerySet[Filing]:
        before = self.runs.filter(year__lt=self.year)
        return self.counties.filter(campaign__in=before, state=FilingState.RECOGNISED).order_by()

    def failed(self, years: Sequence[int]) -> QuerySet[Filing]:
        shown = self.runs.filter(year__in=years).exclude(state=CampaignState.DRAFT)
        return self.counties.filter(campaign__in=shown, standing__verdict="fail").order_by()


def watched(
    account: Account, organisation: Organisation, campaign: Campaign, standard: Standard
) -> tuple[int, list[Watched]]:
    """Count the recognised counties of a tree that fail in a campaign's year; give those that fail longest."""
    rule = standard.recheck or WITHOUT_RULE
    runs = Campaign.objects.filter(standard=campaign.standard)
    rows = _Rows(counties_of(account, organisation), runs, campaign.year)
    failing = rows.failed([campaign.year]).values("organisation")
    since = rows.recognised().filter(organisation__in=failing).values_list("organisation")
    latest = dict(since.annotate(year=Max("campaign__year")))
    if not latest:
        return 0, []
    found = _failing(rows, latest, rule)
    return len(found), _named(rows, found[:NAMED])


def _failing(rows: _Rows, latest: Mapping[int, int], rule: Recheck) -> list[_Failing]:
    """Give the counties in which this year fails what the rule watches, the longest row first."""
    years = range(rows.year - rule.failing_years + 1, rows.year + 1)
    failed = rows.failed(years).filter(organisation__in=latest)
    columns = ["organisation__code", "organisation_id", "campaign__year"]
    if rule is not WITHOUT_RULE:
        columns.append("standing__summary__parts")
    by_county: dict[tuple[str, int], dict[int, Mapping[str, str]]] = defaultdict(dict)
    for code, county, year, *told in failed.values_list(*columns):
        parts = told[0] if told else {WHOLE: "fail"}
        if year > latest[county] and any(parts.get(part) == "fail" for part in rule.parts):
            by_county[code, county][year] = parts
    found = [
        _Failing(code, county, recheck(rule, after)[rows.year])
        for (code, county), after in by_county.items()
        if rows.year in after
    ]
    return sorted(found, key=lambda one: (-one.judged.failing_years, one.code))


def _named(rows: _Rows, found: Sequence[_Failing]) -> list[Watched]:
    """Name counties, with the filing in which each was recognised and what is official of its years."""
    titles = rows.recognised().filter(organisation__in=[one.county for one in found])
    columns = ("pk", "campaign__year", "organisation__name")
    latest = {
        county: title
        for county, *title in titles.order_by("campaign__year", "pk").values_list(
            "organisation_id", *columns
        )
    }
    told = _official(rows, [one.county for one in found])
    named = []
    for _code, county, judged in found:
        row = range(rows.year - judged.failing_years + 1, rows.year + 1)
        official = all((county, each) in told for each in row)
        filing, year, name = latest[county]
        named.append(
            Watched(filing, year, name, judged.failing_years, judged.revoke, official=official)
        )
    return named


def _official(rows: _Rows, counties: Sequence[int]) -> set[tuple[int, int]]:
    """Give the counties and years whose latest official verdict is a failure."""
    officials = Official.objects.filter(
        filing__organisation__in=counties, filing__campaign__in=rows.runs
    )
    latest = {
        (county, year): verdict
        for county, year, verdict in officials.order_by("pk").values_list(
            "filing__organisation_id", "filing__campaign__year", "verdict"
        )
    }
    return {key for key, verdict in latest.items() if verdict == "fail"}
