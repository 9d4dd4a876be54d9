"""Constants as a table, so that what a standard says can be joined to what a county reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from junheng.evaluate.sections import Frame

_ROWS, _CELLS = "\n", ";"
_TYPES: dict[type, Any] = {str: nw.String, int: nw.Int64, float: nw.Float64}
Cell = str | int | float | None


def constants(frame: Frame, types: Mapping[str, type], rows: Sequence[Sequence[Cell]]) -> Frame:
    """Give rows of constants as a table of the same engine as a frame; None becomes null.

    Polars takes them as they are. Other engines are known here only by the frames that they gave,
    and a lazy one makes no table out of nothing: for them the rows travel as one text and are taken
    apart by the engine, in one expression however many rows there are.

    Raises
    ------
    ValueError
        A text that holds a separator.
    """
    if frame.implementation.is_polars():
        columns = dict(zip(types, map(list, zip(*rows, strict=True)), strict=True))
        schema = {name: _TYPES[kind] for name, kind in types.items()}
        return nw.from_dict(columns, schema, backend="polars").lazy()
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if any(mark in cell for row in cells for cell in row for mark in (_ROWS, _CELLS)):
        raise ValueError(f"a constant holds {_CELLS!r} or a line break")
    text = _ROWS.join(_CELLS.join(row) for row in cells)
    one = frame.select(row=nw.len()).select(row=nw.lit(text).str.split(_ROWS)).explode("row")
    split = one.select(cells=nw.col("row").str.split(_CELLS))
    holes = [any(row[i] is None for row in rows) for i in range(len(types))]
    return split.select(
        *[
            _column(place, name, kind, has_nulls=holes[place])
            for place, (name, kind) in enumerate(types.items())
        ]
    )


def _column(place: int, name: str, kind: type, *, has_nulls: bool) -> nw.Expr:
    cell = nw.col("cells").list.get(place)
    if has_nulls:
        cell = nw.when(cell != "").then(cell)
    return (cell if kind is str else cell.cast(_TYPES[kind])).alias(name)
