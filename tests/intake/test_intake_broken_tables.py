from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from handed_in import folder_of, refusal, sound

BROKEN = Path(__file__).parent / "broken"


def cases(name: str) -> list[Any]:
    listed = yaml.safe_load((BROKEN / name).read_text("utf-8"))
    return [pytest.param(case, id=case["it"]) for case in listed]


@pytest.mark.parametrize("case", cases("cells.yaml"))
def test_a_wrong_cell_is_told_alone_in_both_languages(case: Any, tmp_path: Path) -> None:
    tables, change = sound(), case["change"]
    tables[change["table"]][change["row"] - 2][change["column"]] = change["to"]

    refused = refusal(folder_of(tmp_path, tables))

    assert len(refused.problems) == 1
    assert case["zh"] in refused.problems[0].say("zh")
    assert case["en"] in refused.problems[0].say("en")


@pytest.mark.parametrize("case", cases("files.yaml"))
def test_a_broken_file_is_told_in_both_languages(case: Any, tmp_path: Path) -> None:
    tables = {name: rows for name, rows in sound().items() if name not in case.get("remove", ())}
    folder = folder_of(tmp_path, tables)
    for name, text in case.get("write", {}).items():
        (folder / name).write_text(text, "utf-8")

    refused = refusal(folder)

    assert case["zh"] in refused.say("zh")
    assert case["en"] in refused.say("en")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    tables = sound()
    tables["schools"][0] |= {"sponsor": "县办", "teaching_area": "很大", "county": "99"}
    tables["sections"][1] |= {"level": "幼儿园", "pupils": "-3"}
    tables["sections"][2] |= {"school": "0990101777", "teachers": "三十"}

    told = [(each.fields["table"], each.fields["row"], each.fields["column"]) for each in
            refusal(folder_of(tmp_path, tables)).problems]  # fmt: skip

    assert told == [
        ("schools", 2, "county"),
        ("schools", 2, "sponsor"),
        ("schools", 2, "teaching_area"),
        ("sections", 3, "level"),
        ("sections", 3, "pupils"),
        ("sections", 4, "teachers"),
        ("sections", 4, "school"),
    ]


def test_of_very_many_alike_twenty_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    tables = sound()
    base = tables["sections"][0]
    tables["sections"] += [base | {"year": str(year), "pupils": "x"} for year in range(1990, 2020)]
    tables["schools"] += [tables["schools"][0] | {"year": str(year)} for year in range(1990, 2020)]
    tables["sections"][-1]["pupils"] = "-5"

    refused = refusal(folder_of(tmp_path, tables))

    numbers = [each for each in refused.problems if each.code == "intake.not_a_number"]
    assert [each.fields["row"] for each in numbers] == list(range(5, 25))
    assert "《学段》“在校生数”还有9处同样的问题" in refused.say("zh")
    assert "第34行“在校生数”填的是“-5”，不能小于0" in refused.say("zh")
    assert len(refused.problems) == 22


def test_very_many_long_rows_are_counted_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, sound())
    lines = "2025,0990101001,primary,5,6\n" * 30
    (folder / "sections.csv").write_text(f"year,school,level,pupils\n{lines}", "utf-8")

    assert "《学段》还有10行有同样的问题" in refusal(folder).say("zh")


def test_each_repeated_row_is_told_with_the_first(tmp_path: Path) -> None:
    tables = sound()
    tables["sections"] += [tables["sections"][0]] * 2

    told = refusal(folder_of(tmp_path, tables)).problems

    assert [(each.fields["row"], each.fields["first"]) for each in told] == [(5, 2), (6, 2)]


def test_rows_without_a_key_are_told_so_and_nothing_else(tmp_path: Path) -> None:
    tables = sound()
    for row in tables["sections"]:
        row["school"] = ""
    told = refusal(folder_of(tmp_path, tables)).problems
    assert {each.code for each in told} == {"intake.cell_empty"}


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    refused = refusal(tmp_path / "数据")
    assert "没有找到“" in refused.say("zh")
    assert "There is no " in refused.say("en")


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("year\n", "utf-8")
    assert "既不是文件夹，也不是.xlsx工作簿" in refusal(path).say("zh")
    assert "neither a folder nor an .xlsx workbook" in refusal(path).say("en")
