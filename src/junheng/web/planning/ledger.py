"""The ledger of tasks as a workbook, in which text stays text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from junheng.report.plan_sheets import NARROW, Sheet, write_sheets
from junheng.web.planning.models import Task
from junheng.web.reviews.terms import tone_of


def workbook(tasks: Iterable[Task], today: dt.date) -> bytes:
    """Write the ledger; a row a task."""
    heads = [
        (_("序号"), 8), (_("任务"), 40), (_("指标或事项"), 36), (_("牵头部门"), 26), (_("配合部门"), 30),
        (_("完成期限"), 14), (_("金额（元）"), 16), (_("完成标志"), 44), (_("来源"), NARROW), (_("状态"), 18),
        (_("提醒"), NARROW), (_("销号人"), NARROW), (_("销号说明"), 30),
    ]  # fmt: skip
    rows = [[number, *_row(task, today)] for number, task in enumerate(tasks, 1)]
    with TemporaryDirectory(prefix="junheng-") as folder:
        out = Path(folder) / "ledger.xlsx"
        write_sheets([Sheet(_("任务台账"), heads, rows)], out)
        return out.read_bytes()


def _row(task: Task, today: dt.date) -> list[object]:
    tone = None if task.closed_by_id else tone_of(task.due, today)
    others = _("、").join(place.name for place in task.others.all())
    return [
        task.title, task.about, task.lead.name, others, date_format(task.due, "DATE_FORMAT"),
        task.cost, task.measure, task.get_source_display(), task.get_state_display(),
        str(tone.label) if tone else "", task.closed_by.name if task.closed_by else "", task.reason,
    ]  # fmt: skip
