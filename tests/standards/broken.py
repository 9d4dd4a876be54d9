"""Copies of the healthy standard, with slips made on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from junheng.model.load import load_standard
from junheng.model.overlay import load_overlay

HERE = Path(__file__).parent
HEALTHY = HERE / "healthy"
CASES: list[Mapping[str, Any]] = yaml.safe_load((HERE / "broken.yaml").read_text("utf-8"))


def copy(into: Path) -> Path:
    """Copy the healthy standard."""
    return shutil.copytree(HEALTHY, into / "broken")


def slip(folder: Path, case: Mapping[str, Any]) -> None:
    """Make one slip; an error when the words to be replaced do not stand there exactly once."""
    path = folder / case["file"]
    text = path.read_text("utf-8")
    if "replace" not in case:
        path.write_text(case["by"], "utf-8")
        return
    assert text.count(case["replace"]) == 1, f"{case['name']}: {text.count(case['replace'])} places"
    path.write_text(text.replace(case["replace"], case["by"]), "utf-8")


def line_of(folder: Path, case: Mapping[str, Any]) -> int:
    """Give the number of the line that holds the slip."""
    lines = (folder / case["file"]).read_text("utf-8").splitlines() or [""]
    return next((n for n, line in enumerate(lines, 1) if case["at"] in line), 0)


def loader(folder: Path, file: str) -> Callable[[], object]:
    """Give what reads the broken file: the loader of standards, or that of overlays."""
    if file.startswith("overlays/"):
        return lambda: load_overlay("province", str(folder))
    return lambda: load_standard(str(folder))


def with_a_key_too_many(folder: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Put an unknown key into one mapping after the other; give the place and what reads it."""
    for path, text, node in _nodes(folder, yaml.MappingNode):
        first = node.value[0][0].start_mark
        after = ", " if node.flow_style else "\n" + " " * first.column
        changed = f"{text[: first.index]}unheard_of: 1{after}{text[first.index :]}"
        path.write_text(changed, "utf-8")
        name = path.relative_to(folder).as_posix()
        yield f"{name}:{node.start_mark.line + 1}", loader(folder, name)
        path.write_text(text, "utf-8")


def with_a_value_of_the_wrong_kind(folder: Path) -> Iterator[Callable[[], object]]:
    """Put a list where one mapping after the other stands, and a mapping for every other value."""
    for path, text, node in _nodes(folder, yaml.Node):
        start, end = node.start_mark.index, node.end_mark.index
        blank = len(text[:end]) - len(text[:end].rstrip())
        wrong = "[[1]]" if isinstance(node, yaml.MappingNode) else "{unheard_of: {of: 1}}"
        path.write_text(f"{text[:start]}{wrong}{text[end - blank :]}", "utf-8")
        yield loader(folder, path.relative_to(folder).as_posix())
        path.write_text(text, "utf-8")


def _nodes(folder: Path, kind: type[Any]) -> Iterator[tuple[Path, str, Any]]:
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text("utf-8")
        seen: set[int] = set()
        waiting = [yaml.compose(text, Loader=yaml.SafeLoader)]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, yaml.MappingNode):
                waiting += [value for _, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                waiting += node.value
            if isinstance(node, kind):
                yield path, text, node
