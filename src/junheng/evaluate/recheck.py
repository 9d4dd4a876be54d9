"""The yearly re-check: how many years in a row a county has failed, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from junheng.model.standard import Recheck


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What the years say about one county in one year."""

    failing_years: int
    """Years in a row, ending with this one, in which a part that is re-checked failed."""
    revoke: bool
    """Whether the rule proposes to withdraw the title. A person decides."""


def recheck(rule: Recheck, verdicts: Mapping[int, Mapping[str, str]]) -> dict[int, Rechecked]:
    """Look at a county's parts year by year, and count failing years in a row.

    Takes year to part to verdict; gives an answer for each year. A year that is missing, or in
    which nothing failed (a pass, or not assessed), ends the row: what is not known is no failure.

    >>> from junheng.model.reference import Reference

    >>> from junheng.model.standard import Recheck
    >>> rule = Recheck(("balance",), 3, Reference("", "", "", "single"))
    >>> years = {y: {"balance": "fail"} for y in (2021, 2022, 2023)}
    >>> recheck(rule, years)[2023]
    Rechecked(failing_years=3, revoke=True)
    """
    found: dict[int, Rechecked] = {}
    for year in sorted(verdicts):
        failed = any(verdicts[year].get(part) == "fail" for part in rule.parts)
        before = found[year - 1].failing_years if year - 1 in found else 0
        row = before + 1 if failed else 0
        found[year] = Rechecked(row, row >= rule.failing_years)
    return found
