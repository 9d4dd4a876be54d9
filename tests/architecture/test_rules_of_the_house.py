"""What the layers promise, read off the source."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

SOURCE = Path(__file__).parents[2] / "src" / "junheng"
MESSAGES = SOURCE / "messages"
AREAS = sorted(path.stem for path in (MESSAGES / "zh").glob("*.yaml"))
LAZY = sorted(
    p for d in ("measures", "evaluate", "check", "derive") for p in (SOURCE / d).rglob("*.py")
)
CODE = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", LAZY, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_lazy_layers_never_collect(path: Path) -> None:
    assert ".collect(" not in re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", CODE, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_nothing_is_ever_run_as_code(path: Path) -> None:
    assert not re.search(r"(?<![\w.])(eval|exec|compile|__import__)\(", path.read_text("utf-8"))


def _blanks(sentence: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(str(sentence)) if name}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same_sentences_with_the_same_blanks(area: str) -> None:
    zh, en = (
        yaml.safe_load((MESSAGES / language / f"{area}.yaml").read_text("utf-8"))
        for language in ("zh", "en")
    )
    assert zh.keys() == en.keys()
    assert {k: _blanks(v) for k, v in zh.items()} == {k: _blanks(v) for k, v in en.items()}


def test_every_sentence_of_the_pages_exists() -> None:
    said = yaml.safe_load((MESSAGES / "zh" / "page.yaml").read_text("utf-8")).keys()
    asked = set()
    for path in [*(SOURCE / "cli").glob("*.py"), SOURCE / "report" / "words.py"]:
        text = path.read_text("utf-8")
        asked |= set(re.findall(r'(?:words|self)\.say\(\s*"(\w+)"', text))
        for headings in re.findall(r"headings\(([^()]*)\)", text):
            asked |= {f"h_{name}" for name in re.findall(r'"(\w+)>?"', headings)}
    assert asked <= said


@pytest.mark.xdist_group("house")
def test_tests_that_share_what_is_dear_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """pytest-xdist puts the group behind the name; were it lost, each process would make all anew."""
    grouped = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@house") == grouped
