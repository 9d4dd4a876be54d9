"""Workbooks of ours, in which text stays text: no formula, no link, whatever a cell begins with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from junheng.errors import WrongUse

CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet may calculate text from a file without types that begins with one of these."""
LONGEST = 32767
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}


@contextmanager
def workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """Write a workbook: all of it or nothing, and never over a file that is there.

    Raises WrongUse when there is a file of that name, or it cannot be written.
    """
    if path.exists():
        raise WrongUse("template.file_exists", found=path)
    draft = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = mkstemp(prefix=f".{path.stem}-", suffix=".xlsx", dir=path.parent)
        os.close(handle)
        with xlsxwriter.Workbook(draft, _OPTIONS) as book:
            yield book
        Path(draft).chmod(0o644)
        Path(draft).rename(path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise WrongUse("template.unwritable", found=path, reason=reason) from error
    finally:
        if draft:
            Path(draft).unlink(missing_ok=True)


def write_cell(sheet: Worksheet, at: tuple[int, int], value: object, style: Format) -> None:
    """Write one cell: nothing, a number, or text that stays text."""
    row, column = at
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value)[:LONGEST], style)


def literal(text: str) -> str:
    """Mark text for a CSV that people open in a spreadsheet, so that it is not calculated there.

    For lists that nobody reads back; a data set has to read back as it was written.

    >>> literal("=1+1"), literal("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(CALCULATED) else text
