"""Letters as files: opened again as Word and as PDF, and looked at as pages."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from aloud import assert_within, pdf_text
from docx import Document
from office_tools import converted, pdf_fonts
from reading import word_tables
from small_county import NAMES

from junheng.errors import WrongUse
from junheng.report.bundle import Bundle
from junheng.report.letters import compose, word
from junheng.report.letters.paper import Paper, Paragraph, Run, Table
from junheng.report.letters.pdf import by_libreoffice, setter


def test_word_opens_again_with_every_paragraph_and_cell(
    papers: dict[str, Paper], written: Path
) -> None:
    for paper in papers.values():
        path = written / f"{paper.id}.docx"
        texts = [p.text for p in Document(str(path)).paragraphs]
        for block in paper.blocks:
            if isinstance(block, Paragraph):
                said = "".join(f"　（{r.text}）　" if r.blank else r.text + (f"[{r.note}]" if r.note else "")
                               for r in block.runs)  # fmt: skip
                assert said in texts
        tables = [[list(b.heads), *(list(r) for r in b.rows)] for b in paper.blocks
                  if isinstance(b, Table) and b.rows]  # fmt: skip
        assert word_tables(path) == tables


def test_no_field_stands_in_word_but_the_numbers_of_pages(written: Path) -> None:
    for path in written.glob("*.docx"):
        with zipfile.ZipFile(path) as package:
            text = "".join(package.read(name).decode() for name in package.namelist()
                           if name.endswith(".xml"))  # fmt: skip
        assert re.findall(r'<w:fldSimple w:instr="(\w+)"', text) == ["PAGE", "NUMPAGES"]
        assert "w:instrText" not in text
        assert "<w:hyperlink" not in text


def test_names_that_look_like_markup_are_set_as_they_are(small: Bundle, tmp_path: Path) -> None:
    names = ('#import "x"', "$x$ *b* _i_", "= 标题", "<label> @ref", "\\u{41}", "// 注", *NAMES)
    paper = replace(
        compose(small, "feedback"), blocks=tuple(Paragraph((Run(name),)) for name in names)
    )
    made = tmp_path / "a.pdf"
    made.write_bytes(setter("zh").pdf(paper))
    text = pdf_text(made)
    for name in names:
        assert "".join(name.split()) in text


def test_characters_that_xml_cannot_hold_are_shown_as_such(small: Bundle, tmp_path: Path) -> None:
    paper = replace(compose(small, "feedback"), blocks=(Paragraph((Run("甲\x00\x0b乙"),)),))
    word.write(paper, tmp_path / "a.docx", "zh")
    assert "甲\ufffd\ufffd乙" in [p.text for p in Document(str(tmp_path / "a.docx")).paragraphs]


def test_the_foot_says_rules_program_and_hash(small: Bundle, written: Path) -> None:
    text = pdf_text(written / f"feedback-{small.code}-{small.year}.pdf")
    assert small.digest[:12] in text
    assert f"junheng{small.version}" in text
    assert "模拟数据" in text


def test_pages_set_by_typst_cut_nothing_off(written: Path) -> None:
    for path in written.glob("*.pdf"):
        assert_within(path, 25 * 72 / 25.4)
        assert all(font[-5] == "yes" for font in pdf_fonts(path))


def test_libreoffice_opens_every_letter_and_cuts_nothing_off(
    papers: dict[str, Paper], written: Path, tmp_path: Path
) -> None:
    chosen = [papers[kind] for kind in ("self-evaluation", "rectification")]
    words = [written / f"{paper.id}.docx" for paper in chosen]
    for paper, made in zip(chosen, converted(words, "pdf", tmp_path), strict=True):
        assert_within(made, 26 * 72 / 25.4)
        text = pdf_text(made)
        tables = [b for b in paper.blocks if isinstance(b, Table)]
        for cell in (cell for table in tables for row in table.rows for cell in row):
            assert "".join(cell.split()) in text or len(cell) > 10
        assert all("yes" in font for font in pdf_fonts(made))


def test_without_libreoffice_one_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WrongUse) as refused:
        by_libreoffice([tmp_path / "a.docx"], tmp_path)
    assert "LibreOffice" in refused.value.say("zh")
