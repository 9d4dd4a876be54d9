"""A sound workbook as its parts, and ways to turn one of them against a reader."""

from __future__ import annotations

import random
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from handed_in import grid, sound, workbook_of
from zip_maker import Part, zip_of

Parts = dict[str, bytes]
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, BOOK_RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Attack:
    """A file, and the code of the sentence it must be refused with (none: it is harmless)."""

    family: str
    name: str
    data: bytes
    code: str | None
    suffix: str = ".xlsx"


def sound_parts() -> Parts:
    """Give the parts of a sound workbook."""
    with TemporaryDirectory() as folder:
        tables = {name: grid(rows) for name, rows in sound().items()}
        path = workbook_of(Path(folder, "county.xlsx"), tables)
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    return zip_of([Part(name, data) for name, data in parts.items()])


def noise(rng: random.Random, text: bytes, times: int) -> bytes:
    """Repeat a tag, with spaces between, so that it does not pack too well."""
    return b"".join(text + b" " * rng.randrange(1, 9) for _ in range(times))


def in_rows(good: Parts, text: bytes) -> bytes:
    return packed(good | {SHEET: good[SHEET].replace(b"</sheetData>", text + b"</sheetData>")})


def behind_rows(good: Parts, text: bytes) -> bytes:
    return packed(good | {SHEET: good[SHEET].replace(b"</sheetData>", b"</sheetData>" + text)})


def replaced(
    good: Parts, old: bytes, new: bytes, text: str = "", part: str = "", **how: bool
) -> bytes:
    """Replace something in one part; or a figure of the first sheet by text."""
    parts = dict(good)
    if how.get("hidden"):
        parts[BOOK] = parts[BOOK].replace(b'sheetId="1"', b'sheetId="1" state="veryHidden"')
    elif part:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
    else:
        parts |= _figure(good, new, text, formula=how.get("formula", False))
    return packed(parts)


def _figure(good: Parts, new: bytes, text: str, *, formula: bool) -> Parts:
    """Change the teaching area of the first school, which is text at first."""
    sheet = good[SHEET]
    start = sheet.index(b'<c r="J2"')
    end = sheet.index(b"</c>", start) + 4
    inside = f"<is><t>{text}</t></is>".encode() if text else b"<v>" + new + b"</v>"
    kind = b' t="inlineStr"' if text else b""
    if formula:
        kind, inside = b"", b"<f>SUM(A1:A2)</f><v></v>"
    return {SHEET: sheet[:start] + b'<c r="J2"' + kind + b">" + inside + b"</c>" + sheet[end:]}
