"""junheng plan: the page, the JSON, the folder, and every way to go wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from small_counties import County

from junheng.cli.main import cli

STANDARD = "cn-quality-2017"


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def plan(data: Path, *arguments: object, standard: str = STANDARD, target: int = 2028) -> Said:
    asked = ["plan", str(data), "--standard", standard, "--target-year", str(target)]
    done = CliRunner().invoke(cli, [*asked, *(str(a) for a in arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


def written(folder: Path, county: County) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in county.tables().items():
        table.collect().write_csv(folder / f"{name}.csv")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    short: dict[str, list[float | None]] = {
        "multimedia_rooms": [0.0, 5.0, 9.0],
        "sports_ground_area": [500.0, 3000.0, 4000.0],
        "pe_arts": [1.0, 2.0, 9.0],
    }
    return written(tmp_path_factory.mktemp("data") / "county", County([150, 250, 300], short))


def test_the_page_says_cost_bound_gap_and_that_it_was_judged_again(data: Path) -> None:
    said = plan(data, "--language", "en", "--compare", "--prices")
    assert said.status == 0
    for words in ("no plan costs less than", "proven", "3/3 sections pass", "Year by year",
                  "Pupils: as in 2025", "made up", "not limited", "Against what people do"):  # fmt: skip
        assert words in said.out.replace("\n", " ")


def test_the_json_holds_the_plan_and_nothing_else_is_on_stdout(data: Path) -> None:
    found = plan(data, "--format", "json", "--gap", "0").json
    assert found["state"] == "solved"
    assert found["bound"] <= found["cost"] * (1 + 1e-9)
    last = [row for row in found["sections"] if row["year"] == 2028]
    assert {row["verdict"] for row in last} == {"pass"}
    spent = sum(row["once"] for row in found["funding"])
    assert spent == pytest.approx(sum(row["once"] for row in found["projects"]))


def test_the_folder_holds_a_workbook_frames_and_a_picture(data: Path, tmp_path: Path) -> None:
    said = plan(data, "--out", tmp_path / "plan", "--choices", "--curve")
    assert said.status == 0
    assert "费用最低" in said.out
    assert "目标年与费用" in said.out
    book = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")
    assert book.sheetnames == ["年度目标", "责任分解", "资金安排", "学校项目", "交流安排"]
    targets = list(book["年度目标"].iter_rows(values_only=True))
    assert targets[0][4:] == ("2025", "2026", "2027", "2028")
    cv = next(row for row in targets if row[0] == "L5" and str(row[3]).startswith("CV"))
    assert cv[-1] <= 0.5
    indicators = {row[0] for row in targets[1:] if str(row[0]).startswith("L")}
    items = {(row[2], row[0]): row for row in targets[1:] if row[0] and row[0][0] != "L"}
    assert (len(indicators), len(items)) == (7, 15 + 9 + 1)
    assert {row[-1] for row in items.values()} == {"达标"}
    assert items["政府保障程度", "1"][4] == "数据不全"
    for sheet, name in (("年度目标", "targets"), ("责任分解", "tasks")):
        rows = [r for r in book[sheet].iter_rows(min_row=2, values_only=True) if r[0] is not None]
        assert pl.read_parquet(tmp_path / "plan" / f"{name}.parquet").height == len(rows)
    assert [row[3] for row in book["资金安排"].iter_rows(min_row=5, values_only=True)] == [
        pytest.approx(sum(r[3] for r in book["资金安排"].iter_rows(2, 4, values_only=True)))
    ]
    projects = pl.read_parquet(tmp_path / "plan" / "projects.parquet")
    rows = list(book["学校项目"].iter_rows(min_row=2, values_only=True))
    assert sum(row[9] for row in rows) == pytest.approx(projects["once"].sum())
    assert (tmp_path / "plan" / "plan-path.png").stat().st_size > 10_000
    assert plan(data, "--out", tmp_path / "plan").status == 2


def test_a_clash_is_said_with_the_numbers_and_what_would_help(data: Path, tmp_path: Path) -> None:
    budget = tmp_path / "budget.csv"
    budget.write_text("年份,元\n2026,1000\n2027,1000\n2028,1000\n", "utf-8")
    said = plan(data, "--budget", budget)
    assert said.status == 0
    assert "做不到" in said.out
    assert "预算合计 0.3 万元" in said.out
    assert "预算合计至少增加" in said.out
    assert plan(data, "--budget", budget, "--format", "json").json["conflict"]["groups"]


@pytest.mark.parametrize(
    ("target", "words"), [(2025, "不在数据的2025学年之后"), (2024, "不在"), (2045, "太远")]
)
def test_a_target_that_is_not_ahead_is_refused(data: Path, target: int, words: str) -> None:
    said = plan(data, target=target)
    assert said.status == 2
    assert words in said.err


BAD = "year,yuan\n2026,-5\n27,100\n2028,lots\n2026,3\n"


def test_every_wrong_row_of_a_budget_is_told_at_once(data: Path, tmp_path: Path) -> None:
    budget = tmp_path / "budget.csv"
    budget.write_text(BAD, "utf-8")
    said = plan(data, "--budget", budget)
    assert said.status == 3
    for words in ("第2行：预算“-5”是负数", "第3行：年份“27”", "第4行：金额“lots”"):
        assert words in said.err


def test_a_budget_that_lacks_a_year_is_refused(data: Path, tmp_path: Path) -> None:
    budget = tmp_path / "budget.csv"
    budget.write_text("year,yuan\n2026,5000000\n", "utf-8")
    said = plan(data, "--budget", budget)
    assert said.status == 2
    assert "2027, 2028" in said.err


def test_bad_costs_and_limits_are_refused_with_file_and_line(data: Path, tmp_path: Path) -> None:
    costs = tmp_path / "costs.yaml"
    shipped = Path("src/junheng/standards/costs/example.yaml").read_text("utf-8")
    costs.write_text(shipped.replace("yuan: 40000,", "yuan: -40000,"), "utf-8")
    said = plan(data, "--costs", costs)
    assert said.status == 3
    assert "costs.yaml" in said.err
    limits = tmp_path / "limits.yaml"
    limits.write_text("headcount: {primary: -3}\nmoves: {share_a_year: 3}\nother: 1\n", "utf-8")
    said = plan(data, "--limits", limits)
    assert said.status == 3
    assert len([line for line in said.err.splitlines() if line.startswith("limits.yaml")]) == 3


def test_what_is_unknown_is_listed_or_assumed_and_said(tmp_path: Path) -> None:
    county = County([100, 200], {"pe_arts": [None, 4.0], "equipment_value": [None, 900_000.0]})
    data = written(tmp_path / "data", county)
    said = plan(data)
    assert said.status == 3
    assert "模拟0小学（0，小学）的体育、艺术（音乐、美术）专任教师未填报" in said.err
    assert "模拟0小学（0，小学）的教学仪器设备资产值（账面原值）未填报" in said.err
    said = plan(data, "--assume-lowest", "--language", "en")
    assert said.status == 0
    assert "2 unknown figures were taken as the lowest" in said.out


def test_projected_pupils_are_taken_and_said(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    path.write_text(
        "year,school,level,scenario,pupils\n2028,0,primary,middle,90\n2028,0,primary,high,500\n"
    )
    found = plan(data, "--projection", path, "--format", "json").json
    assert found["pupils"] == "projected"
    last = [r for r in found["sections"] if r["year"] == 2028 and r["school"] == "0"]
    assert last[0]["pupils"] == 90


def test_schools_that_are_not_there_are_refused_in_limits(data: Path, tmp_path: Path) -> None:
    limits = tmp_path / "limits.yaml"
    limits.write_text("moves: {stay: ['77']}\n", "utf-8")
    said = plan(data, "--limits", limits)
    assert said.status == 2
    assert "77" in said.err


def test_pairs_kept_apart_do_not_exchange_teachers(tmp_path: Path) -> None:
    county = County([1000, 1000, 1000], {"pe_arts": [6.0, 12.0, 12.0]})
    data = written(tmp_path / "data", county)
    limits = tmp_path / "limits.yaml"
    limits.write_text("moves: {share_a_year: 1, apart: [{from: '1', to: '0'}]}\n", "utf-8")
    found = plan(data, "--limits", limits, "--format", "json").json
    assert {(m["from_school"], m["to_school"]) for m in found["moves"]} == {("2", "0")}


def test_a_county_that_passes_already_needs_nothing(tmp_path: Path) -> None:
    data = written(tmp_path / "data", County([100, 200]))
    found = plan(data, "--format", "json").json
    assert (found["state"], found["cost"], found["projects"]) == ("solved", 0.0, [])
    assert plan(data, "--out", tmp_path / "out", "--compare", "--prices").status == 0


@pytest.mark.parametrize(
    ("row", "status", "words"),
    [
        ("2028,0,primary,many", 3, "第2行“在校生数”填的是“many”"),
        ("2028,0,primary,-5", 3, "第2行“在校生数”填的是“-5”，不能小于0"),
        ("2027,0,primary,200", 2, "没有本县任何学校2028学年的学生数"),
        ("2028,nowhere,primary,200", 2, "没有本县任何学校2028学年的学生数"),
    ],
    ids=["no number", "below 0", "another year", "no school of the county"],
)
def test_a_projection_that_cannot_be_used_is_refused_with_the_reason(
    data: Path, tmp_path: Path, row: str, status: int, words: str
) -> None:
    path = tmp_path / "pupils.csv"
    path.write_text(f"year,school,level,pupils\n{row}\n", "utf-8")
    said = plan(data, "--projection", path)
    assert said.status == status
    assert words in said.err
