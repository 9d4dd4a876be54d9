"""Every sentence of the web has its English, once, with the same blanks, and none is left over."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation.template import templatize

from junheng.web.project.words import WEB, catalogues, main

CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
IN_TEMPLATE = re.compile(
    r"""gettext\(u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b_\(("(?:[^"\\]|\\.)*")\)"""
)
BLANK = re.compile(r"%\(\w+\)[a-z]|%[sdf]|\{\w*\}")
Entries = list[tuple[Path, polib.POEntry]]


def of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in CALLS:
            first = node.args[0]
            assert isinstance(first, ast.Constant), f"{path}:{node.lineno} is no plain sentence"
            yield str(first.value)


def of_template(path: Path) -> Iterator[str]:
    for found in IN_TEMPLATE.findall(templatize(path.read_text("utf-8"))):
        yield ast.literal_eval(found[0] or found[1])


@pytest.fixture(scope="module")
def used() -> dict[str, str]:
    """Give each sentence used, and a file that uses it."""
    found = {}
    for path in sorted(WEB.rglob("*.py")):
        if "migrations" not in path.parts:
            found |= dict.fromkeys(of_python(path), str(path.relative_to(WEB)))
    for path in sorted(WEB.glob("*/templates/**/*.*")):
        found |= dict.fromkeys(of_template(path), str(path.relative_to(WEB)))
    return found


@pytest.fixture(scope="module")
def entries() -> Entries:
    return [(path, entry) for path in catalogues() for entry in polib.pofile(str(path))]


def test_every_sentence_has_its_english(used: dict[str, str], entries: Entries) -> None:
    known = {entry.msgid for _, entry in entries if entry.translated() and not entry.obsolete}
    missing = {sentence: where for sentence, where in used.items() if sentence not in known}
    assert not missing, "\n".join(f"{where}: {sentence}" for sentence, where in missing.items())


def test_no_english_is_left_over(used: dict[str, str], entries: Entries) -> None:
    stale = [
        f"{path.parts[-5]}: {entry.msgid}" for path, entry in entries if entry.msgid not in used
    ]
    assert not stale, "\n".join(stale)


def test_one_sentence_has_one_english(entries: Entries) -> None:
    english = defaultdict(set)
    for _, entry in entries:
        english[entry.msgctxt, entry.msgid].add(entry.msgstr)
    assert not {key: words for key, words in english.items() if len(words) > 1}


def test_both_languages_have_the_same_blanks(entries: Entries) -> None:
    wrong = [
        f"{entry.msgid} ≠ {words}"
        for _, entry in entries
        for words in [*entry.msgstr_plural.values(), entry.msgstr]
        if words and Counter(BLANK.findall(entry.msgid)) != Counter(BLANK.findall(words))
    ]
    assert not wrong, "\n".join(wrong)


def test_english_holds_no_chinese_and_is_what_the_pages_show(entries: Entries) -> None:
    chinese = [e.msgstr for _, e in entries if re.search(r"[\u3000-\u9fff\uff00-\uffef]", e.msgstr)]
    assert not chinese
    main()
    with translation.override("en"):
        assert translation.gettext("县级经办人") == "County clerk"
