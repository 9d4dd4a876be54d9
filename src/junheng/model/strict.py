"""Read YAML strictly: closed keys, no duplicates, each slip with file, line, found and allowed.

Slips are gathered in a `Slips`, never raised one by one; a getter that meets one notes it and
gives a harmless stand-in, so that reading goes on and all slips are found in one go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, cast

import yaml

from junheng.errors import Problem, StandardNeedsMending

T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_WANTED = {"str": "not_text", "int": "not_whole", "float": "not_a_number", "timestamp": "not_a_date",
           "map": "not_entries", "seq": "not_a_list"}  # fmt: skip
"""What is wrong when a value is not of the kind wanted."""


class Slips:
    """What is wrong with the files of a standard, gathered while they are read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def note(self, code: str, file: str, line: int, **fields: object) -> None:
        """Remember one slip."""
        self.found.append(Problem(f"standard.{code}", file=file, line=line, **fields))

    def raise_if_any(self) -> None:
        """Raise StandardNeedsMending with every slip, if there is one."""
        if self.found:
            ordered = sorted(self.found, key=lambda p: (str(p.fields["file"]), p.fields["line"]))
            raise StandardNeedsMending(ordered)


class Entry:
    """One mapping of a YAML file, whose keys are taken one by one; `done` refuses the rest."""

    def __init__(self, node: yaml.MappingNode, file: str, slips: Slips) -> None:
        self.file, self.slips, self.line = file, slips, node.start_mark.line + 1
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: set[str] = set()
        for key, value in node.value:
            self._add(key, value)

    def _add(self, key: yaml.Node, value: yaml.Node) -> None:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode) or key.tag != _TAG + "str":
            self.slips.note("key_not_text", self.file, line, key=_shown(key))
        elif key.value in self._nodes:
            first = self._lines[key.value]
            self.slips.note("duplicate_key", self.file, line, key=key.value, first=first)
        else:
            self._nodes[key.value], self._lines[key.value] = value, line

    def note(self, code: str, at: str | None = None, /, **fields: object) -> None:
        """Remember a slip at this entry, or at one of its keys."""
        line = self._lines.get(at, self.line) if at else self.line
        self.slips.note(code, self.file, line, **fields)

    def has(self, key: str) -> bool:
        """Say whether the key is there with a value."""
        self._asked.add(key)
        return key in self._nodes and self._nodes[key].tag != _TAG + "null"

    def names(self) -> tuple[str, ...]:
        """Give the keys and count all of them as asked for (a mapping with free keys)."""
        self._asked.update(self._nodes)
        return tuple(self._nodes)

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; a slip if it is missing and has no default."""
        return str(self._scalar(key, ("str",), default, ""))

    def number(self, key: str, default: float | None = None) -> float:
        """Give a number, whole or not."""
        return float(self._counted(key, ("float", "int"), default, float))

    def number_or_none(self, key: str) -> float | None:
        """Give a number, or None where there is none."""
        return self.number(key) if self.has(key) else None

    def whole(self, key: str, *, least: int = 0) -> int:
        """Give a whole number that is not too small."""
        found = int(self._counted(key, ("int",), None, int))
        if found < least and key in self._nodes:
            self.note("too_small", key, key=key, found=found, least=least)
        return found

    def date(self, key: str) -> dt.date:
        """Give a date written as 2017-04-26."""
        text = self._scalar(key, ("timestamp",), None, "1970-01-01")
        try:
            return dt.date.fromisoformat(str(text))
        except ValueError:
            self.note("not_a_date", key, key=key, found=text)
            return dt.date(1970, 1, 1)

    def date_or_none(self, key: str) -> dt.date | None:
        """Give a date, or None where there is none."""
        return self.date(key) if self.has(key) else None

    def one_of(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Give a word out of a closed list."""
        choices = sorted(allowed)
        found = self.text(key, default)
        if found not in choices and key in self._nodes:
            self.note("not_allowed", key, key=key, found=found, allowed=", ".join(choices))
        return found

    def entry(self, key: str) -> Entry | None:
        """Give the mapping under a key; None and a slip where there is none."""
        node = self._node(key, "map")
        return Entry(node, self.file, self.slips) if isinstance(node, yaml.MappingNode) else None

    def entries(self, key: str) -> Iterator[Entry]:
        """Give the mappings of the list under a key."""
        node = self._node(key, "seq")
        for item in node.value if isinstance(node, yaml.SequenceNode) else ():
            if isinstance(item, yaml.MappingNode):
                yield Entry(item, self.file, self.slips)
            else:
                self._wrong(key, item, ("map",))

    def words(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Give a list of words (numbers are taken as they are written)."""
        if default is not None and not self.has(key):
            return tuple(default)
        node = self._node(key, "seq")
        items = node.value if isinstance(node, yaml.SequenceNode) else ()
        for item in items:
            if not isinstance(item, yaml.ScalarNode):
                self._wrong(key, item, ("str",))
        return tuple(str(item.value) for item in items if isinstance(item, yaml.ScalarNode))

    def shape(self, key: str) -> str:
        """Say what stands under a key: map, seq, int, float, str, …; "" where there is nothing."""
        node = self._nodes.get(key)
        return node.tag.removeprefix(_TAG) if node else ""

    def take(self, key: str, build: Callable[[Entry], T], otherwise: T) -> T:
        """Build a value from the mapping under a key, or give the stand-in."""
        entry = self.entry(key)
        return build(entry) if entry else otherwise

    def maybe(self, key: str, build: Callable[[Entry], T]) -> T | None:
        """Build a value from the mapping under a key; None where there is no such key."""
        entry = self.entry(key) if self.has(key) else None
        return build(entry) if entry else None

    def done(self) -> None:
        """Refuse every key that nobody asked for."""
        for key, line in self._lines.items():
            if key not in self._asked:
                allowed = ", ".join(sorted(self._asked)) or "-"
                self.slips.note("unknown_key", self.file, line, key=key, allowed=allowed)

    def _counted(
        self, key: str, tags: tuple[str, ...], default: float | None, read: type[float]
    ) -> float:
        """Give a number; those that only YAML knows as such (0x1F, 1:30, .inf, .nan) are slips."""
        written = self._scalar(key, tags, default, "0")
        try:
            return read(cast(str, written))
        except ValueError:
            self._wrong(key, self._nodes[key], tags)
            return 0

    def _scalar(
        self, key: str, tags: tuple[str, ...], default: object | None, stand_in: str
    ) -> object:
        if not self.has(key):
            if default is None:
                self.note("missing_key", key=key)
                return stand_in
            return default
        node = self._nodes[key]
        if not isinstance(node, yaml.ScalarNode) or node.tag.removeprefix(_TAG) not in tags:
            self._wrong(key, node, tags)
            return stand_in
        return node.value

    def _node(self, key: str, tag: str) -> yaml.Node | None:
        if not self.has(key):
            self.note("missing_key", key=key)
            return None
        node = self._nodes[key]
        if node.tag != _TAG + tag:
            self._wrong(key, node, (tag,))
            return None
        return node

    def _wrong(self, key: str, node: yaml.Node, tags: tuple[str, ...]) -> None:
        line = node.start_mark.line + 1
        self.slips.note(_WANTED[tags[0]], self.file, line, key=key, found=_shown(node))


def _shown(node: yaml.Node) -> str:
    """Show a value in a message: as it is written, or that it is a mapping or a list."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "{…}" if isinstance(node, yaml.MappingNode) else "[…]"


def read_yaml(path: Path, name: str, slips: Slips) -> Entry | None:
    """Read one file whose top is a mapping; a slip and None when it cannot be read."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = getattr(error, "problem", None) or getattr(error, "reason", None) or "?"
        slips.note("not_yaml", name, mark.line + 1 if mark else 1, found=found)
    except (OSError, UnicodeDecodeError) as error:
        slips.note("not_readable", name, 1, found=type(error).__name__)
    else:
        if isinstance(node, yaml.MappingNode):
            return Entry(node, name, slips)
        slips.note("not_a_mapping", name, 1)
    return None
