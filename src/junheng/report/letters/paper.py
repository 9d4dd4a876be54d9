"""What a letter or report is made of, before it is written as Word or PDF: plain blocks of text.

Everything in a block is text to be shown as it stands: nothing in it is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from junheng.report.pictures.picture import Picture

Side = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph: words, a figure with the number of its source, or room to write in."""

    text: str
    note: int | None = None
    """The number under which the source annex says where the figure comes from."""
    blank: bool = False
    """Whether a person is to write here; the text says what."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of runs. `plain` stands without an indent: whom it is addressed to."""

    runs: tuple[Run, ...]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """Lines for a person to write on, and what is to be written there."""

    prompt: str
    lines: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings, repeated on every page. Widths are parts of the whole."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    sides: tuple[Side, ...]
    note: int | None = None
    empty: str = ""
    """What is said instead when there is no row."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value against its limit, as a bar: `ratio` of the limit, None where it is unknown."""

    name: str
    value: str
    limit: str
    ratio: float | None
    verdict: str
    word: str
    hint: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Values against their limits; a mark stands at 100 %, and `full` is where a bar ends."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[Bar, ...]
    note: int | None = None
    full: float = 2.0


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, with its question as caption."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Break:
    """The rest begins on a new page."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs and seals, each on a line of its own, at the right."""

    lines: tuple[str, ...]


Block = Heading | Paragraph | Blank | Table | Bars | Image | Break | Signature


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole letter or report."""

    id: str
    """The name of its file."""
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    foot: str
    """Stands at the foot of every page: draft or not, rules, hash, version."""
    tight: bool = False
    """Whether it should stay on one page: Word sets it closer."""
    pictures: dict[str, Picture] = field(default_factory=dict, compare=False)


def content(paper: Paper) -> dict[str, Any]:
    """Give a paper as plain data, to be set by Typst or compared; pictures by their names."""
    blocks = [_plain(block) for block in paper.blocks]
    return {"id": paper.id, "title": paper.title, "subtitle": paper.subtitle, "foot": paper.foot,
            "blocks": blocks}  # fmt: skip


def _plain(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Image):
        return {"kind": kind, "name": block.picture.id, "caption": block.picture.title}
    if isinstance(block, Paragraph):
        runs = [{"text": r.text, "note": r.note, "blank": r.blank} for r in block.runs]
        return {"kind": kind, "runs": runs, "plain": block.plain}
    return {"kind": kind, **{name: _value(getattr(block, name)) for name in block.__slots__}}


def _value(value: Any) -> Any:
    if isinstance(value, Bar):
        return {name: getattr(value, name) for name in value.__slots__}
    return (
        [_value(each) for each in value]
        if isinstance(value, Sequence) and not isinstance(value, str)
        else value
    )
