"""A county's data as they stand, judged once for each version of them; what if answers from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import polars as pl

from junheng.errors import DataNeedsMending
from junheng.model.tables import LEVELS, SCHOOLS, SECTIONS
from junheng.plan.costs import load_costs
from junheng.plan.gaps import of_evaluation
from junheng.plan.gaps_money import totals
from junheng.plan.whatif import what_if
from junheng.plan.whatif_compare import Compared, compare
from junheng.plan.whatif_edits import column_of, from_table
from junheng.report.collected import Collected, collect
from junheng.report.gaps_workbook import Priced, label
from junheng.report.words import Words
from junheng.web.collection.models import Filing
from junheng.web.collection.standards import uses_of
from junheng.web.verdicts.judging import Case, case_of

Typed = Mapping[str, str]
"""One edit as it was typed: action, school, level, column, change, other."""
COLUMNS = ("action", "school", "level", "column", "change", "other")


@dataclass(frozen=True)
class Judged:
    """One version of a county's data with everything that is worked out from it, each once."""

    case: Case
    year: int

    @cached_property
    def before(self) -> Collected:
        """The verdicts on the data as they are."""
        return collect(self.case.tables, self.case.regime)

    @cached_property
    def priced(self) -> Priced:
        """The gaps, and what they come to at the example prices."""
        found = of_evaluation(self.case.evaluation, self.case.tables)
        costs = load_costs()
        return Priced(
            found, self.year, costs, totals(found, costs, self.case.regime.days[self.year])
        )

    @cached_property
    def schools(self) -> list[tuple[str, str]]:
        """Codes and names of the schools."""
        rows = self.case.tables["schools"].select("school", "name").sort("school").iter_rows()
        return [(code, name or code) for code, name in rows]

    def compared(self, edits: Sequence[Typed]) -> Compared:
        """Say what edits would change; DataNeedsMending with everything that is wrong with them."""
        rows = [{name: row.get(name) or None for name in COLUMNS} for row in edits]
        frame = pl.DataFrame(
            [row | {"row": number} for number, row in enumerate(rows, 1)],
            schema=dict.fromkeys(COLUMNS, pl.String) | {"row": pl.Int64},
        ).with_columns(pl.col("action", "school").fill_null(""))
        read, wrong = from_table(frame)
        if wrong:
            raise DataNeedsMending(wrong)
        edited = what_if(self.case.tables, read, self.year)
        return compare(self.before, collect(edited, self.case.regime))


def judged(filing: Filing) -> Judged:
    """Give a county's data as they stand; read and judged again only when they have changed."""
    return _judged(filing.pk, filing.data_version)


@lru_cache(maxsize=8)
def _judged(pk: int, _version: int) -> Judged:
    filing = Filing.objects.select_related("campaign", "organisation", "county").get(pk=pk)
    return Judged(case_of(filing), filing.campaign.year)


def columns(filing: Filing, language: str) -> list[tuple[str, str]]:
    """Give the columns that edits can name: numbers that the standard looks at."""
    used = {name for table, name in uses_of(filing.campaign) if table in ("schools", "sections")}
    return [(name, label(name, language)) for name in _in_order(used) if column_of(name)]


def _in_order(used: set[str]) -> list[str]:
    both = [c.name for table in (SECTIONS, SCHOOLS) for c in table.columns]
    return [name for name in dict.fromkeys(both) if name in used]


def levels(filing: Filing, words: Words) -> list[tuple[str, str]]:
    """Give the levels that edits can name."""
    found = judged(filing).case.standard.levels
    return [(name, words.level(name)) for name in LEVELS if name in found]
