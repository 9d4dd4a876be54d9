"""Counties of a province, a city or the nation side by side, from the short forms of their verdicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from junheng.web.accounts.models import Account, Organisation
from junheng.web.boards.models import RoadmapYear
from junheng.web.boards.progress import shares_of
from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState
from junheng.web.verdicts import selectors

Row = dict[str, Any]
_KNOWN = ("pass", "fail", "not_assessed")
DONE = (FilingState.RECOGNISED,)


@dataclass(slots=True)
class Entry:
    """One county in a table: where it stands, how far it is, and against the year before."""

    filing: Filing
    verdict: str
    summary: Row
    planned: int | None = None
    before: Row | None = None
    """Verdict and short form of the year before, under the same standard; None: not judged."""
    cvs: dict[tuple[str, str], Row] = field(default_factory=dict)

    @property
    def sections(self) -> Mapping[str, int]:
        """How many sections pass, fail, or are not decided."""
        found: Mapping[str, int] = self.summary.get("sections", {})
        return found

    @property
    def share(self) -> float | None:
        """Which share of the sections pass; None where there are none."""
        whole = sum(self.sections.values())
        return self.sections["pass"] / whole if whole else None

    @property
    def farthest(self) -> float | None:
        """How many times its limit the worst coefficient is."""
        worst = self.summary.get("worst")
        return worst["cv"] / worst["limit"] if worst else None

    @property
    def slips(self) -> bool:
        """Tell whether it stands worse than the year before: verdict, coefficients or sections."""
        if self.before is None or not self.summary:
            return False
        was = self.before["summary"]
        if not was:
            return False
        worse = self.before["verdict"] == "pass" and self.verdict != "pass"
        more_over = self.summary["balance_unmet"] > was["balance_unmet"]
        return worse or more_over or self.summary["sections"]["fail"] > was["sections"]["fail"]

    def lags(self, year: int) -> bool:
        """Tell whether its planned year has come and it is not recognised."""
        return self.planned is not None and self.planned <= year and self.filing.state not in DONE


def entries(account: Account, organisation: Organisation, campaign: int) -> list[Entry]:
    """Give the counties of a tree in a campaign, in the order of their codes."""
    rows = _rows(account, organisation).filter(campaign=campaign).order_by("organisation__code")
    filings = list(rows)
    if not filings:
        return []
    planned = RoadmapYear.objects.filter(county__path__startswith=organisation.path)
    years = dict(planned.values_list("county", "year"))
    before = _before(account, organisation, filings[0].campaign)
    return [_entry(filing, years, before) for filing in filings]


def _rows(account: Account, organisation: Organisation) -> QuerySet[Filing]:
    rows = selectors.county_filings(account).filter(
        organisation__path__startswith=organisation.path
    )
    return rows.defer("standing__payload", "standing__board")


def _before(account: Account, organisation: Organisation, campaign: Campaign) -> dict[int, Row]:
    """Give verdict and short form of the year before, by county."""
    same = {"campaign__standard": campaign.standard, "campaign__year": campaign.year - 1}
    rows = _rows(account, organisation).filter(**same, standing__isnull=False)
    shown = rows.exclude(campaign__state=CampaignState.DRAFT).order_by("campaign_id")
    values = shown.values_list("organisation_id", "standing__verdict", "standing__summary")
    return {pk: {"verdict": verdict, "summary": summary} for pk, verdict, summary in values}


def _entry(filing: Filing, years: Mapping[int, int], before: Mapping[int, Row]) -> Entry:
    standing = getattr(filing, "standing", None)
    summary = standing.summary if standing else {}
    cvs = {(row["level"], row["indicator"]): row for row in summary.get("balance", ())}
    county = filing.organisation_id
    verdict = standing.verdict if standing else "not_assessed"
    return Entry(filing, verdict, summary, years.get(county), before.get(county), cvs)


Key = Callable[[Entry], Any]


def _count(name: str) -> Key:
    return lambda entry: entry.summary.get(name)


def _section(name: str) -> Key:
    return lambda entry: entry.sections.get(name)


SORTS: Mapping[str, Key] = {
    "name": lambda entry: entry.filing.organisation.code,
    "state": lambda entry: list(FilingState).index(FilingState(entry.filing.state)),
    "verdict": lambda entry: _KNOWN.index(entry.verdict),
    "share": lambda entry: entry.share,
    "fail": _section("fail"),
    "over": _count("balance_unmet"),
    "items": _count("items_unmet"),
    "open": _count("items_open"),
    "far": lambda entry: entry.farthest,
    "planned": lambda entry: entry.planned,
}


def key_of(name: str) -> Key | None:
    """Give what a table is sorted by: a column above, or LEVEL:INDICATOR; None for nonsense."""
    if name in SORTS:
        return SORTS[name]
    level, _, indicator = name.partition(":")
    if not indicator:
        return None
    return lambda entry: (entry.cvs.get((level, indicator)) or {}).get("cv")


def ordered(found: Iterable[Entry], by: str) -> list[Entry]:
    """Sort by a column, downwards with a hyphen before its name; what is unknown stands last."""
    rows = list(found)
    key = key_of(by.removeprefix("-"))
    if key is None:
        return rows
    known = [entry for entry in rows if key(entry) is not None]
    unknown = [entry for entry in rows if key(entry) is None]
    return [*sorted(known, key=key, reverse=by.startswith("-")), *unknown]


def filtered(found: Iterable[Entry], wanted: Mapping[str, str]) -> list[Entry]:
    """Keep the counties that a filter names."""
    words, state, verdict = (wanted.get(name) or "" for name in ("q", "state", "verdict"))
    return [
        entry
        for entry in found
        if words in entry.filing.organisation.name
        and state in ("", entry.filing.state)
        and verdict in ("", entry.verdict)
    ]


def groups(found: Iterable[Entry], organisation: Organisation) -> list[Row]:
    """Add up the counties by what lies directly below the organisation: cities, or provinces."""
    depth = len(organisation.keys)
    by_key: dict[int, list[Entry]] = defaultdict(list)
    for entry in found:
        keys = entry.filing.organisation.keys
        if len(keys) > depth + 1:
            by_key[keys[depth]].append(entry)
    names = dict(Organisation.objects.filter(pk__in=by_key).values_list("pk", "name"))
    return [_group(names[key], rows) for key, rows in by_key.items()]


def _group(name: str, rows: list[Entry]) -> Row:
    sections: Counter[str] = Counter()
    for entry in rows:
        sections.update(entry.sections)
    whole = sections.total()
    over = sum(entry.summary.get("balance_unmet", 0) for entry in rows)
    return {
        "name": name,
        "counties": len(rows),
        "passed": sum(entry.verdict == "pass" for entry in rows),
        "share": 100 * sections["pass"] / whole if whole else None,
        "over": over,
        "judged": sum(bool(entry.summary) for entry in rows),
    }


def stages(found: Iterable[Entry]) -> Row:
    """Count the counties by the stage of the procedure, as the parts of a bar."""
    return shares_of(Counter(entry.filing.state for entry in found))
