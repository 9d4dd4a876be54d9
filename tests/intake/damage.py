"""Random damage, and whether what it left as it was is read as it was."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter, defaultdict
from xml.etree import ElementTree as ET

from workbook_parts import BOOK, SHEET, STRINGS, STYLES, Parts, packed

from junheng.intake import Dataset

SHEETS = {"schools": SHEET, "sections": SHEET.replace("1", "2")}
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
Cells = dict[tuple[int, str], list[tuple[object, ...]]]
"""By row and column: all that is told of a cell, once for each time it is there."""


def mutated(good: Parts, rng: random.Random) -> bytes:
    """Damage a sound workbook at random: in its bytes, or in one of its parts packed anew."""
    if rng.random() < 0.5:
        return damaged(packed(good), rng)
    name = rng.choice([SHEET, SHEET, STRINGS, BOOK, STYLES, *good])
    return packed(good | {name: damaged(good[name], rng)})


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Change, take away, put in or swap bytes at random places."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 5, 30])):
        at = rng.randrange(len(out) or 1)
        what = rng.randrange(6)
        if what == 0:
            out[at : at + 1] = bytes([rng.randrange(256)])
        elif what == 1:
            out[at : at + 1] = bytes([(out[at] if out else 0) ^ (1 << rng.randrange(8))])
        elif what == 2:
            del out[at : at + rng.choice([1, 1, 4, 50])]
        elif what == 3:
            out[at:at] = rng.choice([b"<", b">", b'"', b"&#0;", b"9" * 20, b"<c>", b"\0", b"-"])
        elif what == 4:
            out[at:at] = out[at : at + rng.choice([3, 30, 300])]
        else:
            there = rng.randrange(len(out) or 1)
            out[at : at + 9], out[there : there + 9] = out[there : there + 9], out[at : at + 9]
    return bytes(out)


def compared(good: tuple[Parts, Dataset], data: bytes, found: Dataset) -> Counter[str]:
    """Hold the values read of a damaged workbook against those of the sound one, cell by cell.

    Cells are `same` or `otherwise` where the damage left the cell, its heading and all it points
    to as they were, by Python's own XML reader; `changed` where it did not; `lost` with their row.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    came = Counter[str]()
    for table, sheet in SHEETS.items():
        before, after = (cells_of(each, sheet) for each in (good[0], parts))
        came += _held(
            (before, good[1].tables[table].collect().rows(named=True)),
            (after, found.tables[table].collect().rows(named=True)),
        )
    return came


Read = tuple[Cells, list[dict[str, object]]]


def _held(before: Read, after: Read) -> Counter[str]:
    came = Counter[str]()
    there = dict(zip(_rows(after[0]), after[1], strict=True))
    for row, values in zip(_rows(before[0]), before[1], strict=True):
        for (line, column), heading in before[0].items():
            if line != 1:
                continue
            told = before[0].get((row, column))
            name = str(heading[0][-1])
            if row not in there:
                came["lost"] += 1
            elif after[0].get((1, column)) != heading or after[0].get((row, column)) != told:
                came["changed"] += 1
            else:
                came["same" if there[row][name] == values[name] else "otherwise"] += 1
    return came


def _rows(cells: Cells) -> list[int]:
    """Give the rows of which something is filled in."""
    filled = {
        row for (row, _), told in cells.items() if any(str(each[-1]).strip() for each in told)
    }
    return sorted(filled - {1})


def cells_of(parts: Parts, sheet: str) -> Cells:
    """Tell of each cell its kind, its format, its formula and what it shows."""
    strings = ["".join(each.itertext()) for each in _xml(parts[STRINGS])]
    formats = list(_xml(parts[STYLES]).iter())
    kinds = [sorted(each.attrib.items()) for each in formats if each.tag.endswith("}xf")]
    found: Cells = defaultdict(list)
    for cell in _xml(parts[sheet]).iter():
        if cell.tag.rpartition("}")[2] != "c" or not (place := _PLACE.fullmatch(cell.get("r", ""))):
            continue
        shown = {each.tag.rpartition("}")[2]: "".join(each.itertext()) for each in cell}
        kind, style = cell.get("t", "n"), cell.get("s", "0")
        text = shown.get("v", shown.get("is", ""))
        text = strings[int(text)] if kind == "s" and text else text
        style_told = kinds[int(style)] if style.isdecimal() and int(style) < len(kinds) else style
        found[int(place[2]), place[1]].append((kind, str(style_told), shown.get("f"), text))
    return found


def _xml(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314  # the guard has let it in
