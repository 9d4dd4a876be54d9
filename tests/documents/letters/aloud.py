"""Letters as a person reads them aloud, and their pages: what stands in a PDF, and where."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from junheng.report.letters.paper import Bars, Heading, Paper, Paragraph, Run, Table

_PAGE = 595.0
"""The width of A4 in points."""


def lines(paper: Paper) -> list[str]:
    """Give a paper as a person reads it aloud: a line a heading, paragraph and row."""
    return [
        paper.title,
        paper.subtitle,
        *(line for block in paper.blocks for line in block_lines(block)),
    ]


def block_lines(block: Any) -> list[str]:
    if isinstance(block, Heading):
        return [f"{'#' * block.level} {block.text}"]
    if isinstance(block, Paragraph):
        return ["".join(run_text(run) for run in block.runs)]
    if isinstance(block, Table):
        rows = [block.heads, *block.rows] if block.rows else [(block.empty,)]
        return [f"{block.caption}[{block.note}]", *(" | ".join(row) for row in rows)]
    if isinstance(block, Bars):
        return [
            block.caption,
            *(f"{b.name} | {b.value} | {b.limit} | {b.word} {b.hint}" for b in block.rows),
        ]
    name = type(block).__name__.lower()
    said = {"blank": "prompt", "signature": "lines"}.get(name)
    return [f"<{name}> {getattr(block, said)}" if said else f"<{name}>"]


def run_text(run: Run) -> str:
    return f"[[{run.text}]]" if run.blank else run.text + (f"[{run.note}]" if run.note else "")


def pdf_text(path: Path) -> str:
    """Give the text of a PDF, without spaces and line breaks."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True)
    return "".join(done.stdout.decode("utf-8").split())


def assert_within(pdf: Path, margin: float) -> None:
    """Check that no word of a PDF stands outside the text's margins, but for one hanging stop."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
    boxes = re.findall(r'xMin="([\d.]+)" yMin="[\d.-]+" xMax="([\d.]+)"', done.stdout.decode())
    assert boxes
    slack = 14.5
    assert min(float(a) for a, _ in boxes) >= margin - slack, pdf.name
    assert max(float(b) for _, b in boxes) <= _PAGE - margin + slack, pdf.name
