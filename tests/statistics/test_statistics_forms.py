"""The mapping files, and the words that messages say."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pytest

import junheng
from junheng import errors
from junheng.errors import StandardNeedsMending, WrongUse
from junheng.model.statistics import FOLDER, form_of, forms, read_form
from junheng.model.strict import Slips

SOURCE = Path(junheng.__file__).parent


def test_every_year_has_at_most_one_form() -> None:
    known = forms()
    for before, after in pairwise(known):
        assert before.until is not None
        assert before.until < after.since
    assert form_of(2012).id == "2012-2020"
    assert form_of(2021).id == "2021-"
    with pytest.raises(WrongUse):
        form_of(2011)


def test_every_item_says_how_sure_it_is_and_names_a_table() -> None:
    for form in forms():
        for item in form.items:
            assert item.table in form.tables
            assert item.basis in ("confirmed", "single", "inferred")
            assert item.ways
            assert all(
                cell.row and cell.column and cell.heading for way in item.ways for cell in way
            )


def test_both_forms_hold_the_same_columns() -> None:
    old, new = ({(item.column, item.level) for item in form.items} for form in forms())
    assert old == new


def test_slips_in_a_form_are_told_with_their_line(tmp_path: Path) -> None:
    text = (FOLDER / "2021-.yaml").read_text("utf-8")
    broken = text.replace("column: pupils", "column: people", 1).replace(
        "unit: 万元", "unit: 两", 1
    )
    (tmp_path / "2021-.yaml").write_text(broken + "surprise: 1\n", "utf-8")
    slips = Slips()
    read_form(tmp_path / "2021-.yaml", slips)
    with pytest.raises(StandardNeedsMending) as refused:
        slips.raise_if_any()
    said = refused.value.say("zh")
    assert "people" in said
    assert "两" in said
    assert "surprise" in said


def blanks(sentence: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("area", ["statistics", "template"])
def test_both_languages_say_the_same_things(area: str) -> None:
    zh, en = errors.sentences("zh", area), errors.sentences("en", area)
    assert list(zh) == list(en)
    assert {key: blanks(text) for key, text in zh.items()} == {
        key: blanks(text) for key, text in en.items()
    }


def test_every_sentence_is_said_somewhere_and_no_other() -> None:
    paths = (path for path in SOURCE.rglob("*.py") if "web" not in path.parts)
    source = "".join(path.read_text("utf-8") for path in paths)
    quoted = set(re.findall(r'"(?:statistics\.)?([a-z_]+)"', source))
    zh = errors.sentences("zh", "statistics")
    assert zh.keys() <= quoted
    assert set(re.findall(r'"statistics\.([a-z_]+)"', source)) <= zh.keys()
