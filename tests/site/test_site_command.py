"""`junheng site`, called as a person calls it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from junheng.cli.main import cli


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def junheng(*arguments: object) -> Said:
    done = CliRunner().invoke(cli, [str(a) for a in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


SETTLEMENTS = """settlement,name,lon,lat,primary,primary_school
A,模拟甲村,110.00,30.00,30,S1
B,模拟乙村,110.10,30.00,20,S2
C,模拟丙村,110.20,30.00,10,S3
"""
SITES = """site,level,name,lon,lat,existing,closable,capacity,smallest
S1,primary,模拟一小,110.00,30.00,1,0,60,0
S2,primary,模拟二小,110.10,30.00,1,1,60,0
S3,primary,模拟三小,110.20,30.00,1,1,60,0
"""


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Three villages in a row, each with its school; 0.1° is 9.63 km, 12.52 km by road."""
    folder = tmp_path / "three"
    folder.mkdir()
    (folder / "settlements.csv").write_text(SETTLEMENTS, "utf-8")
    (folder / "sites.csv").write_text(SITES, "utf-8")
    return folder


def test_with_two_schools_the_smallest_village_travels(three: Path) -> None:
    said = junheng("site", three, "--schools", 2, "--format", "json")
    assert said.status == 0
    found = said.json
    decisions = {row["site"]: row["decision"] for row in found["sites"]}
    assert decisions == {"S1": "kept", "S2": "kept", "S3": "closed"}
    assert found["status"] == "proved"
    assert found["totals"]["pupil_km"] == pytest.approx(10 * 12.52, rel=1e-3)
    assert found["totals"]["farthest_km"] == pytest.approx(12.52, rel=1e-3)
    assert found["totals"]["p95_km"] == pytest.approx(12.52, rel=1e-3)
    assert found["totals"]["pupils_changing"] == 10
    assert found["proof"]["gap"] == pytest.approx(0, abs=1e-8)


def test_the_page_says_what_is_proved_and_where_pupils_go(three: Path) -> None:
    said = junheng("site", three, "--schools", 2)
    assert "已证明最优" in said.out
    assert "模拟数据" in said.out
    assert "模拟三小撤并后，原服务的学生转入：模拟二小 10" in said.out


def test_what_cannot_be_done_names_the_village_and_the_way_out(three: Path) -> None:
    said = junheng("site", three, "--schools", 2, "--radius", 5, "--language", "en")
    assert said.status == 0
    assert "It cannot be done" in said.out
    assert "at most 2 schools" in said.out
    assert "reach" in said.out
    assert "模拟丙村" in said.out
    assert "at least 12.5" in said.out
    assert "at least 3 schools" in said.out


def test_measured_distances_go_before_straight_lines(three: Path) -> None:
    rows = ["settlement,site,km,minutes"]
    rows += [f"{v},{s},{km},{km * 10}" for v, s, km in
             [("A", "S1", 0), ("A", "S2", 3), ("B", "S1", 2), ("B", "S2", 0), ("C", "S1", 1), ("C", "S2", 9)]]  # fmt: skip
    (three / "distances.csv").write_text("\n".join(rows), "utf-8")
    said = junheng("site", three, "--schools", 1, "--minutes", 25, "--format", "json")
    assert said.json["totals"]["pupil_km"] == pytest.approx(50)
    assert "3对" in said.err


def test_least_cost_pays_for_running_and_travel(three: Path) -> None:
    costs = ["closing_cost,yearly_cost", "0,1000", "5000,1000", "5000,1000"]
    sites = [f"{a},{b}" for a, b in zip(SITES.splitlines(), costs, strict=True)]
    (three / "sites.csv").write_text("\n".join(sites), "utf-8")
    said = junheng(
        "site", three, "--by", "cost", "--pupil-km", 1, "--years", 10, "--format", "json"
    )
    travel = 10 * (20 * 12.52 + 10 * 25.04)
    assert said.json["totals"]["cost"] == pytest.approx(10_000 + 2 * 5000 + travel, rel=1e-3)
    refused = junheng("site", three, "--by", "cost", "--language", "en")
    assert refused.status == 2
    assert "--pupil-km" in refused.err


def test_every_unknown_that_is_needed_is_told_at_once(three: Path) -> None:
    text = SETTLEMENTS.replace(",20,", ",,").replace("110.20,30.00,10", ",,10")
    (three / "settlements.csv").write_text(text, "utf-8")
    sites = SITES.replace(
        "S2,primary,模拟二小,110.10,30.00,1,1,60", "S2,primary,模拟二小,110.10,30.00,,1,"
    )
    (three / "sites.csv").write_text(sites, "utf-8")
    said = junheng("site", three)
    assert said.status == 3
    for words in (
        "居民点 B 的小学生数",
        "居民点 C 没有经纬度",
        "校点 S2 的“已有学校”",
        "校点 S2 的“容量”",
    ):
        assert words in said.err


def test_broken_cells_are_told_by_table_and_row(three: Path) -> None:
    (three / "settlements.csv").write_text(SETTLEMENTS.replace(",30,S1", ",3o,S1"), "utf-8")
    said = junheng("site", three)
    assert said.status == 3
    assert "居民点" in said.err
    assert "3o" in said.err


@pytest.mark.parametrize(
    "wrong", [("--schools", 0), ("--radius", -1), ("--detour", 0.5), ("--seconds", 0)]
)
def test_senseless_wishes_are_refused(three: Path, wrong: tuple[str, object]) -> None:
    assert junheng("site", three, *wrong).status == 2


def test_tables_map_and_manifest_are_written_whole(tmp_path: Path) -> None:
    data, out, drawn = tmp_path / "demo", tmp_path / "out", tmp_path / "map.svg"
    assert junheng("site-demo", data, "--settlements", 30, "--sites", 6).status == 0
    assert "模拟数据" in (data / "README.txt").read_text("utf-8")
    said = junheng("site", data, "--parted", "--out", out, "--map", drawn)
    assert said.status == 0
    sites = pl.read_parquet(out / "sites.parquet")
    assignment = pl.read_parquet(out / "assignment.parquet")
    settlements = pl.read_csv(data / "settlements.csv")
    assert assignment["pupils"].sum() == pytest.approx(settlements["primary"].sum())
    loads = assignment.group_by("site").agg(pl.col("pupils").sum())
    both = loads.join(sites, on="site", suffix="_said")
    assert both["pupils"].to_list() == pytest.approx(both["pupils_said"].to_list())
    assert json.loads((out / "layout.json").read_text("utf-8"))["status"] == "proved"
    picture = drawn.read_text("utf-8")
    assert "模拟数据" in picture
    assert "每个居民点的孩子到哪所学校上学" in picture
    assert junheng("site", data, "--map", drawn).status == 2


def test_a_folder_of_other_files_is_left_alone(three: Path) -> None:
    said = junheng("site", three, "--out", three)
    assert said.status == 2
    assert sorted(path.name for path in three.iterdir()) == ["settlements.csv", "sites.csv"]


def test_the_order_of_rows_changes_nothing(three: Path) -> None:
    before = junheng("site", three, "--schools", 2, "--format", "json").json
    head, *rows = SETTLEMENTS.splitlines()
    (three / "settlements.csv").write_text("\n".join([head, *reversed(rows)]), "utf-8")
    after = junheng("site", three, "--schools", 2, "--format", "json").json
    assert before["assignment"] == after["assignment"]
    assert before["sites"] == after["sites"]
