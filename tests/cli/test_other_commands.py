"""explain, robustness, standards, demo: what they print, and that help has an example."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calling import STANDARD, junheng

from junheng.cli.main import _COMMANDS


@pytest.mark.parametrize("command", _COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    said = junheng(command, "--help")
    assert said.status == 0
    assert f"junheng {command} " in said.out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_coefficient_is_explained_to_the_cells_and_the_clause(demo: Path, language: str) -> None:
    said = junheng("explain", demo, "--standard", STANDARD, "--level", "junior", "--indicator", "L5",
                   "--language", language)  # fmt: skip
    (county,) = junheng("evaluate", demo, "--standard", STANDARD, "--format", "json").json[
        "counties"
    ]
    cv = next(row["cv"] for row in county["balance"]
              if (row["level"], row["indicator"]) == ("junior", "sports_area"))  # fmt: skip
    assert f"{cv:.6f}" in said.out
    assert "均小于或等于0.45" in said.out.replace("\n", "")


def test_a_school_is_explained_with_its_cells(demo: Path) -> None:
    (county,) = junheng("evaluate", demo, "--standard", STANDARD, "--format", "json").json[
        "counties"
    ]
    section = next(s for s in county["sections"] if s["verdict"] == "fail")
    said = junheng("explain", demo, "--standard", STANDARD, "--school", section["school"])
    for indicator in section["indicators"]:
        if indicator["value"] is not None:
            assert f"{indicator['value']:,.4f}" in said.out


def test_a_school_left_out_is_explained_too(demo: Path) -> None:
    (county,) = junheng("evaluate", demo, "--standard", STANDARD, "--format", "json").json[
        "counties"
    ]
    left_out = next(e for e in county["excluded"] if e["reason"] == "special_school")
    said = junheng("explain", demo, "--standard", STANDARD, "--school", left_out["school"])
    assert "特殊教育学校" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--school"),
        (("--school", "nobody"), "nobody"),
        (("--level", "primary", "--indicator", "L9"), "L9"),
        (("--level", "senior", "--indicator", "L1"), "senior"),
    ],
)
def test_explain_says_what_it_cannot_find(
    demo: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = junheng("explain", demo, "--standard", STANDARD, *arguments)
    assert said.status == 2
    assert words in said.err


def test_the_number_whose_smallest_change_flips_a_verdict_comes_first(demo: Path) -> None:
    said = junheng("robustness", demo, "--standard", STANDARD, "--most", 30)
    changes = [abs(float(word[:-1])) for line in said.out.splitlines() for word in line.split()
               if word.endswith("%") and word[0] in "+-"]  # fmt: skip
    assert changes == sorted(changes)
    assert len(changes) == 30


def test_standards_are_listed_shown_and_checked() -> None:
    listed = junheng("standards", "list").out
    for name in ("cn-quality-2017", "cn-basic-2012", "cn-five-dimensions", "nei-mongol"):
        assert name in listed
    assert "资源配置" in junheng("standards", "show", STANDARD).out
    shown = json.loads(junheng("standards", "show", STANDARD, "--format", "json").out)
    assert len(shown["indicators"]) == 7
    assert junheng("standards", "check", "examples/california/standard").status == 0


def test_a_standard_with_slips_is_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "standard.yaml").write_text("id: mine\nidd: mine\n", "utf-8")
    said = junheng("standards", "check", tmp_path)
    assert said.status == 3
    assert "idd" in said.err
    assert "standard.yaml" in said.err


def test_a_demo_is_written_and_nothing_else_is_overwritten(tmp_path: Path) -> None:
    assert junheng("demo", tmp_path / "demo").status == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear county", "utf-8")
    assert junheng("demo", tmp_path / "mine").status == 2
    assert junheng("demo", tmp_path / "new", "--years", "2025-2020").status == 2


@pytest.mark.parametrize(("readme", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_readme_shows_what_is_printed(demo: Path, readme: str, language: str) -> None:
    page = junheng("evaluate", demo, "--standard", STANDARD, "--language", language).out
    printed = {line.rstrip() for line in page.splitlines()}
    shown = Path(readme).read_text("utf-8").split("```text\n")[1].split("```")[0].splitlines()
    version = "standard version" if language == "en" else "标准版本"
    assert [
        line for line in shown if line.strip("⋮ ") and line not in printed and version not in line
    ] == []
