"""What workbooks and Word files of ours share: fixed times, footers, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from xlsxwriter import Workbook

from junheng.errors import WrongUse

MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # a fixed mark, not a moment: files tell no time
"""The time in every file, so that the same verdict gives the same bytes."""
PAPER_CODES = {"A3": 8, "A4": 9}
PAPER_SIZES = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
"""Width and height in millimetres, landscape."""
_LONGEST_FOOT = 255
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def properties(book: Workbook, title: str) -> None:
    """Give a workbook its title, and no time of its own."""
    book.set_properties({"title": title, "author": "junheng", "created": MADE})


def paper_footer(text: str) -> str:
    """Write a line for the foot of printed sheets, with the number of the page.

    A longer one is cut: Excel takes no more than 255 characters, and mends a workbook that has more.

    >>> paper_footer("A & B")
    '&L&7A && B&R&7第 &P 页，共 &N 页'
    >>> len(paper_footer("&" * 300)) <= 255
    True
    """
    pages = "&R&7第 &P 页，共 &N 页"
    room = _LONGEST_FOOT - len(pages) - len("&L&7")
    while len(text.replace("&", "&&")) > room:
        text = text[:-1]
    return f"&L&7{text.replace('&', '&&')}{pages}"


def set_up(sheet: Any, foot: str, *, paper: str, head: tuple[int, int]) -> None:
    """Set a sheet up for printing: landscape, as wide as the paper, headings on every page."""
    sheet.set_paper(PAPER_CODES[paper])
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(*head)
    sheet.freeze_panes(head[1] + 1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer(paper_footer(foot))
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})


def chinese(document: Any) -> None:
    """Say that a python-docx document is Chinese, and what is not of Chinese letters English.

    Numbers told to be Chinese would be broken anywhere at the end of a line. Each run has the hint
    that its punctuation is Chinese.
    """
    mark = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for language in document.styles.element.iter(f"{mark}lang"):
        language.set(f"{mark}val", "en-US")
        language.set(f"{mark}eastAsia", "zh-CN")


def save_word(document: Any, path: Path, title: str) -> None:
    """Save a python-docx document: the same bytes each time, all of it or nothing.

    Raises WrongUse when there is a file of that name, or it cannot be written.
    """
    if path.exists():
        raise WrongUse("template.file_exists", found=path)
    _put(word_bytes(document, title), path)


def word_bytes(document: Any, title: str) -> bytes:
    """Give a python-docx document as it is saved, with its title and no time of its own."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = title, "junheng", "", ""
    about.created = about.modified = MADE
    about.revision = 1
    for number, other in list(document.part.rels.items()):
        if other.reltype.endswith(
            "/stylesWithEffects"
        ):  # of the template; styles.xml is ahead of it
            del document.part.rels[number]
    raw = BytesIO()
    document.save(raw)
    return _without_times(raw)


def _without_times(raw: BytesIO) -> bytes:
    """Pack a zip again, with one fixed time on every part."""
    packed = BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            fixed = zipfile.ZipInfo(part.filename, _ZIP_TIME)
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(fixed, old.read(part))
    return packed.getvalue()


def _put(content: bytes, path: Path) -> None:
    draft = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(draft).chmod(0o644)
        Path(draft).rename(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUse("template.unwritable", found=path, reason=reason) from error
    finally:
        if draft:
            Path(draft).unlink(missing_ok=True)


class Looks:
    """The formats of the workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._made = book, dict[str, Any]()
        base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format(base | {"bold": True, "font_size": 14})
        self.plain = book.add_format(base)
        self.head = book.add_format(base | {"bold": True, "border": 1, "align": "center",
                                            "text_wrap": True, "bg_color": "#F2F2F2"})  # fmt: skip
        self.text = book.add_format(base | {"border": 1, "num_format": "@", "text_wrap": True})
        self._base = base

    def number(self, form: str) -> Any:
        """Give the look of numbers in a format."""
        if form not in self._made:
            self._made[form] = self._book.add_format(
                self._base | {"border": 1, "num_format": form, "align": "right"}
            )
        return self._made[form]
