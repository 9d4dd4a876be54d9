"""Layouts: what is wrong with one is said with file and line; texts fit; nothing is run."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from reading import word_tables
from small_county import LONG, NAMES

from junheng.errors import StandardNeedsMending, WrongUse
from junheng.report.bundle import Bundle
from junheng.report.forms import writing as forms
from junheng.report.forms.layout import FOLDER, load_layout
from junheng.report.forms.page import Cell, lines, printed, row_heights

HERE = Path(__file__).parent
WRONG = {
    "widths: [30, 30, 40, 40]": ("widths: [30, 30, 40]", "not_as_wide"),
    "paper: A4": ("paper: A5", "not_allowed"),
    "{fact: population}\n          - {met": ("{formula: =1+1}\n          - {met", "unknown_key"),
    "each: section": ("each: pupil", "not_allowed"),
    "name: 模拟省": ("nom: 模拟省", "missing_key"),
}


@pytest.mark.parametrize("change", WRONG.items(), ids=lambda change: change[1][1])
def test_every_slip_in_a_layout_is_told_with_its_line(
    change: tuple[str, tuple[str, str]], tmp_path: Path
) -> None:
    old, (new, code) = change
    text = (HERE / "province.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(StandardNeedsMending) as found:
        load_layout("cn-quality-2017", tmp_path / "own.yaml")
    assert f"standard.{code}" in [problem.code for problem in found.value.problems]
    assert all(problem.fields["line"] for problem in found.value.problems)


def test_a_standard_without_a_form_says_which_have_one() -> None:
    with pytest.raises(WrongUse, match="cn-basic-2012, cn-quality-2017"):
        load_layout("cn-five-dimensions")


def test_a_layout_of_another_standard_is_refused() -> None:
    with pytest.raises(WrongUse, match="cn-quality-2017"):
        load_layout("cn-basic-2012", HERE / "province.yaml")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_blank_of_a_shipped_layout_is_filled(path: Path) -> None:
    layout = load_layout(path.stem)
    texts = [*layout.cover, *layout.sentences.values()]
    texts += [note for page in layout.pages for note in page.notes]
    blanks = {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}
    assert blanks - {"county", "years"} == set(layout.blanks)


@pytest.fixture(scope="module")
def files(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    found = forms.write(small, tmp_path_factory.mktemp("files"))
    return found[0], found[1]


def test_names_that_look_like_formulas_stay_text_in_the_workbook(files: tuple[Path, Path]) -> None:
    sheets = list(openpyxl.load_workbook(files[0]))
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    said = {str(cell.value) for cell in cells}
    assert all(any(name in text for text in said) for name in (*NAMES[:3], *NAMES[4:], LONG))


def test_names_that_hold_xml_or_field_codes_stay_text_in_word(files: tuple[Path, Path]) -> None:
    texts = {text for table in word_tables(files[1]) for row in table for text in row}
    assert NAMES[4] in texts
    assert f"{NAMES[5]}（初中部）" in texts
    with zipfile.ZipFile(files[1]) as parts:
        trees = [etree.fromstring(parts.read(n)) for n in parts.namelist() if n.endswith("xml")]
    nodes = [node for tree in trees for node in tree.iter(etree.Element)]
    fields = [node.get(qn("w:instr")) for node in nodes if node.tag == qn("w:fldSimple")]
    assert fields == ["PAGE"]
    assert not [n for n in nodes if n.tag in (qn("w:instrText"), qn("w:hyperlink"), qn("w:object"))]


def test_control_characters_do_not_break_the_file(small: Bundle, tmp_path: Path) -> None:
    schools = small.tables["schools"]
    odd = schools.with_columns(
        name=schools["name"].str.replace("模拟第1学校", "模\x00\x0b\ud7ff拟")
    )
    tables = {**small.tables, "schools": odd}
    found = forms.write(replace(small, tables=tables), tmp_path)
    assert any("拟" in text for table in word_tables(found[1]) for row in table for text in row)
    assert openpyxl.load_workbook(found[0]).sheetnames[0] == "封面"


@given(st.decimals(-10_000, 10_000, places=4), st.integers(0, 3))
@settings(max_examples=60)
def test_a_number_is_printed_with_its_digits_and_never_far_off(value: Decimal, digits: int) -> None:
    text = printed(float(value), digits)
    assert len(text.partition(".")[2]) == digits
    assert abs(Decimal(text) - value) <= Decimal(5).scaleb(-digits - 1)
    assert not (text.startswith("-") and float(text) == 0)


@given(st.text("模拟学校abc19（）", min_size=1, max_size=120), st.floats(20, 120))
@settings(max_examples=60)
def test_every_row_is_as_high_as_its_texts_need(text: str, width: float) -> None:
    rows = [
        (Cell(text), Cell("是")),
        (Cell("x", rows=2, look="left"), Cell("1")),
        (None, Cell("2")),
    ]
    heights = row_heights(rows, (width, 20.0), 10.0, [0.0] * 3)
    assert heights[0] >= lines(text, width, 10.0) * 15
