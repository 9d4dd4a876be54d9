"""Where a projection starts: pupils by grade, and how many of them go on from grade to grade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from junheng.plan.gaps_items import grade_number

Key = tuple[str, str]
"""School and level."""
LUMP = 0
"""The grade of pupils whose grade is not known: they stay as many as they are."""


@dataclass
class Section:
    """One school's level in a projection: pupils by grade, and how many enter its first grade."""

    school: str
    county: str
    level: str
    grades: dict[int, float] = field(default_factory=dict)
    """Pupils by number of the grade; `LUMP` for those whose grade is not known."""
    entrants: float = 0.0
    """What enters in a year, unless births or a zone say otherwise; the weight in the county's pool."""
    known: bool = True
    """False: the number of pupils is not known, and stays so."""

    @property
    def pupils(self) -> float | None:
        """All pupils; None where they are unknown."""
        return sum(self.grades.values()) if self.known else None

    @property
    def by_grade(self) -> bool:
        """Whether pupils are followed from grade to grade."""
        return any(grade != LUMP for grade in self.grades)

    @property
    def basis(self) -> str:
        """How the numbers come about: cohort, or last_year where grades are not known."""
        return "cohort" if self.by_grade else "last_year"

    def add(self, grades: Mapping[int, float], share: float) -> None:
        """Take in a share of other pupils; of grades that this school does not have, as a lump."""
        for grade, pupils in grades.items():
            place = grade if grade in self.grades else LUMP
            self.grades[place] = self.grades.get(place, 0.0) + share * pupils


@dataclass(frozen=True, slots=True)
class Progress:
    """How pupils go on: next grade ÷ this grade, a year later, pooled over each county."""

    ratios: Mapping[tuple[str, str, int], float]
    """By county, level and grade; 1 where there is none."""
    transitions: Mapping[str, float]
    """By county: first grade of junior ÷ last grade of primary of the year before."""

    def ratio(self, county: str, level: str, grade: int) -> float:
        """Give the ratio from a grade to the next; 1 where nothing is known."""
        return self.ratios.get((county, level, grade), 1.0)


Cohorts = dict[Key, dict[int, float]]


def cohorts(tables: Mapping[str, Any], year: int) -> Cohorts:
    """Give the pupils by grade of the sections whose classes are all listed, in a year."""
    if "classes" not in tables:
        return {}
    schools = tables["schools"].lazy().filter(pl.col("year") == year).select("year", "school")
    rows, sections = (
        tables[name].lazy().join(schools, on=["year", "school"], how="semi").collect()
        for name in ("classes", "sections")
    )
    wanted = dict(zip(zip(sections["school"], sections["level"], strict=True),
                      sections["pupils"], strict=True))  # fmt: skip
    found: dict[Key, dict[int, float] | None] = {}
    for school, level, grade, pupils in rows.select(
        "school", "level", "grade", "pupils"
    ).iter_rows():
        number = grade_number(grade)
        mine = found.setdefault((school, level), {})
        if mine is None or number is None or pupils is None:
            found[school, level] = None
        else:
            mine[number] = mine.get(number, 0.0) + pupils
    return {
        key: dict(sorted(grades.items()))
        for key, grades in found.items()
        if grades and sum(grades.values()) == wanted.get(key)
    }


def start(tables: Mapping[str, Any], year: int) -> dict[Key, Section]:
    """Give every section of a year, with its grades where they are known."""
    schools = tables["schools"].lazy().filter(pl.col("year") == year).select("school", "county")
    rows = (
        tables["sections"].lazy().filter(pl.col("year") == year).select("school", "level", "pupils")
    )
    joined = rows.join(schools, on="school").sort("school", "level").collect()
    graded = cohorts(tables, year)
    sections = {}
    for school, level, pupils, county in joined.iter_rows():
        key = (school, level)
        grades = dict(graded.get(key) or {LUMP: pupils or 0.0})
        first = grades[min(grades)] if key in graded else 0.0
        sections[key] = Section(school, county, level, grades, first, known=pupils is not None)
    return sections


def progress(tables: Mapping[str, Any], years: Iterable[int]) -> Progress:
    """Estimate the ratios from every pair of years that follow each other; none: no ratio."""
    counties = dict(
        tables["schools"].lazy().select("school", "county").unique().collect().iter_rows()
    )
    by_year = {year: cohorts(tables, year) for year in years}
    before: dict[tuple[str, str, int], float] = defaultdict(float)
    after: dict[tuple[str, str, int], float] = defaultdict(float)
    for year, now in by_year.items():
        for key, grades in now.items():
            later = by_year.get(year + 1, {}).get(key, {})
            place = (counties[key[0]], key[1])
            for grade, pupils in grades.items():
                if grade + 1 in later:
                    before[(*place, grade)] += pupils
                    after[(*place, grade)] += later[grade + 1]
    ratios = {key: after[key] / pupils for key, pupils in before.items() if pupils > 0}
    return Progress(ratios, _transitions(by_year, counties))


def _transitions(by_year: Mapping[int, Cohorts], counties: Mapping[str, str]) -> dict[str, float]:
    leaving: dict[str, float] = defaultdict(float)
    entering: dict[str, float] = defaultdict(float)
    for year, now in by_year.items():
        if year + 1 not in by_year:
            continue
        for (school, level), grades in now.items():
            if level == "primary":
                leaving[counties[school]] += grades[max(grades)]
        for (school, level), grades in by_year[year + 1].items():
            if level == "junior":
                entering[counties[school]] += grades[min(grades)]
    return {c: entering[c] / n for c, n in leaving.items() if n > 0 and entering[c] > 0}
