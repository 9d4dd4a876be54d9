"""Explanations: what schools and counties wrote about experience findings, kept in a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from junheng.check.load import rules
from junheng.errors import Problem, WrongUse

NAME = "explanations.csv"
HEADINGS = ("rule", "year", "school", "level", "explanation", "by", "date")
Key = tuple[str, str, str, str]
Finding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One row of the file: what it is about, what was written, by whom and when."""

    rule: str
    year: str
    school: str
    """The school's code; of findings about a county, the county's."""
    level: str
    """The level; empty for findings about a whole school."""
    explanation: str = ""
    by: str = ""
    date: str = ""

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.rule, self.year, self.school, self.level


def key_of(finding: Finding) -> Key:
    """Say what an explanation of a finding is about."""
    school = finding["school"] or finding["county"] or ""
    return finding["rule"], str(finding["year"]), str(school), finding["level"] or ""


def read(path: Path) -> list[Explanation]:
    """Read the file; none where there is no file. WrongUse when it is not one of explanations."""
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongUse("check.explanations_unreadable", file=path.name) from error
    missing = [name for name in HEADINGS[:5] if rows and name not in rows[0]]
    if missing:
        raise WrongUse("check.explanations_columns", file=path.name, missing=", ".join(missing))
    return [Explanation(*((row.get(name) or "").strip() for name in HEADINGS)) for row in rows]


def written(explanations: Iterable[Explanation]) -> dict[Key, Explanation]:
    """Give what was really written, by what it is about."""
    return {each.key: each for each in explanations if each.explanation}


def unknown(explanations: Sequence[Explanation], schools: Iterable[str]) -> list[Problem]:
    """Say which explanations are about a rule, or a school or county, that there is not."""
    known_schools, known_rules = set(schools), rules()
    said = []
    for row, each in enumerate(explanations, 2):
        fields = {"row": row, "rule": each.rule, "school": each.school}
        if each.rule not in known_rules:
            said.append(Problem("check.explains_no_rule", **fields))
        elif each.school not in known_schools:
            said.append(Problem("check.explains_no_school", **fields))
    return said


def append(path: Path, findings: Iterable[Finding]) -> int:
    """Add a row, its explanation empty, for each finding that has none; give how many were added.

    What is in the file stays as it is, to the byte.
    """
    have = {each.key for each in read(path)}
    new = dict.fromkeys(key for key in map(key_of, findings) if key not in have)
    if not new:
        return 0
    there = path.is_file() and path.stat().st_size > 0
    ends = not there or path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8" if there else "utf-8-sig", newline="") as stream:
        stream.write("" if ends else "\r\n")
        lines = csv.writer(stream)
        if not there:
            lines.writerow(HEADINGS)
        lines.writerows(astuple(Explanation(*key)) for key in new)
    return len(new)
