"""A second evaluator, slow and plain, written from the rules as published and from nothing else.

It shares no line with the program: rows are dicts, numbers are fractions, and the limits stand once
more in `published_limits`. Where the program and this file disagree, one of them has misread a rule.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from published_limits import (
    FLOOR,
    INDICATORS,
    JUDGED,
    MOST_CV,
    VISITING,
    WEIGHTS,
    Measured,
    Number,
)

Row = Mapping[str, Any]
AT = Fraction(1, 10**9)
"""A value this near to a limit, relative to it, counts as at the limit."""


@dataclass(frozen=True)
class Value:
    amount: Number
    value: Number
    limit: Number
    verdict: str


@dataclass(frozen=True)
class Balance:
    schools: int
    pupils: Number
    mean: Number
    cv: float | None
    limit: Number
    verdict: str


@dataclass
class Answer:
    """What the rules say, by key; `excluded` holds every reason that applies."""

    values: dict[tuple[Any, ...], Value] = field(default_factory=dict)
    sections: dict[tuple[Any, ...], str] = field(default_factory=dict)
    pupils: dict[tuple[Any, ...], Number] = field(default_factory=dict)
    balance: dict[tuple[Any, ...], Balance] = field(default_factory=dict)
    parts: dict[tuple[Any, ...], str] = field(default_factory=dict)
    excluded: dict[tuple[Any, ...], set[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One level of one campus: its own row, the campus's row, and its share of what is shared."""

    school: Row
    own: Row
    share: Number

    @property
    def key(self) -> tuple[int, str, str, str]:
        return (self.own["year"], self.school["county"], self.own["school"], self.own["level"])

    @property
    def pupils(self) -> Number:
        return number(self.own.get("pupils"))

    def amount(self, of: Measured) -> Number:
        """Add up the cells; a campus's shared cells by the share of this level."""
        source = self.school if of.shared else self.own
        plus = [number(source.get(name)) for name in of.plus]
        minus = [number(source.get(name)) for name in of.minus]
        total = less(added(plus), added(minus))
        if not of.shared:
            return total
        return None if total is None or self.share is None else total * self.share


def number(cell: object) -> Number:
    """Read a cell as the person who filled it in would: 4.505 is 4505 thousandths."""
    return None if cell is None else Fraction(str(cell))


def added(cells: Iterable[Number]) -> Number:
    total = Fraction(0)
    for cell in cells:
        if cell is None:
            return None
        total += cell
    return total


def less(first: Number, second: Number) -> Number:
    return None if first is None or second is None else first - second


def reaches(value: Fraction, limit: Fraction) -> bool:
    return value >= limit * (1 - AT)


def stays_within(value: Fraction, limit: Fraction) -> bool:
    return value <= limit * (1 + AT)


def sections_of(tables: Mapping[str, Sequence[Row]]) -> list[Section]:
    """Join the levels to their campus and split what the campus shares."""
    schools = {(row["year"], row["school"]): row for row in tables["schools"]}
    campuses: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in tables["sections"]:
        campuses[row["year"], row["school"]].append(row)
    return [
        Section(schools[campus], own, share_of(own, rows))
        for campus, rows in campuses.items()
        for own in rows
    ]


def share_of(own: Row, campus: Sequence[Row]) -> Number:
    """Weight × pupils over the sum of it; unknown as soon as one level's pupils are."""
    whole = added(_weighted(row) for row in campus)
    mine = _weighted(own)
    return None if not whole or mine is None else mine / whole


def _weighted(row: Row) -> Number:
    pupils = number(row.get("pupils"))
    return None if pupils is None else WEIGHTS[row["level"]] * pupils


def reasons(section: Section, standard: str) -> set[str]:
    """Give every reason for which a standard leaves a section out."""
    kind, pupils = section.school["kind"], section.pupils
    found = {
        "level_not_judged": section.own["level"] not in JUDGED,
        "no_pupils": pupils == 0,
    }
    if standard == "cn-quality-2017":
        small = pupils is not None and pupils < 50
        found["special_school"] = kind == "special"
        found["vocational_school"] = kind == "vocational"
        found["teaching_point_under_50"] = kind == "teaching_point" and small
    else:
        found["not_county_run"] = section.school["sponsor"] not in ("7", "8")
        found["teaching_point"] = kind == "teaching_point"
    return {reason for reason, holds in found.items() if holds}


def visitors(section: Section, day: dt.date) -> Number:
    """How many visiting PE and arts teachers may be counted: in rural schools of 50 to 99 pupils."""
    pupils, setting = section.pupils, section.school.get("setting")
    if not VISITING[0] <= day <= VISITING[1] or setting in ("urban", "town"):
        return Fraction(0)
    if pupils is not None and not 50 <= pupils < 100:
        return Fraction(0)
    visiting = number(section.own.get("pe_arts_visiting"))
    unsure = setting is None or pupils is None
    return None if unsure and visiting != 0 else visiting


def value_of(section: Section, name: str, standard: str, day: dt.date) -> Value:
    """Value = per × amount ÷ pupils, and what it is worth beside the limit."""
    of = INDICATORS[standard][name]
    amount, pupils = section.amount(of), section.pupils
    if standard == "cn-quality-2017" and name == "pe_arts_teachers":
        amount = added([amount, visitors(section, day)])
    limit = of.limit(section.own["level"])
    value = None if amount is None or not pupils else of.per * amount / pupils
    return Value(amount, value, limit, judged_value(value, limit))


def judged_value(value: Number, limit: Number) -> str:
    if value is None or limit is None:
        return "not_assessed"
    if reaches(value, limit):
        return "met"
    return "near" if reaches(value, FLOOR * limit) else "unmet"


def judged_section(verdicts: Sequence[str]) -> str:
    """Six of seven, and the one that is left not below 85 %."""
    if "unmet" in verdicts or verdicts.count("near") >= 2:
        return "fail"
    return "not_assessed" if "not_assessed" in verdicts else "pass"


def balance_of(rows: Sequence[tuple[Number, Number]], per: int) -> tuple[Number, float | None]:
    """Give the mean and the pupil-weighted coefficient of variation of (amount, pupils) pairs."""
    amounts, pupils = added(a for a, _ in rows), added(p for _, p in rows)
    if amounts is None or not pupils:
        return None, None
    mean = per * amounts / pupils
    spread = sum((p / pupils * (per * a / p - mean) ** 2 for a, p in rows), Fraction(0))
    return mean, math.sqrt(spread / mean**2) if mean else None


def within(cv: float | None, limit: Number) -> str:
    if cv is None or limit is None:
        return "not_assessed"
    return "met" if stays_within(Fraction(cv), limit) else "unmet"


def within_in_all(cvs: Sequence[float | None], limit: Fraction) -> str:
    """Compare the mean; no coefficient is below 0, so those that are known may be too much alone."""
    least = within(math.fsum(cv for cv in cvs if cv is not None) / len(cvs), limit)
    return "not_assessed" if None in cvs and least == "met" else least


def judge(tables: Mapping[str, Sequence[Row]], standard: str) -> Answer:
    """Judge a data set by everything that its schools and sections decide."""
    answer, groups = Answer(), defaultdict(list)
    for section in sections_of(tables):
        year, county, _, level = section.key
        why = reasons(section, standard)
        if why:
            answer.excluded[section.key] = why
            continue
        groups[year, county, level].append(section)
        _judge_section(section, standard, answer)
    for (year, county, level), members in groups.items():
        _judge_balance((year, county, level), members, standard, answer)
    for year, county in {(row["year"], row["county"]) for row in tables["schools"]}:
        _judge_part(year, county, standard, answer)
    return answer


def day_of(year: int) -> dt.date:
    return max(dt.date(year, 9, 1), dt.date(2017, 4, 26))


def _judge_section(section: Section, standard: str, answer: Answer) -> None:
    verdicts = []
    for name in INDICATORS[standard]:
        value = value_of(section, name, standard, day_of(section.key[0]))
        answer.values[*section.key, name] = value
        verdicts.append(value.verdict)
    answer.pupils[section.key] = section.pupils
    answer.sections[section.key] = judged_section(verdicts)


def _judge_balance(
    group: tuple[int, str, str], members: Sequence[Section], standard: str, answer: Answer
) -> None:
    limit, each = MOST_CV[standard][group[2]], standard == "cn-quality-2017"
    pupils, cvs = added(section.pupils for section in members), []
    for name, of in INDICATORS[standard].items():
        rows = [(answer.values[*s.key, name].amount, s.pupils) for s in members]
        mean, cv = balance_of(rows, of.per)
        cvs.append(cv)
        own = limit if each else None
        found = Balance(len(members), pupils, mean, cv, own, within(cv, own))
        answer.balance[*group, name] = found
    if not each:
        whole = None if None in cvs else math.fsum(cvs) / len(cvs)
        found = Balance(len(members), pupils, None, whole, limit, within_in_all(cvs, limit))
        answer.balance[*group, "composite"] = found


def _judge_part(year: int, county: str, standard: str, answer: Answer) -> None:
    balance = [b.verdict for key, b in answer.balance.items() if key[:2] == (year, county)]
    sections = [v for key, v in answer.sections.items() if key[:2] == (year, county)]
    if standard == "cn-quality-2017":
        answer.parts[year, county, "resources"] = worst([*sections, *balance])
    else:
        composites = {k: b for k, b in answer.balance.items() if k[3] == "composite"}
        mine = [b.verdict for key, b in composites.items() if key[:2] == (year, county)]
        answer.parts[year, county, "balance"] = worst(mine)


def worst(verdicts: Sequence[str]) -> str:
    """One failure decides; success needs all of them, and at least one."""
    if {"fail", "unmet"} & set(verdicts):
        return "fail"
    return "not_assessed" if "not_assessed" in verdicts or not verdicts else "pass"


def county_verdict(parts: Sequence[str], vetoes: Sequence[float | None] = ()) -> str:
    """A county fails by any part or a veto of 1; an unknown veto keeps it from passing."""
    if 1 in vetoes:
        return "fail"
    verdict = worst(parts)
    return "not_assessed" if verdict == "pass" and None in vetoes else verdict
