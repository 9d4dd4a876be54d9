"""The page and the report card of a school: what it reported, how it stands, one sheet each."""

from __future__ import annotations

from pathlib import Path

from aloud import assert_within, lines
from small_county import LONG, NAMES, bundled

from junheng.report.bundle import Bundle
from junheng.report.letters import word
from junheng.report.letters.pdf import setter
from junheng.report.letters.schools import SchoolBook, cards, pages


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
