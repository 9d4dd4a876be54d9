"""A school's report card as PDF or Word: made by the library from its county's data."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from junheng.report.bundle import bundles
from junheng.report.letters import word
from junheng.report.letters.paper import Paper
from junheng.report.letters.pdf import setter
from junheng.report.letters.schools import SchoolBook
from junheng.web.collection.models import Filing
from junheng.web.verdicts.judging import case_of

FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def card(of_county: Filing, school: str, form: str, language: str) -> bytes | None:
    """Give the card of one school in a form of `FORMS`; None where it stands in no table."""
    case = case_of(of_county)
    found = bundles(case.tables, [case.regime], input_digest=case.digest, language=language)
    if not found or school not in found[0].schools:
        return None
    paper = SchoolBook(found[0]).card(school)
    return setter(language).pdf(paper) if form == "pdf" else _word(paper, language)


def _word(paper: Paper, language: str) -> bytes:
    with TemporaryDirectory(prefix="junheng-") as folder:
        path = Path(folder) / f"{paper.id}.docx"
        word.write(paper, path, language)
        return path.read_bytes()
