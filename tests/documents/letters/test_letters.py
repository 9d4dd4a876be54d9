"""Reports and letters: compared paragraph by paragraph, opened again, and looked at as pages."""

from __future__ import annotations

import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from docx import Document
from office_tools import converted, pdf_fonts
from reading import word_tables
from small_county import LONG, NAMES, bundled, write

from junheng.errors import LANGUAGES, StandardNeedsMending, WrongUse, sentences
from junheng.report.bundle import Bundle
from junheng.report.letters import KINDS, compose, word
from junheng.report.letters import write as write_letter
from junheng.report.letters.compose import Composer, text_of
from junheng.report.letters.figures import Figures
from junheng.report.letters.paper import Bars, Heading, Paper, Paragraph, Run, Table
from junheng.report.letters.pdf import by_libreoffice, setter
from junheng.report.letters.schools import SchoolBook, cards, pages

GOLDEN = Path(__file__).parent / "golden"
_TEMPLATES = Path(__file__).parents[3] / "src/junheng/report/letters/templates"
_PAGE = 595.0
"""The width of A4 in points."""


@pytest.fixture(scope="session")
def papers(small: Bundle) -> dict[str, Paper]:
    return {kind: compose(small, kind) for kind in KINDS}


@pytest.fixture(scope="session")
def written(small: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    for kind in KINDS:
        write_letter(small, folder, kind)
    return folder


def pdf_text(path: Path) -> str:
    """Give the text of a PDF, without spaces and line breaks."""
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True)
    return "".join(done.stdout.decode("utf-8").split())


def lines(paper: Paper) -> list[str]:
    """Give a paper as a person reads it aloud: a line a heading, paragraph and row."""
    return [
        paper.title,
        paper.subtitle,
        *(line for block in paper.blocks for line in block_lines(block)),
    ]


def block_lines(block: Any) -> list[str]:
    if isinstance(block, Heading):
        return [f"{'#' * block.level} {block.text}"]
    if isinstance(block, Paragraph):
        return ["".join(run_text(run) for run in block.runs)]
    if isinstance(block, Table):
        rows = [block.heads, *block.rows] if block.rows else [(block.empty,)]
        return [f"{block.caption}[{block.note}]", *(" | ".join(row) for row in rows)]
    if isinstance(block, Bars):
        return [
            block.caption,
            *(f"{b.name} | {b.value} | {b.limit} | {b.word} {b.hint}" for b in block.rows),
        ]
    name = type(block).__name__.lower()
    said = {"blank": "prompt", "signature": "lines"}.get(name)
    return [f"<{name}> {getattr(block, said)}" if said else f"<{name}>"]


def run_text(run: Run) -> str:
    return f"[[{run.text}]]" if run.blank else run.text + (f"[{run.note}]" if run.note else "")


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


def test_word_opens_again_with_every_paragraph_and_cell(
    papers: dict[str, Paper], written: Path
) -> None:
    for paper in papers.values():
        path = written / f"{paper.id}.docx"
        texts = [p.text for p in Document(str(path)).paragraphs]
        for block in paper.blocks:
            if isinstance(block, Paragraph):
                said = "".join(f"　（{r.text}）　" if r.blank else r.text + (f"[{r.note}]" if r.note else "")
                               for r in block.runs)  # fmt: skip
                assert said in texts
        tables = [[list(b.heads), *(list(r) for r in b.rows)] for b in paper.blocks
                  if isinstance(b, Table) and b.rows]  # fmt: skip
        assert word_tables(path) == tables


def test_no_field_stands_in_word_but_the_numbers_of_pages(written: Path) -> None:
    for path in written.glob("*.docx"):
        with zipfile.ZipFile(path) as package:
            text = "".join(package.read(name).decode() for name in package.namelist()
                           if name.endswith(".xml"))  # fmt: skip
        assert re.findall(r'<w:fldSimple w:instr="(\w+)"', text) == ["PAGE", "NUMPAGES"]
        assert "w:instrText" not in text
        assert "<w:hyperlink" not in text


def test_names_that_look_like_markup_are_set_as_they_are(small: Bundle, tmp_path: Path) -> None:
    names = ('#import "x"', "$x$ *b* _i_", "= 标题", "<label> @ref", "\\u{41}", "// 注", *NAMES)
    paper = replace(
        compose(small, "feedback"), blocks=tuple(Paragraph((Run(name),)) for name in names)
    )
    made = tmp_path / "a.pdf"
    made.write_bytes(setter("zh").pdf(paper))
    text = pdf_text(made)
    for name in names:
        assert "".join(name.split()) in text


def test_characters_that_xml_cannot_hold_are_shown_as_such(small: Bundle, tmp_path: Path) -> None:
    paper = replace(compose(small, "feedback"), blocks=(Paragraph((Run("甲\x00\x0b乙"),)),))
    word.write(paper, tmp_path / "a.docx", "zh")
    assert "甲\ufffd\ufffd乙" in [p.text for p in Document(str(tmp_path / "a.docx")).paragraphs]


def test_the_foot_says_rules_program_and_hash(small: Bundle, written: Path) -> None:
    text = pdf_text(written / f"feedback-{small.code}-{small.year}.pdf")
    assert small.digest[:12] in text
    assert f"junheng{small.version}" in text
    assert "模拟数据" in text


def test_pages_set_by_typst_cut_nothing_off(written: Path) -> None:
    for path in written.glob("*.pdf"):
        assert_within(path, 25 * 72 / 25.4)
        assert all(font[-5] == "yes" for font in pdf_fonts(path))


def assert_within(pdf: Path, margin: float) -> None:
    """Check that no word of a PDF stands outside the text's margins, but for one hanging stop."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True)
    boxes = re.findall(r'xMin="([\d.]+)" yMin="[\d.-]+" xMax="([\d.]+)"', done.stdout.decode())
    assert boxes
    slack = 14.5
    assert min(float(a) for a, _ in boxes) >= margin - slack, pdf.name
    assert max(float(b) for _, b in boxes) <= _PAGE - margin + slack, pdf.name


def test_libreoffice_opens_every_letter_and_cuts_nothing_off(
    papers: dict[str, Paper], written: Path, tmp_path: Path
) -> None:
    chosen = [papers[kind] for kind in ("self-evaluation", "rectification")]
    words = [written / f"{paper.id}.docx" for paper in chosen]
    for paper, made in zip(chosen, converted(words, "pdf", tmp_path), strict=True):
        assert_within(made, 26 * 72 / 25.4)
        text = pdf_text(made)
        tables = [b for b in paper.blocks if isinstance(b, Table)]
        for cell in (cell for table in tables for row in table.rows for cell in row):
            assert "".join(cell.split()) in text or len(cell) > 10
        assert all("yes" in font for font in pdf_fonts(made))


def test_without_libreoffice_one_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WrongUse) as refused:
        by_libreoffice([tmp_path / "a.docx"], tmp_path)
    assert "LibreOffice" in refused.value.say("zh")


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


def test_without_limits_a_card_compares_with_the_county_and_judges_nothing(
    small_data: Path,
) -> None:
    said = "\n".join(lines(SchoolBook(bundled(small_data, "cn-basic-2012")).card("9901010001")))
    assert "学校达标的办法由省规定" in said
    assert "竖线为全县平均" in said
    assert "达标0项" not in said


def test_a_card_is_handed_on_as_the_bytes_of_its_file(small: Bundle, tmp_path: Path) -> None:
    card = SchoolBook(small).card("9901010002")
    word.write(card, tmp_path / "card.docx", "zh")
    assert word.docx(card, "zh") == (tmp_path / "card.docx").read_bytes()


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


def test_a_schools_page_says_what_it_reported_and_how_it_stands(small: Bundle) -> None:
    page = SchoolBook(small).page("9901010002")
    text = "\n".join(lines(page))
    assert page.title == NAMES[0]
    assert "县级教育 | 室外" in text or "举办者类型 | 县级教育" in text
    assert (
        "L5 生均体育运动场馆面积 | 6.11 | 7.5 | × 还差250 平方米" in text or "还差250平方米" in text
    )


def test_what_a_school_did_not_report_is_never_nought(small: Bundle) -> None:
    text = "\n".join(lines(SchoolBook(small).page("9901010003")))
    assert "室内体育用房（体育馆）面积 | 未报" in text
    assert "L5 生均体育运动场馆面积 | 未知 | 7.5 | ? 数据未报，请补报" in text


def test_a_sum_over_an_unknown_is_unknown(small: Bundle) -> None:
    sections = small.tables["sections"]
    holed = sections.with_columns(teachers=pl.when(pl.col("pupils") > 100).then(pl.col("teachers")))
    figures = Figures(replace(small, tables={**small.tables, "sections": holed}))
    assert figures("teachers.primary").text == "未知"
    assert figures("teachers.junior").text == "36"
    assert figures("fact.villages").text == "60个"
    assert figures("fact.revenue_per_head").text == "未报"


def test_a_card_is_one_page_even_of_a_campus_with_a_long_name(small: Bundle) -> None:
    card = SchoolBook(small).card("9901010004")
    assert card.title == LONG
    assert len(setter("zh").png(card, 40)) == 1


def test_every_school_has_its_page_and_card(small: Bundle, tmp_path: Path) -> None:
    made = [*pages(small, tmp_path), *cards(small, tmp_path)]
    assert len(made) == 4 * len(small.schools)
    assert all(path.is_file() for path in made)
    for path in made:
        if path.suffix == ".pdf":
            assert_within(path, 25 * 72 / 25.4)


def test_a_schools_page_can_be_in_english(small: Bundle) -> None:
    book = SchoolBook(small.said_in("en"))
    said = "\n".join(line for school in small.schools for line in lines(book.page(school)))
    assert "1. Reported data" in said
    assert "short of" in said


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
