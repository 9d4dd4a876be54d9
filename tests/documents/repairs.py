"""What makes Word and Excel offer to repair a file, looked for part by part: each cause says where."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils import range_boundaries

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
MAIN = {".docx": "wordprocessingml.document.main+xml", ".xlsx": "spreadsheetml.sheet.main+xml"}
NAME, CELLS, FORMULA, LIST, FOOT, PROMPT_TITLE = 31, 32767, 8192, 255, 255, 32
LAST_DAY = 2958465
"""31 December 9999 as a number of Excel; the first, 1 January 1900, is 1."""


class Package:
    """The parts of a file, each read once."""

    def __init__(self, path: Path) -> None:
        self.suffix = path.suffix
        with zipfile.ZipFile(path) as package:
            self.names = package.namelist()
            self.parts = {name: package.read(name) for name in self.names}
        self.xml = {name: etree.fromstring(content) for name, content in self.parts.items()
                    if name.endswith((".xml", ".rels"))}  # fmt: skip

    def tree(self, name: str) -> Any:
        return self.xml[name]

    def like(self, pattern: str) -> Iterator[tuple[str, Any]]:
        return ((name, tree) for name, tree in self.xml.items() if re.fullmatch(pattern, name))


def causes(path: Path) -> list[str]:
    """Give every cause found; a part that is not well-formed raises before any."""
    package = Package(path)
    looks = COMMON + (WORD if path.suffix == ".docx" else EXCEL)
    return [f"{look.__name__}: {found}" for look in looks for found in look(package)]


def twice(values: Iterable[Any]) -> list[Any]:
    return [value for value, n in Counter(values).items() if n > 1]


def a_part_stands_twice(package: Package) -> list[str]:
    return twice(name.lower() for name in package.names)


def a_part_has_no_type_or_a_type_has_no_part(package: Package) -> Iterator[str]:
    types = package.tree("[Content_Types].xml")
    defaults = {one.get("Extension").lower() for one in types.iter(f"{TYPES}Default")}
    overrides = [one.get("PartName").lstrip("/") for one in types.iter(f"{TYPES}Override")]
    yield from twice(overrides)
    yield from set(overrides) - set(package.names)
    for name in set(package.names) - set(overrides) - {"[Content_Types].xml"}:
        if name.rsplit(".", 1)[-1].lower() not in defaults:
            yield name
    if not any(one.get("ContentType").endswith(MAIN[package.suffix]) for one in types):
        yield "no main part"


def a_relationship_leads_nowhere(package: Package) -> Iterator[str]:
    for name, tree in package.like(r".*\.rels"):
        ids = [one.get("Id") for one in tree]
        yield from twice(ids)
        home = posixpath.dirname(posixpath.dirname(name))
        for one in tree:
            target = one.get("Target")
            if one.get("TargetMode") == "External":
                yield f"{name}: external {target}"
                continue
            place = target.lstrip("/") if target.startswith("/") else posixpath.join(home, target)
            if posixpath.normpath(place) not in package.parts:
                yield f"{name}: {target}"


def an_id_of_a_relationship_is_not_there(package: Package) -> Iterator[str]:
    for name, tree in package.xml.items():
        own = posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
        there = {one.get("Id") for one in package.xml.get(own, ())}
        for node in tree.iter(etree.Element):
            asked = {value for key, value in node.attrib.items() if key.startswith(R)}
            yield from (f"{name}: {value}" for value in asked - there)


def stories(package: Package) -> Iterator[tuple[str, Any]]:
    return package.like(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")


def a_table_has_no_grid_or_another(package: Package) -> Iterator[str]:
    for name, tree in stories(package):
        for at, table in enumerate(tree.iter(f"{W}tbl")):
            grids = table.findall(f"{W}tblGrid")
            if len(grids) != 1 or grids[0].getprevious() is not table.find(f"{W}tblPr"):
                yield f"{name}: table {at} without its grid"
                continue
            columns = len(grids[0])
            for row in table.findall(f"{W}tr"):
                wide = sum(span(cell) for cell in row.findall(f"{W}tc")) + beside(row)
                if wide != columns:
                    yield f"{name}: table {at} has a row of {wide} of {columns} columns"


def beside(row: Any) -> int:
    marks = [row.find(f"{W}trPr/{W}{name}") for name in ("gridBefore", "gridAfter")]
    return sum(int(mark.get(f"{W}val")) for mark in marks if mark is not None)


def span(cell: Any) -> int:
    found = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if found is None else int(found.get(f"{W}val"))


def a_cell_does_not_end_with_a_paragraph(package: Package) -> Iterator[str]:
    for name, tree in stories(package):
        for cell in tree.iter(f"{W}tc"):
            if not len(cell) or cell[-1].tag != f"{W}p":
                yield f"{name}: {etree.tostring(cell)[:80]!r}"


def a_cell_goes_on_from_nothing(package: Package) -> Iterator[str]:
    for name, tree in stories(package):
        for table in tree.iter(f"{W}tbl"):
            above: dict[int, int] = {}
            for row in table.findall(f"{W}tr"):
                begun: dict[int, int] = {}
                at = 0
                for cell in row.findall(f"{W}tc"):
                    merge = cell.find(f"{W}tcPr/{W}vMerge")
                    if merge is not None:
                        if merge.get(f"{W}val") != "restart" and above.get(at) != span(cell):
                            yield f"{name}: column {at}"
                        begun[at] = span(cell)
                    at += span(cell)
                above = begun


def a_mark_or_drawing_has_the_id_of_another(package: Package) -> Iterator[str]:
    starts = [node for _, tree in stories(package) for node in tree.iter(f"{W}bookmarkStart")]
    ends = [node for _, tree in stories(package) for node in tree.iter(f"{W}bookmarkEnd")]
    drawn = [node for _, tree in stories(package) for node in tree.iter(f"{WP}docPr")]
    yield from twice(node.get(f"{W}id") for node in starts)
    yield from twice(node.get(f"{W}name") for node in starts)
    yield from twice(node.get("id") for node in drawn)
    if {node.get(f"{W}id") for node in starts} != {node.get(f"{W}id") for node in ends}:
        yield "a bookmark without end"


def a_style_or_list_is_not_there(package: Package) -> Iterator[str]:
    styles = package.tree("word/styles.xml")
    kinds = {"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}
    there = {(one.get(f"{W}type"), one.get(f"{W}styleId")) for one in styles.iter(f"{W}style")}
    yield from twice(pair[1] for pair in there)
    numbering = package.xml.get("word/numbering.xml", ())
    lists = {"0", *(one.get(f"{W}numId") for one in numbering if one.tag == f"{W}num")}
    for name, tree in stories(package):
        for node in tree.iter(*(f"{W}{kind}" for kind in kinds)):
            kind = kinds[etree.QName(node).localname]
            if (kind, node.get(f"{W}val")) not in there:
                yield f"{name}: {node.get(f'{W}val')}"
        yield from {node.get(f"{W}val") for node in tree.iter(f"{W}numId")} - lists


def sheets(package: Package) -> Iterator[tuple[str, Any]]:
    return package.like(r"xl/worksheets/sheet\d+\.xml")


def a_sheet_has_no_name_that_excel_takes(package: Package) -> Iterator[str]:
    found = [one.get("name") for one in package.tree("xl/workbook.xml").iter(f"{S}sheet")]
    yield from twice(name.casefold() for name in found)
    for name in found:
        odd = re.search(r"[\[\]:*?/\\]", name) or name.startswith("'") or name.endswith("'")
        if not 1 <= len(name) <= NAME or odd:
            yield name


def merged_cells_meet(package: Package) -> Iterator[str]:
    for name, tree in sheets(package):
        areas = [one.get("ref") for one in tree.iter(f"{S}mergeCell")]
        yield from (f"{name}: {area} is one cell" for area in areas if ":" not in area)
        for one, other in combinations([(area, range_boundaries(area)) for area in areas], 2):
            (a, b, c, d), (e, f, g, h) = one[1], other[1]
            if a <= g and e <= c and b <= h and f <= d:
                yield f"{name}: {one[0]} and {other[0]}"


def a_defined_name_is_wrong(package: Package) -> Iterator[str]:
    book = package.tree("xl/workbook.xml")
    there = {one.get("name") for one in book.iter(f"{S}sheet")}
    names = list(book.iter(f"{S}definedName"))
    yield from twice((one.get("name").casefold(), one.get("localSheetId")) for one in names)
    for one in names:
        if not re.fullmatch(r"(_xlnm\.)?[^\W\d][\w.]*", one.get("name")):
            yield one.get("name")
        asked = re.findall(r"(?:'((?:[^']|'')+)'|([^'!,]+))!", one.text or "")
        yield from ({(a or b).replace("''", "'") for a, b in asked} or {one.text}) - there


def a_choice_or_its_prompt_is_too_long(package: Package) -> Iterator[str]:
    most = {"prompt": LIST, "error": LIST, "promptTitle": PROMPT_TITLE, "errorTitle": PROMPT_TITLE}
    for name, tree in sheets(package):
        for one in tree.iter(f"{S}dataValidation"):
            said = "".join(one.find(f"{S}formula1").itertext())
            if len(said.strip('"')) > LIST:
                yield f"{name}: {said[:40]}"
            yield from (f"{name}: {key}" for key, n in most.items() if len(one.get(key, "")) > n)


def dated(package: Package) -> set[int]:
    """Give the looks of cells that show a number as a date."""
    styles = package.tree("xl/styles.xml")
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{S}numFmt")}
    looks = [one.get("numFmtId") for one in styles.find(f"{S}cellXfs")]
    return {at for at, form in enumerate(looks)
            if 14 <= int(form) <= 22 or re.search("[yd]", formats.get(form, ""))}  # fmt: skip


def a_date_is_none(package: Package) -> Iterator[str]:
    dates = dated(package)
    for name, tree in sheets(package):
        for cell in tree.iter(f"{S}c"):
            value = cell.find(f"{S}v")
            numeric = value is not None and cell.get("t") in (None, "n")
            if (
                numeric
                and int(cell.get("s", 0)) in dates
                and not 1 <= float(value.text) <= LAST_DAY
            ):
                yield f"{name}: {cell.get('r')} {value.text}"


def a_cell_holds_what_excel_does_not(package: Package) -> Iterator[str]:
    texts = list(package.xml.get("xl/sharedStrings.xml", ()))
    yield from ("a text too long" for one in texts if len("".join(one.itertext())) > CELLS)
    looks = len(package.tree("xl/styles.xml").find(f"{S}cellXfs"))
    for name, tree in sheets(package):
        order = [cell.get("r") for cell in tree.iter(f"{S}c")]
        places = [tuple(reversed(range_boundaries(at)[:2])) for at in order]
        yield from (f"{name}: order of {b}" for a, b in pairwise(places) if b <= a)
        for cell in tree.iter(f"{S}c"):
            if not holds(cell, looks, len(texts)):
                yield f"{name}: {cell.get('r')} {cell.findtext(f'{S}v')}"


def holds(cell: Any, looks: int, texts: int) -> bool:
    """Say whether a cell has a look that there is, and holds a text or number that Excel can hold."""
    value, formula, kind = cell.findtext(f"{S}v"), cell.findtext(f"{S}f"), cell.get("t", "n")
    if formula is not None and (value is None or len(formula) > FORMULA):
        return False
    sound = {"s": lambda: int(value) < texts, "e": lambda: False,
             "n": lambda: value is None or re.fullmatch(r"-?[\d.]+([eE][+-]?\d+)?", value)}  # fmt: skip
    return int(cell.get("s", 0)) < looks and bool(sound.get(kind, lambda: True)())


def a_foot_width_or_height_is_too_much(package: Package) -> Iterator[str]:
    for name, tree in sheets(package):
        for foot in tree.iter(f"{S}oddHeader", f"{S}oddFooter"):
            if len(foot.text or "") > FOOT:
                yield f"{name}: foot of {len(foot.text)}"
        wide = [one for one in tree.iter(f"{S}col") if float(one.get("width")) > LIST]
        high = [one for one in tree.iter(f"{S}row") if float(one.get("ht", 0)) > 409.5]
        yield from (f"{name}: {one.attrib}" for one in (*wide, *high))


Look = Callable[[Package], Iterable[str]]
COMMON: tuple[Look, ...] = (
    a_part_stands_twice,
    a_part_has_no_type_or_a_type_has_no_part,
    a_relationship_leads_nowhere,
    an_id_of_a_relationship_is_not_there,
)
WORD: tuple[Look, ...] = (
    a_table_has_no_grid_or_another,
    a_cell_does_not_end_with_a_paragraph,
    a_cell_goes_on_from_nothing,
    a_mark_or_drawing_has_the_id_of_another,
    a_style_or_list_is_not_there,
)
EXCEL: tuple[Look, ...] = (
    a_sheet_has_no_name_that_excel_takes,
    merged_cells_meet,
    a_defined_name_is_wrong,
    a_choice_or_its_prompt_is_too_long,
    a_date_is_none,
    a_cell_holds_what_excel_does_not,
    a_foot_width_or_height_is_too_much,
)
