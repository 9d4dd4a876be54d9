"""Sheets to readings: which cell holds which figure of which school. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from junheng.intake.statistics.figures import Figure, Key, Origin, Readings, Said, amount, name_of
from junheng.intake.statistics.grid import Filled, Listed, Sheet, code_in, place, table_in
from junheng.intake.statistics.words import Paths, Several, admitted, alike, find, level_of
from junheng.model.statistics import TIMES, Cell, Form, Item


@dataclass
class Look:
    """What is looked for, and what has been found so far."""

    form: Form
    said: Said
    blanks_are_zero: bool = False
    readings: Readings = field(default_factory=Readings)
    kinds: dict[str, str] = field(default_factory=dict)
    """By school: its kind, where that is known."""
    met: set[Key] = field(default_factory=set)
    """Columns whose place was found somewhere."""


def read_list(look: Look, listed: Listed, tables: set[str], item: Item) -> None:
    """Read one item for every school of a list."""
    columns = _columns_of(listed, tables, item)
    if columns is None:
        return
    found = _places(look, item, listed.sheet, lambda cell: _heading(look, columns, cell, item))
    if found is None:
        return
    unit = _unit(item, [*listed.sheet.top(), *(step for at in found for step in columns[at])])
    for row in listed.rows:
        part = part_of(look.form, listed, row)
        code = code_in(listed.sheet.cell(row, listed.code)) or ""
        if part in (None, item.level) or item.level is None:
            cells = [(row, at) for at in found]
            _take(look, item, (code, part), _figures(look, listed.sheet, cells, unit))


def read_form(look: Look, filled: Filled, code: str, item: Item) -> None:
    """Read one item out of the form of one school."""
    never = look.form.never
    rows, columns = (admitted(each, never, item.level) for each in (filled.rows, filled.columns))

    def at(cell: Cell) -> tuple[int, int] | None:
        row, column = find(rows, cell.row), find(columns, _any(columns, cell))
        return None if row is None or column is None else (row, column)

    found = _places(look, item, filled.sheet, at)
    if found is None:
        return
    near = [step for row, column in found for step in (*rows[row], *columns[column])]
    unit = _unit(item, [filled.title, *near])
    _take(look, item, (code, None), _figures(look, filled.sheet, found, unit))


def _any(columns: Paths, cell: Cell) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Read a column written as * as the only column, if there is but one."""
    if cell.column[-1:] == ((("*",),),):
        only = [((path[-1],),) for path in columns.values()] if len(columns) == 1 else []
        return (*cell.column[:-1], *only)
    return cell.column


def _columns_of(listed: Listed, tables: set[str], item: Item) -> Paths | None:
    """Give the columns of the item's table: of a list that joins several, those under its name."""
    under = {at: table_in(path) for at, path in listed.columns.items()}
    if any(under.values()):
        return {at: path for at, path in listed.columns.items() if under[at] == item.table} or None
    return listed.columns if item.table in tables else None


def _heading(look: Look, columns: Paths, cell: Cell, item: Item) -> int | None:
    return find(admitted(columns, look.form.never, item.level), cell.heading)


def _places(look: Look, item: Item, sheet: Sheet, at) -> list | None:  # type: ignore[no-untyped-def,type-arg]  # a cell or a column
    """Find all the cells of the first way that is there; say when several places fit."""
    try:
        for way in item.ways:
            found = [at(cell) for cell in way]
            if all(each is not None for each in found) and len(set(found)) == len(found):
                look.met.add((item.column, item.level))
                return found
    except Several:
        name = name_of((item.column, item.level))
        look.said.notice("several_places", column=name, file=sheet.file, sheet=sheet.name)
    return None


def _unit(item: Item, texts: Sequence[str]) -> Decimal:
    """Say what to multiply by: by the unit that the sheet names, else by that of the form."""
    if not item.unit:
        return Decimal(1)
    joined = " ".join(texts)
    if "万元" not in joined and ("(元)" in joined or "（元）" in joined or "单位：元" in joined):
        return Decimal(1)
    return Decimal(TIMES[item.unit])


def _figures(
    look: Look, sheet: Sheet, cells: Sequence[tuple[int, int]], unit: Decimal
) -> Figure | None:
    """Read and add up cells; None, and a problem, where one holds no figure."""
    held: list[Decimal | None] = []
    for row, column in cells:
        text = sheet.cell(row, column)
        try:
            held.append(amount(text))
        except ValueError:
            where = {"file": sheet.file, "sheet": sheet.name, "cell": place(row, column)}
            look.said.wrong("not_a_figure", found=text, **where)
            return None
    if look.blanks_are_zero:
        held = [Decimal(0) if each is None else each for each in held]
    known = [each * unit for each in held if each is not None]
    names = "+".join(place(row, column) for row, column in cells)
    origin = Origin(sheet.file, sheet.sha256, sheet.name, names)
    return Figure(sum(known, Decimal(0)) if len(known) == len(held) else None, (origin,))


def _take(look: Look, item: Item, of: tuple[str, str | None], figure: Figure | None) -> None:
    code, part = of
    key = item.column, item.level
    if figure is None or (item.kinds and look.kinds.get(code) not in item.kinds):
        return
    if _is_fallback(look.form, item) and look.readings.has(code, key):
        return
    look.readings.add(code, key, part, figure)


def _is_fallback(form: Form, item: Item) -> bool:
    first = next(
        each for each in form.items if (each.column, each.level) == (item.column, item.level)
    )
    return first is not item


def part_of(form: Form, listed: Listed, row: int) -> str | None:
    """Say which part of a school a row is of, if it is one: by a column, or the end of its name."""
    marks = form.marks
    part = column_of(listed, marks.part)
    if part is not None and (level := level_of(alike(listed.sheet.cell(row, part)))):
        return level
    for identity in form.identity:
        if identity.column == "name" and (at := column_of(listed, identity.words)) is not None:
            name = alike(listed.sheet.cell(row, at))
            ends = ((level, alike(word)) for level, words in marks.parts.items() for word in words)
            return next((level for level, word in ends if name.endswith(word)), None)
    return None


def column_of(listed: Listed, words: Sequence[str]) -> int | None:
    """Find the column with one of these headings; the first word that is there counts."""
    for word in words:
        try:
            found = find(listed.columns, [((word,),)])
        except Several:
            continue
        if found is not None:
            return found
    return None


def missing(form: Form, met: set[Key], seen: set[str]) -> Iterator[tuple[Key, list[str], bool]]:
    """Name the columns that were found nowhere, their tables, and whether one of these was there."""
    keys = dict.fromkeys((item.column, item.level) for item in form.items)
    for key in keys:
        if key not in met:
            tables = list(dict.fromkeys(i.table for i in form.items if (i.column, i.level) == key))
            yield key, tables, bool(seen.intersection(tables))


__all__ = ["Look", "column_of", "missing", "part_of", "read_form", "read_list", "replace"]
