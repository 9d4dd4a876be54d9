"""What waits for a person: the lines of his first page, each leading to where the work is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Kind
from junheng.web.accounts.roles import Permission
from junheng.web.accounts.selectors import without_people
from junheng.web.audit.models import Entry
from junheng.web.collection.models import EDITABLE, CampaignState, Filing
from junheng.web.collection.models import FilingState as S
from junheng.web.planning.selectors import to_answer, to_close
from junheng.web.reviews.models import Answer, Objection, PublicObjection
from junheng.web.reviews.selectors import ENDS, queue

Titles = dict[tuple[str, str], Promise]
Ways = tuple[str, Callable[[int], str]]
"""Where one filing is worked on, as a route; and several of a campaign, as an address."""

STEPS: Titles = {
    (Kind.SCHOOL, S.DRAFT): _("核对并提交本校数据"),
    (Kind.SCHOOL, S.RETURNED): _("修改后重新提交本校数据"),
    (Kind.SCHOOL, S.SUBMITTED): _("审核学校提交的数据"),
    (Kind.COUNTY, S.DRAFT): _("上报本县数据"),
    (Kind.COUNTY, S.RETURNED): _("整改后重新上报"),
    (Kind.COUNTY, S.WITH_CITY): _("复核县的上报"),
    (Kind.COUNTY, S.WITH_PROVINCE): _("评估县的上报"),
    (Kind.COUNTY, S.APPROVED): _("公示评估通过的县"),
    (Kind.COUNTY, S.IN_PUBLICATION): _("结束公示，报国家"),
    (Kind.COUNTY, S.WITH_NATION): _("认定县的申报"),
}
"""What to do with a filing of a kind in a state, for those who take its next step."""

FILL: Titles = {
    (Kind.SCHOOL, S.DRAFT): _("填报本校数据"),
    (Kind.SCHOOL, S.RETURNED): _("按退回的理由修改本校数据"),
    (Kind.COUNTY, S.DRAFT): _("填报县级数据"),
    (Kind.COUNTY, S.RETURNED): _("按退回的理由修改县级数据"),
}
"""The same for those who fill in, and hand on to somebody else."""

REMIND: Titles = {
    (Kind.SCHOOL, S.DRAFT): _("提醒还没有提交的学校"),
    (Kind.SCHOOL, S.RETURNED): _("提醒退回后还没有重新提交的学校"),
}
"""The same for the county that waits for its schools."""

INSPECT: Titles = dict.fromkeys(
    ((Kind.SCHOOL, S.SUBMITTED), (Kind.SCHOOL, S.ACCEPTED)), _("核对学校的佐证，登记核查数")
)
"""The same for those who look at what was handed in, and decide nothing."""

NAMED = 3
"""How many of the organisations that wait are named in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line: how many, what, in which campaign, until when, and where it is done."""

    title: str | Promise
    more: str
    address: str
    count: int
    due: dt.date | None = None
    days: int | None = None

    @property
    def urgent(self) -> bool:
        """Tell whether it is late already."""
        return self.days is not None and self.days < 0


def tasks_of(account: Account, today: dt.date) -> list[Task]:
    """Give what waits for a person, the nearest deadline first."""
    filings = [*_steps(account, today), *_to_fill(account, today), *_to_remind(account, today)]
    filings += [*_to_inspect(account, today), *_to_answer(account, today)]
    filings += _of_ledger(account, today)
    filings.sort(key=lambda task: (task.due or dt.date.max, str(task.title)))
    return [*filings, *_people(account), *_log(account, today)]


def _steps(account: Account, today: dt.date) -> Iterator[Task]:
    return _grouped(queue(account), STEPS, ("reviews:filing", _desk), today)


def _to_fill(account: Account, today: dt.date) -> Iterator[Task]:
    """Filings of exactly one's own school or county; who also hands it in is told so above."""
    submits = set(scope.paths(account, Permission.SUBMIT))
    places = set(scope.paths(account, Permission.FILL)) - submits
    open_now = Q(campaign__state=CampaignState.OPEN, state__in=EDITABLE)
    rows = Filing.objects.filter(open_now, organisation__path__in=places).annotate(ends=ENDS)
    return _grouped(rows, FILL, ("collection:filing", _campaign), today)


def _to_remind(account: Account, today: dt.date) -> Iterator[Task]:
    """Schools of one's own county that have not submitted yet."""
    counties = scope.paths(account, Permission.REVIEW)
    late = Q(campaign__state=CampaignState.OPEN, state__in=EDITABLE)
    rows = Filing.objects.filter(late, county__path__in=counties, organisation__kind=Kind.SCHOOL)
    return _grouped(rows.annotate(ends=ENDS), REMIND, ("reviews:filing", _campaign), today)


def _to_inspect(account: Account, today: dt.date) -> Iterator[Task]:
    """Schools that have handed in, for an expert of their county."""
    decides = scope.paths(account, Permission.REVIEW)
    counties = set(scope.paths(account, Permission.MARK)) - set(decides)
    rows = Filing.objects.filter(
        campaign__state=CampaignState.OPEN,
        state__in=[state for _kind, state in INSPECT],
        county__path__in=counties,
        organisation__kind=Kind.SCHOOL,
    )
    return _grouped(rows.annotate(ends=ENDS), INSPECT, ("collection:filing", _campaign), today)


def _to_answer(account: Account, today: dt.date) -> Iterator[Task]:
    """Objections of counties to one's own decisions, and those of the public."""
    mine = scope.paths(account, Permission.REVIEW)
    decided = Objection.objects.filter(answer=Answer.OPEN, answers__path__in=mine)
    found = decided.aggregate(count=Count("pk"), due=Min("due"))
    if found["count"]:
        yield Task(
            title=_("答复县的申辩、复查和复核申请"),
            more="",
            address=reverse("reviews:objections"),
            count=found["count"],
            due=found["due"],
            days=(found["due"] - today).days,
        )
    told = PublicObjection.objects.filter(answered_at__isnull=True)
    at = "publication__filing__organisation"
    if number := scope.visible(told, account, Permission.PUBLISH, at=at).count():
        address = reverse("reviews:public_objections")
        yield Task(title=_("处理公示期间的意见"), more="", address=address, count=number)


def _of_ledger(account: Account, today: dt.date) -> Iterator[Task]:
    """Tasks of one's own organisation, and those that one can strike off."""
    for title, rows, query in (
        (_("办理任务台账里的任务"), to_answer(account), "?state=open"),
        (_("给已报完成的任务销号"), to_close(account), "?state=answered"),
    ):
        found = rows.aggregate(count=Count("pk", distinct=True), due=Min("due"))
        if found["count"]:
            yield Task(
                title=title,
                more="",
                address=reverse("tasks:tasks") + query,
                count=found["count"],
                due=found["due"],
                days=(found["due"] - today).days,
            )


def _grouped(rows: QuerySet[Filing], titles: Titles, ways: Ways, today: dt.date) -> Iterator[Task]:
    """One line for all filings of one campaign that wait for the same."""
    route, several = ways
    groups = rows.order_by().values("campaign", "campaign__name", "organisation__kind", "state")
    counted = groups.annotate(
        count=Count("pk"), first=Min("pk"), nearest=Min("ends"), name=Min("organisation__name")
    )
    for group in counted.order_by(F("nearest").asc(nulls_last=True), "campaign__name"):
        one, due = group["count"] == 1, group["nearest"]
        yield Task(
            title=titles[group["organisation__kind"], group["state"]],
            more=f"{group['name']} · {group['campaign__name']}" if one else group["campaign__name"],
            address=reverse(route, args=[group["first"]]) if one else several(group["campaign"]),
            count=group["count"],
            due=due,
            days=(due - today).days if due else None,
        )


def _desk(_campaign: int) -> str:
    return reverse("reviews:desk")


def _campaign(campaign: int) -> str:
    return reverse("collection:campaign", args=[campaign])


def _people(account: Account) -> Iterable[Task]:
    """Organisations, at home or directly below, where nobody is appointed yet."""
    if not scope.holds(account, Permission.PEOPLE):
        return []
    names = list(without_people(account).values_list("name", flat=True))
    if not names:
        return []
    shown = str(_("、")).join(names[:NAMED])
    more = str(_("%(names)s等") % {"names": shown}) if len(names) > NAMED else shown
    title = _("为还没有人员的机构建立账号")
    return [Task(title=title, more=more, address=reverse("accounts:people"), count=len(names))]


def _log(account: Account, today: dt.date) -> Iterable[Task]:
    """What was written to the logs one may read, within a week."""
    if not scope.holds(account, Permission.AUDIT):
        return []
    rows = scope.visible(Entry.objects.all(), account, Permission.AUDIT, at="chain__organisation")
    recent = rows.filter(at__date__gt=today - dt.timedelta(days=7)).count()
    more = str(_("登录、变更、查看与导出都有记录，不能修改。"))
    title = _("查看近七天的日志")
    return [Task(title=title, more=more, address=reverse("oversight:log"), count=recent)]
