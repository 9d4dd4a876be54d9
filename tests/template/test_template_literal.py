"""Text stays text: opened and saved by LibreOffice, every cell still says what we wrote."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from payloads import PAYLOADS

from junheng.cli.main import cli
from junheng.intake import read
from junheng.model.load import load_standard
from junheng.report.template import Template
from junheng.report.template import write as write_template
from junheng.report.workbook import CALCULATED, literal, workbook, write_cell


def through_libreoffice(files: list[Path], out: Path) -> None:
    """Have LibreOffice open the files and save each as a workbook."""
    profile = f"-env:UserInstallation=file://{out / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=55)


def texts(path: Path, sheet: str, column: int) -> list[tuple[object, str]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(min_row=2)
    return [(row[column].value, row[column].data_type) for row in rows]


def of_names(folder: Path) -> Path:
    """A made-up county whose schools have dangerous names, as a template."""
    standard = load_standard("cn-quality-2017")
    schools = [
        {"year": 2025, "county": "990101", "school": f"99010{at:05}", "name": name,
         "kind": "primary", "sponsor": "7"}
        for at, name in enumerate(PAYLOADS)
    ]  # fmt: skip
    rows = {
        "schools": schools,
        "sections": [
            {"year": 2025, "school": one["school"], "level": "primary"} for one in schools
        ],
        "rooms": [{"year": 2025, "school": one["school"], "use": one["name"]} for one in schools],
    }
    path = folder / "template.xlsx"
    write_template(Template(standard, "990101", 2025, rows), path)
    return path


def test_at_least_60_texts_are_tried() -> None:
    assert len([text for text in PAYLOADS if text.startswith(CALCULATED)]) >= 60


def test_workbooks_and_lists_keep_every_text(tmp_path: Path) -> None:
    template = of_names(tmp_path)
    plain, log = tmp_path / "plain.xlsx", tmp_path / "log.csv"
    with workbook(plain) as book:
        sheet, style = book.add_worksheet("t"), book.add_format()
        for row, text in enumerate(PAYLOADS, 1):
            write_cell(sheet, (row, 0), text, style)
    with log.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([["text"], *([literal(text)] for text in PAYLOADS)])
    annotated = tmp_path / "annotated.xlsx"
    CliRunner().invoke(cli, ["check", str(template), "--out", str(annotated)])
    through_libreoffice([template, plain, log, annotated], tmp_path / "out")
    of_annotated = texts(tmp_path / "out/annotated.xlsx", "学校", 3)[: len(PAYLOADS)]
    assert [value for value, kind in of_annotated if kind != "f"] == list(PAYLOADS)
    of_template = texts(tmp_path / "out/template.xlsx", "学校", 3)[: len(PAYLOADS)]
    assert [kind for _, kind in of_template if kind == "f"] == []
    assert [value for value, _ in of_template] == list(PAYLOADS)
    of_plain = texts(tmp_path / "out/plain.xlsx", "t", 0)
    assert [value for value, _ in of_plain] == list(PAYLOADS)
    assert {kind for _, kind in of_plain} <= {"s", "e"}
    assert all(kind != "f" for _, kind in texts(tmp_path / "out/log.xlsx", "log", 0))


def test_no_sheet_of_a_template_holds_a_formula_or_a_link(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(of_names(tmp_path))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_a_template_with_such_names_reads_back(tmp_path: Path) -> None:
    names = read(of_names(tmp_path)).tables["schools"].select("name").collect()["name"]
    wanted = [text.strip() for text in PAYLOADS]
    assert [a for a, b in zip(names, wanted, strict=True) if a != b and b not in ("#REF!",)] == []


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@A1"])
def test_a_data_set_in_csv_is_refused_rather_than_changed(tmp_path: Path, name: str) -> None:
    place = tmp_path / "in/school"
    place.mkdir(parents=True)
    school = "year,county,school,name,kind,sponsor\n2025,990101,9901010001,{},primary,7\n"
    (place / "schools.csv").write_text(school.format(name), "utf-8")
    (place / "sections.csv").write_text(
        "year,school,level,pupils\n2025,9901010001,primary,9\n", "utf-8"
    )
    done = CliRunner().invoke(cli, ["gather", str(tmp_path / "in"), str(tmp_path / "out")])
    assert done.exit_code == 3
    assert name in done.output
    assert not (tmp_path / "out").exists()
