"""Figures of schools, each with the cell it was read from."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from junheng.errors import Problem
from junheng.intake.labels import Label

_BLANK = frozenset(("", "-", "—", "——", "–", "/", "…"))
_NUMBER = re.compile(r"^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$")


@dataclass(frozen=True)
class Origin:
    """The cells a figure was read from."""

    file: str
    sha256: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Figure:
    """An amount, None where the cells are empty, and its origins."""

    value: Decimal | str | None
    origins: tuple[Origin, ...]


Key = tuple[str, str | None]
"""A column of ours, and the level it is of."""


@dataclass
class School:
    """What the exports say of one school code."""

    code: str
    identity: dict[str, Figure] = field(default_factory=dict)
    figures: dict[Key, Figure] = field(default_factory=dict)
    counted: bool = True
    main: str | None = None
    left_out: bool = False


@dataclass
class Said:
    """What is wrong with the exports, and what is worth saying."""

    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, **fields: object) -> None:
        """Remember a problem, once."""
        self._add(self.problems, Problem(f"statistics.{code}", **fields))

    def notice(self, code: str, **fields: object) -> None:
        """Remember a notice, once."""
        self._add(self.notices, Problem(f"statistics.{code}", **fields))

    @staticmethod
    def _add(into: list[Problem], problem: Problem) -> None:
        if all(problem.say("zh") != other.say("zh") for other in into):
            into.append(problem)


def amount(text: str) -> Decimal | None:
    """Read a figure: None where the cell is empty or a dash; ValueError for anything else.

    >>> amount("１,234.50"), amount("—")
    (Decimal('1234.50'), None)
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if text.strip() in _BLANK or plain in _BLANK:
        return None
    if not _NUMBER.match(plain):
        raise ValueError(text)
    return Decimal(plain.replace(",", ""))


def total(parts: Iterable[Figure]) -> Figure:
    """Add figures up; the sum is unknown if one of them is."""
    held = tuple(parts)
    known = [part.value for part in held if isinstance(part.value, Decimal)]
    origins = tuple(origin for part in held for origin in part.origins)
    return Figure(sum(known, Decimal(0)) if len(known) == len(held) else None, origins)


def written(value: Decimal | str | None) -> str:
    """Write a value as it stands in a CSV file.

    >>> written(Decimal("2792400.00")), written(None)
    ('2792400', '')
    """
    if not isinstance(value, Decimal):
        return value or ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass
class Readings:
    """Every reading of every figure, until they are brought together."""

    held: dict[tuple[str, Key], dict[tuple[str, str], list[tuple[str | None, Figure]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """By school and column: by file and sheet, the part of the school and the figure."""

    def add(self, code: str, key: Key, part: str | None, figure: Figure) -> None:
        """Remember one reading."""
        origin = figure.origins[0]
        self.held[code, key][origin.sha256, origin.sheet].append((part, figure))

    def has(self, code: str, key: Key) -> bool:
        """Say whether a known figure was read already."""
        found = self.held.get((code, key), {})
        return any(figure.value is not None for each in found.values() for _, figure in each)

    def together(self, said: Said) -> dict[str, dict[Key, Figure]]:
        """Bring the readings of each figure together: one value, or a problem."""
        schools: dict[str, dict[Key, Figure]] = defaultdict(dict)
        for (code, key), sheets in self.held.items():
            found = [_of_sheet(code, key, readings, said) for readings in sheets.values()]
            schools[code][key] = agreed(code, key, found, said)
        return schools


def _of_sheet(
    code: str, key: Key, readings: Sequence[tuple[str | None, Figure]], said: Said
) -> Figure:
    """Add up the parts of a school; rows that name no part must agree."""
    parts = [part for part, _ in readings]
    if len(readings) > 1 and None not in parts and len(set(parts)) == len(parts):
        return total(figure for _, figure in readings)
    return agreed(code, key, [figure for _, figure in readings], said)


def agreed(code: str, key: Key, found: Sequence[Figure], said: Said) -> Figure:
    """Give the one value that is known; a problem when there are several."""
    known = [figure for figure in found if figure.value is not None]
    if len({figure.value for figure in known}) > 1:
        places = "；".join(shown(figure) for figure in known)
        said.wrong("two_values", school=code, column=name_of(key), places=places)
    return known[0] if known else found[0]


def shown(figure: Figure) -> str:
    """Show a figure with its place."""
    places = "、".join(f"{o.file} {o.sheet}!{o.cell}" for o in figure.origins)
    return f"{written(figure.value)}（{places}）"


def name_of(key: Key) -> Label:
    """Name a column and its level as a person calls it."""
    from junheng.model.tables import LEVELS, TABLES, table_of

    column, level = key
    zh = TABLES[table_of(column)].column(column).zh
    if level is None:
        return Label(column, zh)
    return Label(f"{level} {column}", f"{LEVELS[level]}{zh}")
