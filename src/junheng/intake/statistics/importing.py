"""Exports of the national statistics, brought together into rows of the contract's tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from junheng.errors import DataNeedsMending, Problem
from junheng.intake.labels import listed as named
from junheng.intake.labels import quoted
from junheng.intake.statistics.campuses import merge
from junheng.intake.statistics.figures import Figure, Key, Said, School, name_of, written
from junheng.intake.statistics.grid import Filled, Listed, Sheet, filled, listed, tables_of
from junheng.intake.statistics.identity import of_form, of_list, school_of
from junheng.intake.statistics.reading import Look, missing, read_form, read_list
from junheng.intake.statistics.sheets import sheets
from junheng.model.statistics import Form, form_of
from junheng.model.tables import SCHOOLS, SECTIONS, Column, table_of

LEVELS_OF = {"primary": ("primary",), "teaching_point": ("primary",), "junior": ("junior",),
             "nine_year": ("primary", "junior"), "complete_secondary": ("junior", "senior"),
             "twelve_year": ("primary", "junior", "senior")}  # fmt: skip
"""The levels that a school of a kind has; where pupils are known, they tell."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to bring in, and what the person who asks for it knows."""

    files: tuple[Path, ...]
    year: int
    county: str | None = None
    blanks_are_zero: bool = False


@dataclass(frozen=True)
class Value:
    """One imported value: where it goes, and the cells it comes from."""

    table: str
    school: str
    level: str
    column: str
    text: str
    figure: Figure | None


@dataclass(frozen=True)
class Import:
    """What was read: values for the tables, what could not be found, the files themselves."""

    year: int
    form: Form
    values: tuple[Value, ...]
    notices: tuple[Problem, ...]
    files: tuple[tuple[Path, str], ...]
    """Each file and its SHA-256."""

    @property
    def schools(self) -> int:
        """How many schools were read."""
        return len({value.school for value in self.values})


def bring_in(wanted: Wanted) -> Import:
    """Read the exports; raises DataNeedsMending with every problem of every file."""
    form, said = form_of(wanted.year), Said()
    books = list(_books(wanted.files, said))
    look = Look(form, said, wanted.blanks_are_zero)
    schools: dict[str, School] = {}
    lists, forms = _sorted(form, books, schools, said)
    look.kinds = {
        c: str(s.identity["kind"].value) for c, s in schools.items() if "kind" in s.identity
    }
    seen = _read_all(look, lists, forms)
    for code, figures in look.readings.together(said).items():
        schools.setdefault(code, School(code)).figures = figures
    _say_missing(look, schools, seen)
    kept = merge([school for school in schools.values() if not school.left_out], said)
    if not kept and not said.problems:
        said.wrong("nothing_found", form=form.id)
    if said.problems:
        raise DataNeedsMending(said.problems)
    values = [value for school in kept for value in _values(school, wanted, said)]
    if said.problems:
        raise DataNeedsMending(said.problems)
    files = {path: book[0].sha256 for path, book in zip(wanted.files, books, strict=True) if book}
    return Import(wanted.year, form, tuple(values), tuple(said.notices), tuple(files.items()))


def _books(files: Sequence[Path], said: Said) -> Iterator[list[Sheet]]:
    """Read the workbooks, several at a time: each is read in a process of its own."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for book in pool.map(_book, files):
            if isinstance(book, DataNeedsMending):
                said.problems += book.problems
                yield []
            else:
                yield book


def _book(path: Path) -> list[Sheet] | DataNeedsMending:
    try:
        return sheets(path)
    except DataNeedsMending as refusal:
        return refusal


Lists = list[tuple[Listed, set[str]]]
Forms = list[tuple[Filled, str, set[str]]]


def _sorted(
    form: Form, books: Sequence[list[Sheet]], schools: dict[str, School], said: Said
) -> tuple[Lists, Forms]:
    """Tell lists of schools from forms of one, and take what they say of who a school is."""
    lists: Lists = []
    forms: Forms = []
    for book in books:
        rest = []
        for sheet in book:
            if found := listed(sheet, form.marks.code):
                of_list(form, found, schools, said)
                lists.append((found, tables_of(sheet, form)))
            else:
                rest.append(sheet)
        forms += _forms(form, rest, schools, said)
    return lists, forms


def _forms(
    form: Form, book: list[Sheet], schools: dict[str, School], said: Said
) -> Iterator[tuple[Filled, str, set[str]]]:
    strange = []
    for sheet in book:
        tables, found = tables_of(sheet, form), filled(sheet, form.marks.code)
        code = school_of(form, found, book)
        if not tables:
            strange.append(sheet.name)
        elif code is None:
            said.notice("no_school", file=sheet.file, sheet=sheet.name)
        else:
            of_form(form, sheet, schools.setdefault(code, School(code)), said)
            if found is not None:
                yield found, code, tables
    if strange:
        said.notice("strange_sheets", file=book[0].file, names=quoted(strange))


def _read_all(look: Look, lists: Lists, forms: Forms) -> set[str]:
    """Read every item out of every sheet of its table; gives the tables that were there."""
    seen: set[str] = set()
    for item in look.form.items:
        for found, tables in lists:
            read_list(look, found, tables, item)
        for one, code, tables in forms:
            if item.table in tables:
                read_form(look, one, code, item)
    for _, tables in lists:
        seen |= tables
    for _, _, tables in forms:
        seen |= tables
    return seen


def _say_missing(look: Look, schools: dict[str, School], seen: set[str]) -> None:
    for key, tables, there in missing(look.form, look.met, seen):
        code = "column_not_found" if there else "table_not_found"
        look.said.notice(code, column=name_of(key), tables="、".join(tables))
    for identity in look.form.identity:
        held = [s for s in schools.values() if identity.column not in s.identity and not s.left_out]
        if held and identity.column != "county":
            codes = quoted(school.code for school in held)
            name = name_of((identity.column, None))
            look.said.notice("not_told", column=name, n=len(held), schools=codes)
    if nowhere := [column for column in _columns() if column.name not in _asked(look.form)]:
        look.said.notice("not_in_form", columns=named(nowhere))


def _columns() -> Iterator[Column]:
    """Give the columns that are told of a school, besides its keys."""
    keys = {*SCHOOLS.key, *SECTIONS.key}
    yield from (
        each for table in (SCHOOLS, SECTIONS) for each in table.columns if each.name not in keys
    )


def _asked(form: Form) -> set[str]:
    return {item.column for item in form.items} | {each.column for each in form.identity}


def _values(school: School, wanted: Wanted, said: Said) -> Iterator[Value]:
    """Give the values of one school, its keys first."""
    held = school.identity.get("county")
    county = held.value if held else wanted.county
    if wanted.county and county != wanted.county:
        said.wrong("other_county", school=school.code, found=county, county=wanted.county)
    if county is None:
        said.wrong("no_county", school=school.code)
    yield Value("schools", school.code, "", "county", str(county or ""), held)
    for name, figure in school.identity.items():
        if name != "county":
            yield Value("schools", school.code, "", name, written(figure.value), figure)
    levels = _levels(school)
    for (column, level), figure in school.figures.items():
        if level is None:
            yield Value(table_of(column), school.code, "", column, written(figure.value), figure)
        elif level in levels and (level != "senior" or column == "pupils"):
            yield Value("sections", school.code, level, column, written(figure.value), figure)


def _levels(school: School) -> set[str]:
    """Say which levels a school has: those of its kind, and any that has pupils."""
    kind = school.identity.get("kind")
    levels = set(LEVELS_OF.get(str(kind.value), ())) if kind else set()
    keys: list[Key] = [("pupils", level) for level in ("primary", "junior", "senior")]
    return levels | {
        str(key[1]) for key in keys if key in school.figures and school.figures[key].value
    }
