"""How our Word letters look: fonts, styles, the page and its foot."""

from __future__ import annotations

import re
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from junheng.errors import say

SONG, FANG, HEI, KAI = "宋体", "仿宋", "黑体", "楷体"
PALE = RGBColor(0x59, 0x59, 0x59)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


def safe(text: str) -> str:
    """Show as such the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def add_run(line: Any, text: str, font: str, size: float) -> Any:
    """Add a piece of text in a Chinese font, of so many points."""
    run = line.add_run(safe(text))
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")
    return run


def set_styles(document: Any) -> None:
    """Set the styles of text and headings."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.5
    looks = {"Normal": (FANG, 14), "Heading 1": (HEI, 16), "Heading 2": (KAI, 15)}
    for name, (font, size) in looks.items():
        style = document.styles[name]
        style.font.size, style.font.name, style.font.color.rgb = (
            Pt(size),
            "Times New Roman",
            RGBColor(0, 0, 0),
        )
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "eastAsiaTheme", "hAnsiTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        style.paragraph_format.keep_with_next = name != "Normal"


def set_page(document: Any, foot: str, language: str) -> None:
    """Set the paper, its margins, and its foot with the number of the page."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    line = section.footer.paragraphs[0]
    line.paragraph_format.line_spacing = 1.0
    add_run(line, foot, SONG, 8).font.color.rgb = PALE
    pages = section.footer.add_paragraph()
    pages.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = re.split(
        r"\{\w+\}", say("letters.page_of", language, at="{at}", of="{of}")
    )
    add_run(pages, before, SONG, 9)
    _field(pages, "PAGE")
    add_run(pages, between, SONG, 9)
    _field(pages, "NUMPAGES")
    add_run(pages, after, SONG, 9)


def set_tight(document: Any) -> None:
    """Set lines and margins closer, so that more stands on a page."""
    document.styles["Normal"].paragraph_format.line_spacing = 1.0
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Mm(18)


def _field(line: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = add_run(line, "1", SONG, 9)
    field.append(run._element)
    line._p.append(field)
