"""Write the application form of a county, as a workbook and as a Word document.

What the form looks like is data (`standards/forms/`); a province's differs by its layout alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from junheng.report.bundle import Bundle
from junheng.report.forms import as_excel, as_word
from junheng.report.forms.fill import fill
from junheng.report.forms.layout import load_layout


def write(bundle: Bundle, folder: Path) -> Sequence[Path]:
    """Write the form as 申报表.xlsx and 申报表.docx; give their paths.

    Raises WrongUse when the standard has no form, or a file of that name is there already.
    """
    form = fill(load_layout(bundle.standard.id, bundle.layout), bundle)
    paths = folder / "申报表.xlsx", folder / "申报表.docx"
    as_excel.write(form, paths[0])
    as_word.write(form, paths[1])
    return paths
