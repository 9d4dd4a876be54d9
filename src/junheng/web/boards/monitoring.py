"""Recognised counties in the years after: which fail, for how many years, and what may be proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from junheng.evaluate.recheck import recheck
from junheng.model.standard import Recheck, Standard
from junheng.web.accounts.models import Account, Organisation
from junheng.web.boards.provinces import counties_of
from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState
from junheng.web.reviews.conditions import WHOLE, WITHOUT_RULE
from junheng.web.verdicts.models import Official


@dataclass(frozen=True, slots=True)
class Watched:
    """A recognised county that fails in the campaign's year."""

    filing: int
    """The one in which it was recognised: the step that proposes to revoke is taken on it."""
    recognised: int
    """In the campaign of which year."""
    code: str
    name: str
    years: int
    """Failing years in a row, the campaign's among them; no more are counted than the rule asks for."""
    revoke: bool
    """Whether the row is as long as the rule asks for. A person decides."""
    official: bool
    """Whether each of these years has an official verdict: the step asks for them."""


def watched(
    account: Account, organisation: Organisation, campaign: Campaign, standard: Standard
) -> list[Watched]:
    """Give the recognised counties of a tree that fail in a campaign's year, the longest row first."""
    rule = standard.recheck
    asked = (rule or WITHOUT_RULE).failing_years
    rows = counties_of(account, organisation).filter(campaign__standard=campaign.standard)
    now = rows.filter(campaign__year=campaign.year, standing__verdict="fail")
    earlier = rows.filter(
        state=FilingState.RECOGNISED,
        campaign__year__lt=campaign.year,
        organisation__in=now.values("organisation"),
    )
    latest = {title[0]: title for title in earlier.order_by("campaign__year").values_list(*_TITLE)}
    if not latest:
        return []
    years = range(campaign.year - asked + 1, campaign.year + 1)
    of_years = rows.filter(campaign__year__in=years, organisation__in=latest)
    parts, told = _parts(of_years, rule), _official(of_years)
    found = [
        _watched(title, campaign.year, rule, (parts[county], told))
        for county, title in latest.items()
        if campaign.year in parts.get(county, {})
    ]
    return sorted(found, key=lambda one: (-one.years, one.code))


Title = tuple[int, int, int, str, str]
_TITLE = (
    "organisation_id", "pk", "campaign__year", "organisation__code", "organisation__name",
)  # fmt: skip
Parts = Mapping[int, Mapping[str, str]]
"""By year: the parts that failed."""


def _parts(rows: QuerySet[Filing], rule: Recheck | None) -> dict[int, dict[int, dict[str, str]]]:
    """Give by county and year what failed: the parts that the rule watches, or the county as a whole."""
    failed = rows.filter(standing__verdict="fail").exclude(campaign__state=CampaignState.DRAFT)
    columns = ("organisation_id", "campaign__year")
    found: dict[int, dict[int, dict[str, str]]] = defaultdict(dict)
    if rule is None:
        for county, year in failed.order_by().values_list(*columns):
            found[county][year] = {WHOLE: "fail"}
        return found
    for county, year, parts in failed.order_by().values_list(*columns, "standing__summary__parts"):
        if any(parts.get(part) == "fail" for part in rule.parts):
            found[county][year] = parts
    return found


def _official(rows: QuerySet[Filing]) -> set[tuple[int, int]]:
    """Give the counties and years whose latest official verdict is a failure."""
    officials = Official.objects.filter(filing__in=rows).order_by("pk")
    latest = {
        (county, year): verdict
        for county, year, verdict in officials.values_list(
            "filing__organisation_id", "filing__campaign__year", "verdict"
        )
    }
    return {key for key, verdict in latest.items() if verdict == "fail"}


def _watched(
    title: Title, year: int, rule: Recheck | None, known: tuple[Parts, set[tuple[int, int]]]
) -> Watched:
    (county, filing, recognised, code, name), (failed, told) = title, known
    after = {each: parts for each, parts in failed.items() if each > recognised}
    judged = recheck(rule or WITHOUT_RULE, after)[year]
    row = range(year - judged.failing_years + 1, year + 1)
    official = all((county, each) in told for each in row)
    return Watched(filing, recognised, code, name, judged.failing_years, judged.revoke, official)
