"""The ledger of tasks: the list, one task, answers, striking off, the workbook."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from junheng.web.accounts import scope
from junheng.web.accounts.access import Request, allowed
from junheng.web.accounts.limits import limited
from junheng.web.accounts.refusals import WebRefusal
from junheng.web.accounts.roles import Permission
from junheng.web.blobs.services import open_blob
from junheng.web.planning import ledger, selectors, tasks
from junheng.web.planning.forms import AnswerForm, TaskFilter
from junheng.web.planning.models import Task, TaskState
from junheng.web.reviews.terms import due_within, tone_of

PAGE = 50
MOST_ROWS = 5000
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@allowed(Permission.SEE, Permission.ANSWER)
def listed(request: Request) -> HttpResponse:
    """List the tasks: to a department its own, to a county all."""
    today, form = timezone.localdate(), TaskFilter(request.GET or None)
    page = Paginator(_chosen(request, form, today), PAGE).get_page(request.GET.get("page"))
    rows = [(task, selectors.days_left(task, today), _tone(task, today)) for task in page]
    return render(request, "planning/tasks.html", {"page": page, "rows": rows, "form": form})


def _chosen(request: Request, form: TaskFilter, today: dt.date) -> QuerySet[Task]:
    """Keep what was asked for; what is open comes first."""
    rows = selectors.tasks(request.user).order_by("closed_at", "due", "pk")
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if words := asked.get("q"):
        rows = rows.filter(Q(title__icontains=words) | Q(lead__name__icontains=words))
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("tone"):
        rows = rows.exclude(state=TaskState.CLOSED)
        rows = rows.filter(due__range=due_within(asked["tone"], today))
    return rows


def _tone(task: Task, today: dt.date) -> Any:
    return None if task.state == TaskState.CLOSED else tone_of(task.due, today)


@require_safe
@allowed(Permission.SEE, Permission.ANSWER)
@limited("export")
def workbook(request: Request) -> HttpResponse:
    """Hand out the ledger, as it is filtered, as a workbook."""
    today = timezone.localdate()
    rows = _chosen(request, TaskFilter(request.GET or None), today).select_related("closed_by")
    name = _("任务台账-%(day)s.xlsx") % {"day": today.isoformat()}
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    content = ledger.workbook(rows[:MOST_ROWS], today)
    return HttpResponse(content, content_type=_EXCEL, headers={"Content-Disposition": disposition})


def _task(request: Request, pk: int) -> Task:
    return get_object_or_404(selectors.tasks(request.user).select_related("closed_by"), pk=pk)


@require_safe
@allowed(Permission.SEE, Permission.ANSWER)
def one(request: Request, pk: int) -> HttpResponse:
    """Show a task, what was answered, and what the reader can do."""
    return _page(request, _task(request, pk), AnswerForm())


def _page(request: Request, task: Task, form: AnswerForm, refusal: str = "") -> HttpResponse:
    today = timezone.localdate()
    places = (task.lead, *task.others.all())
    closed = task.state == TaskState.CLOSED
    mine = any(scope.may(request.user, Permission.ANSWER, place) for place in places)
    found = {
        "task": task,
        "days": selectors.days_left(task, today),
        "tone": _tone(task, today),
        "answers": selectors.answers(task),
        "form": form,
        "refusal": refusal,
        "answers_here": mine and not closed,
        "closes_here": scope.may_at(request.user, Permission.REVIEW, task.county) and not closed,
    }
    status = 422 if refusal or form.errors else 200
    return render(request, "planning/task.html", found, status=status)


@require_POST
@allowed(Permission.ANSWER)
def answer(request: Request, pk: int) -> HttpResponse:
    """Write down how far a task is."""
    task, form = _task(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form)
    said = form.cleaned_data
    try:
        tasks.answer(
            task, said["text"], request.FILES.getlist("files"), done=said["done"], by=request.user
        )
    except WebRefusal as refusal:
        return _page(request, task, form, str(refusal))
    messages.success(request, _("已答复。"))
    return redirect("tasks:task", pk)


@require_POST
@allowed(Permission.REVIEW)
def close(request: Request, pk: int) -> HttpResponse:
    """Strike a task off, or give it back."""
    task, reason = _task(request, pk), request.POST.get("reason", "")[:400]
    back = request.POST.get("step") == "back"
    try:
        (tasks.send_back if back else tasks.close)(task, reason, by=request.user)
    except WebRefusal as refusal:
        return _page(request, task, AnswerForm(), str(refusal))
    messages.success(request, _("已退回。") if back else _("已销号。"))
    return redirect("tasks:task", pk)


@require_safe
@allowed(Permission.SEE, Permission.ANSWER)
@limited("export")
def proof(request: Request, pk: int) -> FileResponse:
    """Hand out a file of an answer."""
    found = get_object_or_404(selectors.proofs(request.user), pk=pk)
    return FileResponse(
        open_blob(found.blob_id),
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type,
    )
