"""Every sentence about standards: there for each code, in both languages, saying the same."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import junheng.model
from junheng.errors import LANGUAGES, sentences

MODEL = Path(junheng.model.__file__).parent
NOTED = re.compile(r'(?:note|WrongUse)\(\s*"(?:standard\.)?(\w+)"')
BY_ENTRY = re.compile(r'entry\.note\(\s*"(\w+)"')
WANTED = re.compile(r'"(not_\w+)"')


def codes() -> set[str]:
    """Give every code that the model notes or raises, or another reader of strict YAML notes."""
    model = [path.read_text("utf-8") for path in MODEL.glob("*.py")]
    readers = [path.read_text("utf-8") for path in MODEL.parent.rglob("*.py")]
    found = [pattern.findall(text) for text in model for pattern in (NOTED, WANTED)]
    found += [BY_ENTRY.findall(text) for text in readers]
    return {code for codes in found for code in codes}


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_each_code_has_a_sentence_and_each_sentence_a_code() -> None:
    for language in LANGUAGES:
        assert set(sentences(language, "standard")) == codes() - {"not_assessed"}


def test_both_languages_have_the_same_blanks() -> None:
    chinese, english = (sentences(language, "standard") for language in ("zh", "en"))
    assert {code: blanks(text) for code, text in chinese.items()} == {
        code: blanks(text) for code, text in english.items()
    }


def test_a_sentence_stands_on_one_line_and_ends() -> None:
    for language, end in (("zh", "。"), ("en", ".")):
        for text in sentences(language, "standard").values():
            assert "\n" not in text
            assert text.endswith(end)
