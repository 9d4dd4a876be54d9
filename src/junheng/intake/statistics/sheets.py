"""The sheets of an export as text: guarded first, then read in a limited process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from junheng.errors import DataNeedsMending, Problem
from junheng.intake import apart, digest, guard
from junheng.intake.labels import closed
from junheng.intake.statistics.child import SHEETS
from junheng.intake.statistics.grid import Sheet
from junheng.intake.workbook_words import SUFFIXES

CHILD = "junheng.intake.statistics.child"


def sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a workbook; raises DataNeedsMending when that cannot be done."""
    if path.suffix.lower() not in SUFFIXES:
        raise DataNeedsMending([Problem("statistics.not_a_workbook", file=path.name)])
    try:
        with TemporaryDirectory(prefix="junheng-") as folder:
            with apart.reader(CHILD, path, Path(folder)) as reader:
                guard.inspect(path)
                fingerprint = digest.of_file(path)
                reader.read()
            found = json.loads(Path(folder, SHEETS).read_text("utf-8"))
    except OSError as error:
        raise DataNeedsMending([closed(path, error)]) from error
    return [Sheet(name, rows, path.name, fingerprint) for name, rows in found]
