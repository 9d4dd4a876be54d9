"""The layout of an application form, read from YAML: pages, headings, what stands in each cell.

A cell names where its figure comes from, out of a closed list; nothing in a layout is run. A
province's form is another file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from junheng.errors import WrongUse
from junheng.model.load import SHIPPED
from junheng.model.strict import Entry, Slips, read_yaml

FOLDER = SHIPPED / "forms"
KINDS = ("text", "write", "fact", "check_total", "check", "mean", "cv", "met", "count", "sum", "opinions",
         "ratio", "of", "value")  # fmt: skip
"""Where a figure may come from; see `figures`."""
LEFT, UP = "<", "^"
"""In a heading: the cell goes on from the one on its left, or from the one above it."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where one figure comes from, and how it is printed."""

    kind: str
    name: str = ""
    level: str = ""
    kinds: tuple[str, ...] = ()
    """Kinds of school that count; () for all."""
    groups: tuple[str, ...] = ()
    channel: str = ""
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    share: bool = False
    """Of `met`: the share in percent instead of the number."""
    of: Field | None = None
    per: Field | None = None
    times: float = 1.0
    digits: int = 0
    left: bool = False
    """Whether a text stands on the left."""


@dataclass(frozen=True, slots=True)
class Block:
    """One row of a page, or a row repeated for each section of a level or item of a part."""

    cells: tuple[Field, ...]
    each: str = ""
    of: str = ""
    band: str = ""
    """A text over the whole width instead of cells."""
    height: float = 0.0
    """The least height in millimetres."""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """One table of the form: a sheet in the workbook, a page or more in the document."""

    sheet: str
    title: str
    paper: str
    font: float
    widths: tuple[float, ...]
    """In millimetres."""
    head: tuple[tuple[str, ...], ...]
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormLayout:
    """A whole form."""

    standard: str
    name: str
    title: str
    cover: tuple[str, ...]
    pages: tuple[PageLayout, ...]
    blanks: Mapping[str, Field]
    """What fills the {blanks} of sentences and notes."""
    sentences: Mapping[str, str]
    """By item: the sentence that says what was found; items without one say their checks."""
    verdicts: Mapping[str, str]
    """How pass, fail and not_assessed are written in the form."""
    shaded: tuple[str, ...]
    """Verdicts on a value for which its cell is dark."""


def has_layout(standard: str) -> bool:
    """Say whether a layout of a standard's application form is shipped."""
    return (FOLDER / f"{standard}.yaml").is_file()


def load_layout(standard: str, path: Path | None = None) -> FormLayout:
    """Load the layout that belongs to a standard, or one of the user's own.

    Raises WrongUse when the standard has no form or the layout is for another standard,
    StandardNeedsMending with every slip (file, line, what was found) when it does not make sense.
    """
    own = path or FOLDER / f"{standard}.yaml"
    if not own.is_file():
        have = ", ".join(sorted(each.stem for each in FOLDER.glob("*.yaml")))
        raise WrongUse("report.no_layout", found=standard if path is None else path, allowed=have)
    slips = Slips()
    top = read_yaml(own, own.name, slips)
    layout = _layout(top) if top else None
    slips.raise_if_any()
    assert layout is not None  # noqa: S101  # without a slip there is a layout
    if layout.standard != standard:
        raise WrongUse("report.layout_of_another", found=layout.standard, wanted=standard)
    return layout


def _layout(top: Entry) -> FormLayout:
    layout = FormLayout(
        standard=top.text("standard"),
        name=top.text("name"),
        title=top.text("title"),
        cover=top.words("cover"),
        pages=tuple(_page(entry) for entry in top.entries("pages")),
        blanks=_mapped(top, "blanks"),
        sentences=_texts(top, "sentences"),
        verdicts=_texts(top, "verdicts"),
        shaded=top.words("shaded", ()),
    )
    top.done()
    return layout


def _mapped(top: Entry, key: str) -> dict[str, Field]:
    entry = top.entry(key) if top.has(key) else None
    names = entry.names() if entry else ()
    return {name: entry.take(name, _field, Field("write")) for name in names} if entry else {}


def _texts(top: Entry, key: str) -> dict[str, str]:
    entry = top.entry(key) if top.has(key) else None
    return {name: entry.text(name) for name in entry.names()} if entry else {}


def _page(entry: Entry) -> PageLayout:
    widths = tuple(float(width) for width in entry.words("widths"))
    head = tuple(tuple(cell.strip() for cell in row.split("|")) for row in entry.words("head", ()))
    blocks = tuple(_block(block) for block in entry.entries("rows"))
    page = PageLayout(
        sheet=entry.text("sheet"),
        title=entry.text("title"),
        paper=entry.one_of("paper", ("A3", "A4"), "A4"),
        font=entry.number("font", 9.0),
        widths=widths,
        head=head,
        blocks=blocks,
        notes=entry.words("notes", ()),
    )
    for row in (*head, *(block.cells for block in blocks if not block.band)):
        if len(row) != len(widths):
            entry.note("not_as_wide", "widths", found=len(row), wanted=len(widths))
    entry.done()
    return page


def _block(entry: Entry) -> Block:
    band = entry.text("band", "")
    block = Block(
        cells=() if band else tuple(_field(cell) for cell in entry.entries("cells")),
        each=entry.one_of("each", ("section", "item", ""), ""),
        of=entry.text("in", ""),
        band=band,
        height=entry.number("height", 0.0),
    )
    entry.done()
    return block


def _field(entry: Entry) -> Field:
    kind = next((kind for kind in KINDS if entry.has(kind)), "")
    if not kind:
        entry.note("missing_key", key=" / ".join(KINDS))
    parts = entry.entry("ratio") if kind == "ratio" else None
    field = Field(
        kind=kind or "write",
        name=entry.text(kind, "") if kind and kind != "ratio" else "",
        level=entry.text("level", ""),
        kinds=entry.words("kinds", ()),
        groups=entry.words("groups", ()),
        channel=entry.text("channel", ""),
        above=entry.number_or_none("above"),
        below=entry.number_or_none("below"),
        at_least=entry.number_or_none("at_least"),
        share=entry.one_of("as", ("number", "share"), "number") == "share",
        of=parts.take("of", _field, Field("write")) if parts else None,
        per=parts.take("per", _field, Field("write")) if parts else None,
        times=entry.number("times", 1.0),
        digits=entry.whole("digits") if entry.has("digits") else 0,
        left=entry.one_of("at", ("left", "centre"), "centre") == "left",
    )
    entry.done()
    return field
