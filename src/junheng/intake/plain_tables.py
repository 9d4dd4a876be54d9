"""Large tables of text that are plainly written and right throughout: read once, proven, kept.

Every proof is exact and takes a whole column at once. A table that fails one is told nothing here:
it goes the patient way, which reads its cells as text and tells every reason. So it is with codes
of schools that are not digits alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from math import prod
from operator import add

import polars as pl

from junheng.intake import cells, check
from junheng.intake.dataset import ROW, UNREADABLE, Counted, Raw, Sheet
from junheng.intake.headings import Columns
from junheng.model.tables import Column

_TEXT = ("text", "choice")
_DIGITS = 15
"""The longest code that fits into a whole number together with what else is in a key."""
_YEARS, _FIRST = 256, 1900


def open_plain(matched: Sequence[tuple[Raw, Columns]]) -> dict[str, Counted]:
    """Read the tables that may be plain, and give those proven to be, by name."""
    asked = [pair for pair in matched if _may_be_plain(*pair)]
    if not asked:
        return {}
    with ThreadPoolExecutor(2) as pool:  # what one table leaves idle, the other uses
        proven = list(pool.map(_proven, *zip(*_read(asked), strict=True)))
    return {one.sheet.table.name: one for one in proven if one is not None}


def covered(these: Counted, those: Counted) -> bool:
    """Say whether it is known that each year and school of one table is in the other too."""
    if these.links is None or those.links is None:
        return False
    same = these.links.equals(those.links)
    return same or bool(these.links.is_in(those.links.implode()).all())


def _may_be_plain(raw: Raw, columns: Columns) -> bool:
    named = columns.keys() >= set(raw.table.key)
    return raw.typed is not None and named and all(over.strip() for _, over in raw.headings)


def _read(
    pairs: Sequence[tuple[Raw, Columns]],
) -> Iterator[tuple[tuple[Raw, Columns], pl.DataFrame]]:
    """Read tables with the types of their columns; leave out those in which one does not fit."""
    frames = [_typed(raw, columns) for raw, columns in pairs]
    try:
        yield from zip(pairs, pl.collect_all(frames, engine="streaming"), strict=True)
    except UNREADABLE:
        for pair, frame in zip(pairs, frames, strict=True):
            try:
                yield pair, frame.collect(engine="streaming")
            except UNREADABLE:
                continue  # told when it is read as text


def _typed(raw: Raw, columns: Columns) -> pl.LazyFrame:
    types = {place: cells.dtype_of(column) for place, column in columns.values()}
    frame = raw.typed(types) if raw.typed else raw.frame
    return frame.select(pl.col(place).alias(name) for name, (place, _) in columns.items())


def _proven(table: tuple[Raw, Columns], frame: pl.DataFrame) -> Counted | None:
    """Give a table if every cell of it is right and no key is there twice."""
    raw, columns = table
    told = [column for _, column in columns.values()]
    looks = pl.collect_all([_look(frame.lazy(), column) for column in told])
    if frame.is_empty() or any(look["wrong"].item() for look in looks):
        return None
    codes = frame.select(_code()).to_series() if "school" in columns else None
    if codes is not None and codes.null_count():
        return None
    odd = [column for column, look in zip(told, looks, strict=True) if look["odd"].item()]
    if odd:
        frame = frame.with_columns(cells.value(column, pl.String()) for column in odd)
    dtypes = {column.name: cells.dtype_of(column) for column in told}
    numbered = frame.lazy().with_row_index(ROW, raw.first_row)
    sheet = Sheet(raw.table, numbered, dtypes, {}, lines=raw.lines, as_kept=frozenset(dtypes))
    return _counted(sheet, frame, codes)


def _look(frame: pl.LazyFrame, column: Column) -> pl.LazyFrame:
    """Ask of a column whether any cell is wrong, or right but not as it is kept.

    What is wrong with a cell of text depends on nothing else, so each is looked at once, however
    often it is there.
    """
    dtype, cell = cells.dtype_of(column), pl.col(column.name)
    if column.name == "school":  # what else it may be: see _code
        signed = (cell < "0").any()  # + and - stand before 0
        return frame.select(wrong=signed.fill_null(value=False), odd=pl.lit(value=False))
    wrong = [fault.fill_null(value=False).any() for fault in cells.faults(column, dtype).values()]
    odd = pl.lit(value=False)
    if column.kind in _TEXT:
        frame = frame.filter((cell != cell.shift(1)).fill_null(value=True)).select(cell.unique())
        wrong.append(((cell.str.strip_chars() != cell) | (cell == "")).any())
        odd = (cells.value(column, dtype) != cell).any()
    wrong.append(pl.lit(value=False))
    return frame.select(wrong=pl.any_horizontal(wrong).fill_null(value=False), odd=odd)


def _code() -> pl.Expr:
    """Give codes of schools as numbers, with a 1 before that keeps the zeros they begin with.

    Null where a code is anything but digits and a sign, or too many of them.
    """
    code = pl.col("school")
    tens = pl.lit(pl.Series([10**length for length in range(_DIGITS + 1)]))
    before = tens.gather(code.str.len_bytes(), null_on_oob=True)
    return code.cast(pl.Int64, strict=False) + before


def _counted(sheet: Sheet, frame: pl.DataFrame, codes: pl.Series | None) -> Counted | None:
    """Give a table if no key is there twice, with every year and school of it once."""
    key = sheet.table.key
    link = None if codes is None else codes * _YEARS + (frame["year"] - _FIRST)
    choices = [sheet.table.column(name) for name in key[len(check.LINK) :]]
    packed = key[: len(check.LINK)] == check.LINK and all(each.kind == "choice" for each in choices)
    links: pl.Series | None = None
    if link is not None and packed:
        repeated = _packed(frame, link, choices).sort()
        links = repeated // prod(len(each.choices) for each in choices) if choices else repeated
    else:
        repeated = frame.select(_fingerprint(key).sort()).to_series()
        links = link if link is None else link.sort()
    if key and _repeats(repeated).any():
        return None
    once = links if links is None or links is repeated else links.filter(~_repeats(links))
    clean = dict.fromkeys((*sheet.dtypes, check.BLANK, check.REPEATED), 0)
    return Counted(sheet, clean | {check.ROWS: frame.height}, once)


def _packed(frame: pl.DataFrame, link: pl.Series, choices: Sequence[Column]) -> pl.Series:
    """Give year, school and choices as one number."""
    for column in choices:
        place = frame[column.name].cast(pl.Enum(list(column.choices))).to_physical()
        link = link * len(column.choices) + place.cast(pl.Int64)
    return link


def _fingerprint(key: Sequence[str]) -> pl.Expr:
    """Give a key of any kind as one number: different numbers are different keys."""
    hashed = (pl.col(name).hash(seed) for seed, name in enumerate(key))
    return reduce(add, hashed, pl.lit(0, pl.UInt64))


def _repeats(ordered: pl.Series) -> pl.Series:
    return (ordered == ordered.shift(1)).fill_null(value=False)
