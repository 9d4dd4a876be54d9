"""From the text of a letter, which is data, to a paper: blanks marked, figures and tables filled in.

A text is a YAML file: a title, and blocks one after the other (`docs/guides/letters.md`). A
province's text stands in a folder of the name of its overlay, and is taken instead of the general one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from junheng.errors import Problem, StandardNeedsMending, WrongUse
from junheng.report.bundle import Bundle
from junheng.report.letters.figures import Figures, foot
from junheng.report.letters.paper import (
    Blank,
    Block,
    Break,
    Heading,
    Image,
    Paper,
    Paragraph,
    Run,
    Signature,
)
from junheng.report.letters.sources import Sources, sources_table
from junheng.report.letters.tables import Tables
from junheng.report.pictures.picture import Picture

_PIECE = re.compile(r"\{([a-z_0-9.]+)\}|\[\[(.*?)\]\]")
"""A figure by its name, or room to write in with what is to be written."""
_DIGITS = ("", *"一二三四五六七八九")
Text = Mapping[str, Any]
Pictures = Callable[[str], Picture | None]
"""Gives a picture by its name; None where the county has none of it; KeyError for another name."""


def text_of(kind: str, overlays: tuple[str, ...] = (), folder: Path | None = None) -> Text:
    """Read the text of a kind of letter: from a folder of one's own, an overlay's, else the general.

    Raises WrongUse when there is none of that name, StandardNeedsMending when it is not as a text
    must be.
    """
    if folder and (folder / f"{kind}.yaml").exists():
        return _checked(_parsed((folder / f"{kind}.yaml").read_text("utf-8")), kind)
    packed = resources.files("junheng.report.letters").joinpath("templates")
    for place in (*(packed.joinpath(name) for name in reversed(overlays)), packed):
        if place.joinpath(f"{kind}.yaml").is_file():
            return _checked(_parsed(place.joinpath(f"{kind}.yaml").read_text("utf-8")), kind)
    raise WrongUse("letters.no_text", found=kind)


@cache
def _parsed(text: str) -> Text:
    import yaml

    read: Text = yaml.safe_load(text)
    return read


_BLOCKS = frozenset(
    {"h1", "h2", "p", "to", "blank", "table", "picture", "break", "signature", "each"}
)


def _checked(text: Text, kind: str) -> Text:
    """Refuse a text with blocks that nobody knows, all of them together."""
    wrong = [
        Problem("letters.unknown_block", kind=kind, at=at, found=", ".join(map(str, block)))
        for at, block in enumerate(text["blocks"], 1)
        if len(_BLOCKS & set(block)) != 1
        or set(block) - _BLOCKS - {"only", "lines", "when", "blocks", "optional"}
    ]
    if wrong:
        raise StandardNeedsMending(wrong)
    return text


def _chinese(number: int) -> str:
    """Write a number below a hundred in Chinese.

    >>> _chinese(3), _chinese(10), _chinese(12), _chinese(40)
    ('三', '十', '十二', '四十')
    """
    tens, ones = divmod(number, 10)
    ten = "" if tens < 2 else _DIGITS[tens]  # noqa: PLR2004  # 十二, not 一十二
    return f"{ten}{'十' if tens else ''}{_DIGITS[ones]}"


class Composer:
    """Makes one paper of one county out of a text."""

    def __init__(self, bundle: Bundle, pictures: Pictures) -> None:
        self.bundle, self.pictures = bundle, pictures
        self.sources = Sources()
        self.figures = Figures(bundle)
        self.tables = Tables(self.figures, self.sources)
        self._unknown: list[str] = []
        self._counts = {"chapter": 0, "section": 0, "annex": 0}

    def paper(self, text: Text, kind: str) -> Paper:
        """Fill in a text, and list the sources of its figures in the last annex.

        Raises StandardNeedsMending with every figure, table or picture named that there is none of.
        """
        blocks = [made for block in text["blocks"] for made in self._made(block, {})]
        title, subtitle = self._flat(text["title"]), self._flat(text.get("subtitle", ""))
        if self._unknown:
            names = dict.fromkeys(self._unknown)
            raise StandardNeedsMending(
                [Problem("letters.unknown_figure", kind=kind, found=name) for name in names]
            )
        if self.sources.listed:
            heading = Heading(self.figures.say("sources_title"))
            note = Paragraph((Run(self.figures.say("sources_note")),))
            annex = sources_table(self.sources, self.figures.language)
            blocks += [Break(), heading, note, annex]
        made_up = self.figures.say("made_up") if self.bundle.synthetic else ""
        name = f"{kind}-{self.bundle.code}-{self.bundle.year}"
        return Paper(name, title, made_up + subtitle, tuple(blocks), foot(self.bundle))

    def _flat(self, text: str) -> str:
        """Fill in a line that carries no notes."""
        return "".join(run.text for run in self.runs(text, {}, noted=False))

    def runs(self, text: str, given: Mapping[str, str], *, noted: bool = True) -> Iterator[Run]:
        """Cut a text into runs; `given` holds words that stand for `{part}` and the like."""
        end = 0
        for piece in _PIECE.finditer(text):
            if piece.start() > end:
                yield Run(text[end : piece.start()])
            end = piece.end()
            yield self._run(piece, given, noted=noted)
        if end < len(text):
            yield Run(text[end:])

    def _run(self, piece: re.Match[str], given: Mapping[str, str], *, noted: bool) -> Run:
        name, blank = piece.groups()
        if blank is not None:
            return Run(blank, blank=True) if noted else Run(self.figures.say("empty"))
        if name in given:
            return Run(given[name])
        try:
            figure = self.figures(name)
        except KeyError:
            self._unknown.append(name)
            return Run(name)
        return Run(figure.text, self.sources.number(figure) if noted else None)

    def _made(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:
        if "when" in block and not self._holds(block["when"]):
            return
        kind = next(iter(_BLOCKS & set(block)))
        yield from getattr(self, f"_{kind}")(block, given)

    def _holds(self, when: str | Sequence[str]) -> bool:
        """Say whether one of the conditions holds: a verdict of the county, or what is there."""
        asked = [when] if isinstance(when, str) else when
        verdict = self.bundle.county.verdict
        return any(self._there.get(one, verdict == one) for one in asked)

    @cached_property
    def _there(self) -> Mapping[str, bool]:
        """Say what the county and its standard have, for texts that only then hold."""
        county, standard = self.bundle.county, self.bundle.standard
        there = {"balance": county.balance.height, "schools": county.values.height,
                 "vetoes": standard.veto, "eligibility": standard.eligibility,
                 "points": [p for p in standard.parts if p.items and p.items.judged == "points"],
                 "facts": [fact for fact in standard.facts.values() if fact.form],
                 "missing": [*self.figures.words.missing(county)],
                 "years": self.bundle.earlier, "recheck": standard.recheck}  # fmt: skip
        return {name: bool(found) for name, found in there.items()}

    def _h1(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:
        counted = "annex" if "{annex}" in block["h1"] else "chapter"
        self._counts["section"] = 0
        yield self._heading(block["h1"], given, 1, counted)

    def _h2(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:
        yield self._heading(block["h2"], given, 2, "section")

    def _heading(self, text: str, given: Mapping[str, str], level: int, counted: str) -> Heading:
        """Give a heading its number: those that are left out leave no gap in the count."""
        self._counts[counted] += any(f"{{{name}}}" in text for name in ("no", "at", "annex"))
        number = _chinese(self._counts[counted])
        numbers = {"no": number, "annex": number,
                   "at": f"{self._counts['chapter']}.{self._counts['section']}"}  # fmt: skip
        runs = self.runs(text, {**given, **numbers}, noted=False)
        return Heading("".join(run.text for run in runs), level)

    def _p(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:
        yield Paragraph(tuple(self.runs(block["p"], given)))

    def _to(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:
        yield Paragraph(tuple(self.runs(block["to"], given)), plain=True)

    def _blank(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:  # noqa: ARG002
        yield Blank(block["blank"], block.get("lines", 2))

    def _table(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:
        only = [given.get(name, name) for name in block.get("only", ())]
        name = block["table"]
        if name not in self.tables.names:
            self._unknown.append(name)
        elif not block.get("optional") or Tables(self.figures, Sources())(name, only).rows:
            yield self.tables(name, only)

    def _picture(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:  # noqa: ARG002
        try:
            found = self.pictures(block["picture"])
        except KeyError:
            self._unknown.append(block["picture"])
            return
        if found:
            yield Image(found)

    def _break(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:  # noqa: ARG002
        yield Break()

    def _signature(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:  # noqa: ARG002
        yield Signature(tuple(block["signature"]))

    def _each(self, block: Text, given: Mapping[str, str]) -> Iterator[Block]:  # noqa: ARG002
        """Repeat blocks for every part of the standard, or (`items`) those that have items."""
        for part in self.bundle.standard.parts:
            if block["each"] == "items" and not part.items:
                continue
            words = {"part": self.figures.words.part(part.id), "part_id": part.id,
                     "part_verdict": self.figures(f"part.{part.id}").text}  # fmt: skip
            for inner in block["blocks"]:
                yield from self._made(inner, words)
