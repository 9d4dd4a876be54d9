"""Read the sheets of a workbook, within limits: run as a process of its own.

Usage: python -m junheng.intake.workbook_child WORKBOOK FOLDER < FACTS

Waits for what the guard knows of the workbook; then writes one Arrow file a sheet that is a table,
and the names of all sheets with what is known of them. Rows and cells keep their places, numbers
every digit, and cells with a formula gone wrong say so.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import fastexcel

from junheng.intake.labels import known
from junheng.intake.limits import LIMITS
from junheng.intake.sheet import Facts
from junheng.intake.sheet_reader import SheetReader
from junheng.intake.workbook import BROKEN, OLD, SHEETS, is_note
from junheng.intake.xls_facts import facts_of

_NOTHING: Facts = {"precise": True, "plain": False, "odd": [], "hidden": [], "merges": []}
"""What is taken for known of a sheet that neither the guard nor the file tells more of."""


def main(workbook: Path, folder: Path) -> int:
    """Read a workbook into a folder; gives the exit status."""
    _limit()
    facts = json.load(sys.stdin)
    try:
        names = list(_read(workbook, folder, facts))
    except (fastexcel.FastExcelError, ValueError, LookupError, OSError, struct.error):
        return BROKEN
    Path(folder, SHEETS).write_text(json.dumps(names), "utf-8")
    return 0


def _limit() -> None:
    """Take memory and time away from whatever the workbook makes its reader do."""
    try:
        import resource
    except ImportError:  # not on Windows; there the time-out of the parent must do
        return
    cpu = int(LIMITS.seconds)
    resource.setrlimit(resource.RLIMIT_AS, (LIMITS.mapped, LIMITS.mapped))
    resource.setrlimit(resource.RLIMIT_DATA, (LIMITS.memory, LIMITS.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS.mapped, LIMITS.mapped))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
