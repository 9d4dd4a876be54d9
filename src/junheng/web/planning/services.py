"""Keeping scenarios, asking for plans, stopping them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from junheng.errors import JunhengError
from junheng.web.accounts import scope
from junheng.web.accounts.models import Account
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep_bytes
from junheng.web.collection.models import Filing
from junheng.web.jobs.models import State
from junheng.web.jobs.services import enqueue
from junheng.web.planning.making import read_costs, read_limits
from junheng.web.planning.models import Plan, Scenario
from junheng.web.planning.situation import Typed, judged

MOST_BYTES = 200_000
"""Of an uploaded file of prices or limits."""
MOST_WAITING = 2
"""Plans of one county that wait or run at a time."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a plan is asked for."""

    name: str
    target: int
    seconds: int
    gap: float
    budget: Mapping[int, float] = field(default_factory=dict)
    headcount: Mapping[str, int] = field(default_factory=dict)
    assume_lowest: bool = True


def language() -> str:
    """Give the reader's language as the library names it."""
    return (get_language() or "zh")[:2]


def need_planner(filing: Filing, by: Account) -> None:
    """Refuse everybody but the county's own people."""
    if not scope.may_at(by, Permission.REVIEW, filing.organisation):
        raise WebRefusal(_("只有本县的经办人和审核人可以保存方案、编制规划、下达任务。"))


def keep_scenario(filing: Filing, name: str, edits: Sequence[Typed], *, by: Account) -> Scenario:
    """Keep edits under a name; they must be possible on the data as they are."""
    need_planner(filing, by)
    if not edits:
        raise WebRefusal(_("还没有填写任何改动。"))
    try:
        judged(filing).compared(edits)
    except JunhengError as wrong:
        raise WebRefusal(wrong.say(language())) from wrong
    rows = [dict(one) for one in edits]
    try:
        with transaction.atomic():
            kept = Scenario.objects.create(filing=filing, name=name, edits=rows, by=by)
            _tell("planning.scenario", filing, by, {"name": name, "edits": rows})
    except IntegrityError as twice:
        words = {"name": name}
        raise WebRefusal(_("已有名为“%(name)s”的方案，请换一个名称。") % words) from twice
    return kept


@transaction.atomic
def ask_plan(
    filing: Filing,
    question: Question,
    files: Mapping[str, UploadedFile[Any] | None],
    *,
    by: Account,
) -> Plan:
    """Have a plan made in the background; `files` holds the uploaded prices and limits, if any."""
    need_planner(filing, by)
    going_on = Plan.objects.filter(filing=filing, job__state__in=(State.WAITING, State.RUNNING))
    if going_on.count() >= MOST_WAITING:
        raise WebRefusal(_("本县已有两个规划在等待或计算。请等它们完成，或先停止一个。"))
    arguments: dict[str, Any] = {
        "target": question.target,
        "seconds": question.seconds,
        "gap": question.gap,
        "budget": {str(year): yuan for year, yuan in question.budget.items()},
        "headcount": dict(question.headcount),
        "assume_lowest": question.assume_lowest,
        "costs": _kept(files.get("costs"), read_costs),
        "limits": _kept(files.get("limits"), read_limits),
    }
    job = enqueue(
        "planning.plan", by=by, organisation=filing.organisation, arguments={"filing": filing.pk}
    )
    plan = Plan.objects.create(
        filing=filing, name=question.name, arguments=arguments, job=job, by=by
    )
    _tell("planning.plan", filing, by, {"plan": plan.pk, "name": plan.name, **arguments})
    return plan


def _kept(file: UploadedFile[Any] | None, read: Any) -> list[str] | None:
    """Keep an uploaded YAML file that the library can read; refuse it with every slip."""
    if file is None:
        return None
    if (file.size or 0) > MOST_BYTES:
        raise WebRefusal(_("“%(name)s”太大；价格和限制文件不超过200 KB。") % {"name": file.name})
    kept = ["upload.yaml", keep_bytes(file.read()).digest]
    try:
        read(kept)
    except (JunhengError, UnicodeDecodeError) as wrong:
        said = (
            wrong.say(language()) if isinstance(wrong, JunhengError) else _("文件不是UTF-8文本。")
        )
        raise WebRefusal(f"{file.name}\n{said}") from wrong
    return kept


@transaction.atomic
def stop_plan(plan: Plan, *, by: Account) -> None:
    """Ask a search to end with the best plan of its whole rounds; it hears of it within a second."""
    need_planner(plan.filing, by)
    if not Plan.objects.filter(
        pk=plan.pk, stop_asked=False, job__state__in=(State.WAITING, State.RUNNING)
    ).update(stop_asked=True):
        raise WebRefusal(_("这个规划已经算完，或已经要求停止。"))
    _tell("planning.stop", plan.filing, by, {"plan": plan.pk})


def _tell(action: str, filing: Filing, by: Account, details: Mapping[str, Any]) -> None:
    about = f"filing:{filing.pk}"
    record(action, by=by, organisation=filing.organisation, about=about, details=details)
