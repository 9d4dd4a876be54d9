"""A plan that was found, with what its workbook is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from junheng.errors import say
from junheng.model.standard import Standard
from junheng.plan.plan import Plan
from junheng.plan.report import Report
from junheng.plan.results import Results
from junheng.plan.wording import label


@dataclass(frozen=True, slots=True)
class Book:
    """A plan that was found, its tables, and the whole standard, items and all."""

    plan: Plan
    results: Results
    standard: Standard
    language: str

    def say(self, name: str, **fields: Any) -> str:
        """Say a sentence of the plan."""
        return say(f"plan.{name}", self.language, **fields)

    def label(self, cell: str) -> str:
        """Name a thing as the file of costs calls it."""
        return label(cell, self.plan.asked.costs, self.language)

    @property
    def years(self) -> tuple[int, ...]:
        """The data's year, and the years of the plan."""
        return (self.plan.asked.start.year, *self.plan.asked.start.years)


def book_of(report: Report, standard: Standard, language: str) -> Book:
    """Give what the workbook is made from; the report must hold a plan."""
    assert report.results is not None  # noqa: S101  # the caller has seen to it
    return Book(report.plan, report.results, standard, language)
