"""Reading counties, plans and tasks for pages, always within what the reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from junheng.errors import say
from junheng.report.gaps_workbook import SHEETS, said
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind, Organisation
from junheng.web.accounts.roles import Permission
from junheng.web.collection.models import CampaignState, Filing
from junheng.web.planning.models import Answer, Plan, Proof, Task, TaskState
from junheng.web.planning.situation import Judged
from junheng.web.reviews.models import StepTaken
from junheng.web.reviews.subjects import Names

Cell = tuple[str, bool]
"""What a cell shows, and whether it is a number."""
_SAME = ("year", "county")
"""Columns that hold the same on every row of a county's page."""
_WHOLE, _SMALL = 100, 10


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows as a page shows them."""

    title: str
    about: str
    heads: list[Cell]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found that can become a task."""

    origin: str
    where: str
    what: str
    place: str
    """Code of the school that it is about, or empty."""


def counties(account: Account) -> QuerySet[Filing]:
    """Give the filings of counties that an account may plan for or look at."""
    rows = Filing.objects.filter(organisation__kind=Kind.COUNTY)
    rows = scope.visible(rows.exclude(campaign__state=CampaignState.DRAFT), account)
    rows = rows.select_related("campaign", "organisation", "county", "standing")
    return rows.defer("standing__payload")


def plans(account: Account) -> QuerySet[Plan]:
    """Give the plans that an account may see; without their long results."""
    rows = scope.visible(Plan.objects, account, at="filing__organisation")
    rows = rows.select_related(
        "filing__campaign", "filing__organisation", "filing__county", "job", "by", "result"
    )
    return rows.defer("result__payload")


def tasks(account: Account) -> QuerySet[Task]:
    """Give the tasks of one's counties, and those that one's organisation leads or takes part in."""
    seen = scope.visible(Task.objects, account, at="county")
    led = scope.visible(Task.objects, account, Permission.ANSWER, at="lead")
    helped = scope.visible(Task.objects, account, Permission.ANSWER, at="others")
    mine = Q(pk__in=[]) | Q(pk__in=seen.values("pk")) | Q(pk__in=led.values("pk"))
    rows = Task.objects.filter(mine | Q(pk__in=helped.values("pk")))
    return rows.select_related("county", "lead").prefetch_related("others")


def to_answer(account: Account) -> QuerySet[Task]:
    """Give the open tasks that exactly one's own organisation leads or takes part in."""
    paths = scope.paths(account, Permission.ANSWER)
    own = Q(lead__path__in=paths) | Q(others__path__in=paths)
    return Task.objects.filter(own, state=TaskState.OPEN).distinct()


def to_close(account: Account) -> QuerySet[Task]:
    """Give the tasks of one's own county that were reported done and wait to be struck off."""
    paths = scope.paths(account, Permission.REVIEW)
    waiting = Task.objects.filter(county__path__in=paths, state=TaskState.ANSWERED)
    return waiting.exclude(answers__by=account)


def answers(task: Task) -> QuerySet[Answer]:
    """Give what was answered, the first at the top, with files."""
    return task.answers.select_related("by").prefetch_related("proofs")


def proofs(account: Account) -> QuerySet[Proof]:
    """Give the files that an account may see."""
    return Proof.objects.filter(answer__task__in=tasks(account).order_by().values("pk"))


def places(county: Organisation) -> list[Organisation]:
    """Give whom a county can give a task to: itself, its departments, its schools."""
    rows = Organisation.objects.filter(path__startswith=county.path, closed_on__isnull=True)
    order = {Kind.COUNTY: 0, Kind.DEPARTMENT: 1, Kind.SCHOOL: 2}
    return sorted(rows, key=lambda place: (order[Kind(place.kind)], place.code))


def named(words: str, among: Iterable[Organisation]) -> list[Organisation]:
    """Find the county's departments by their usual names, such as 县财政局、县教育局.

    A name nobody bears is left out: the county's own office takes its place where it leads.
    """
    wanted = [word.removeprefix("县") for word in words.split("、") if word]
    return [
        place
        for place in among
        if place.kind == Kind.DEPARTMENT and any(place.name.endswith(word) for word in wanted)
    ]


def gaps_table(judged: Judged, sheet: str, language: str) -> Table:
    """Give one sheet of the gaps in the reader's words."""
    names = SHEETS[sheet][1]
    kept = [place for place, name in enumerate(names) if name not in _SAME]
    rows = said([judged.priced], sheet, language)
    costs = judged.priced.costs
    heads = [say(f"gaps.h_{names[place]}", language) for place in kept]
    about = say(f"gaps.about_{sheet}", language, costs=costs.id, note=costs.note.say(language))
    return table(
        say(f"gaps.sheet_{sheet}", language), about, heads, [[r[p] for p in kept] for r in rows]
    )


def table(title: str, about: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Write the cells of a table; a column of numbers stands right."""
    cells = [[(shown(one), isinstance(one, int | float)) for one in row] for row in rows]
    numeric = [any(row[place][1] for row in cells) for place in range(len(heads))]
    return Table(title, about, list(zip(heads, numeric, strict=True)), cells)


def shown(value: Any) -> str:
    """Write one cell; years and counts are whole numbers and stay as they are.

    >>> shown(1234567.8), shown(0.41234), shown(12.5), shown(2030), shown(None)
    ('1,234,568', '0.412', '12.50', '2030', '')
    """
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if value.is_integer() or abs(value) >= _WHOLE:
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < _SMALL else f"{value:.2f}"


def sheet(said_of: Mapping[str, Any], name: str) -> Table:
    """Give one sheet of a plan as it was stored."""
    kept = said_of["sheets"][name]
    return table(kept["title"], "", kept["heads"], kept["rows"])


def returned(filing: Filing, language: str) -> list[Problem]:
    """Give what reviewers returned a county or its schools for, the latest first."""
    steps = StepTaken.objects.filter(
        filing__campaign=filing.campaign_id,
        filing__county=filing.organisation_id,
        step__endswith="_return",
    )
    names = Names(filing.campaign, language)
    return [
        Problem(
            f"return:{step.pk}:{place}",
            f"{step.filing.organisation.name} · {names.of(item)}",
            item["why"],
            step.filing.organisation.code,
        )
        for step in steps.select_related("filing__organisation").order_by("-pk")
        for place, item in enumerate(step.items)
    ]


def in_ledger(county: Organisation, origins: Iterable[str]) -> set[str]:
    """Tell which of these stand in the ledger already, not struck off."""
    rows = Task.objects.filter(county=county, origin__in=list(origins))
    return set(rows.exclude(state=TaskState.CLOSED).values_list("origin", flat=True))


def days_left(task: Task, today: dt.date) -> int:
    """Give how many days a task has left; below zero when it is late."""
    return (task.due - today).days
