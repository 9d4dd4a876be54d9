from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import junheng
from junheng import errors

SOURCE = Path(junheng.__file__).parent / "intake"
ZH, EN = errors.sentences("zh", "intake"), errors.sentences("en", "intake")


def blanks(sentence: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things() -> None:
    assert list(ZH) == list(EN)


def test_both_languages_leave_the_same_blanks() -> None:
    assert {key: blanks(text) for key, text in ZH.items()} == {
        key: blanks(text) for key, text in EN.items()
    }


def test_every_sentence_is_one_line_and_ends() -> None:
    assert all(text.endswith("。") and "\n" not in text for text in ZH.values())
    assert all(text.endswith(".") and "\n" not in text for text in EN.values())


def test_every_sentence_is_said_somewhere_and_no_other() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCE.glob("*.py"))
    quoted = set(re.findall(r'"(?:intake\.)?([a-z_]+)"', source))
    assert ZH.keys() <= quoted
    assert set(re.findall(r'"intake\.([a-z_]+)"', source)) <= ZH.keys()
