"""Where formulas went wrong in a workbook: the one thing that the reader of its cells leaves out."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from xml.parsers import expat

_BLOCK = 2**20
_OVERLAP = 16
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Find the part of the archive that holds each sheet, by the name of the sheet."""
    sheets = _elements(archive, "xl/workbook.xml", "sheet")
    relations = _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    targets = {each["Id"]: _target(each["Target"]) for each in relations}
    return {each["name"]: targets[each["id"]] for each in sheets}


def formula_errors(archive: zipfile.ZipFile, part: str) -> dict[int, dict[int, str]]:
    """Find the cells of a sheet that show an error: by column, then row, counted from 0."""
    if not _mentions_errors(archive, part):
        return {}
    reader = _ErrorReader()
    _parse(archive, part, reader)
    return reader.found


def _target(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    reader = _ElementReader(name)
    _parse(archive, part, reader)
    return reader.found


class _ErrorReader:
    """Hears the elements of a sheet and keeps what stands in cells of the type error."""

    def __init__(self) -> None:
        self.found: dict[int, dict[int, str]] = defaultdict(dict)
        self.cell: tuple[int, int] | None = None
        self.shown = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""
        if name == "c" and attributes.get("t") == "e" and (place := _PLACE.match(attributes["r"])):
            self.cell = _column(place[1]), int(place[2]) - 1
        self.shown = ""

    def text(self, text: str) -> None:
        """Hear text; that of the value comes last before its end."""
        self.shown += text

    def end(self, name: str) -> None:
        """Hear that an element ends."""
        if name == "v" and self.cell:
            column, row = self.cell
            self.found[column][row] = self.shown
        self.cell = None if name == "c" else self.cell


class _ElementReader:
    """Hears the elements of a part and keeps the attributes of those with one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""
        if name == self.name:
            self.found.append({key.rsplit(" ")[-1]: value for key, value in attributes.items()})

    def text(self, text: str) -> None:
        """Hear text; there is none to keep."""

    def end(self, name: str) -> None:
        """Hear that an element ends."""


def _parse(archive: zipfile.ZipFile, part: str, reader: _ErrorReader | _ElementReader) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, found: reader.start(name.rsplit(" ")[-1], found)
    parser.EndElementHandler = lambda name: reader.end(name.rsplit(" ")[-1])
    parser.CharacterDataHandler = reader.text
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _mentions_errors(archive: zipfile.ZipFile, part: str) -> bool:
    """Look for the mark of an error without reading the elements, which takes much longer."""
    before = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            if _ERROR.search(before + block):
                return True
            before = block[-_OVERLAP:]
    return False


def _column(letters: str) -> int:
    """Count columns from 0: A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
