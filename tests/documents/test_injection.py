"""Names that look like formulas, markup, fields or code: they stay text in every kind of document."""

from __future__ import annotations

import csv
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from lxml import etree
from small_county import bundled, write

from junheng.report.kinds import KINDS
from junheng.report.pictures import county_set

pytestmark = pytest.mark.xdist_group("packages")
HOSTILE: Mapping[str, str] = {
    "9901010001": '=HYPERLINK("http://x.example","看")',
    "9901010002": "+cmd|' /C calc'!A0",
    "9901010003": "-2+3",
    "9901010004": "@SUM(1+1)*cmd",
    "9901010005": '{ HYPERLINK "http://x.example" }',
    "9901010006": "datum.label+1 ${7*7} <script>1</script>",
    "9901010007": '#read("/etc/passwd") #eval("1") $x^2$ *b* @ref',
    "9901010008": "</w:t><w:instrText>DATE</w:instrText>&amp;]]>",
    "9901010009": '"},"transform":[{"calculate":"1"}]',
}
"""By school: formulas of Excel, DDE, fields and XML of Word, markup of Typst, Vega and HTML."""
CLASS = '=1+1#read("/etc/passwd")</w:t>'
_ONLY_FIELDS = {"PAGE", "NUMPAGES"}


def hostile_county(folder: Path) -> Path:
    """Write the small county with names that nobody should trust."""
    write(folder)
    for table, column in (("schools", "name"), ("classes", "class")):
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            row[column] = HOSTILE[row["school"]] if column == "name" else row[column] + CLASS
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundle = bundled(hostile_county(tmp_path_factory.mktemp("hostile") / "data"))
    folder = tmp_path_factory.mktemp("made")
    for kind in KINDS.values():
        kind.maker()(bundle, folder)
    return folder


def plain(text: str) -> str:
    return "".join(text.split())


def test_no_cell_of_a_workbook_is_a_formula_but_our_own(made: Path) -> None:
    seen = set()
    for path in made.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for cell in (
                cell for row in sheet.iter_rows() for cell in row if cell.value is not None
            ):
                text = str(cell.value)
                seen |= {name for name in HOSTILE.values() if text.startswith(name)}
                if cell.data_type == "f":
                    assert path.stem == "差异系数计算过程"
                    assert not any(name.lstrip("=") in text for name in HOSTILE.values())
                assert cell.hyperlink is None
    assert seen >= {HOSTILE[f"990101000{n}"] for n in (1, 2, 3, 5)}


def test_word_shows_the_names_and_has_no_field_of_theirs(made: Path) -> None:
    for path in made.rglob("*.docx"):
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        for name, content in parts.items():
            if name.endswith(".xml"):
                assert set(fields(etree.fromstring(content))) <= _ONLY_FIELDS
            assert b'TargetMode="External"' not in content
    page = next(made.rglob("school-page-9901010008-*.docx"))
    assert Document(str(page)).paragraphs[0].text == HOSTILE["9901010008"]


def fields(tree: Any) -> list[str]:
    """Give what the fields of a part of a Word file ask for, simple and complex ones."""
    mark = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    simple = [node.get(f"{mark}instr").strip() for node in tree.iter(f"{mark}fldSimple")]
    complex_ = [node.text.strip() for node in tree.iter(f"{mark}instrText")]
    links = [node.tag for node in tree.iter(f"{mark}hyperlink")]
    return [*simple, *complex_, *links]


def test_typst_sets_the_names_and_reads_nothing(made: Path) -> None:
    for school, name in HOSTILE.items():
        for kind in ("page", "card"):
            (pdf,) = made.rglob(f"school-{kind}-{school}-*.pdf")
            text = pdf_text(pdf)
            assert plain(name) in text, pdf.name
    for pdf in made.rglob("*.pdf"):
        assert "root:x:" not in pdf_text(pdf)


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return plain(done.stdout.decode("utf-8"))


def test_pictures_draw_the_names_as_words(made: Path) -> None:
    drawn = set()
    for path in made.rglob("*.svg"):
        tree = etree.fromstring(path.read_bytes())
        names = {etree.QName(node).localname for node in tree.iter(etree.Element)}
        assert not names & {"script", "a", "foreignObject", "image", "use"}
        drawn |= {"".join(node.itertext()) for node in tree.iter("{*}text")}
    assert any(HOSTILE["9901010003"] in text for text in drawn)
    assert any("datum.label" in text for text in drawn)


def test_the_data_of_a_picture_never_becomes_a_part_of_its_specification(tmp_path: Path) -> None:
    sound, bad = bundled(write(tmp_path / "sound")), bundled(hostile_county(tmp_path / "bad"))
    for one, other in zip(county_set(sound), county_set(bad), strict=True):
        assert shape(one.spec) == shape(other.spec)


def shape(spec: Any) -> Any:
    """Give which keys a specification has, but for its data and the words around it."""
    if isinstance(spec, dict):
        loose = ("datasets", "values", "domain", "range", "sort", "title", "subtitle", "text")
        return {key: shape(each) for key, each in spec.items() if key not in loose}
    return [shape(each) for each in spec] if isinstance(spec, list) else type(spec).__name__
