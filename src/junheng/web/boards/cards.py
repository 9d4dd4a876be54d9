"""A school's report card as PDF: made by the library from its county's data."""

from __future__ import annotations

from junheng.report.bundle import bundles
from junheng.report.letters.pdf import setter
from junheng.report.letters.schools import SchoolBook
from junheng.web.collection.models import Filing
from junheng.web.verdicts.judging import case_of


def card(of_county: Filing, school: str, language: str) -> bytes | None:
    """Give the card of one school; None where it stands in no table."""
    case = case_of(of_county)
    found = bundles(case.tables, [case.regime], input_digest=case.digest, language=language)
    if not found or school not in found[0].schools:
        return None
    return setter(language).pdf(SchoolBook(found[0]).card(school))
