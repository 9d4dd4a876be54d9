"""Read the sheets of a workbook, within limits: run as a process of its own.

Usage: python -m junheng.intake.workbook_child WORKBOOK FOLDER < FACTS

Waits for what the guard knows of the workbook; then writes one Arrow file a sheet that is a table,
and the names of all sheets with what is known of them. Rows and cells keep their places, numbers
every digit, and cells with a formula gone wrong say so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import fastexcel

from junheng.intake.confined import serve
from junheng.intake.labels import known
from junheng.intake.sheet import Facts
from junheng.intake.sheet_reader import SheetReader
from junheng.intake.workbook import SHEETS, is_note
from junheng.intake.workbook_words import OLD
from junheng.intake.xls_facts import facts_of

_NOTHING: Facts = {"precise": True, "plain": False, "odd": [], "hidden": [], "merges": []}
"""What is taken for known of a sheet that neither the guard nor the file tells more of."""


def read(workbook: Path, folder: Path, facts: dict[str, Facts]) -> None:
    """Read a workbook into a folder, with what the guard knows of each sheet."""
    names = list(_read(workbook, folder, facts))
    Path(folder, SHEETS).write_text(json.dumps(names), "utf-8")


def _read(
    workbook: Path, folder: Path, facts: dict[str, Facts]
) -> Iterator[tuple[str, str, Facts]]:
    reader = fastexcel.read_excel(workbook)
    names = reader.sheet_names
    real = [name for name in names if not is_note(name)]
    alone = known(workbook.stem) if len(real) == 1 else None
    facts = facts_of(workbook) if workbook.suffix.lower() == OLD else facts
    for place, name in enumerate(names):
        told = dict(facts.get(name, _NOTHING))
        if table := known(name) or (alone if name in real else None):
            sheet = SheetReader(reader, name, table, told)
            told |= sheet.place()
            sheet.body().write_ipc_stream(folder / f"{place}.arrow")
        yield name, f"{place}.arrow", told | {"odd": []}


if __name__ == "__main__":
    sys.exit(serve(read))
