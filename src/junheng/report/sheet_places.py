"""Where in a sheet a finding belongs: heading row, columns by heading, rows by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from junheng.model.tables import Table

_DEEP = 30
"""A heading row further down than this is not looked for."""
_ENDS = ("（", "(", "\n", "[", "［")
_KEYS: Mapping[str, tuple[str, ...]] = {"rooms": ("year", "school", "use", "name")}
Key = tuple[str, ...]


def key_columns(table: Table) -> tuple[str, ...]:
    """Name the columns by which a row of a table is found."""
    return _KEYS.get(table.name, table.key)


def cell_key(value: object) -> str:
    """Write a cell of a key alike, whether it is text or a number.

    >>> cell_key(2025.0), cell_key(" 2025 "), cell_key(None)
    ('2025', '2025', '')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def finding_key(finding: Mapping[str, Any]) -> Key:
    """Give the key of the row that a finding is about."""
    table, row = finding["table"], str(finding["row"] or "")
    year, school = cell_key(finding["year"]), cell_key(finding["school"])
    first, _, second = row.partition(" ")
    keys: dict[str, Key] = {
        "schools": (year, school),
        "sections": (year, school, cell_key(finding["level"])),
        "classes": (year, school, cell_key(finding["level"]), first, second),
        "rooms": (year, school, first, second),
        "opinions": (year, cell_key(finding["county"]), first, second),
    }
    return keys.get(table, (year, cell_key(finding["county"])))


class Places:
    """Finds the cells of findings in one sheet."""

    def __init__(self, sheet: Worksheet, table: Table) -> None:
        self._table = table
        top, self._columns = _headings(sheet, table)
        self._rows: dict[Key, list[int]] = {}
        keys = key_columns(table)
        if all(name in self._columns for name in keys):
            for line, cells in enumerate(sheet.iter_rows(top + 1, values_only=True), top + 1):
                key = tuple(self._value(name, cells) for name in keys)
                self._rows.setdefault(key, []).append(line)

    def of(self, finding: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
        """Give row and column of each cell that a finding is about; none where there is none."""
        names = [name for name in str(finding["columns"]).split(",") if name]
        for name in names:
            key = finding_key(finding)
            if self._table.name == "facts":
                key, name = (*key, name), "value"  # noqa: PLW2901  # an item is a row, not a column
            if name in self._columns:
                for line in self._rows.get(key, ()):
                    yield line, self._columns[name] + 1

    def _value(self, name: str, cells: tuple[Any, ...]) -> str:
        text = cell_key(cells[self._columns[name]])
        choices = self._table.column(name).choices
        return next((machine for machine, zh in choices.items() if text == zh), text)


def _headings(sheet: Worksheet, table: Table) -> tuple[int, dict[str, int]]:
    """Give the row with most headings of the table, and the place of each column in it."""
    best: tuple[int, dict[str, int]] = (1, {})
    rows = sheet.iter_rows(max_row=min(_DEEP, sheet.max_row), values_only=True)
    for line, cells in enumerate(rows, 1):
        found: dict[str, int] = {}
        for place, text in enumerate(cells):
            name = _column(table, str(text).strip(" *\t")) if isinstance(text, str) else None
            if name:
                found.setdefault(name, place)
        if len(found) > len(best[1]):
            best = line, found
    return best


def _column(table: Table, text: str) -> str | None:
    for column in table.columns:
        if text in (column.name, column.zh):
            return column.name
    for column in table.columns:
        if text.startswith(tuple(column.zh + end for end in _ENDS)):
            return column.name
    return None
