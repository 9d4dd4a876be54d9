"""One coefficient of variation worked out by hand: a sheet of reported numbers and live formulas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from junheng.errors import say
from junheng.evaluate.explain import Workings, cells
from junheng.model.standard import Indicator
from junheng.model.tables import SCHOOLS, SECTIONS, table_of
from junheng.report.bundle import Bundle, section_name
from junheng.report.forms.fill import footer
from junheng.report.forms.page import UNKNOWN, steady
from junheng.report.forms.page import printed as printed_as
from junheng.report.office import Looks, set_up
from junheng.report.workbook import write_cell

Row = Mapping[str, Any]
_CLOSE = 1e-9
"""What counts as at the limit, as in the verdict."""
_STEPS = ("amount", "pupils", "value", "weight", "deviation", "term")
_FORMATS = {"amount": "0.00##", "pupils": "0", "value": "0.0000", "deviation": "0.0000"}
_LARGE = 100
"""A mean from which squared deviations are shown with two decimals."""
_HEAD = 5
"""Rows above the table: title, rule, weights, a blank one, the heading."""
_WIDTHS = {"name": 34, "school": 15}


def at(row: int, column: int, *, fixed: bool = False) -> str:
    """Name a cell, so that it stays the same when it is copied if it is `fixed`."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of variation to be worked out."""

    level: str
    found: Workings
    rows: Sequence[dict[str, Any]]
    total: Row


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and the cells of the mean and the coefficient."""

    level: str
    indicator: Indicator
    total: Row
    mean: str
    cv: str


class Sheet:
    """The workings of one coefficient."""

    def __init__(self, book: Workbook, looks: Looks, bundle: Bundle, of: Coefficient) -> None:
        self.looks, self.bundle, self.level = looks, bundle, of.level
        self.indicator, self.total = of.found.indicator, of.total
        self.rows = of.rows
        self.cells = cells(self.indicator, bundle.standard)
        self.shared = any(table_of(cell) == "schools" for cell in self.cells)
        self.levels = tuple(bundle.standard.weights) if self.shared else ()
        self._term = "0.00" if (self.total["mean"] or 0) >= _LARGE else "0.000000"
        self._place = {name: place for place, name in enumerate(self._columns())}
        self.first, self.last = _HEAD, _HEAD + len(self.rows) - 1
        number = self.indicator.number
        self.name = f"{bundle.words.level(of.level)}{number if number[:1] == 'L' else f'L{number}'}"
        self.sheet = book.add_worksheet(self.name)
        set_up(self.sheet, footer(bundle), paper="A3", head=(0, _HEAD - 1))

    def _columns(self) -> tuple[str, ...]:
        campus = (*(f"campus:{level}" for level in self.levels), "share") if self.shared else ()
        return ("name", "school", *(f"cell:{cell}" for cell in self.cells), *campus, *_STEPS)

    def write(self) -> Written:
        """Write the sheet; say where its mean and its coefficient stand."""
        self._above()
        campus = _campus(self.bundle)
        for row, found in enumerate(self.rows, self.first):
            self._row(row, found, campus[found["school"]])
        self._below()
        mean, cv = (f"'{self.name}'!{self._below_at(line)}" for line in (1, 3))
        return Written(self.level, self.indicator, self.total, mean, cv)

    def _say(self, name: str, **fields: object) -> str:
        return say(f"report.workings_{name}", self.bundle.words.language, **fields)

    def _above(self) -> None:
        indicator, words = self.indicator, self.bundle.words
        unit = words.unit(indicator.unit)
        title = self._say("title", level=words.level(self.level),
                     indicator=words.indicator(indicator.id), unit=unit)  # fmt: skip
        write_cell(self.sheet, (0, 0), title, self.looks.title)
        rule = self._say("rule", per=f"{indicator.per:g} × " if indicator.per != 1 else "")
        write_cell(self.sheet, (1, 0), rule, self.looks.plain)
        if self.shared:
            write_cell(self.sheet, (2, 0), self._say("weights"), self.looks.plain)
        for level in self.levels:
            place = self._place[f"campus:{level}"]
            weight = self.bundle.standard.weights[level]
            self.sheet.write_number(2, place, weight, self.looks.number("0.00"))
        for place, name in enumerate(self._place):
            write_cell(self.sheet, (_HEAD - 1, place), self._heading(name), self.looks.head)
            self.sheet.set_column(place, place, _WIDTHS.get(name, 13))
        self.sheet.set_row(_HEAD - 1, 48)

    def _heading(self, name: str) -> str:
        kind, _, of = name.partition(":")
        if kind == "cell":
            column = (SCHOOLS if table_of(of) == "schools" else SECTIONS).column(of)
            return column.zh if self.bundle.words.language == "zh" else of
        if kind == "campus":
            return self._say("campus", level=self.bundle.words.level(of))
        return self._say(f"h_{name}")

    def _row(self, row: int, found: Row, campus: Row) -> None:
        write_cell(
            self.sheet, (row, 0), section_name({**found, "level": self.level}), self.looks.text
        )
        write_cell(self.sheet, (row, 1), found["school"], self.looks.text)
        for cell in self.cells:
            self._given(row, f"cell:{cell}", found[cell])
        for level in self.levels:
            if level in campus:
                self._given(row, f"campus:{level}", campus[level])
            else:
                write_cell(self.sheet, (row, self._place[f"campus:{level}"]), None, self.looks.text)
        if self.shared:
            self._worked(row, "share", self._share(row), found["share"])
        self._given(row, "pupils", found["pupils"])
        self._worked(row, "amount", self._amount(row, found), found["amount"])
        results = _results(found, self.total)
        for name, formula in self._steps(row).items():
            self._worked(row, name, formula, results[name])

    def _given(self, row: int, name: str, value: float | None) -> None:
        form = "0" if name == "pupils" or name.startswith("campus") else "General"
        shown = UNKNOWN if value is None else steady(value)
        write_cell(self.sheet, (row, self._place[name]), shown, self.looks.number(form))

    def _worked(self, row: int, name: str, formula: str, value: float | None) -> None:
        form = self._term if name == "term" else _FORMATS.get(name, "0.000000")
        look = self.looks.number(form)
        self._formula((row, self._place[name]), formula, look, value)

    def _formula(
        self, place: tuple[int, int], formula: str, look: Any, value: float | None
    ) -> None:
        shown = UNKNOWN if value is None else steady(value)
        self.sheet.write_formula(*place, formula, look, shown)

    def _at(self, row: int, name: str) -> str:
        return at(row, self._place[name])

    def _share(self, row: int) -> str:
        places = [self._place[f"campus:{level}"] for level in self.levels]
        terms = [f"{at(2, place, fixed=True)}*{at(row, place)}" for place in places]
        own = terms[self.levels.index(self.level)]
        span = f"{at(row, places[0])}:{at(row, places[-1])}"
        total = "+".join(terms)
        return f'=IF(COUNTIF({span},"~{UNKNOWN}")>0,"{UNKNOWN}",{own}/({total}))'

    def _amount(self, row: int, found: Row) -> str:
        """Add the cells up as the verdict did, those that an easement adds only where it held."""
        amount = self.indicator.amount
        signs = [(name, "+") for name in amount.plus] + [(name, "-") for name in amount.minus]
        own = {name for name, _ in signs}
        adds = [(name, "+") for name in self.cells if name not in own]
        counted = adds and _reached(found, [*signs, *adds]) and not _reached(found, signs)
        signs += adds if counted else []
        terms = [f"{sign}{self._at(row, f'cell:{name}')}" + self._split(row, name)
                 for name, sign in signs]  # fmt: skip
        needed = [self._at(row, f"cell:{name}") for name, _ in signs]
        needed += [self._at(row, "share")] if self.shared else []
        return f"={_known(needed, ''.join(terms).removeprefix('+'))}"

    def _split(self, row: int, cell: str) -> str:
        return f"*{self._at(row, 'share')}" if table_of(cell) == "schools" else ""

    def _steps(self, row: int) -> dict[str, str]:
        amount, pupils = self._at(row, "amount"), self._at(row, "pupils")
        value, weight, deviation = (self._at(row, n) for n in ("value", "weight", "deviation"))
        total, mean = self._below_at(0, "pupils"), self._below_at(1)
        return {
            "value": f"={_known([amount, pupils], f'{self.indicator.per:g}*{amount}/{pupils}')}",
            "weight": f"={_known([pupils, total], f'{pupils}/{total}')}",
            "deviation": f"={_known([value, mean], f'{value}-{mean}')}",
            "term": f"={_known([weight, deviation], f'{weight}*{deviation}^2')}",
        }

    def _below_at(self, line: int, name: str = "term") -> str:
        place = self._place[name]
        return at(self.last + 1 + line, place, fixed=True)

    def _below(self) -> None:
        """Write sums, mean, S², S and the coefficient, and compare it with the program's."""
        sums = {
            name: _sum(self._span(name), len(self.rows)) for name in ("amount", "pupils", "term")
        }
        write_cell(self.sheet, (self.last + 1, 0), self._say("total"), self.looks.text)
        amounts = [row["amount"] for row in self.rows]
        known = {"amount": None if None in amounts else sum(amounts),
                 "pupils": self.total["pupils"], "term": self.total["s2"]}  # fmt: skip
        for name, formula in sums.items():
            self._worked(self.last + 1, name, formula, known[name])
        self._lines()
        self._compared()

    def _span(self, name: str) -> str:
        place = self._place[name]
        return f"{at(self.first, place)}:{at(self.last, place)}"

    def _lines(self) -> None:
        total, amount = self._below_at(0, "pupils"), self._below_at(0, "amount")
        s2, mean, s, cv = (self._below_at(line) for line in (0, 1, 2, 3))
        per, found = f"{self.indicator.per:g}", self.total
        printed = None if found["cv"] is None else float(printed_as(found["cv"], 3))
        lines = [
            ("mean", _known([amount, total], f"{per}*{amount}/{total}"), found["mean"], "0.000000"),
            ("s", _known([s2], f"SQRT({s2})"), found["s"], "0.000000"),
            ("cv", _known([s, mean], f"{s}/{mean}"), found["cv"], "0.000000"),
            ("cv_3", _known([cv], f"ROUND({cv},3)"), printed, "0.000"),
        ]
        for line, (name, formula, value, form) in enumerate(lines, 1):
            place = self._line(line, name)
            self._formula(place, f"={formula}", self.looks.number(form), value)

    def _compared(self) -> None:
        """Compare with the program's result, and with the limit where each is judged by itself."""
        cv, own, limit = (self._below_at(line) for line in (3, 5, 7))
        said = {name: self._say(name) for name in ("same", "differs", "within", "over")}
        same = f'IF(ABS({cv}-{own})<={_CLOSE},"{said["same"]}","{said["differs"]}")'
        self._result(5, "program", self.total["cv"])
        self._word(6, "check", _known([cv, own], same), "same")
        rule = self.bundle.standard.balance_rule
        if rule and rule.judged == "each":
            within = f'IF({cv}<={limit}*(1+{_CLOSE}),"{said["within"]}","{said["over"]}")'
            self._result(7, "limit", self.total["limit"])
            met = "within" if self.total["met"] else "over"
            self._word(8, "verdict", _known([cv, limit], within), met)

    def _line(self, line: int, name: str) -> tuple[int, int]:
        row, place = self.last + 1 + line, self._place["deviation"]
        write_cell(self.sheet, (row, place), self._say(name), self.looks.text)
        return row, place + 1

    def _result(self, line: int, name: str, value: float | None) -> None:
        shown = UNKNOWN if value is None else steady(value)
        write_cell(self.sheet, self._line(line, name), shown, self.looks.number("0.000000"))

    def _word(self, line: int, name: str, formula: str, answer: str) -> None:
        shown = UNKNOWN if self.total["cv"] is None else self._say(answer)
        self.sheet.write_formula(*self._line(line, name), f"={formula}", self.looks.text, shown)


def _campus(bundle: Bundle) -> dict[str, dict[str, float | None]]:
    """Give the pupils of every level of each school."""
    found: dict[str, dict[str, float | None]] = defaultdict(dict)
    rows = bundle.tables["sections"].select("school", "level", "pupils").iter_rows()
    for school, level, pupils in rows:
        found[school][level] = pupils
    return found


def _results(found: Row, total: Row) -> Row:
    """Give the results of a row, the same to the last digit in whatever order sums were added up."""
    value, pupils, mean = found["value"], found["pupils"], total["mean"]
    weight = None if found["weight"] is None else pupils / total["pupils"]
    deviation = None if value is None or mean is None else steady(value) - steady(mean)
    term = None if weight is None or deviation is None else weight * deviation**2
    return {"value": value, "weight": weight, "deviation": deviation, "term": term}


def _reached(found: Row, signs: Sequence[tuple[str, str]]) -> bool:
    """Say whether these cells add up to the amount of the verdict."""
    terms = [(found[name], found["share"] if table_of(name) == "schools" else 1.0, sign)
             for name, sign in signs]  # fmt: skip
    if found["amount"] is None or any(None in term for term in terms):
        return False
    total = sum(value * share * (1 if sign == "+" else -1) for value, share, sign in terms)
    return bool(abs(total - found["amount"]) <= _CLOSE * max(1.0, abs(total)))


def _known(needed: Sequence[str], formula: str) -> str:
    """Work a formula out only when every cell that it needs holds a number."""
    return f'IF(COUNT({",".join(needed)})={len(needed)},{formula},"{UNKNOWN}")'


def _sum(span: str, rows: int) -> str:
    return f'=IF(COUNT({span})={rows},SUM({span}),"{UNKNOWN}")'
