"""junheng evaluate: the page, the JSON of the contract, Parquet, and every way to go wrong."""

from __future__ import annotations

from errno import ENOSPC
from pathlib import Path

import polars as pl
import pytest
from calling import STANDARD, junheng

PARTS = {
    STANDARD: ["resources", "government", "quality", "recognition"],
    "cn-basic-2012": ["threshold", "balance", "government", "satisfaction"],
}
INDICATORS = {
    STANDARD: [
        "above_degree_teachers",
        "backbone_teachers",
        "pe_arts_teachers",
        "teaching_area",
        "sports_area",
        "equipment_value",
        "multimedia_rooms",
    ],
    "cn-basic-2012": [
        "teaching_area",
        "sports_area",
        "equipment_value",
        "computers",
        "books",
        "teachers",
        "above_degree_teachers",
        "mid_title_teachers",
    ],
}


@pytest.mark.parametrize("standard", PARTS)
def test_the_json_is_that_of_the_contract(demo: Path, standard: str) -> None:
    said = junheng("evaluate", demo, "--standard", standard, "--format", "json")

    assert said.status == 0
    assert said.json["standard"].items() >= {"id": standard, "as_of": "2025-09-01"}.items()
    (county,) = said.json["counties"]
    assert county["county"] == "990101"
    assert county["year"] == 2025
    assert county["verdict"] in ("pass", "fail", "not_assessed")
    assert list(county["parts"]) == PARTS[standard]
    primary = [row["indicator"] for row in county["balance"] if row["level"] == "primary"]
    composite = ["composite"] if standard == "cn-basic-2012" else []
    assert primary == INDICATORS[standard] + composite
    assert county["balance"][0].keys() >= {"level", "indicator", "mean", "cv", "limit", "verdict"}
    section = county["sections"][0]
    assert section.keys() >= {"school", "level", "pupils", "verdict", "indicators"}
    assert [i["indicator"] for i in section["indicators"]] == INDICATORS[standard]
    assert section["indicators"][0].keys() >= {"indicator", "amount", "value", "limit", "verdict"}
    assert county["excluded"][0].keys() >= {"school", "level", "reason"}


def test_every_section_handed_in_is_judged_or_listed_as_left_out(demo: Path) -> None:
    (county,) = junheng("evaluate", demo, "--standard", STANDARD, "--format", "json").json[
        "counties"
    ]
    handed_in = (
        pl.read_csv(demo / "sections.csv", infer_schema=False).select("school", "level").rows()
    )

    found = [(s["school"], s["level"]) for s in (*county["sections"], *county["excluded"])]

    assert sorted(found) == sorted(handed_in)


def test_the_answer_is_the_same_to_the_last_byte(province: Path) -> None:
    answers = {
        junheng("evaluate", province, "--standard", STANDARD, "--format", "json").out
        for _ in range(4)
    }
    assert len(answers) == 1


@pytest.mark.parametrize(("language", "verdict"), [("zh", "结论：未通过"), ("en", "Verdict: fail")])
def test_the_page_gives_the_verdict_first(demo: Path, language: str, verdict: str) -> None:
    page = junheng("evaluate", demo, "--standard", STANDARD, "--language", language).out

    lines = page.splitlines()
    assert verdict in lines[1]
    assert "教督〔2017〕6号" in page


def test_many_counties_are_listed_the_failing_first(province: Path) -> None:
    page = junheng("evaluate", province, "--standard", STANDARD).out
    assert "共18个县次" in page


def test_years_are_judged_by_the_rules_of_their_own_first_of_september(province: Path) -> None:
    said = junheng("evaluate", province, "--standard", STANDARD, "--format", "json")
    days = {(c["year"], c["as_of"]) for c in said.json["counties"]}
    assert days == {(year, f"{year}-09-01") for year in (2019, 2020, 2021)}


def test_a_county_and_a_year_can_be_chosen(province: Path) -> None:
    chosen = ("--county", "990102", "--year", 2020, "--format", "json")
    said = junheng("evaluate", province, "--standard", STANDARD, *chosen)
    assert [(c["county"], c["year"]) for c in said.json["counties"]] == [("990102", 2020)]


def to_nine_digits(value: object) -> object:
    """Write floats to nine digits: sums over other neighbours may differ in the last bit."""
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, dict):
        return {key: to_nine_digits(inner) for key, inner in value.items()}
    return [to_nine_digits(inner) for inner in value] if isinstance(value, list) else value


def test_a_county_alone_gets_the_verdict_it_gets_among_others(province: Path) -> None:
    among = junheng("evaluate", province, "--standard", STANDARD, "--format", "json").json
    alone = junheng(
        "evaluate", province, "--standard", STANDARD, "--format", "json", "--county", "990103"
    ).json
    mine = [c for c in among["counties"] if c["county"] == "990103"]
    assert to_nine_digits(alone["counties"]) == to_nine_digits(mine)


def test_failing_years_are_counted_and_the_third_proposes_revocation(province: Path) -> None:
    said = junheng("evaluate", province, "--standard", "cn-basic-2012", "--format", "json")
    for county in said.json["counties"]:
        failing = county["recheck"]["failing_years"]
        assert (failing > 0) == (county["parts"]["balance"] == "fail")
        assert county["recheck"]["revoke"] == (failing >= 3)


def test_parquet_holds_one_row_per_fact(province: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = junheng("evaluate", province, "--standard", STANDARD, "--out", out)

    assert (said.status, said.out) == (0, "")
    tables = {path.stem: pl.read_parquet(path) for path in out.glob("*.parquet")}
    assert tables.keys() >= {"values", "balance", "sections", "counties", "excluded"}
    sections = tables["sections"].height
    assert tables["values"].height == 7 * sections
    assert tables["counties"].height == 18
    assert (
        tables["values"].select("year", "school", "level", "indicator").is_duplicated().sum() == 0
    )


def test_an_earlier_result_is_replaced_whole_but_nothing_else_is(
    demo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert junheng("evaluate", demo, "--standard", STANDARD, "--out", out).status == 0
    assert junheng("evaluate", demo, "--standard", STANDARD, "--out", out).status == 0

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear county", "utf-8")
    said = junheng("evaluate", demo, "--standard", STANDARD, "--out", tmp_path / "mine")
    assert said.status == 2
    assert "letter" not in said.out
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--standard", "no-such"), ["no-such", "cn-quality-2017"]),
        (("--standard", STANDARD, "--county", "110101"), ["110101", "990101"]),
        (("--standard", STANDARD, "--year", 1999), ["1999", "2025"]),
        (("--standard", STANDARD, "--overlay", "atlantis"), ["atlantis", "example"]),
        (("--standard", STANDARD, "--option", "rooms=all"), ["rooms=all", "each_use"]),
        (("--standard", STANDARD, "--spark-master", "local[2]"), ["--engine spark"]),
        ((), ["--standard"]),
    ],
)
def test_wrong_use_says_what_is_allowed(
    demo: Path, arguments: tuple[object, ...], words: list[str]
) -> None:
    for language in ("zh", "en"):
        said = junheng("evaluate", demo, *arguments, "--language", language)
        assert said.status == 2
        assert said.out == ""
        for word in words:
            assert word in said.err


def test_data_that_needs_mending_is_refused_whole_with_every_problem(tmp_path: Path) -> None:
    (tmp_path / "schools.csv").write_text(
        "year,county,school,kind,sponsor,teaching_area\n"
        "2025,990101,A,primary,7,12O0\n2025,990101,B,castle,7,-5\n2025,990101,A,primary,7,1\n",
        "utf-8",
    )
    (tmp_path / "sections.csv").write_text("year,school,level,pupils\n2025,C,primary,10\n", "utf-8")
    out = tmp_path / "out"

    said = junheng("evaluate", tmp_path, "--standard", STANDARD, "--out", out)

    assert said.status == 3
    assert not out.exists()
    for words in ("12O0", "castle", "-5", "“C”"):
        assert words in said.err


def test_a_year_before_the_standard_is_judged_and_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "schools.csv").write_text(
        "year,county,school,kind,sponsor\n2015,990101,A,primary,7\n", "utf-8"
    )
    (tmp_path / "sections.csv").write_text("year,school,level,pupils\n2015,A,primary,10\n", "utf-8")
    said = junheng("evaluate", tmp_path, "--standard", STANDARD, "--format", "json")
    assert said.json["counties"][0]["as_of"] == "2017-04-26"
    assert "2015" in said.err


def test_a_full_disk_is_told_in_words_and_nothing_half_told(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr("junheng.report.spool.TemporaryFile", full)
    said = junheng("evaluate", demo, "--standard", STANDARD, "--format", "json")

    assert (said.status, said.out) == (1, "")
    assert "磁盘空间不足" in said.err
    assert "TMPDIR" in said.err
