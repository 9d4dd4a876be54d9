"""Every Word file and workbook as Word and Excel check it: parts, schemas, references, repairs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator
from small_county import bundled, write

from junheng.report.bundle import Bundle
from junheng.report.kinds import KINDS

OFFICE = (".docx", ".xlsx")
_LONGEST_FOOT = 255


def make(bundle: Bundle, folder: Path, kinds: Iterable[str] = KINDS) -> dict[str, Path]:
    """Make documents; give the files by their place."""
    for name in kinds:
        KINDS[name].maker()(bundle, folder)
    return {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def quality(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make(small, tmp_path_factory.mktemp("quality"))


@pytest.fixture(scope="module")
def basic(small_basic: Bundle, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    office = KINDS.keys() - {"pictures", "school-card"}
    return make(small_basic, tmp_path_factory.mktemp("basic"), sorted(office))


@pytest.fixture(params=["quality", "basic"])
def files(request: pytest.FixtureRequest) -> dict[str, Path]:
    found: dict[str, Path] = request.getfixturevalue(request.param)
    return found


def slips(path: Path) -> list[str]:
    return [str(error) for error in OpenXmlValidator().validate(path).errors]


def test_no_file_is_one_that_word_or_excel_would_repair(files: dict[str, Path]) -> None:
    checked = {place: slips(path) for place, path in files.items() if path.suffix in OFFICE}
    assert len(checked) >= 10
    assert {place: found for place, found in checked.items() if found} == {}


def test_a_file_that_word_would_repair_is_found(quality: dict[str, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    with zipfile.ZipFile(quality["申报表.docx"]) as old, zipfile.ZipFile(broken, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "word/document.xml":
                content = content.replace(b"<w:tblGrid>", b"<w:gridCol/><w:tblGrid>", 1)
            new.writestr(part, content)
    assert slips(broken)


def test_a_workbook_keeps_to_the_bounds_of_excel(files: dict[str, Path]) -> None:
    for path in (path for path in files.values() if path.suffix == ".xlsx"):
        for sheet in openpyxl.load_workbook(path):
            areas = [set(area.cells) for area in sheet.merged_cells.ranges]
            assert sum(map(len, areas)) == len(set().union(*areas))
            assert len(sheet.title) <= 31
            foot = sheet.oddFooter
            assert sum(len(each.text or "") for each in (foot.left, foot.right)) < _LONGEST_FOOT


def test_the_same_rows_in_another_order_give_the_same_bytes_of_every_kind(
    quality: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "again").mkdir()
    again = make(bundled(write(tmp_path / "data", backwards=True)), tmp_path / "again")
    assert again.keys() == quality.keys()
    assert [n for n in again if again[n].read_bytes() != quality[n].read_bytes()] == []


def test_made_up_data_is_marked_in_every_file(files: dict[str, Path]) -> None:
    for place, path in files.items():
        if path.suffix in OFFICE:
            with zipfile.ZipFile(path) as package:
                text = "".join(
                    package.read(n).decode("utf-8", "ignore") for n in package.namelist()
                )
            assert "模拟数据" in text, place
