"""Who a school is: name, county, kind, sponsor, setting, and whether it counts as a school."""

from __future__ import annotations

import re
from collections.abc import Iterator

from junheng.intake.statistics.figures import Figure, Origin, Said, School, agreed
from junheng.intake.statistics.grid import Filled, Listed, Sheet, code_in, place
from junheng.intake.statistics.reading import column_of, part_of
from junheng.intake.statistics.words import alike
from junheng.model.statistics import Form, Identity

_LEAVE_OUT = "\0"
_NEAR = 4
Schools = dict[str, School]


def of_list(form: Form, listed: Listed, schools: Schools, said: Said) -> None:
    """Take what a list says of each school."""
    marks = form.marks
    counted, main = column_of(listed, marks.counted), column_of(listed, marks.main)
    for row in listed.rows:
        code = code_in(listed.sheet.cell(row, listed.code)) or ""
        school = schools.setdefault(code, School(code))
        if counted is not None and alike(listed.sheet.cell(row, counted)) in ("0", "否", "0.0"):
            school.counted = False
        if main is not None:
            school.main = code_in(listed.sheet.cell(row, main)) or school.main
        whole = part_of(form, listed, row) is None
        for identity in form.identity:
            if (at := column_of(listed, identity.words)) is not None and (
                whole or identity.column != "name"
            ):
                _take(identity, school, (listed.sheet, row, at), said)


def of_form(form: Form, sheet: Sheet, school: School, said: Said) -> None:
    """Take what a form says in pairs of a label and what stands beside it."""
    labels = {alike(word) for each in form.identity for word in each.words}
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            for identity in form.identity:
                if cell and alike(cell) in {alike(word) for word in identity.words}:
                    at = _beside(sheet, row, column, labels)
                    if at is not None:
                        _take(identity, school, (sheet, row, at), said)


def school_of(form: Form, filled: Filled | None, sheets: list[Sheet]) -> str | None:
    """Name the one school that a workbook of forms is of."""
    from junheng.intake.statistics.grid import beside

    if filled is not None and filled.school:
        return filled.school
    found = {code for sheet in sheets if (code := beside(sheet, form.marks.code))}
    return found.pop() if len(found) == 1 else None


def _beside(sheet: Sheet, row: int, column: int, labels: set[str]) -> int | None:
    """Find what is filled in beside a label, stepping over the number of the line."""
    held = []
    for at in range(column + 1, column + 1 + _NEAR):
        cell = sheet.cell(row, at)
        if alike(cell) in labels:
            break
        if cell:
            held.append(at)
    if len(held) > 1 and sheet.cell(row, held[0]).isdigit() and len(sheet.cell(row, held[0])) <= 3:  # noqa: PLR2004  # digits
        return held[1]
    return held[0] if held else None


def _take(identity: Identity, school: School, at: tuple[Sheet, int, int], said: Said) -> None:
    sheet, row, column = at
    text = sheet.cell(row, column)
    value = _read(identity, text)
    where = {"file": sheet.file, "sheet": sheet.name, "cell": place(row, column)}
    if value == _LEAVE_OUT:
        school.left_out = True
        said.notice("left_out", school=school.code, kind=text)
    elif value is None and text:
        said.notice("unknown_word", found=text, column=identity.words[0], **where)
    elif value:
        origin = Origin(sheet.file, sheet.sha256, sheet.name, place(row, column))
        figure = Figure(value, (origin,))
        before = school.identity.get(identity.column)
        both = [each for each in (before, figure) if each is not None]
        school.identity[identity.column] = agreed(school.code, (identity.column, None), both, said)


def _read(identity: Identity, text: str) -> str | None:
    """Read what is said of a school; None where it is nothing that we know."""
    plain = alike(text)
    if identity.values:
        bare = plain.strip("0123456789") or plain
        if any(alike(word) in (plain, bare) for word in identity.leave_out):
            return _LEAVE_OUT
        return next((value for value, word in _words(identity) if word in (plain, bare)), None)
    if identity.first:
        begun = re.fullmatch(rf"([0-9]{{{identity.first}}})(?:[0-9]*|[-/.年].*)", plain)
        return begun[1] if begun else None
    if identity.column == "name":
        return text.strip()
    try:
        return plain if plain and float(plain) else None
    except ValueError:
        return None


def _words(identity: Identity) -> Iterator[tuple[str, str]]:
    for value, words in identity.values.items():
        yield from ((value, alike(word)) for word in words)
