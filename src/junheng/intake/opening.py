"""Tables that can be read at all. What Polars says of others ends here, in words of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import check
from junheng.intake.dataset import Counted, Raw, Sheet
from junheng.intake.gathered import Engine, Gathered
from junheng.intake.headings import Columns, match, sheet_of, strange_columns
from junheng.intake.labels import of

_UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


def open_all(found: Gathered) -> dict[str, Counted]:
    """Bring the tables that can be read under machine names, and count what is wrong in each."""
    matched = [(raw, match(raw, found)) for raw in found.raws]
    try:
        opened = _counted([sheet_of(raw, columns) for raw, columns in matched], found.engine)
    except _UNREADABLE:
        each = (_mended(raw.as_text or raw, columns, found) for raw, columns in matched)
        opened = [one for one in each if one]
    for sheet, counts in opened:
        found.problems += strange_columns(sheet)
        lost = ", ".join(name for name in sheet.nameless if counts[name])
        if lost:
            found.notices.append(of(sheet.table, "no_heading", places=lost))
    return {one.sheet.table.name: one for one in opened}


def _counted(sheets: Sequence[Sheet], engine: Engine) -> list[Counted]:
    queries = [query(sheet) for sheet in sheets for query in (check.counts, check.repeated)]
    rows = [row.row(0, named=True) for row in pl.collect_all(queries, engine=engine)]
    counts = [cells | keys for cells, keys in zip(rows[::2], rows[1::2], strict=True)]
    opened = map(Counted, sheets, counts)
    return [_patiently(one, engine) for one in opened]


def _patiently(one: Counted, engine: Engine) -> Counted:
    """Leave empty rows out, and read what is not typed plainly; count again only if need be."""
    sheet, counts = one
    if counts[check.BLANK]:
        return _counted([check.without_blanks(sheet)], engine)[0]
    if not sheet.typed and (odd := check.odd_columns(sheet, counts)):
        return _counted([check.with_plain(sheet, odd)], engine)[0]
    return one


def _mended(raw: Raw, columns: Columns, found: Gathered) -> Counted | None:
    """Open one table by itself, a second time if it can be mended."""
    broken = Problem("intake.file_broken", file=raw.origin)
    try:
        return _counted([sheet_of(raw, columns)], found.engine)[0]
    except _UNREADABLE:
        if raw.mend is None:
            found.problems.append(broken)
            return None
    try:
        mended = replace(raw, frame=raw.mend())
        return _counted([sheet_of(mended, columns)], found.engine)[0]
    except DataNeedsMending as refusal:
        found.problems += refusal.problems
    except _UNREADABLE:
        found.problems.append(broken)
    return None
