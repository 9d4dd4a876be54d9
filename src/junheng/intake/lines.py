"""CSV: text recognised, headings apart from rows, and what a broken file is told.

Polars reads the rows and refuses any that it cannot; only then does Python's reader go over the
file, to tell the rows by number.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from junheng.errors import DataNeedsMending, Problem
from junheng.intake.dataset import Raw
from junheng.intake.heading_row import LOOKED_AT, Headings, locate
from junheng.intake.labels import capped, of, quoted
from junheng.model.tables import Table

_IN_MEMORY = 64 * 2**20
"""The text of files up to this size is kept; that of larger ones is read where it lies."""
_AT_ONCE = (32 * 2**20, 2**30)
"""Files of these sizes are read at once with types, and kept so if they are plain throughout."""
_BLOCK = 2**20


@dataclass(frozen=True)
class Text:
    """A text file: where its UTF-8 is to be read, its fingerprint, the encoding it came in."""

    source: Path | bytes
    digest: str
    encoding: str
    size: int

    def open(self) -> io.TextIOBase:
        """Open it from the start, line ends as they are."""
        stream = (
            self.source.open("rb") if isinstance(self.source, Path) else io.BytesIO(self.source)
        )
        return io.TextIOWrapper(stream, "utf-8-sig", newline="")


def recognise(path: Path, *, keep: bool = False) -> Text:
    """Recognise UTF-8, else GB18030; raises DataNeedsMending for what is neither.

    With `keep`, the text is kept in memory however large, so that the file may go away.
    """
    hasher, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    utf8, breaks, marked, size = True, False, False, 0
    block = bytearray(_BLOCK)
    with path.open("rb", buffering=0) as stream:
        while read := stream.readinto(block):
            piece = block if read == _BLOCK else block[:read]
            size += read
            hasher.update(piece)
            breaks = breaks or b"\n" in piece
            marked = marked or b"\0" in piece
            plain = piece.isascii() and not decoder.getstate()[0]
            utf8 = utf8 and (plain or _decodes(decoder, piece))
    if marked:
        raise DataNeedsMending([Problem("intake.not_text", file=path.name)])
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    if utf8 and breaks and not keep and size > _IN_MEMORY:
        return Text(path, hasher.hexdigest(), "utf-8", size)
    encoding = "utf-8" if utf8 else "gb18030"
    return Text(_recoded(path, utf8=utf8), hasher.hexdigest(), encoding, size)


def raw(path: Path, text: Text, table: Table) -> Raw:
    """Take the headings from where they stand; leave all rows below them to be read."""
    headings = _headings(text, table)
    before = headings.top + headings.depth
    names = tuple((f"cell{place}", heading) for place, heading in enumerate(headings.cells))

    def scan(types: Mapping[str, pl.DataType], *, cut: bool = False) -> pl.LazyFrame:
        return pl.scan_csv(
            text.source,
            has_header=False,
            skip_rows=before,
            schema={name: types.get(name, pl.String()) for name, _ in names},
            missing_columns="insert",
            extra_columns="ignore" if cut else "raise",
            truncate_ragged_lines=cut,
            glob=False,
        )

    def mend() -> pl.LazyFrame:
        if problems := _wrong_rows(text, asked):
            raise DataNeedsMending(problems)
        return scan({}, cut=True)  # all that stood beyond the headings was empty

    typed = scan if _AT_ONCE[0] <= text.size <= _AT_ONCE[1] else None
    asked = Raw(table, path.name, names, scan({}), before + 1, lines=True, mend=mend, typed=typed)
    return asked


def _decodes(
    decoder: codecs.IncrementalDecoder, block: bytes | bytearray, *, final: bool = False
) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(path: Path, *, utf8: bool) -> bytes:
    data = path.read_bytes()
    if not utf8:
        try:
            data = data.decode("gb18030").encode()
        except UnicodeDecodeError as error:
            raise DataNeedsMending([Problem("intake.not_text", file=path.name)]) from error
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _headings(text: Text, table: Table) -> Headings:
    """Find the headings among the first rows."""
    rows: list[list[str]] = []
    with text.open() as stream:
        try:
            rows += islice(csv.reader(stream, strict=True), LOOKED_AT)
        except csv.Error as error:
            raise DataNeedsMending([of(table, "quote_open", row=len(rows) + 1)]) from error
    if found := locate(rows, table):
        return found
    raise DataNeedsMending([of(table, "table_empty")])


def _wrong_rows(text: Text, raw: Raw) -> list[Problem]:
    """Tell the rows that Polars stumbled over; none if all it met were empty cells too many."""
    width, row, spare = len(raw.headings), 0, False
    long: list[Problem] = []
    stray: list[Problem] = []
    with text.open() as stream:
        try:
            for row, cells in enumerate(csv.reader(stream, strict=True), start=1):
                spare = spare or len(cells) > width
                if beyond := [cell for cell in cells[width:] if cell.strip()]:
                    fields = {"found": quoted(beyond), "cells": len(cells), "width": width}
                    long.append(of(raw.table, "row_too_long", row=row, **fields))
                elif any(cell.count('"') % 2 for cell in cells):
                    stray.append(of(raw.table, "quote_stray", row=row))
        except csv.Error:
            long.append(of(raw.table, "quote_open", row=row + 1))
    if long or spare:
        return capped(long)
    return capped(stray) or [Problem("intake.file_broken", file=raw.origin)]
