"""Tasks: made of plans, findings and returns; answered by departments; closed by a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from junheng.web.accounts import scope
from junheng.web.accounts.models import Account, Organisation
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.audit.services import record
from junheng.web.blobs.services import keep
from junheng.web.evidence.inspecting import inspect
from junheng.web.evidence.services import plain_name
from junheng.web.planning.models import Answer, Proof, Task, TaskSource, TaskState

LEAST_REASON = 10
"""Letters of a reason that stands for missing evidence."""
MOST_PROOFS = 5


@dataclass(frozen=True, slots=True)
class Given:
    """One task that is to be given out."""

    title: str
    origin: str
    lead: Organisation
    due: dt.date
    others: tuple[Organisation, ...] = ()
    about: str = ""
    cost: float | None = None
    measure: str = ""


@transaction.atomic
def give_out(
    county: Organisation, source: TaskSource, given: Sequence[Given], *, by: Account
) -> list[Task]:
    """Put tasks into the county's ledger; what stands there open already is refused by name."""
    if not scope.may_at(by, Permission.REVIEW, county):
        raise WebRefusal(_("只有本县的经办人和审核人可以保存方案、编制规划、下达任务。"))
    if not given:
        raise WebRefusal(_("请至少选一项任务。"))
    return [_made(county, source, one, by) for one in given]


def _made(county: Organisation, source: TaskSource, one: Given, by: Account) -> Task:
    if not all(county.holds(place) for place in (one.lead, *one.others)):
        raise WebRefusal(_("牵头和配合部门须是本县的机构。"))
    try:
        with transaction.atomic():
            task = Task.objects.create(
                county=county,
                title=one.title[:400],
                about=one.about[:400],
                lead=one.lead,
                due=one.due,
                cost=one.cost,
                measure=one.measure[:400],
                source=source,
                origin=one.origin[:200],
                created_by=by,
            )
    except IntegrityError as twice:
        words = {"title": one.title}
        raise WebRefusal(_("“%(title)s”已经在台账里，还没有销号。") % words) from twice
    task.others.set(one.others)
    leads = [place.code for place in (one.lead, *one.others)]
    _tell("task.give", task, by, {"title": task.title, "due": str(task.due), "at": leads})
    return task


@transaction.atomic
def answer(
    task: Task, text: str, files: Iterable[UploadedFile[Any]], *, done: bool, by: Account
) -> Answer:
    """Write down how far a task is, with files that show it; `done` asks for it to be closed."""
    held = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not any(
        scope.may(by, Permission.ANSWER, place) for place in (held.lead, *held.others.all())
    ):
        raise WebRefusal(_("这项任务不由您所在的单位办理。"))
    if held.state == TaskState.CLOSED:
        raise WebRefusal(_("这项任务已经销号，不能再答复。"))
    chosen = list(files)
    if len(chosen) > MOST_PROOFS:
        raise WebRefusal(_("一次最多附%(most)s个文件。") % {"most": MOST_PROOFS})
    written = Answer.objects.create(task=held, by=by, text=text, done=done)
    digests = [_proved(written, file) for file in chosen]
    if done:
        Task.objects.filter(pk=held.pk).update(state=TaskState.ANSWERED)
    _tell("task.answer", held, by, {"text": text, "done": done, "files": digests})
    return written


def _proved(written: Answer, file: UploadedFile[Any]) -> str:
    name, blob = plain_name(file.name or ""), keep(file.chunks())
    found = inspect(blob, name)
    Proof.objects.create(answer=written, name=name, blob=blob, media_type=found.media_type)
    return blob.digest


@transaction.atomic
def close(task: Task, reason: str, *, by: Account, now: dt.datetime | None = None) -> None:
    """Strike a task off: by somebody who did not answer it, on evidence or a written reason."""
    held = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not scope.may_at(by, Permission.REVIEW, held.county):
        raise WebRefusal(_("销号由本县的经办人或审核人办理。"))
    if held.state == TaskState.CLOSED:
        raise WebRefusal(_("这项任务已经销号。"))
    answers = held.answers.all()
    if not answers.exists():
        raise WebRefusal(_("还没有部门答复，不能销号。"))
    if answers.filter(by=by).exists():
        raise WebRefusal(_("您答复过这项任务，须由另一人销号。"))
    reason = reason.strip()
    proved = Proof.objects.filter(answer__task=held).exists()
    if not proved and len(reason) < LEAST_REASON:
        raise WebRefusal(
            _("答复没有附佐证文件。请写明销号的理由（不少于%(least)s字），或请部门补充文件。")
            % {"least": LEAST_REASON}
        )
    Task.objects.filter(pk=held.pk).update(
        state=TaskState.CLOSED, closed_by=by, closed_at=now or timezone.now(), reason=reason
    )
    _tell("task.close", held, by, {"reason": reason, "proved": proved})


@transaction.atomic
def send_back(task: Task, why: str, *, by: Account) -> None:
    """Give a task that was reported done back to its department, with what is missing."""
    held = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not scope.may_at(by, Permission.REVIEW, held.county):
        raise WebRefusal(_("销号由本县的经办人或审核人办理。"))
    if held.state != TaskState.ANSWERED:
        raise WebRefusal(_("只有已报完成的任务可以退回。"))
    if not why.strip():
        raise WebRefusal(_("请写明还缺什么。"))
    Task.objects.filter(pk=held.pk).update(state=TaskState.OPEN, reason=why.strip())
    _tell("task.send_back", held, by, {"why": why.strip()})


def _tell(action: str, task: Task, by: Account, details: dict[str, Any]) -> None:
    record(action, by=by, organisation=task.county, about=f"task:{task.pk}", details=details)
