"""A rotation as a workbook: who goes where and why, what is short before and after, who cannot move."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from junheng.derive.registers import COURSES
from junheng.errors import say
from junheng.plan.rotate import Rotation
from junheng.plan.wording import level
from junheng.report.gaps_workbook import label
from junheng.report.plan_sheets import NARROW, Row, Sheet, write_sheets

WORKBOOK = "rotation.xlsx"
_SHORT = ("backbone", "pe_arts", "above_degree")
"""Kinds with a short name of their own."""
_WIDE = {"teacher": 20, "from": 30, "to": 30, "school": 30, "counts": 24, "why": 28, "kind": 30}
_HEADS = {
    "moves": ("teacher", "level", "from", "to", "course", "counts", "years", "why"),
    "deficits": ("kind", "level", "school", "need", "before", "after"),
    "stays": ("teacher", "level", "school", "course", "years", "why"),
}


def write(found: Rotation, out: Path, language: str) -> None:
    """Write the workbook; WrongUse when there is a file of that name, or it cannot be written."""
    rows = {
        "moves": [_move(row, language) for row in found.moves.iter_rows(named=True)],
        "deficits": [_deficit(row, language) for row in found.deficits.iter_rows(named=True)],
        "stays": [_stays(row, language) for row in found.stays.iter_rows(named=True)],
    }
    made = [
        Sheet(
            say(f"rotate.sheet_{name}", language),
            [(say(f"rotate.h_{head}", language), _WIDE.get(head, NARROW)) for head in heads],
            rows[name],
        )
        for name, heads in _HEADS.items()
    ]
    write_sheets(made, out)


def _move(row: dict[str, Any], language: str) -> Row:
    return [
        row["teacher"], level(row["level"], language), row["name"] or row["school"],
        row["to_name"] or row["to_school"], course(row["course"], language),
        counts(row["counts"].split("+"), language), row["years"], why(row["why"], language),
    ]  # fmt: skip


def _deficit(row: dict[str, Any], language: str) -> Row:
    return [kind(row["kind"], language), level(row["level"], language), row["name"] or row["school"],
            row["need"], row["before"], row["after"]]  # fmt: skip


def _stays(row: dict[str, Any], language: str) -> Row:
    return [row["teacher"], level(row["level"], language), row["name"] or row["school"],
            course(row["course"], language), row["years"],
            say(f"rotate.stays_{row['why']}", language)]  # fmt: skip


def course(name: str, language: str) -> str:
    """Name a course."""
    return COURSES.get(name, name) if language == "zh" else name


def counts(names: Sequence[str], language: str) -> str:
    """Say what a teacher counts as."""
    shown = [name for name in names if name in _SHORT]
    return say("rotate.and", language).join(say(f"rotate.as_{name}", language) for name in shown)


def kind(name: str, language: str) -> str:
    """Name a kind of teachers."""
    return say(f"rotate.as_{name}", language) if name in _SHORT else label(name, language)


def why(name: str, language: str) -> str:
    """Say what a teacher moves for."""
    if name == "exchange":
        return say("rotate.why_exchange", language)
    return say("rotate.why_short", language, kind=kind(name, language))
