"""The ledgers as pages: schools below the standard, classes and schools over size, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.model.tables import SCHOOL_KINDS, SETTINGS
from junheng.plan.gaps import counts
from junheng.report.bundle import Bundle, section_name
from junheng.report.forms.page import (
    UNKNOWN,
    Cell,
    Cells,
    Page,
    digits_apart,
    figure,
    row_heights,
)

Row = Mapping[str, Any]
_FONT = 10.0
_OF_SCHOOL = {"pass": "met", "fail": "unmet", "not_assessed": "not_assessed"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """One sheet of the workbook: a page, and what may be chosen or typed in its columns."""

    page: Page
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    dates: tuple[int, ...] = ()


_OF_FLOOR = ("near", "short_of_floor")
"""Columns about the floor below the limit."""


def told(bundle: Bundle, name: str, /, **fields: object) -> str:
    """Say a sentence of the ledgers."""
    return say(f"report.ledger_{name}", bundle.words.language, **fields)


def page(
    bundle: Bundle, name: str, columns: Sequence[tuple[str, float]], rows: Sequence[Cells],
    notes: Sequence[str] = (), *, nothing: str = "none",
) -> Page:  # fmt: skip
    """Put rows under headings; columns are names of headings and widths in millimetres.

    Columns about the floor are left out where the standard has none; `nothing` is said without rows.
    """
    floor = bundle.words.floor
    kept = [at for at, (name, _) in enumerate(columns) if floor or name not in _OF_FLOOR]
    widths = tuple(columns[at][1] for at in kept)
    head = tuple(Cell(_heading(bundle, columns[at][0], floor), look="head") for at in kept)
    rows = [tuple(row[at] for at in kept) for row in rows]
    if not rows:
        none = Cell(told(bundle, nothing), look="left", columns=len(widths))
        rows = [(none, *(None,) * (len(widths) - 1))]
    heights = row_heights([head, *rows], widths, _FONT, [0.0] * (len(rows) + 1))
    made_up = say("report.made_up_mark", bundle.words.language) if bundle.synthetic else ""
    title = made_up + told(
        bundle, f"title_{name}", county=bundle.code, year=f"{bundle.year}–{bundle.year + 1}"
    )
    return Page(told(bundle, f"sheet_{name}"), title, "A3", _FONT, widths, (head,), tuple(rows),
                heights, tuple(notes))  # fmt: skip


def _heading(bundle: Bundle, name: str, floor: str) -> str:
    plain = name == "unmet" and not floor
    return told(bundle, f"h_{name}_plain") if plain else told(bundle, f"h_{name}", floor=floor)


def text(value: object) -> Cell:
    """Make a cell of text; a visible mark where there is none."""
    return (
        Cell(str(value), look="left") if value not in (None, "") else Cell(UNKNOWN, look="unknown")
    )


def count(value: float | None) -> Cell:
    """Make a cell of a whole number."""
    return figure(value, 0)


def empty() -> Cell:
    """Make a cell that a person fills in."""
    return Cell("", look="left")


def day() -> Cell:
    """Make a cell for a date that a person fills in."""
    return Cell("", look="date")


def schools(bundle: Bundle) -> Ledger:
    """List the sections that do not pass, the worst first, then those that lack data."""
    failing = [_school(bundle, n, row, bundle.words.lacks(row["lacks"]))
               for n, row in enumerate(bundle.county.failing.iter_rows(named=True), 1)]  # fmt: skip
    judged = pl.lit(bool(bundle.standard.indicators))
    open_ = bundle.county.sections.filter(judged, pl.col("verdict") == "not_assessed")
    rule = bundle.standard.section_rule
    waiting = [_school(bundle, n, row, _missing(bundle, row))
               for n, row in enumerate(open_.iter_rows(named=True), len(failing) + 1)]  # fmt: skip
    columns = (("number", 12.0), ("school", 70.0), ("kind", 34.0), ("setting", 18.0),
               ("pupils", 20.0), ("met", 18.0), ("near", 22.0), ("unmet", 22.0),
               ("unknown", 18.0), ("lacks", 120.0), ("verdict", 26.0))  # fmt: skip
    notes = [told(bundle, "no_rule")] if bundle.standard.indicators and not rule else []
    nothing = "none" if bundle.standard.indicators else "no_schools"
    return Ledger(page(bundle, "schools", columns, [*failing, *waiting], notes, nothing=nothing))


def _school(bundle: Bundle, number: int, row: Row, lacks: Sequence[tuple[str, str]]) -> Cells:
    school = bundle.schools[row["school"]]
    setting = SETTINGS.get(school.get("setting") or "")
    said = "；".join(name for name, _ in lacks)
    return (
        count(number), text(section_name(row)), text(SCHOOL_KINDS.get(row["kind"])),
        text(setting), count(row["pupils"]), count(row["met"]), count(row["near"]),
        count(row["unmet"]), count(row["unknown"]), text(said), text(bundle.words.verdict(_OF_SCHOOL[row["verdict"]])),
    )  # fmt: skip


def _missing(bundle: Bundle, row: Row) -> list[tuple[str, str]]:
    """Name the indicators of a section that cannot be assessed for want of data."""
    mine = bundle.county.values.filter(
        pl.col("school") == row["school"],
        pl.col("level") == row["level"],
        pl.col("value").is_null(),
    )
    return [
        (told(bundle, "lacks_data", indicator=bundle.words.short(name)), "not_assessed")
        for name in mine["indicator"]
    ]


def sizes(bundle: Bundle) -> Ledger:
    """List the classes and schools over size, with the year in which they end by themselves."""
    over = bundle.gaps.ledger.filter(pl.col("excess") > 0)
    rows = [_size(bundle, n, row) for n, row in enumerate(over.iter_rows(named=True), 1)]
    columns = (("number", 12.0), ("school", 80.0), ("class", 44.0), ("item", 60.0),
               ("value", 24.0), ("limit", 24.0), ("excess", 24.0), ("gone", 50.0))  # fmt: skip
    checks = (check for _, item in bundle.standard.every_item() for check in item.checks)
    limited = any(c.kind == "every" and c.limit and c.limit.comparison == "at_most" for c in checks)
    notes = [told(bundle, "gone_note")] if limited else []
    return Ledger(page(bundle, "sizes", columns, rows, notes,
                       nothing="none" if limited else "no_sizes"))  # fmt: skip


def _size(bundle: Bundle, number: int, row: Row) -> Cells:
    kind = bundle.schools[row["school"]]["kind"]
    in_class = row["over"] == "class"
    name = section_name({**row, "kind": kind}) if in_class else row["name"] or row["school"]
    place = row["unit"] if in_class else told(bundle, "whole_school")
    gone = (
        told(bundle, f"gone_{row['gone_by']}", year=row["gone"])
        if row["gone"]
        else told(bundle, "stays")
    )
    return (
        count(number), text(name), text(place), text(bundle.words.item(row["item"])),
        count(row["value"]), count(row["limit"]), count(row["excess"]), text(gone),
    )  # fmt: skip


def gaps(bundle: Bundle) -> Ledger:
    """List what every section is short of, and the special rooms that are missing."""
    amounts = bundle.gaps.amounts.filter((pl.col("short") > 0) | pl.col("short").is_null())
    rooms = bundle.gaps.rooms.filter((pl.col("short") > 0) | pl.col("short").is_null())
    lines = [*_amounts(bundle, amounts), *_rooms(bundle, rooms)]
    rows = [(count(n), *cells) for n, cells in enumerate(lines, 1)]
    columns = (("number", 12.0), ("school", 76.0), ("indicator", 96.0), ("value", 24.0),
               ("limit", 24.0), ("short", 28.0), ("short_of_floor", 28.0), ("unit", 20.0),
               ("add", 28.0))  # fmt: skip
    rule, floor = bundle.standard.section_rule, bundle.words.floor
    notes = [told(bundle, "add_note", floor=floor) if floor else told(bundle, "add_note_plain")]
    if rule and rule.floor is not None:
        notes.append(told(bundle, "rule_note", least=rule.at_least, of=len(rule.indicators),
                          floor=floor))  # fmt: skip
    limited = any(counts(indicator) for indicator in bundle.standard.indicators)
    if not limited:
        return Ledger(page(bundle, "gaps", columns, rows, nothing="none" if rows else "no_limits"))
    return Ledger(page(bundle, "gaps", columns, rows, notes))


def _amounts(bundle: Bundle, amounts: pl.DataFrame) -> Iterator[Cells]:
    for row in amounts.iter_rows(named=True):
        whole = 0 if bundle.standard.indicator(row["indicator"]).unit.startswith("yuan") else 2
        told_apart = 2 if row["value"] is None else digits_apart(row["value"], row["limit"], 2)
        yield (
            text(section_name(row)), text(bundle.words.indicator(row["indicator"])),
            figure(row["value"], told_apart), figure(row["limit"], told_apart),
            figure(row["short"], whole),
            figure(row["short_of_floor"], whole), text(told(bundle, f"unit_{_unit(row['unit'])}")),
            figure(row["add"], whole if row["unit"] in ("yuan", "m²") else 0),
        )  # fmt: skip


def _unit(unit: str) -> str:
    return {"m²": "m2"}.get(unit, unit)


def _rooms(bundle: Bundle, rooms: pl.DataFrame) -> Iterator[Cells]:
    for row in rooms.iter_rows(named=True):
        use = told(bundle, f"use_{row['use'].replace('+', '_')}")
        yield (
            text(row["name"] or row["school"]), text(use), count(row["have"]), count(row["need"]),
            count(row["short"]), Cell("—"), text(told(bundle, "unit_room")), count(row["short"]),
        )  # fmt: skip
