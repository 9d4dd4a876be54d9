from __future__ import annotations

import datetime
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from handed_in import codes, folder_of, grid, in_chinese, refusal, rows_of, said, sound, workbook_of

from junheng import intake
from junheng.intake import apart, guard, workbook
from junheng.intake.guard import Inspected
from junheng.intake.limits import LIMITS


def as_numbers(rows: list[list[object]]) -> list[list[object]]:
    """Type what looks like a number as one, as spreadsheets do; codes keep their zeros."""

    def cell(text: object) -> object:
        plain = str(text)
        return float(plain) if plain[:1] in set("123456789") else text or None

    return [rows[0], *([cell(each) for each in row] for row in rows[1:])]


def sheets(tables: dict[str, Any]) -> dict[str, Any]:
    return {name: as_numbers(grid(rows)) for name, rows in tables.items()}


def test_a_workbook_says_the_same_as_a_folder(tmp_path: Path) -> None:
    book = sheets(in_chinese(sound())) | {
        "备忘": [["请填写各表"]],
        "示例1": [["例"]],
        "说明": [["请填写"]],
    }
    here = intake.read(workbook_of(tmp_path / "县.xlsx", book))
    there = intake.read(folder_of(tmp_path / "f", sound()))

    for name in ("schools", "sections"):
        assert rows_of(here, name) == rows_of(there, name)
    assert "没有读取：“备忘”。" in said(here)
    assert len(here.digest) == 64


def test_problems_of_a_workbook_are_told_where_a_person_sees_them(tmp_path: Path) -> None:
    tables = sheets(sound())
    rows = tables["sections"]
    rows[2][3] = datetime.date(2025, 9, 1)
    rows[2][4] = "=1/0|#DIV/0!"
    rows[3][1] = "=NA()|#N/A"
    tables["sections"] = [[], [], *rows[:1], [], *rows[1:]]

    refused = refusal(workbook_of(tmp_path / "county.xlsx", tables))

    assert codes(refused) == ["intake.formula_error", "intake.not_a_number", "intake.formula_error"]
    assert "《学段》第7行“学校标识码”的公式出错，显示为“#N/A”" in refused.say("zh")
    assert "第6行“在校生数”填的是“" in refused.say("zh")
    assert "第6行“专任教师数”的公式出错，显示为“#DIV/0!”" in refused.say("zh")


def test_numbers_keep_every_digit_and_codes_every_zero(tmp_path: Path) -> None:
    draw = random.Random(7)  # noqa: S311  # figures, not secrets
    areas: list[object] = [
        1e-10,
        0.1 + 0.2,
        2 / 3,
        *(10 ** draw.uniform(-12, 9) for _ in range(200)),
    ]
    tables = sheets(sound())
    schools = [
        [2025.0, 990101.0, f"{place:010}", "primary", 7.0, area] for place, area in enumerate(areas)
    ]
    tables["schools"] = [["year", "county", "school", "kind", "sponsor", "books"], *schools]
    tables["schools"][-1][5] = " 12.5 "
    tables["sections"] = [
        ["year", "school", "level", "pupils"],
        *([2025, row[2], "小学", 9] for row in schools),
    ]

    rows = rows_of(intake.read(workbook_of(tmp_path / "county.xlsx", tables)), "schools")

    assert [row["books"] for row in rows] == [float(f"{area:.16g}") for area in areas[:-1]] + [12.5]
    assert [row["school"] for row in rows] == [row[2] for row in schools]
    assert {(row["county"], row["sponsor"]) for row in rows} == {("990101", "7")}


def test_two_sheets_for_one_table_and_an_empty_one_are_told(tmp_path: Path) -> None:
    tables = sheets(sound())
    book = tables | {"学校": tables["schools"], "sections": []}
    refused = refusal(workbook_of(tmp_path / "county.xlsx", book))
    assert codes(refused) == ["intake.table_twice", "intake.table_empty"]
    assert "“schools”、“学校”" in refused.say("zh")


def test_a_workbook_without_tables_is_told_the_names(tmp_path: Path) -> None:
    refused = refusal(workbook_of(tmp_path / "county.xlsx", {"Sheet1": [["a"]]}))
    assert codes(refused) == ["intake.no_tables"]


def broken(path: Path, kind: str) -> Path:
    workbook_of(path, sheets(sound()))
    whole = path.read_bytes()
    if kind == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "text":
        path.write_text("year,county\n", "utf-8")
    elif kind == "other zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "a")
    else:
        path.write_bytes(b"")
    return path


@pytest.mark.parametrize("kind", ["cut", "text", "other zip", "empty"])
def test_a_broken_workbook_is_told(kind: str, tmp_path: Path) -> None:
    refused = refusal(broken(tmp_path / "county.xlsx", kind))
    assert codes(refused) == ["intake.workbook_broken"]
    assert "工作簿“county.xlsx”无法读取，可能已损坏、设了密码" in refused.say("zh")


@pytest.mark.parametrize(
    "child",
    [
        "import os; os.abort()",
        "raise MemoryError",
        "import time; time.sleep(60)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ],
    ids=["crash", "traceback", "time-out", "kill"],
)
def test_a_reader_that_ends_badly_becomes_one_sentence(
    child: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stand_in.py").write_text(child, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(workbook, "CHILD", "stand_in")
    monkeypatch.setattr(apart, "LIMITS", replace(LIMITS, seconds=2.0))
    refused = refusal(workbook_of(tmp_path / "county.xlsx", sheets(sound())))
    assert codes(refused) == ["intake.workbook_stopped"]
    assert "中途停止：内容过大或已损坏" in refused.say("zh")


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on memory there")
def test_a_workbook_that_blows_up_is_stopped_even_without_a_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "county.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("schools")
        sheet.write(0, 0, "year")
        sheet.write(2**20 - 1, 2**14 - 1, "a cell in the last corner")
    assert codes(refusal(path)) == ["intake.guard_far"]
    assert "在XFD1048576处还有内容" in refusal(path).say("zh")
    monkeypatch.setattr(guard, "workbook", lambda path: Inspected())
    assert codes(refusal(path)) == ["intake.workbook_stopped"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on memory there")
def test_the_reader_gets_a_gigabyte_and_no_more() -> None:
    use = "from junheng.intake import confined; confined.limit(); bytearray({} * 2**20)"
    ended = [
        subprocess.run([sys.executable, "-c", use.format(size)], capture_output=True, check=False)
        for size in (100, 1000)
    ]
    assert [run.returncode for run in ended] == [0, 1]
    assert b"MemoryError" in ended[1].stderr


def test_the_reader_takes_nothing_from_the_folder_it_is_called_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "polars.py").write_text("raise SystemExit(9)", "utf-8")
    monkeypatch.chdir(tmp_path)
    path = workbook_of(tmp_path / "county.xlsx", sheets(sound()))
    assert "schools" in intake.read(path).tables


def test_the_reader_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    start = subprocess.Popen

    def watched(command: list[str], **options: Any) -> Any:
        seen.append(command[-1])
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", watched)
    intake.read(workbook_of(tmp_path / "county.xlsx", sheets(sound())))
    assert len(seen) == 1
    assert not Path(seen[0]).exists()
