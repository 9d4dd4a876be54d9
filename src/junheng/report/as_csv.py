"""Data sets as folders of CSV: the whole folder or nothing, and no text that would be calculated."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from junheng.errors import WrongUse
from junheng.model.tables import TABLES, Column, Table
from junheng.report.workbook import CALCULATED, literal

Rows = Iterable[Mapping[str, Any]]


@contextmanager
def folder(out: Path, *, keep: bool = False) -> Iterator[Path]:
    """Fill a folder beside OUT, then put it in the place of OUT; what breaks off leaves OUT alone.

    With `keep`, it begins as a copy of OUT. Raises WrongUse where it cannot be written.
    """
    out = out.resolve()
    draft = out.with_name(f".{out.name}.{uuid4().hex}")
    try:
        if keep and out.exists():
            shutil.copytree(out, draft)
        else:
            draft.mkdir(parents=True)
        yield draft
        _put_in_place(draft, out)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUse("template.unwritable", found=out, reason=reason) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def table(path: Path, headings: Sequence[str], rows: Rows) -> None:
    """Write a table that reads back as it was: nothing is added to its texts."""
    _write(path, headings, ([_text(row.get(name)) for name in headings] for row in rows))


def log(path: Path, headings: Sequence[str], rows: Rows) -> None:
    """Write a list for people: texts that a spreadsheet would calculate are marked as text."""
    cells = ([literal(_text(row.get(name))) for name in headings] for row in rows)
    _write(path, headings, cells)


def calculated(rows: Rows, of: Table) -> Iterator[tuple[Mapping[str, Any], Column]]:
    """Find the texts of a table that a spreadsheet would calculate: they are to be refused."""
    texts = [column for column in of.columns if column.kind in ("text", "choice")]
    for row in rows:
        for column in texts:
            if _text(row.get(column.name)).startswith(CALCULATED):
                yield row, column


def is_ours(out: Path, mark: str) -> bool:
    """Say whether a folder is new or empty, or was written by us: it has the mark, and no other files."""
    if not out.exists():
        return True
    names = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    return not names or (mark in names and names <= {mark, *(f"{name}.csv" for name in TABLES)})


def _write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _put_in_place(draft: Path, out: Path) -> None:
    if not out.exists():
        draft.rename(out)
        return
    aside = draft.with_name(f"{draft.name}.old")
    out.rename(aside)
    try:
        draft.rename(out)
    except BaseException:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
