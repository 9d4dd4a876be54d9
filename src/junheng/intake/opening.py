"""Tables that can be read at all. What Polars says of others ends here, in words of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import check
from junheng.intake.dataset import UNREADABLE, Counted, Raw, Sheet
from junheng.intake.gathered import Engine, Gathered
from junheng.intake.headings import Columns, match, sheet_of, strange_columns
from junheng.intake.labels import of
from junheng.intake.plain_tables import open_plain


def open_all(found: Gathered) -> dict[str, Counted]:
    """Bring the tables that can be read under machine names, and count what is wrong in each."""
    matched = [(raw, match(raw, found)) for raw in found.raws]
    plain = open_plain(matched)
    others = [(raw, columns) for raw, columns in matched if raw.table.name not in plain]
    try:
        opened = _counted([sheet_of(raw, columns) for raw, columns in others], found.engine)
    except UNREADABLE:
        each = (_mended(raw, columns, found) for raw, columns in others)
        opened = [one for one in each if one]
    for sheet, counts, _ in opened:
        found.problems += strange_columns(sheet)
        lost = ", ".join(name for name in sheet.nameless if counts[name])
        if lost:
            found.notices.append(of(sheet.table, "no_heading", places=lost))
    by_name = plain | {one.sheet.table.name: one for one in opened}
    return {
        raw.table.name: by_name[raw.table.name] for raw, _ in matched if raw.table.name in by_name
    }


def _counted(sheets: Sequence[Sheet], engine: Engine) -> list[Counted]:
    if engine == "in-memory":
        sheets = _taken_apart(sheets)
    queries = [query(sheet) for sheet in sheets for query in (check.counts, check.repeated)]
    rows = [row.row(0, named=True) for row in pl.collect_all(queries, engine=engine)]
    counts = [cells | keys for cells, keys in zip(rows[::2], rows[1::2], strict=True)]
    opened = map(Counted, map(_as_kept, sheets), counts)
    return [_patiently(one, engine) for one in opened]


def _as_kept(sheet: Sheet) -> Sheet:
    """Find the columns to which nothing need be done whenever the table is read anew."""
    if sheet.source is None:
        return sheet
    otherwise = check.otherwise_kept(sheet).collect(engine="streaming").row(0, named=True)
    return replace(sheet, as_kept=frozenset(n for n in sheet.dtypes if otherwise.get(n) is False))


def _taken_apart(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Take small text apart into cells once, however often they are looked at."""
    text = [sheet.cells for sheet in sheets if sheet.lines]
    cells = iter(pl.collect_all(text, engine="in-memory"))
    return [replace(s, cells=next(cells).lazy()) if s.lines else s for s in sheets]


def _patiently(one: Counted, engine: Engine) -> Counted:
    """Leave empty rows out, and read what is not typed plainly; count again only if need be."""
    sheet, counts, _ = one
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
    except UNREADABLE:
        if raw.mend is None:
            found.problems.append(broken)
            return None
    try:
        mended = replace(raw, frame=raw.mend())
        return _counted([sheet_of(mended, columns)], found.engine)[0]
    except DataNeedsMending as refusal:
        found.problems += refusal.problems
    except UNREADABLE:
        found.problems.append(broken)
    return None
