"""Every Word file and workbook as Word and Excel check it: parts, schemas, references, repairs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator
from repairs import Package, causes, dated
from small_county import bundled, write

from junheng.report.bundle import Bundle
from junheng.report.kinds import KINDS

pytestmark = pytest.mark.xdist_group("packages")
OFFICE = (".docx", ".xlsx")
STANDARDS = {"quality": ("cn-quality-2017",), "basic": ("cn-basic-2012", "example"),
             "rubric": ("cn-five-dimensions",)}  # fmt: skip
BREAKS = {
    "a_part_has_no_type": ("docx", "[Content_Types].xml", "/word/styles.xml", "/word/other.xml"),
    "a_relationship_leads": ("docx", "word/_rels/document.xml.rels", "styles.xml", "other.xml"),
    "an_id_of_a_relationship": ("docx", "word/document.xml", 'r:id="', 'r:id="x'),
    "a_table_has_no_grid": ("docx", "word/document.xml", "<w:tblGrid>", "<w:tblGrid><w:gridCol/>"),
    "a_cell_does_not_end": ("docx", "word/document.xml", "</w:tc>", "<w:tbl/></w:tc>"),
    "a_cell_goes_on": ("docx", "word/document.xml", '<w:vMerge w:val="restart"/>', "<w:vMerge/>"),
    "a_mark_or_drawing": ("docx", "word/document.xml", "<w:body>", "<w:body>" + 2 * '<w:bookmarkStart w:id="1"/>'),
    "a_style_or_list": ("docx", "word/document.xml", "<w:pPr>", '<w:pPr><w:pStyle w:val="x"/>'),
    "a_sheet_has_no_name": ("xlsx", "xl/workbook.xml", '<sheet name="', '<sheet name="' + "x" * 31),
    "merged_cells_meet": ("xlsx", "xl/worksheets/sheet2.xml", "</mergeCells>", '<mergeCell ref="A1:Z99"/></mergeCells>'),
    "a_defined_name": ("xlsx", "xl/workbook.xml", "<definedName ", '<definedName name="1x">A1</definedName><definedName '),
    "a_choice_or_its_prompt": ("xlsx", "xl/worksheets/sheet4.xml", "<formula1>", "<formula1>" + "x" * 256),
    "a_date_is_none": ("xlsx", "xl/worksheets/sheet4.xml", "</sheetData>",
                       '<row r="9999"><c r="A9999" s="{date}"><v>-1</v></c></row></sheetData>'),
    "a_cell_holds": ("xlsx", "xl/worksheets/sheet1.xml", "<v>", "<v>9999"),
    "a_foot_width_or_height": ("xlsx", "xl/worksheets/sheet1.xml", "</oddFooter>", "x" * 255 + "</oddFooter>"),
}  # fmt: skip
"""For each cause of a repair: a file, a part, and what is put in place of what."""


def make(bundle: Bundle, folder: Path) -> dict[str, Path]:
    """Make all documents that the standard has; give the files by their place."""
    for kind in KINDS.values():
        if bundle.standard.indicators or not (kind.indicators or kind.layout):
            kind.maker()(bundle, folder)
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """Every kind of document of the small county, under every standard."""
    return {name: make(bundled(small_data, *of), tmp_path_factory.mktemp(name))
            for name, of in STANDARDS.items()}  # fmt: skip


@pytest.fixture(params=STANDARDS)
def files(request: pytest.FixtureRequest, made: dict[str, dict[str, Path]]) -> dict[str, Path]:
    return made[request.param]


def slips(path: Path) -> list[str]:
    """Give what the schemas of Office find in a file."""
    return [str(error) for error in OpenXmlValidator().validate(path).errors]


def test_no_file_breaks_the_schemas_of_office(files: dict[str, Path]) -> None:
    """Of the schools' papers one in four: they are written alike, and a schema takes its time."""
    office = [place for place, path in files.items() if path.suffix in OFFICE]
    alike = [place for place in office if place.startswith("school-")]
    checked = [place for place in office if place not in alike[1::4] + alike[2::4] + alike[3::4]]
    assert len(checked) >= 12
    found = {place: slips(files[place]) for place in checked}
    assert {place: said for place, said in found.items() if said} == {}


def test_no_file_holds_what_makes_word_or_excel_repair_it(files: dict[str, Path]) -> None:
    checked = {n: causes(path) for n, path in files.items() if path.suffix in OFFICE}
    assert len(checked) >= 25
    assert {place: found for place, found in checked.items() if found} == {}


@pytest.mark.parametrize("cause", BREAKS)
def test_every_cause_of_a_repair_would_be_found(
    made: dict[str, dict[str, Path]], tmp_path: Path, cause: str
) -> None:
    suffix, part, old, new = BREAKS[cause]
    stem = "台账" if part.endswith(("sheet2.xml", "sheet4.xml")) else "申报表"
    sound = made["quality"][f"{stem}.{suffix}"]
    if "{date}" in new:
        new = new.format(date=min(dated(Package(sound))))
    broken = with_part(sound, tmp_path / sound.name, part, old, new)
    assert causes(sound) == []
    assert any(found.startswith(cause) for found in causes(broken))


def with_part(sound: Path, broken: Path, part: str, old: str, new: str) -> Path:
    """Copy a file, one part of it changed."""
    with zipfile.ZipFile(sound) as package, zipfile.ZipFile(broken, "w") as copy:
        for name in package.namelist():
            content = package.read(name).decode("latin-1")
            if name == part:
                assert old in content, f"{part} holds no {old}"
                content = content.replace(old, new, 1)
            copy.writestr(name, content.encode("latin-1"))
    return broken


@pytest.mark.parametrize("standard", ["quality", "basic"])
def test_another_process_makes_the_same_bytes_of_every_kind(
    made: dict[str, dict[str, Path]], tmp_path: Path, standard: str
) -> None:
    """From the rows in another order, with another seed of hashes, on one thread."""
    data, (name, *overlays) = write(tmp_path / "data", backwards=True), STANDARDS[standard]
    command = [Path(sys.executable).with_name("junheng"), "report", data, "--standard", name,
               *(word for overlay in overlays for word in ("--overlay", overlay)),
               "--kind", "all", "--jobs", "1", "--out", tmp_path / "out"]  # fmt: skip
    others = {"PYTHONHASHSEED": "4711", "POLARS_MAX_THREADS": "1"}
    subprocess.run([str(word) for word in command], check=True, env=os.environ | others)
    folder = tmp_path / "out" / f"990101-2025-{name}"
    again = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    ours = made[standard]
    assert again.keys() == ours.keys()
    assert [n for n in again if again[n].read_bytes() != ours[n].read_bytes()] == []


def test_made_up_data_is_marked_in_every_file(files: dict[str, Path]) -> None:
    for place, path in files.items():
        if path.suffix in OFFICE:
            with zipfile.ZipFile(path) as package:
                text = "".join(
                    package.read(n).decode("utf-8", "ignore") for n in package.namelist()
                )
            assert "模拟数据" in text, place
