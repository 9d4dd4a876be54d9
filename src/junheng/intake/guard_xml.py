"""The XML of a workbook, heard piece by piece: bounds kept, and what it holds noted on the way."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from junheng.intake.guard_active import refuse_what_acts
from junheng.intake.limits import LIMITS, Limits
from junheng.intake.plain_cells import LEAVES, column, letters, plain_run
from junheng.intake.refusing import Refused
from junheng.intake.workbook_words import NO_VALUE

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_LAST_ROW, _LAST_COLUMN = 2**20, 2**14
_LONG_DECIMAL = re.compile(rb"\.[0-9]{10}")
_DDE = re.compile(r"[\w.]\|[^|]*!")
_QUOTED = re.compile(r'"[^"]*"')
_SHOWN = 256
_TRUE = ("1", "true")


@dataclass
class SheetFacts:
    """What is to be known of a sheet besides its values. Rows and columns count from 0."""

    odd: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    """By column and row: what a formula gone wrong shows, or that it has no value."""
    hidden: list[int] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""
    precise: bool = False
    """Whether numbers may have more decimals than a reader of text keeps."""
    booleans: bool = False
    cells: int = 0
    last_row: int = 0
    last_column: int = 0

    def plain(self) -> dict[str, Any]:
        """Tell it in a form that can be written down."""
        odd = [(at, list(rows.items())) for at, rows in self.odd.items()]
        return {
            "precise": self.precise,
            "plain": not self.booleans,
            "rows": self.last_row,
            "odd": odd,
            "hidden": self.hidden,
            "merges": self.merges,
        }


@dataclass
class Budget:
    """What all parts of a workbook may use together."""

    limits: Limits = LIMITS
    strings: int = 0
    cells: int = 0
    until: float = float("inf")
    """When, by the monotonic clock, the guard gives up."""


Heard = Callable[[str, dict[str, str]], None]


class Watch:
    """Hears one part of a workbook; raises Refused for what goes too far."""

    def __init__(self, part: str, budget: Budget, heard: Mapping[str, Heard]) -> None:
        self.part = part
        self.budget = budget
        self.limits = budget.limits
        self.facts = SheetFacts()
        self.counts: dict[str, int] = defaultdict(int)
        self._heard = heard
        self._depth = self._elements = self._fed = self._plain_strings = 0
        self._carry = b""
        self._row = self._column = 0
        self._cell: tuple[int, int] | None = None
        self._kind = self._shown = self._formula = self._within = ""
        self._valued = False
        self._parser = self._listener()

    def _listener(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        return parser

    def feed(self, piece: bytes) -> None:
        """Hear the next piece."""
        if not self._fed and (b"\0" in piece[:4] or piece[:2] in (b"\xff\xfe", b"\xfe\xff")):
            raise Refused("guard_encoding", part=self.part)
        if time.monotonic() > self.budget.until:
            raise Refused("guard_slow")
        text = self._carry + piece
        cut = max(text.rfind(b"<c "), text.rfind(b"<si>"))
        cut = cut if cut > 0 and len(text) - cut < self.limits.token else len(text)
        self._carry = text[cut:]
        self._hear(text[:cut])

    def close(self) -> None:
        """Hear the end."""
        self._hear(self._carry)
        self._parse(b"", last=True)
        self.counts["si"] += self._plain_strings
        if self.counts["si"] > self.limits.strings:
            raise Refused("guard_many", part=self.part, limit=self.limits.strings)
        facts = self.facts
        area = facts.last_row * facts.last_column
        if area > self.limits.area:
            corner = f"{letters(facts.last_column)}{facts.last_row}"
            raise Refused("guard_far", part=self.part, cell=corner, **self._bounds())

    def _hear(self, text: bytes) -> None:
        self.facts.precise = self.facts.precise or _has_long_decimals(text)
        rest = plain_run(self.budget.strings, self.limits).sub(LEAVES, text)
        self._plain_strings += text.count(b"<si>") - rest.count(b"<si>")
        self._count(text.count(b"</c>") - rest.count(b"</c>"))
        if len(rest) < len(text):
            self._reach(text)
        self._parse(rest)

    def _reach(self, text: bytes) -> None:
        """Note about how far plain cells go, by the first and the last with content in a piece."""
        for end in (text.find(b"</c>"), text.rfind(b"</c>")):
            at = text.rfind(b'<c r="', 0, max(end, 0))
            if at >= 0 and (place := _PLACE.match(text[at + 6 : at + 20].decode("latin-1"))):
                self._extend(int(place[2]), column(place[1]))

    def _parse(self, rest: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(rest, last)
        except (expat.ExpatError, UnicodeError, ValueError) as error:
            raise Refused("guard_xml", part=self.part) from error
        self._fed += len(rest)
        if not last and self._fed - self._parser.CurrentByteIndex > self.limits.token:
            raise Refused("guard_xml", part=self.part)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
            raise Refused("guard_encoding", part=self.part)

    def _doctype(self, *_: object) -> None:
        raise Refused("guard_doctype", part=self.part)

    def _start(self, name: str, found: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > self.limits.depth or self._elements > self.limits.elements:
            raise Refused("guard_xml", part=self.part)
        local = name.rpartition(":")[2]
        if local in _CELL:
            _CELL[local](self, found)
        else:
            self.counts[local] += 1 if local in ("si", "xf", "sheet") else 0
            if local in self._heard:
                self._heard[local](local, {key.rpartition(":")[2]: found[key] for key in found})

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(":")[2]
        if local == "c" and self._cell:
            self._end_cell(*self._cell)
            self._cell = None
        elif local in ("v", "f", "is"):
            self._within = ""

    def _text(self, text: str) -> None:
        if self._within == "v":
            self._valued = True
            self._shown = (self._shown + text)[:_SHOWN]
        elif self._within == "f":
            self._formula += text
            if len(self._formula) > self.limits.token:
                raise Refused("guard_xml", part=self.part)

    def _start_row(self, found: dict[str, str]) -> None:
        told = found.get("r", "")
        self._row = int(told) if told.isdecimal() and len(told) < 8 else self._row + 1  # noqa: PLR2004
        self._column = 0
        if found.get("hidden") in _TRUE and self._row <= self.limits.rows:
            self.facts.hidden.append(self._row - 1)

    def _start_cell(self, found: dict[str, str]) -> None:
        if "r" in found:
            place = _PLACE.fullmatch(found["r"])
            if not place:
                raise Refused("guard_xml", part=self.part)
            self._cell = int(place[2]), column(place[1])
        else:
            self._cell = max(self._row, 1), self._column + 1
        self._column = self._cell[1]
        self._kind = found.get("t", "n")
        self._shown, self._valued, self._formula = "", False, ""

    def _start_value(self, _: dict[str, str]) -> None:
        self._within = "v" if self._cell else ""

    def _start_inline(self, _: dict[str, str]) -> None:
        self._valued = True

    def _start_formula(self, _: dict[str, str]) -> None:
        if self._cell:
            self._within, self._formula = "f", self._formula or "="

    def _end_cell(self, row: int, at: int) -> None:
        if _DDE.search(_QUOTED.sub("", self._formula)):
            refuse_what_acts("dde", self.part)
        if self._kind == "s" and self._valued and not self._known_string():
            raise Refused("guard_strings", part=self.part, cell=f"{letters(at)}{row}")
        if self._kind == "e" and self._valued:
            self._odd(row, at, self._shown)
        elif self._formula and not self._valued and self._kind != "str":
            self._odd(row, at, NO_VALUE)
        self.facts.booleans = self.facts.booleans or self._kind == "b"
        if self._valued:
            if row > self.limits.rows or at > self.limits.columns:
                cell = f"{letters(at)}{row}"
                raise Refused("guard_far", part=self.part, cell=cell, **self._bounds())
            self._count(1)
            self._extend(row, at)

    def _known_string(self) -> bool:
        told = self._shown.strip()
        return told.isdecimal() and len(told) < 10 and int(told) < self.budget.strings  # noqa: PLR2004

    def _odd(self, row: int, at: int, shown: str) -> None:
        self.counts["odd"] += 1
        if self.counts["odd"] > self.limits.errors:
            raise Refused("guard_errors", part=self.part, limit=self.limits.errors)
        self.facts.odd[at - 1][row - 1] = shown

    def _count(self, more: int) -> None:
        self.facts.cells += more
        self.budget.cells += more
        if self.budget.cells > self.limits.cells:
            raise Refused("guard_cells", limit=self.limits.cells)

    def _extend(self, row: int, at: int) -> None:
        self.facts.last_row = max(self.facts.last_row, min(row, self.limits.rows))
        self.facts.last_column = max(self.facts.last_column, min(at, self.limits.columns))

    def _bounds(self) -> dict[str, int]:
        return {"rows": self.limits.rows, "columns": self.limits.columns}

    def _merge(self, found: dict[str, str]) -> None:
        first_row, first_column, last_row, last_column = self._range(found, "guard_merge")
        area = (last_row - first_row + 1) * (last_column - first_column + 1)
        if area > self.limits.merged or len(self.facts.merges) >= self.limits.merges:
            raise Refused("guard_merge", part=self.part, cells=found.get("ref", "")[:40])
        self.facts.merges.append((first_row - 1, first_column - 1, last_row - 1, last_column - 1))

    def _dimension(self, found: dict[str, str]) -> None:
        self._range(found, "guard_dimension")

    def _range(self, found: dict[str, str], code: str) -> tuple[int, int, int, int]:
        told = found.get("ref", "")
        ends = [_PLACE.fullmatch(each) for each in told.split(":")]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:  # noqa: PLR2004
            raise Refused(code, part=self.part, cells=told[:40])
        place = int(first[2]), column(first[1]), int(last[2]), column(last[1])
        if place[2] > _LAST_ROW or place[3] > _LAST_COLUMN or place[:2] > place[2:]:
            raise Refused(code, part=self.part, cells=told[:40])
        return place


def _has_long_decimals(text: bytes) -> bool:
    return b"E-" in text or b"e-" in text or _LONG_DECIMAL.search(text) is not None


_CELL: dict[str, Callable[[Watch, dict[str, str]], None]] = {
    "c": Watch._start_cell,
    "v": Watch._start_value,
    "is": Watch._start_inline,
    "f": Watch._start_formula,
    "row": Watch._start_row,
    "mergeCell": Watch._merge,
    "dimension": Watch._dimension,
}
