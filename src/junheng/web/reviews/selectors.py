"""What waits for whom, and what has happened: reads for pages, boards and reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import GRANTS, Permission, Role
from junheng.web.collection.models import CampaignState, Filing, FilingState
from junheng.web.reviews.models import Answer, Objection, PublicObjection, StepTaken, Tone
from junheng.web.reviews.situation import Reasons, Situation
from junheng.web.reviews.steps import STEPS, Party, Step
from junheng.web.reviews.terms import tone_of

TO_PUBLISH = (FilingState.APPROVED, FilingState.IN_PUBLICATION)
ENDS = Coalesce(
    "due",
    Case(
        When(
            organisation__kind=Kind.SCHOOL, state=FilingState.DRAFT, then=F("campaign__schools_due")
        ),
        When(state__in=(FilingState.DRAFT, FilingState.SUBMITTED), then=F("campaign__county_due")),
    ),
)
"""By when the next step is due: the term of the last step, else the campaign's day."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One filing that waits for a step of mine."""

    filing: Filing
    ends: dt.date | None
    tone: Tone | None
    days: int
    """How many days are left; below zero when the deadline is missed."""
    steps: tuple[Step, ...]


def reviewable(account: Account) -> QuerySet[Filing]:
    """Give the filings whose review one may follow: all one may see, and what one may publish."""
    seen = scope.visible(Filing.objects.all(), account, Permission.SEE)
    published = scope.visible(Filing.objects.all(), account, Permission.PUBLISH)
    return seen | published.filter(state__in=TO_PUBLISH, organisation__kind=Kind.COUNTY)


def queue(account: Account) -> QuerySet[Filing]:
    """Give the filings that wait for a step of this person, what is due first at the top."""
    mine = Q()
    for kind, path, permissions in _places(account):
        for step in STEPS.values():
            if step.awaited and step.at == kind and step.permission in permissions:
                mine |= Q(
                    organisation__path__startswith=path,
                    organisation__kind=step.whose,
                    state__in=step.sources,
                )
    rows = under_way().filter(mine) if mine else under_way().none()
    return rows.order_by(F("ends").asc(nulls_last=True), "organisation__code")


def under_way() -> QuerySet[Filing]:
    """Give the filings that may still move, with their deadlines; schools stop when a campaign closes."""
    return (
        Filing.objects.exclude(campaign__state=CampaignState.DRAFT)
        .exclude(campaign__state=CampaignState.CLOSED, organisation__kind=Kind.SCHOOL)
        .select_related("organisation", "campaign", "county")
        .annotate(ends=ENDS)
    )


def due_between(rows: QuerySet[Filing], first: dt.date, last: dt.date) -> QuerySet[Filing]:
    """Keep the filings of `under_way` whose deadline lies between two days, both included."""
    return rows.filter(Q(ends__gte=first, ends__lte=last))


def _places(account: Account) -> Iterable[tuple[str, str, frozenset[Permission]]]:
    held: dict[str, set[Permission]] = {}
    for path, role in scope.held(account):
        held.setdefault(path, set()).update(GRANTS[role])
    kinds = Organisation.objects.filter(path__in=held).values_list("path", "kind")
    return [(kind, path, frozenset(held[path])) for path, kind in kinds]


def waiting(filing: Filing, today: dt.date) -> Waiting:
    """Say how near a filing's deadline (annotated as `ends`) is, and which steps it waits for."""
    ends: dt.date | None = filing.ends  # type: ignore[attr-defined]  # annotated
    steps = tuple(
        step
        for step in STEPS.values()
        if step.awaited and step.whose == filing.organisation.kind and filing.state in step.sources
    )
    days = (ends - today).days if ends else 0
    return Waiting(filing, ends, tone_of(ends, today), days, steps)


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Give the names of organisations by their codes."""
    rows = Organisation.objects.filter(code__in=codes)
    return dict(rows.values_list("code", "name"))


def waiting_for(account: Account, *, today: dt.date | None = None, most: int = 10) -> list[Waiting]:
    """Give what waits for a person, the most urgent first: for the first page."""
    day = today or timezone.localdate()
    return [waiting(filing, day) for filing in queue(account)[:most]]


def steps_open_to(filing: Filing, account: Account, today: dt.date) -> list[Step]:
    """Give the steps a person may try now on a filing."""
    found = []
    shared = Situation(next(iter(STEPS.values())), filing, account, Reasons(), today)
    objection = shared.open_objection if filing.organisation.kind == Kind.COUNTY else None
    for step in STEPS.values():
        if step.whose != filing.organisation.kind or filing.state not in step.sources:
            continue
        if (step.answer is not None and objection is None) or (step.objection and objection):
            continue
        answering = objection.answers if objection else None
        at = answering if step.at == Party.ANSWERING else shared.above.get(step.at)
        if at is not None and scope.may_at(account, step.permission, at):
            found.append(step)
    return found


def timeline(filing: Filing) -> QuerySet[StepTaken]:
    """Give what has happened to a filing, the latest first."""
    return filing.steps.select_related("by", "at", "frozen").order_by("-number")


def objections(account: Account) -> QuerySet[Objection]:
    """Give the objections of counties one may see, those that wait first."""
    rows = scope.visible(
        Objection.objects.all(), account, Permission.SEE, at="filing__organisation"
    )
    waits = Case(When(answer=Answer.OPEN, then=0), default=1)
    return rows.select_related(
        "filing__organisation",
        "filing__campaign",
        "decision__at",
        "answers",
        "raised__by",
        "answered",
    ).order_by(waits, "due", "-pk")


def public_objections(account: Account) -> QuerySet[PublicObjection]:
    """Give the public's objections to counties one may see or publish, the unanswered first."""
    at = "publication__filing__organisation"
    rows = PublicObjection.objects.all()
    seen = scope.visible(rows, account, Permission.SEE, at=at)
    mine = seen | scope.visible(rows, account, Permission.PUBLISH, at=at)
    waits = Case(When(answered_at__isnull=True, then=0), default=1)
    return mine.select_related(
        "publication__filing__organisation", "publication__filing__campaign", "answered_by"
    ).order_by(waits, "-pk")


def people_at(
    organisation: Organisation, permissions: Iterable[Permission], day: dt.date
) -> QuerySet[Account]:
    """Give the people who hold one of these permissions at exactly this organisation on a day."""
    asked = set(permissions)
    roles = [role for role in Role if asked & GRANTS[role]]
    holds = Q(appointments__ends__isnull=True) | Q(appointments__ends__gte=day)
    return Account.objects.filter(
        holds,
        is_active=True,
        appointments__organisation=organisation,
        appointments__role__in=roles,
        appointments__begins__lte=day,
        appointments__ended_at__isnull=True,
    ).distinct()
