"""What the tests of documents need: LibreOffice, PDF as text and images, cells as they are read."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def converted(paths: Sequence[Path], form: str, folder: Path) -> list[Path]:
    """Convert files with LibreOffice, under a profile of its own that always recalculates."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
    made = []
    for suffix in sorted({path.suffix for path in paths}):
        out = folder / form / suffix.strip(".")
        same = [path for path in paths if path.suffix == suffix]
        command = ["soffice", f"-env:UserInstallation=file://{profile.parent}", "--headless",
                   "--convert-to", form, "--outdir", out, *same]  # fmt: skip
        subprocess.run(
            [str(part) for part in command], check=True, capture_output=True, timeout=180
        )
        made += [out / f"{path.stem}.{form}" for path in same]
    assert all(path.exists() for path in made), f"LibreOffice could not open all of {paths}"
    return made


def pdf_facts(path: Path) -> str:
    """Give what a PDF says of itself: who made it, pages, size."""
    return subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout


def pdf_fonts(path: Path) -> list[list[str]]:
    """Give the fonts of a PDF: name, type, encoding, embedded."""
    done = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.splitlines()[2:]]


def cells(path: Path) -> dict[str, list[list[Any]]]:
    """Give what stands in every cell, sheet by sheet, with the values last calculated."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
