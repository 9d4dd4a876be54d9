"""Edits of a data set: what a person writes, one by one on a line or as rows of a table.

school=1,level=primary,pe_arts+=3,backbone=5      cells of a school or of one of its levels
school=1,teaching_area+=400
move=3,column=pe_arts,from=1,to=2,level=primary   so many persons from school to school
close=1  ·  close=1,into=2;3                      pupils go to others, pro rata unless named
merge=1,into=2                                    everything goes to another school
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from junheng.errors import Problem
from junheng.model.tables import LEVELS, SCHOOLS, SECTIONS, Column, Table

ACTIONS = {"change": "修改", "move": "调动", "close": "撤销", "merge": "合并"}
EDITS = Table(
    "edits",
    "假设",
    (
        Column("action", "动作", "choice", required=True, choices=ACTIONS),
        Column("school", "学校标识码", "text", required=True),
        Column("level", "学段", "choice", choices=LEVELS),
        Column("column", "填报项", "text"),
        Column("change", "改动", "text"),
        Column("other", "相关学校", "text"),
    ),
    key=(),
)
"""`change` is +3, -2 or =40 (of a move the number of persons); `other` where to, several with ;."""
_PART = re.compile(r"^\s*([\w\u4e00-\u9fff（）、]+?)\s*(\+=|-=|=)\s*(.*?)\s*$")
_AMOUNT = re.compile(r"^([+=-]?)(\d+(?:\.\d+)?)$")
_WORDS = ("school", "level", "move", "column", "from", "to", "close", "merge", "into")
_EDITABLE = ("number", "whole", "flag")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit, and where it was written."""

    at: str
    """The text of the edit, or the row of the table."""
    action: str
    school: str
    level: str | None = None
    columns: tuple[str, ...] = ()
    """Of a change one column; of a move what the persons count as."""
    sign: str = "="
    amount: float = 0.0
    others: tuple[str, ...] = ()


Read = tuple[list[Edit], list[Problem]]


def column_of(name: str) -> Column | None:
    """Find a column that holds numbers, by its machine or its Chinese name."""
    for table in (SCHOOLS, SECTIONS):
        for column in table.columns:
            if name in (column.name, column.zh) and column.kind in _EDITABLE:
                return column
    return None


def from_text(text: str) -> Read:
    """Read one edit from the command line; several cells of one school give several edits."""
    parts = [_PART.match(part) for part in text.split(",")]
    if not all(parts):
        return [], [Problem("whatif.not_an_edit", found=text)]
    named = [(part[1], part[2], part[3]) for part in parts if part]
    words = {name: value for name, sign, value in named if name in _WORDS and sign == "="}
    cells = [(name, sign, value) for name, sign, value in named if name not in _WORDS]
    if "move" in words:
        return _built(text, "move", words.get("from", ""), words, words["move"])
    for action in ("close", "merge"):
        if action in words:
            return _built(text, action, words[action], words, None)
    if not cells or "school" not in words:
        return [], [Problem("whatif.not_an_edit", found=text)]
    return _together(
        _built(text, "change", words["school"], words | {"column": name}, sign[0] + value)
        for name, sign, value in cells
    )


def from_table(rows: pl.DataFrame) -> Read:
    """Read the edits of a table that `intake.side.read_side` checked."""
    return _together(
        _built(
            f"#{row['row']}",
            row["action"],
            row["school"],
            {
                "level": row["level"] or "",
                "column": row["column"] or "",
                "into": row["other"] or "",
            },
            row["change"],
        )
        for row in rows.iter_rows(named=True)
    )


def _together(reads: Iterator[Read]) -> Read:
    edits: list[Edit] = []
    problems: list[Problem] = []
    for read in reads:
        edits += read[0]
        problems += read[1]
    return edits, problems


def _built(at: str, action: str, school: str, words: dict[str, str], change: str | None) -> Read:
    others = tuple(
        one for one in re.split("[;；]", words.get("to") or words.get("into", "")) if one
    )
    level = {zh: name for name, zh in LEVELS.items()}.get(
        words.get("level", ""), words.get("level")
    )
    found = [(name, column_of(name)) for name in words.get("column", "").split("+") if name]
    problems = list(_wrong(at, action, school, change, others))
    problems += [Problem("whatif.no_such_column", at=at, found=name) for name, c in found if not c]
    if level and level not in LEVELS:
        problems.append(
            Problem("whatif.no_such_level", at=at, found=level, allowed=", ".join(LEVELS))
        )
    if action in ("change", "move") and not found:
        problems.append(Problem("whatif.no_column", at=at))
    if problems:
        return [], problems
    sign, amount = _amount(change) or ("=", 0.0)
    columns = tuple(column.name for _, column in found if column)
    return [Edit(at, action, school, level or None, columns, sign, amount, others)], []


def _wrong(
    at: str, action: str, school: str, change: str | None, others: tuple[str, ...]
) -> Iterator[Problem]:
    if not school:
        yield Problem("whatif.no_school", at=at)
    if action in ("change", "move") and not _amount(change):
        yield Problem("whatif.not_a_change", at=at, found=change or "")
    if action in ("move", "merge") and len(others) != 1:
        yield Problem("whatif.one_other", at=at)


def _amount(change: str | None) -> tuple[str, float] | None:
    """Read +3, -2, =40 or 40, which is as good as =40."""
    found = _AMOUNT.match((change or "").replace(" ", ""))
    return (found[1] or "=", float(found[2])) if found else None
