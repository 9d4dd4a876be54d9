"""A sheet of an export: a list with a row for each school, or the form of one school."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from junheng.intake.statistics.words import TOTALS, Paths, alike, is_figure, level_of, paths
from junheng.model.statistics import Form, Word

Rows = Sequence[Sequence[str]]
_CODE = re.compile(r"^[0-9A-Z]{8,12}$")
_ORDINALS = frozenset("甲乙丙丁戊")
_TOP, _BELOW = 20, 8
_NOTE = re.compile(r"(?!其中)[^:：]+[:：]")
_TABLE = re.compile(r"(教基|基础基)([0-9]{3,4})(?![0-9])")


@dataclass(frozen=True)
class Sheet:
    """A sheet as text, every cell trimmed, and the file it stands in."""

    name: str
    rows: Rows
    file: str = ""
    sha256: str = ""

    def cell(self, row: int, column: int) -> str:
        """Give the text of a cell, "" where there is none."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else ""

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max((len(row) for row in self.rows), default=0)

    def top(self) -> Iterator[str]:
        """Give the name of the sheet and what stands in its first rows."""
        yield self.name
        for row in self.rows[:6]:
            yield from (cell for cell in row if cell)


@dataclass(frozen=True)
class Listed:
    """A list of schools: headings over columns, a code in every row of a school."""

    sheet: Sheet
    columns: Paths
    code: int
    rows: tuple[int, ...]
    skipped: tuple[int, ...] = ()
    """Rows below the headings that name no school, such as totals."""


@dataclass(frozen=True)
class Filled:
    """The form of one school: headings over columns and beside rows."""

    sheet: Sheet
    columns: Paths
    rows: Paths
    school: str | None = None
    title: str = field(default="")


def place(row: int, column: int) -> str:
    """Name a cell as a spreadsheet does.

    >>> place(5, 27)
    'AB6'
    """
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def tables_of(sheet: Sheet, form: Form) -> set[str]:
    """Name the tables of the statistics that a sheet holds: by number, else by title."""
    top = [alike(text) for text in sheet.top()]
    for text in (top[0], " ".join(top)):
        if found := {"".join(match) for match in _TABLE.findall(text)}:
            return found & form.tables.keys()
    titles = {name: {alike(title) for title in words} for name, words in form.tables.items()}
    return {name for name, words in titles.items() if words.intersection(top)}


def table_in(path: Sequence[str]) -> str | None:
    """Name the table that a heading stands under, in a list that joins several tables."""
    found = (match for step in path if (match := _TABLE.search(step)))
    return next(("".join(match.groups()) for match in found), None)


def code_in(text: str) -> str | None:
    """Read the code of a school; None where there is none."""
    code = unicodedata.normalize("NFKC", text).strip().removesuffix(".0").upper()
    return code if _CODE.match(code) and sum(map(str.isdigit, code)) >= 6 else None  # noqa: PLR2004  # digits


def listed(sheet: Sheet, words: Word) -> Listed | None:
    """Read a sheet as a list of schools, if it is one."""
    wanted = {alike(word) for word in words}
    for row, column in _cells(sheet, _TOP):
        if alike(sheet.cell(row, column)) not in wanted:
            continue
        below = range(row + 1, min(row + _BELOW, len(sheet.rows)))
        first = next((each for each in below if code_in(sheet.cell(each, column))), None)
        if first is None:
            continue
        found = _columns(
            sheet, [each for each in range(first) if not _is_sum(sheet, row, each)], first
        )
        data = range(first, len(sheet.rows))
        schools = tuple(each for each in data if code_in(sheet.cell(each, column)))
        others = tuple(each for each in data if each not in set(schools) and any(sheet.rows[each]))
        return Listed(sheet, found, column, schools, others)
    return None


def filled(sheet: Sheet, words: Word) -> Filled | None:
    """Read a sheet as the form of one school; None if no figure stands beside a label."""
    first, labels = _body(sheet)
    if first is None:
        return None
    columns = _columns(sheet, range(first), first)
    values = {at: path for at, path in columns.items() if at >= labels}
    rows = _row_paths(sheet, first, labels)
    title = " ".join(cell for row in sheet.rows[:first] for cell in row if cell)
    return Filled(sheet, values, rows, beside(sheet, words), title)


def beside(sheet: Sheet, words: Word) -> str | None:
    """Find the code of the school that a form names in its first rows."""
    for row, column in _cells(sheet, len(sheet.rows)):
        head, _, rest = unicodedata.normalize("NFKC", sheet.cell(row, column)).partition(":")
        if alike(head) in {alike(word) for word in words}:
            near = [rest, *sheet.rows[row][column + 1 : column + 5]]
            if code := next((code for text in near if (code := code_in(text))), None):
                return code
    return None


def _cells(sheet: Sheet, rows: int) -> Iterator[tuple[int, int]]:
    for row, cells in enumerate(sheet.rows[:rows]):
        yield from ((row, column) for column, cell in enumerate(cells) if cell)


def _body(sheet: Sheet) -> tuple[int | None, int]:
    """Find the first row of figures, and the first column of them."""
    for row, cells in enumerate(sheet.rows[:_TOP]):
        if _numbers(cells):
            figures = [at for at, cell in enumerate(cells) if cell == "1"]
            return row + 1, figures[0] if figures else 1
    for row, cells in enumerate(sheet.rows):
        texts = [at for at, cell in enumerate(cells) if cell and not is_figure(cell)]
        figures = [
            at for at, cell in enumerate(cells) if is_figure(cell) and texts and at > texts[0]
        ]
        if figures and row:
            return row, _first_column(sheet, row, figures[0])
    return None, 0


def _first_column(sheet: Sheet, row: int, column: int) -> int:
    """Step over the numbers of the lines, which count 1, 2, 3 from row to row."""
    counted = [sheet.cell(each, column).lstrip("0") for each in range(row, len(sheet.rows))]
    numbers = [int(text) for text in counted if text.isdigit()]
    is_numbering = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return column + 1 if is_numbering else column


def _row_paths(sheet: Sheet, first: int, labels: int) -> Paths:
    """Read the labels of rows; a row that names only a level stands over those below it."""
    held = [row for row in range(first, len(sheet.rows)) if any(sheet.rows[row])]
    block = [[sheet.cell(row, column) for row in held] for column in range(labels)]
    beside_rows = [[("" if is_figure(cell) else cell) for cell in column] for column in block]
    found = paths(beside_rows, len(held))
    over: tuple[str, ...] = ()
    rows = {}
    for at, path in found.items():
        row = held[at]
        if len(path) == 1 and level_of(path[0]) and not any(sheet.rows[row][labels:]):
            over = path
        rows[row] = (*over, *path)
    return rows


def _columns(sheet: Sheet, above: Iterable[int], first: int) -> Paths:
    """Read the headings of the columns that hold anything, in a heading or below."""
    rows = [sheet.rows[row] for row in above]
    heads = [row for row in rows if not _is_title(row) and not _numbers(row)]
    held = [*heads, *(row for row in rows if _numbers(row)), *sheet.rows[first:]]
    used = {at for row in held for at, cell in enumerate(row) if cell}
    return {at: path for at, path in paths(heads, sheet.width).items() if at in used}


def _is_sum(sheet: Sheet, top: int, row: int) -> bool:
    """Say whether a row between headings and schools adds these up."""
    if row <= top:
        return False
    cells = sheet.rows[row]
    names = [at for at, cell in enumerate(sheet.rows[top]) if "名称" in cell or "标识码" in cell]
    named = any(sheet.cell(row, at) in TOTALS for at in names)
    return named or (any(is_figure(cell) for cell in cells) and not _numbers(cells))


def _is_title(cells: Sequence[str]) -> bool:
    """Say whether a row is a title or a note: one cell at the left, or names with a colon."""
    held = [at for at, cell in enumerate(cells) if cell]
    return held in ([], [0]) or any(_NOTE.match(cells[at]) for at in held)


def _numbers(cells: Sequence[str]) -> bool:
    """Say whether a row only numbers the columns: 甲 乙 1 2 3."""
    held = [cell for cell in cells if cell]
    counted = [int(cell) for cell in held if cell.isdigit()]
    others = [cell for cell in held if not cell.isdigit()]
    in_order = counted == list(range(1, len(counted) + 1))
    return bool(counted) and in_order and _ORDINALS.issuperset(others) and len(held) > 1
