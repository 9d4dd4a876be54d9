"""Edits of cells as they come from a page or workbook, and what they are understood to mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from junheng.model.standard import Fact
from junheng.model.tables import TABLES
from junheng.report.workbook import CALCULATED
from junheng.web.collection import cells
from junheng.web.collection.models import Filing
from junheng.web.collection.rows import columns_of, filled_columns, known_key, tables_of
from junheng.web.collection.standards import standard_of

ROW_ITSELF = ""
"""The column by which a row is added (now "1") or taken out (now ""); it is never deleted."""
RULE = "rule:"
"""Columns that begin so hold the explanation of what a soft rule found."""
LONGEST_REASON, LONGEST_KEY = 500, 80
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell as its writer saw it (`was`, a stored value) and typed it (`now`, text)."""

    table: str
    key: str
    column: str
    was: Any
    now: str
    reason: str = ""

    @property
    def place(self) -> dict[str, str]:
        """Where the cell is."""
        return {"table": self.table, "key": self.key, "column": self.column}


class Refused(str):
    """The sentence that says why a cell cannot be saved."""

    __slots__ = ()


def understood(filing: Filing, edits: Sequence[Edit]) -> Iterator[tuple[Edit, Any]]:
    """Give each edit with its value, None where it says unknown, or Refused."""
    facts = standard_of(filing.campaign).facts
    columns: dict[tuple[str, ...], list[Edit]] = defaultdict(list)
    for edit in edits:
        if refused := _refused(edit, filing.organisation.kind, facts):
            yield edit, refused
        elif edit.column == ROW_ITSELF:
            yield edit, bool(edit.now)
        elif edit.column.startswith(RULE):
            yield edit, edit.now.strip() or None
        else:
            each = edit.key if edit.table == "facts" else ""
            columns[edit.table, edit.column, each].append(edit)
    yield from _typed(list(columns.values()), facts)


def _typed(columns: Sequence[Sequence[Edit]], facts: Facts) -> Iterator[tuple[Edit, Any]]:
    """Read what was typed, column by column."""
    language = (get_language() or "zh")[:2]
    read = cells.read_together([_asked(same, facts) for same in columns])
    for edit, one in zip(chain(*columns), chain(*read), strict=True):
        yield edit, Refused(one.say(language)) if one.problem else one.value


def _asked(same: Sequence[Edit], facts: Facts) -> cells.Asked:
    table, key, name = same[0].table, same[0].key, same[0].column
    column = cells.column_of(table, key, name, facts)
    return TABLES[table], column, [edit.now for edit in same]


def _refused(edit: Edit, kind: str, facts: Facts) -> Refused | None:
    if not _is_cell(edit, kind, facts):
        return Refused(_("这里没有这一格。请刷新页面后再填。"))
    said = edit.now if edit.column.startswith(RULE) else edit.reason
    if len(said) > LONGEST_REASON:
        return Refused(_("理由最多%(most)s字，请缩短。") % {"most": LONGEST_REASON})
    return None


def _is_cell(edit: Edit, kind: str, facts: Facts) -> bool:
    if edit.table not in tables_of(kind):
        return False
    if len(edit.key) > LONGEST_KEY or not known_key(edit.table, edit.key):
        return False
    if edit.table == "facts" and edit.key not in facts:
        return False
    if any(text.startswith(CALCULATED) for text in columns_of(edit.table, edit.key).values()):
        return False
    return edit.column in _columns(edit.table) or edit.column.startswith(RULE)


@cache
def _columns(table: str) -> frozenset[str]:
    return frozenset({column.name for column in filled_columns(TABLES[table])} | {ROW_ITSELF})
