"""Rules are read strictly, and say everything in both languages; the guide lists them all."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import junheng
from junheng import errors
from junheng.check import rules
from junheng.check.guide import table
from junheng.errors import StandardNeedsMending

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "checking.md"
SOUND = """
rules:
  - id: one
    family: logic
    table: sections
    kind: part_whole
    columns: [backbone]
    whole: [teachers]
    label: {zh: 一, en: one}
    message: {zh: "{found}", en: "{found}"}
    mend: {zh: 改, en: mend}
    why: {zh: 因, en: why}
"""
SLIPS = [
    ("kind: part_whole", "kind: python", "python"),
    ("[backbone]", "[spine]", "spine"),
    ("{found}", "{guess}", "guess"),
    ("family: logic", "family: law", "law"),
    ("    why:", "    code: 1\n    why:", "code"),
    ("    whole: [teachers]\n", "", "whole"),
    ("why: {zh: 因, en: why}", "why: {zh: 因}", "en"),
]


@pytest.mark.parametrize(("old", "new", "said"), SLIPS)
def test_a_slip_is_told_with_file_and_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SOUND, "utf-8")
    assert list(rules(tmp_path)) == ["one"]

    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "mine.yaml").write_text(SOUND.replace(old, new), "utf-8")
    with pytest.raises(StandardNeedsMending) as refusal:
        rules(wrong)
    assert "mine.yaml, line" in refusal.value.say("en")
    assert said in refusal.value.say("en")


def test_rules_say_the_same_blanks_in_both_languages() -> None:
    for rule in rules().values():
        zh, en = (_blanks(rule.message.say(language)) for language in ("zh", "en"))
        assert zh >= en, rule.id
        for label in (rule.label, rule.message, rule.mend, rule.why):
            assert label.zh, rule.id
            assert label.en, rule.id


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_messages_are_alike_in_both_languages() -> None:
    zh, en = errors.sentences("zh", "check"), errors.sentences("en", "check")
    assert list(zh) == list(en)
    assert {k: _blanks(str(v)) for k, v in zh.items()} == {
        k: _blanks(str(v)) for k, v in en.items()
    }


def test_every_message_is_said_somewhere() -> None:
    root = Path(junheng.__file__).parent
    source = "".join(path.read_text("utf-8") for path in root.rglob("*.py") if "check" in path.name or "annotated" in path.name or "explanations" in path.name)  # fmt: skip
    said = set(re.findall(r"check\.([a-z_]+)", source)) | set(re.findall(r'"([a-z_]+)"', source))
    keys = set(errors.sentences("zh", "check"))
    assert {k for k in keys if k.split("_", 1)[-1] not in said and k not in said} == set()


def test_the_guide_lists_every_rule() -> None:
    assert table() in GUIDE.read_text("utf-8")
