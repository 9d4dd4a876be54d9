"""Write a plan into a folder: workbook, Parquet, JSON, picture; all of it or nothing."""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from pathlib import Path

from junheng.errors import WrongUse
from junheng.model.standard import Standard
from junheng.plan.report import Report, document
from junheng.report import plan_workbook
from junheng.report.plan_book import book_of

WORKBOOK, ABOUT = "plan.xlsx", "plan.json"
SHEETS_TOO = ("targets", "tasks")
"""Sheets that are Parquet as they stand; the others are the tables of the plan."""


def write(report: Report, standard: Standard, out: Path, language: str) -> None:
    """Write a report, with the tables of its plan if there is one, into a folder that is not there yet.

    The picture needs the extra `documents`; without it there is none, and the rest is written.
    Raises WrongUse, having written nothing, when the folder is there or cannot be written.
    """
    if out.exists():
        raise WrongUse("plan.out_exists", folder=out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUse("plan.unwritable", folder=out, reason=reason) from error
    try:
        _fill(report, standard, work, language)
        work.chmod(0o755)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _fill(report: Report, standard: Standard, work: Path, language: str) -> None:
    text = json.dumps(document(report), ensure_ascii=False, indent=1, allow_nan=False)
    (work / ABOUT).write_text(text + "\n", "utf-8")
    if report.results is None:
        return
    for name, frame in report.results.frames().items():
        frame.write_parquet(work / f"{name}.parquet")
    book = book_of(report, standard, language)
    plan_workbook.write(book, work / WORKBOOK)
    for name in SHEETS_TOO:
        plan_workbook.frame(book, name).write_parquet(work / f"{name}.parquet")
    if importlib.util.find_spec("altair") and importlib.util.find_spec("vl_convert"):
        from junheng.report.plan_chart import path

        picture = path(book)
        (work / f"{picture.id}.png").write_bytes(picture.png())
        (work / f"{picture.id}.svg").write_text(picture.svg(), "utf-8")
