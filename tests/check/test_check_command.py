"""junheng check: pages, JSON, explanations, and workbooks with the cells marked."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from checking_cases import base, frames_of
from click.testing import CliRunner, Result

from junheng.cli.main import cli
from junheng.model.tables import TABLES


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


def folder(place: Path, **broken: float | str | None) -> Path:
    """Write the sound county, with cells of its first section and school changed."""
    rows = base()
    for name, value in broken.items():
        table = "sections" if name in rows["sections"][0] else "schools"
        rows[table][0][name] = value
    place.mkdir()
    for name, frame in frames_of(rows).items():
        frame.write_csv(place / f"{name}.csv")
    return place


def test_a_sound_county_passes(tmp_path: Path) -> None:
    done = run(folder(tmp_path / "data"), "--standard", "cn-quality-2017")

    assert done.exit_code == 0, done.output
    assert "没有逻辑错误" in done.stdout


def test_logic_comes_first_and_is_not_explained_away(tmp_path: Path) -> None:
    data = folder(tmp_path / "data", backbone=99, migrant_pupils=600)

    done = run(data)

    assert done.exit_code == 3
    logic, experience = (done.stdout.index(f"）{rule}") for rule in ("backbone_within_teachers", "migrant_share"))  # fmt: skip
    assert logic < experience
    assert "县级及以上骨干教师99人，专任教师只有40人" in done.stdout
    assert "核对教师花名册" in done.stdout
    (data / "explanations.csv").write_text(
        "rule,year,school,level,explanation,by,date\n"
        "backbone_within_teachers,2025,2111000001,primary,就是这么多,,\n"
    )
    assert run(data).exit_code == 3


def test_json_has_stable_keys(tmp_path: Path) -> None:
    done = run(folder(tmp_path / "data", backbone=99), "--format", "json", "--language", "en")

    answer = json.loads(done.stdout)
    assert set(answer) == {"junheng", "input", "standard", "counts", "findings"}
    assert answer["counts"] == {"logic": 1, "experience": 0, "explained": 0}
    assert answer["findings"] == [
        {
            "rule": "backbone_within_teachers", "family": "logic", "table": "sections",
            "year": 2025, "county": "110101", "school": "2111000001", "name": "第一小学",
            "level": "primary", "row": None, "columns": ["backbone", "teachers"],
            "found": 99.0, "expected": 40.0, "count": None, "text": None, "other": None,
            "message": "99 backbone teachers, of 40 teachers",
            "mend": "Check the staff list and mend the wrong figure.", "explanation": None,
        }
    ]  # fmt: skip


def test_explanations_are_written_filled_in_and_shown(tmp_path: Path) -> None:
    data = folder(tmp_path / "data", migrant_pupils=600)
    file = data / "explanations.csv"

    assert run(data, "--write-explanations").exit_code == 0
    lines = file.read_text("utf-8-sig").splitlines()
    assert lines == ["rule,year,school,level,explanation,by,date", "migrant_share,2025,2111000001,primary,,,"]  # fmt: skip

    file.write_text("\n".join([lines[0], "migrant_share,2025,2111000001,primary,市场旁的学校,王老师,2025-10-08",
                               "no_rule,2025,2111000001,,x,,", "migrant_share,2025,9,primary,x,,"]), "utf-8")  # fmt: skip
    before = file.read_bytes()
    done = run(data, "--write-explanations")
    assert file.read_bytes() == before
    assert "已说明：市场旁的学校（王老师 2025-10-08）" in done.stdout
    assert "其中已说明1处" in done.stdout
    assert "规则“no_rule”不存在" in done.stderr
    assert "学校“9”不在数据里" in done.stderr
    assert "explanations.csv" not in done.stderr.split("说明文件")[0]

    (data / "sections.csv").write_text(
        (data / "sections.csv").read_text("utf-8").replace("517.0", "517.0"), "utf-8"
    )
    answer = json.loads(run(data, "--format", "json").stdout)
    assert answer["findings"][0]["explanation"]["by"] == "王老师"


def test_a_folder_becomes_a_marked_workbook(tmp_path: Path) -> None:
    data = folder(tmp_path / "data", backbone=99, migrant_pupils=600, name="=1+1")
    out = tmp_path / "marked.xlsx"

    done = run(data, "--out", out)

    assert done.exit_code == 3
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[0] == "检查结果"
    assert book["学段"].max_row == 7
    marked = {c.coordinate: c for row in book["学段"] for c in row if c.comment}
    assert {(book["学段"].cell(1, c.column).value, c.fill.fgColor.rgb) for c in marked.values()} == {
        ("专任教师数", "00FFC7CE"), ("县级及以上骨干教师", "00FFC7CE"),
        ("在校生数", "00FFEB9C"), ("随迁子女在校生", "00FFEB9C"),
    }  # fmt: skip
    text = [c for row in book["学校"] for c in row if c.value == "=1+1"]
    assert [(c.data_type, c.quotePrefix) for c in text] == [("s", True)]
    listed = [[c.value for c in row] for row in book["检查结果"]]
    assert listed[1][:5] == ["逻辑错误", "骨干教师多于专任教师", 2025, "=1+1", "2111000001"]
    assert run(data, "--out", out).exit_code == 2


def test_a_workbook_is_copied_and_the_original_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "county.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    rows = base()
    rows["sections"][0]["backbone"] = 99
    for name, frame in frames_of(rows).items():
        sheet = book.create_sheet(TABLES[name].zh)
        sheet.append([TABLES[name].column(each).zh for each in reversed(frame.columns)])
        for row in frame.select(reversed(frame.columns)).rows():
            sheet.append(row)
    book.save(data)
    before = data.read_bytes()

    done = run(data, "--out", tmp_path / "marked.xlsx", "--language", "en")

    assert done.exit_code == 3, done.output
    assert data.read_bytes() == before
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    values = [c.value for row in marked["学段"] for c in row if c.comment]
    assert sorted(values) == [40, 99]
    comment = next(c.comment.text for row in marked["学段"] for c in row if c.comment)
    assert comment.startswith("[logic] 99 backbone teachers, of 40 teachers. Check")


def test_last_year_is_compared(tmp_path: Path) -> None:
    data = folder(tmp_path / "data")
    last = folder(tmp_path / "last", pupils=200, migrant_pupils=60)
    for file in last.glob("*.csv"):
        frame = pl.read_csv(file, infer_schema=False)
        frame.with_columns(year=pl.lit("2024")).write_csv(file)

    done = run(data, "--previous", last)

    assert done.exit_code == 0
    assert "在校生由200人变为603人（201.5%）" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--out", "marked.csv"], "不是.xlsx"),
        (["--out", "nowhere/marked.xlsx"], "没有文件夹"),
        (["--explanations", "nowhere/e.csv"], "没有文件夹"),
        (["--standard", "none"], "none"),
    ],
)
def test_wrong_use_is_status_2(options: list[str], said: str, tmp_path: Path) -> None:
    done = run(folder(tmp_path / "data"), *options)

    assert done.exit_code == 2
    assert said in done.stderr
