"""The ledgers of a county (台账) as one workbook, to be kept up by hand from there on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from junheng.report.bundle import Bundle
from junheng.report.forms.as_excel import PageSheet
from junheng.report.forms.fill import footer
from junheng.report.ledgers_evidence import evidence
from junheng.report.ledgers_pages import Ledger, gaps, schools, sizes, told
from junheng.report.ledgers_tasks import tasks
from junheng.report.office import MADE, properties
from junheng.report.workbook import workbook


def write(bundle: Bundle, folder: Path) -> Sequence[Path]:
    """Write 台账.xlsx: schools, sizes, gaps, tasks, evidence; give its path.

    Raises WrongUse when there is a file of that name already.
    """
    path = folder / "台账.xlsx"
    with workbook(path) as book:
        properties(book, bundle.words.title(bundle.county))
        for ledger in (schools, sizes, gaps, tasks, evidence):
            _write(book, ledger(bundle), bundle)
    return (path,)


def _write(book: Workbook, ledger: Ledger, bundle: Bundle) -> None:
    made = PageSheet(book, ledger.page, footer(bundle))
    made.write()
    rows, columns = len(ledger.page.body), len(ledger.page.widths)
    made.sheet.autofilter(1, 0, 1 + rows, columns - 1)
    for column, choices in ledger.choices.items():
        rule = {
            "validate": "list",
            "source": list(choices),
            "error_message": told(bundle, "choose"),
        }
        made.sheet.data_validation(2, column, 1 + rows, column, rule)
    for column in ledger.dates:
        day: dict[str, Any] = {"validate": "date", "criteria": ">=", "value": MADE, "ignore_blank": True,
                "error_message": told(bundle, "a_date")}  # fmt: skip
        made.sheet.data_validation(2, column, 1 + rows, column, day)
