"""Documents on paper, as LibreOffice prints them: no text lost, no table cut, no missing glyph."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office_tools import converted, pdf_fonts
from reading import word_tables, workbook_rows
from small_county import LONG

from junheng.report import ledgers
from junheng.report.bundle import Bundle
from junheng.report.forms import writing as forms

pytestmark = pytest.mark.xdist_group("office")
_TOLERANCE = 1.0
"""Points by which a row may be lower than LibreOffice would make it."""


def pages(pdf: Path) -> list[str]:
    """Give the text of each page in the order in which it was drawn, without spaces."""
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True)
    return ["".join(page.split()) for page in done.stdout.decode("utf-8").split("\f")[:-1]]


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def files(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    out = tmp_path_factory.mktemp("paper")
    return [*forms.write(small, out), *ledgers.write(small, out)]


@pytest.fixture(scope="module")
def printed(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    order = sorted(files, key=lambda path: path.suffix)
    return dict(zip(order, converted(order, "pdf", tmp_path_factory.mktemp("pdf")), strict=True))


def test_every_text_is_on_paper_with_its_glyphs(printed: dict[Path, Path]) -> None:
    for path, pdf in printed.items():
        tables = word_tables(path) if path.suffix == ".docx" else workbook_rows(path).values()
        said = {plain(text) for rows in tables for row in rows for text in row if text}
        on_paper = "".join(pages(pdf))
        assert not {text for text in said if text not in on_paper}
        assert "###" not in on_paper
        assert "\ufffd" not in on_paper
        fonts = pdf_fonts(pdf)
        assert any("CJK" in font[0] or "Sim" in font[0] or "Song" in font[0] for font in fonts)
        assert all("yes" in font for font in fonts)


def test_a_table_is_as_wide_as_its_page_and_its_heading_on_each(printed: dict[Path, Path]) -> None:
    for path, pdf in printed.items():
        found = pages(pdf)
        assert all("结论校验码" in page for page in found)
        if path.stem == "申报表":
            of_schools = [page for page in found if "举办者类型" in page and LONG[:20] in page]
            assert of_schools
            assert all("学校名称" in page and "备注" in page for page in of_schools)


def test_no_row_is_lower_than_its_text_needs(files: list[Path], tmp_path: Path) -> None:
    """Take the heights away, and see how high LibreOffice makes the rows by itself."""
    books = [openpyxl.load_workbook(path) for path in files if path.suffix == ".xlsx"]
    ours = [{s.title: {n: d.height for n, d in s.row_dimensions.items()} for s in b} for b in books]
    bare = [tmp_path / f"free-{n}.xlsx" for n in range(len(books))]
    for book, path in zip(books, bare, strict=True):
        for row in (row for sheet in book for row in sheet.row_dimensions.values()):
            row.height = None
        book.save(path)
    for free, heights in zip(converted(bare, "xlsx", tmp_path), ours, strict=True):
        assert not _too_low(openpyxl.load_workbook(free), heights)


def _too_low(free: Any, ours: dict[str, dict[int, float]]) -> list[tuple[str, int, float, float]]:
    """Compare rows without merged cells, which LibreOffice measures."""
    low = []
    for sheet in free:
        merged = {cell[0] for area in sheet.merged_cells.ranges for cell in area.cells}
        for n, row in sheet.row_dimensions.items():
            mine = ours[sheet.title].get(n)
            if n not in merged and row.height and mine and mine + _TOLERANCE < row.height:
                low.append((sheet.title, n, mine, row.height))
    return low
