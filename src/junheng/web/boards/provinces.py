"""Counties of a province, a city or the nation side by side, from the short forms of their verdicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.boards.models import Outlook
from junheng.web.boards.progress import shares_of
from junheng.web.boards.shorts import BEFORE, SHORTS, Before, Coefficient, Short, made_at
from junheng.web.collection.models import Campaign, CampaignState, Filing, FilingState

Row = dict[str, Any]
_KNOWN = ("pass", "fail", "not_assessed")
DONE = (FilingState.RECOGNISED,)


class Entry(NamedTuple):
    """One county in a table: where it stands, how far it is, what is planned and what would come."""

    pk: int
    """Of its filing."""
    county: int
    code: str
    name: str
    path: str
    state: str
    verdict: str
    short: Short | None
    """None: nothing could be judged yet."""
    standing: int | None
    judged_at: str
    """As `shorts.made_at` writes it."""
    planned: int | None
    looked: int | None
    """What was looked ahead to; None: nothing yet."""
    fail_ahead: int | None
    over_ahead: int | None
    """Sections and coefficients that would fail the next year, with the pupils projected."""

    @property
    def state_label(self) -> str:
        """Say its stage of the procedure."""
        return str(FilingState(self.state).label)

    @property
    def cvs(self) -> Mapping[tuple[str, str], Coefficient]:
        """Its coefficients by level and indicator."""
        return self.short.cvs if self.short else {}

    def slipped(self, before: Before) -> bool:
        """Tell whether it stands worse than the year before: verdict, coefficients or sections."""
        if self.short is None:
            return False
        worse = before.verdict == "pass" and self.verdict != "pass"
        more_over = self.short.balance_unmet > before.over
        return worse or more_over or self.short.sections["fail"] > before.fail

    @property
    def will_slip(self) -> bool:
        """Tell whether more would fail next year, if only the pupils change; unknown is no failure."""
        if self.over_ahead is None or self.fail_ahead is None or self.short is None:
            return False
        more_over = self.over_ahead > self.short.balance_unmet
        return more_over or self.fail_ahead > self.short.sections["fail"]

    def lags(self, year: int) -> bool:
        """Tell whether its planned year has come and it is not recognised."""
        return self.planned is not None and self.planned <= year and self.state not in DONE


_COLUMNS = (
    "pk", "organisation_id", "organisation__code", "organisation__name", "organisation__path",
    "state", "standing__verdict", "organisation__roadmap__year", "outlook__pk",
    "outlook__sections_fail", "outlook__balance_unmet", "standing__pk", "made_at",
)  # fmt: skip


def entries(account: Account, organisation: Organisation, campaign: Campaign) -> list[Entry]:
    """Give the counties of a tree in a campaign, in the order of their codes."""
    rows = counties_of(account, organisation).filter(campaign=campaign)
    timed = rows.annotate(made_at=made_at("standing__")).order_by("organisation__code")
    found = list(timed.values_list(*_COLUMNS))
    judged = {standing: at for *_, standing, at in found if standing is not None}
    shorts = SHORTS.of(judged.items())
    return [
        Entry(
            pk, county, code, name, path, state, verdict or "not_assessed", shorts.get(standing),
            standing, at, planned, looked, fail, over,
        )
        for (
            pk, county, code, name, path, state, verdict, planned, looked, fail, over, standing, at
        ) in found
    ]  # fmt: skip


def counties_of(account: Account, organisation: Organisation) -> QuerySet[Filing]:
    """Give the filings of the counties in a tree that an account may see."""
    rows = Filing.objects.filter(
        organisation__kind=Kind.COUNTY, organisation__path__startswith=organisation.path
    )
    return scope.visible(rows, account)


def coefficients(found: Iterable[Entry]) -> list[tuple[str, str]]:
    """Give the levels and indicators there are, in the order they come."""
    seen: dict[tuple[str, str], Coefficient] = {}
    for entry in found:
        seen.update(entry.cvs)
    return list(seen)


def slipping(
    found: Iterable[Entry], before: Mapping[int, Before | None]
) -> list[tuple[Entry, Before]]:
    """Give the counties that stand worse than the year before, each with how it stood."""
    return [
        (entry, was) for entry in found if (was := before.get(entry.county)) and entry.slipped(was)
    ]


def year_before(
    account: Account, organisation: Organisation, campaign: Campaign
) -> dict[int, Before | None]:
    """Give by county how it stood the year before, under the same standard; None: not judged."""
    runs = Campaign.objects.filter(standard=campaign.standard, year=campaign.year - 1)
    shown = runs.exclude(state=CampaignState.DRAFT)
    rows = counties_of(account, organisation).filter(campaign__in=shown, standing__isnull=False)
    timed = rows.annotate(made_at=made_at("standing__")).order_by("campaign_id")
    found = list(timed.values_list("organisation_id", "standing__pk", "made_at"))
    kept = BEFORE.of((pk, at) for _, pk, at in found)
    return {county: kept.get(pk) for county, pk, _ in found}


def outlooks(organisation: Organisation, campaign: Campaign) -> QuerySet[Outlook]:
    """Give what the counties of a tree were looked ahead to from a campaign."""
    return Outlook.objects.filter(
        filing__campaign=campaign, filing__organisation__path__startswith=organisation.path
    )


Key = Callable[[Entry], Any]


def _of(read: Callable[[Short], Any]) -> Key:
    return lambda entry: read(entry.short) if entry.short else None


SORTS: Mapping[str, Key] = {
    "name": lambda entry: entry.code,
    "state": lambda entry: list(FilingState).index(FilingState(entry.state)),
    "verdict": lambda entry: _KNOWN.index(entry.verdict),
    "share": _of(lambda short: short.share),
    "fail": _of(lambda short: short.sections["fail"]),
    "over": _of(lambda short: short.balance_unmet),
    "items": _of(lambda short: short.items_unmet),
    "open": _of(lambda short: short.items_open),
    "far": _of(lambda short: short.farthest),
    "planned": lambda entry: entry.planned,
}


def key_of(name: str) -> Key | None:
    """Give what a table is sorted by: a column above, or LEVEL:INDICATOR; None for nonsense."""
    if name in SORTS:
        return SORTS[name]
    level, _, indicator = name.partition(":")
    if not indicator:
        return None
    return lambda entry: cv.cv if (cv := entry.cvs.get((level, indicator))) else None


def ordered(found: Iterable[Entry], by: str) -> list[Entry]:
    """Sort by a column, downwards with a hyphen before its name; what is unknown stands last."""
    key = key_of(by.removeprefix("-"))
    if key is None:
        return list(found)
    keyed = [(key(entry), entry) for entry in found]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=by.startswith("-"))
    return [entry for _, entry in known] + [entry for value, entry in keyed if value is None]


def filtered(found: Iterable[Entry], wanted: Mapping[str, str]) -> list[Entry]:
    """Keep the counties that a filter names."""
    words, state, verdict = (wanted.get(name) or "" for name in ("q", "state", "verdict"))
    return [
        entry
        for entry in found
        if words in entry.name and state in ("", entry.state) and verdict in ("", entry.verdict)
    ]


def below(found: Iterable[Entry], organisation: Organisation) -> dict[int, list[Entry]]:
    """Sort counties by the city or province directly below the organisation; others are left out."""
    depth = len(organisation.keys)
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        keys = entry.path.split("/", depth + 1)
        if keys[-1]:
            by_key[keys[depth]].append(entry)
    return {int(key): rows for key, rows in by_key.items()}


def groups(found: Iterable[Entry], organisation: Organisation) -> list[Row]:
    """Add up the counties by what lies directly below the organisation: cities, or provinces."""
    by_key = below(found, organisation)
    names = dict(Organisation.objects.filter(pk__in=by_key).values_list("pk", "name"))
    return [{"pk": key, "name": names[key], **group(rows)} for key, rows in by_key.items()]


def group(rows: list[Entry]) -> Row:
    """Add up counties."""
    judged = [entry.short for entry in rows if entry.short]
    passing = sum(short.sections["pass"] for short in judged)
    whole = sum(sum(short.sections.values()) for short in judged)
    return {
        "counties": len(rows),
        "passed": sum(entry.verdict == "pass" for entry in rows),
        "share": 100 * passing / whole if whole else None,
        "over": sum(short.balance_unmet for short in judged),
        "judged": len(judged),
    }


def stages(found: Iterable[Entry]) -> Row:
    """Count the counties by the stage of the procedure, as the parts of a bar."""
    return shares_of(Counter(entry.state for entry in found))
