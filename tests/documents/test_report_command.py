"""junheng report: folders, the list of what was made, many counties in several processes."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from office_tools import pdf_facts

from junheng.cli import judging
from junheng.cli.main import cli
from junheng.cli.report import _kinds
from junheng.demo import Wanted
from junheng.demo import write as write_demo
from junheng.report.kinds import KINDS

STANDARD = ("--standard", "cn-quality-2017")


def report(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["report", *[str(a) for a in arguments]])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def listed(out: Path) -> list[dict[str, str]]:
    with (out / "documents.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province") / "data"
    write_demo(folder, Wanted(counties=5, years=(2025,)))
    return folder


def test_a_county_has_a_folder_and_what_was_made_is_listed(
    small_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    status, said = report(
        small_data, *STANDARD, "--kind", "form", "--kind", "ledgers", "--out", out
    )
    assert (status, "3个文件" in said) == (0, True)
    rows = listed(out)
    assert [row["kind"] for row in rows] == ["form", "form", "ledgers"]
    assert all((out / row["file"]).is_file() for row in rows)
    assert {path.name for path in out.iterdir()} == {"documents.csv", "990101-2025-cn-quality-2017"}


def test_the_pdf_can_come_from_libreoffice_with_the_pages_of_the_draft(
    small_data: Path, tmp_path: Path
) -> None:
    kinds = ("--kind", "form", "--kind", "feedback")
    status, _ = report(
        small_data, *STANDARD, *kinds, "--pdf", "libreoffice", "--out", tmp_path / "out"
    )
    pdfs = [row["file"] for row in listed(tmp_path / "out") if row["file"].endswith(".pdf")]
    assert (status, [row.partition("/")[2] for row in sorted(pdfs)]) == (
        0,
        ["feedback-990101-2025.pdf", "申报表.pdf"],
    )
    assert all("LibreOffice" in pdf_facts(tmp_path / "out" / pdf) for pdf in pdfs)


def test_the_way_to_the_target_year_is_drawn(small_data: Path, tmp_path: Path) -> None:
    asked = (small_data, *STANDARD, "--kind", "pictures", "--out", tmp_path / "out")
    assert report(*asked, "--target-year", 2028)[0] == 0
    (drawn,) = (tmp_path / "out").rglob("years.svg")
    assert "2028" in drawn.read_text("utf-8")


def test_a_target_year_that_is_past_is_refused(small_data: Path, tmp_path: Path) -> None:
    asked = (small_data, *STANDARD, "--kind", "pictures", "--out", tmp_path / "out")
    assert report(*asked, "--target-year", 2025)[0] == 2
    assert not (tmp_path / "out").exists()


def test_a_second_run_replaces_its_own_kind_and_keeps_the_rest(
    small_data: Path, tmp_path: Path
) -> None:  # fmt: skip
    out = tmp_path / "out"
    report(small_data, *STANDARD, "--kind", "form", "--kind", "workings", "--out", out)
    (out / "990101-2025-cn-quality-2017" / "签字页.pdf").write_text("by hand", "utf-8")
    before = listed(out)
    assert report(small_data, *STANDARD, "--kind", "form", "--out", out)[0] == 0
    assert listed(out) == before
    assert (out / "990101-2025-cn-quality-2017" / "签字页.pdf").read_text("utf-8") == "by hand"


def test_a_folder_of_someone_elses_is_left_alone(small_data: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.txt").write_text("theirs", "utf-8")
    status, said = report(small_data, *STANDARD, "--kind", "form", "--out", tmp_path)
    assert (status, "没有写入" in said) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.txt"]


def test_a_layout_that_does_not_fit_writes_nothing(small_data: Path, tmp_path: Path) -> None:
    layout = Path(__file__).parent / "forms" / "province.yaml"
    asked = ("--standard", "cn-basic-2012", "--kind", "form", "--layout", layout)
    status, said = report(small_data, *asked, "--out", tmp_path / "out")
    assert (status, "cn-quality-2017" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_what_a_standard_has_nothing_for_is_left_out_of_all_and_refused_by_name(
    small_data: Path, tmp_path: Path
) -> None:
    ready = judging.ready(judging.Choice(small_data, "cn-five-dimensions"))
    wanted, left_out = _kinds(("all",), ready, None)
    assert left_out == ("form", "workings", "pictures")
    assert {*wanted, *left_out} == set(KINDS)
    asked = ("--standard", "cn-five-dimensions", "--kind", "pictures")
    status, said = report(small_data, *asked, "--out", tmp_path / "out")
    assert (status, "没有按学校计算的指标" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_the_help_names_every_kind_in_chinese_and_english() -> None:
    _, said = report("--help")
    assert all(f"{k.label.zh} {k.label.en}" in said for k in KINDS.values())


def test_several_counties_have_to_be_named_or_all_asked_for(province: Path, tmp_path: Path) -> None:
    status, said = report(province, *STANDARD, "--kind", "form", "--out", tmp_path / "out")
    assert (status, "--counties all" in said) == (2, True)


def test_a_province_in_two_processes_is_the_same_as_each_county_alone(
    province: Path, tmp_path: Path
) -> None:  # fmt: skip
    asked = (*STANDARD, "--kind", "ledgers")
    status, _ = report(
        province, *asked, "--counties", "all", "--jobs", 2, "--out", tmp_path / "all"
    )
    rows = listed(tmp_path / "all")
    assert status == 0
    assert len({row["county"] for row in rows}) == 5
    last = rows[-1]
    report(province, *asked, "--county", last["county"], "--out", tmp_path / "one")
    assert listed(tmp_path / "one") == [last]


_HEARS = "import os, signal, sys; signal.signal(2, signal.default_int_handler); os.execv(sys.argv[1], sys.argv[1:])"
"""Begins a program that hears Ctrl+C, though whoever runs the tests may not."""


def test_ctrl_c_in_the_middle_of_a_province_leaves_nothing_behind(
    province: Path, tmp_path: Path
) -> None:
    place, junheng = tmp_path / "place", Path(sys.executable).with_name("junheng")
    place.mkdir()
    command = [junheng, "report", province, *STANDARD, "--kind", "ledgers", "--counties", "all",
               "--jobs", 2, "--out", place / "out"]  # fmt: skip
    begun = subprocess.Popen(
        [sys.executable, "-c", _HEARS, *map(str, command)],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    while not list(place.rglob("台账.xlsx")):
        assert begun.poll() is None, begun.communicate()[0]
        time.sleep(0.05)
    os.killpg(begun.pid, signal.SIGINT)
    said, _ = begun.communicate(timeout=60)
    assert begun.returncode == 130
    assert "已中断" in said
    assert "Traceback" not in said
    assert list(place.iterdir()) == []
    ended = time.monotonic() + 30
    while alive(begun.pid) and time.monotonic() < ended:
        time.sleep(0.05)
    assert not alive(begun.pid)


def alive(group: int) -> bool:
    """Say whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_forged_list_deletes_nothing_outside(small_data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report(small_data, *STANDARD, "--kind", "ledgers", "--out", out)
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    text = (out / "documents.csv").read_text("utf-8-sig")
    forged = text.replace("990101-2025-cn-quality-2017/台账.xlsx", "../mine.txt")
    (out / "documents.csv").write_text(forged, "utf-8-sig")
    report(small_data, *STANDARD, "--kind", "ledgers", "--out", out)
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_a_package_that_is_missing_is_named_with_what_to_install(
    small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("junheng.report.forms")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    status, said = report(small_data, *STANDARD, "--kind", "form", "--out", tmp_path / "out")
    assert (status, "junheng[documents]" in said) == (2, True)
    assert not (tmp_path / "out").exists()


def test_papers_of_chinese_offices_are_in_chinese_and_one_is_told(
    small_data: Path, tmp_path: Path
) -> None:
    asked = (small_data, *STANDARD, "--kind", "feedback", "--kind", "ledgers", "--language", "en")
    status, said = report(*asked, "--out", tmp_path / "out")
    assert (status, "written in Chinese: feedback letter" in said) == (0, True)
    (paper,) = (tmp_path / "out").rglob("feedback*.docx")
    with zipfile.ZipFile(paper) as package:
        text = package.read("word/document.xml").decode()
    assert "Table" not in re.sub("<[^>]*>", "", text)
