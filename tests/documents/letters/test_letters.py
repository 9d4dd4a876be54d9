"""What reports and letters say: compared paragraph by paragraph; their texts and their figures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from aloud import lines
from small_county import bundled, write

from junheng.errors import LANGUAGES, StandardNeedsMending, WrongUse, sentences
from junheng.report.bundle import Bundle
from junheng.report.letters import KINDS, compose
from junheng.report.letters.compose import Composer, text_of
from junheng.report.letters.figures import Figures
from junheng.report.letters.paper import Paper, Paragraph, Table

GOLDEN = Path(__file__).parent / "golden"
_TEMPLATES = Path(__file__).parents[3] / "src/junheng/report/letters/templates"


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_what_was_looked_over(papers: dict[str, Paper], kind: str) -> None:
    assert lines(papers[kind]) == yaml.safe_load((GOLDEN / f"{kind}.yaml").read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_has_a_number_that_the_last_annex_explains(
    papers: dict[str, Paper], kind: str
) -> None:
    paper = papers[kind]
    annex = paper.blocks[-1]
    assert isinstance(annex, Table)
    notes = {r.note for b in paper.blocks if isinstance(b, Paragraph) for r in b.runs if r.note}
    notes |= {b.note for b in paper.blocks if isinstance(b, Table) and b.note}
    assert {int(row[0]) for row in annex.rows} == notes


@pytest.mark.parametrize("path", sorted(_TEMPLATES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_number_is_typed_into_a_text(path: Path) -> None:
    def paragraphs(blocks: list[dict[str, Any]]) -> list[str]:
        inner = [text for b in blocks if "blocks" in b for text in paragraphs(b["blocks"])]
        return [b[k] for b in blocks for k in ("p", "to") if k in b] + inner

    for text in paragraphs(yaml.safe_load(path.read_text("utf-8"))["blocks"]):
        assert not re.search(r"[0-9０-９]", re.sub(r"\{[^}]*\}", "", text)), text


def test_a_province_has_its_own_text(small: Bundle, tmp_path: Path) -> None:
    own = {"title": "本省反馈函", "blocks": [{"p": "在校生{pupils}人，[[意见]]。"}]}
    (tmp_path / "feedback.yaml").write_text(yaml.safe_dump(own, allow_unicode=True), "utf-8")
    paper = compose(small, "feedback", tmp_path)
    assert paper.title == "本省反馈函"
    assert lines(paper)[2] == "在校生1,320[1]人，[[意见]]。"


def test_every_name_that_there_is_none_of_is_told_at_once(small: Bundle) -> None:
    text = {
        "title": "t",
        "blocks": [{"p": "{pupilz} {fact.x}"}, {"table": "tablez"}, {"picture": "pic"}],
    }

    def none(name: str) -> None:
        raise KeyError(name)

    with pytest.raises(StandardNeedsMending) as refused:
        Composer(small, none).paper(text, "feedback")
    said = refused.value.say("zh")
    assert all(name in said for name in ("pupilz", "tablez", "pic"))


def test_a_text_with_a_block_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "feedback.yaml").write_text("title: t\nblocks: [{q: x}, {p: x, table: y}]", "utf-8")
    with pytest.raises(StandardNeedsMending) as refused:
        text_of("feedback", (), tmp_path)
    assert len(refused.value.problems) == 2
    with pytest.raises(WrongUse):
        text_of("no-such-letter")


def test_a_veto_that_nobody_answered_is_not_none(small: Bundle) -> None:
    assert Figures(small)("vetoes").text == "6项未填报，不能说没有"
    items = small.county.items.with_columns(
        item_verdict=pl.when(pl.col("part") == "veto")
        .then(pl.lit("unmet"))
        .otherwise("item_verdict")
    )
    answered = replace(small, county=replace(small.county, items=items))
    assert Figures(answered)("vetoes").text == "无"


def test_a_rubric_gets_no_sentence_about_schools_or_balance(small_data: Path) -> None:
    rubric = bundled(small_data, "cn-five-dimensions")
    for kind in KINDS:
        said = "\n".join(lines(compose(rubric, kind)))
        assert not re.search("差异系数|一票否决情形|未达标学校|超标系数|常住人口", said), kind
        numbers = re.findall(r"^# ([一二三四五六七八九十])、", said, re.M)
        assert numbers == list("一二三四五六七八九十")[: len(numbers)], kind
    assert "已知0，4项未知或不能计（要求≥80）" in "\n".join(lines(compose(rubric, "review")))


def test_other_standards_fill_the_same_texts(small_basic: Bundle) -> None:
    for kind in KINDS:
        paper = compose(small_basic, kind)
        assert "教督〔2012〕3号" in paper.foot
        assert "综合差异系数" in "\n".join(lines(paper)) or kind in ("feedback", "rectification")


@pytest.mark.parametrize("area", ["pictures", "letters"])
def test_every_sentence_that_is_asked_for_exists(area: str) -> None:
    folder = _TEMPLATES.parents[1] / area
    asked = {name for path in folder.glob("*.py")
             for name in re.findall(r'(?:said|self|figures)\.say\(\s*"(\w+)"', path.read_text("utf-8"))}  # fmt: skip
    assert asked
    for language in LANGUAGES:
        assert asked <= sentences(language, area).keys()


def test_a_sum_over_an_unknown_is_unknown(small: Bundle) -> None:
    sections = small.tables["sections"]
    holed = sections.with_columns(teachers=pl.when(pl.col("pupils") > 100).then(pl.col("teachers")))
    figures = Figures(replace(small, tables={**small.tables, "sections": holed}))
    assert figures("teachers.primary").text == "未知"
    assert figures("teachers.junior").text == "36"
    assert figures("fact.villages").text == "60个"
    assert figures("fact.revenue_per_head").text == "未报"


def test_points_that_were_given_are_told_and_those_that_fail_are_a_problem(
    small_data: Path, tmp_path: Path
) -> None:
    data = write(tmp_path / "data")
    with (data / "facts.csv").open("a", encoding="utf-8") as facts:
        for n in range(1, 18):
            facts.write(f"2025,990101,basic_government_{n:02}_points,4.5\n")
    paper = compose(bundled(data, "cn-basic-2012", "example"), "self-evaluation")
    text = "\n".join(lines(paper))
    assert "1 随迁子女就学纳入规划和财政保障 | 4.5分（分值5） | ——" in text
    assert "得分合计76.50分，未达到85分" in text
