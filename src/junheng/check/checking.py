"""Check tables by every rule: one row a finding, whatever the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw

from junheng.check import pattern_kinds, peer_kinds, row_kinds, table_kinds, year_kinds
from junheng.check.load import rules
from junheng.check.places import Frame, Keep, World
from junheng.check.rule import Rule
from junheng.model.standard import Standard

_KINDS: Mapping[str, Callable[[Sequence[Rule], World], Iterator[Frame]]] = {
    "part_whole": row_kinds.part_whole,
    "ratio_range": row_kinds.ratio_range,
    "both_or_neither": row_kinds.both_or_neither,
    "whole_numbers": row_kinds.whole_numbers,
    "code_format": row_kinds.code_format,
    "not_together": row_kinds.not_together,
    "rows_add_up": table_kinds.rows_add_up,
    "no_parent": table_kinds.no_parent,
    "levels_of_kind": table_kinds.levels_of_kind,
    "repeated": table_kinds.repeated,
    "far_away": table_kinds.far_away,
    "outlier": peer_kinds.outlier,
    "change": year_kinds.change,
    "changed": year_kinds.changed,
    "gone": year_kinds.gone,
    "unchanged": year_kinds.unchanged,
    "heaping": pattern_kinds.heaping,
}


def check(
    tables: Mapping[str, Any],
    *,
    previous: Mapping[str, Any] | None = None,
    standard: Standard | None = None,
    keep: Keep | None = None,
) -> nw.LazyFrame[Any]:
    """Find everything that breaks a rule.

    Parameters
    ----------
    tables
        The tables of a data set by their machine names, as `intake.read` gives them, on any engine
        that Narwhals knows; `schools` and `sections` are needed.
    previous
        The same of the year before; without it, a year is compared with the one before it in
        `tables`, where that is there.
    standard
        A standard as of a day (`standard.on(day)`): figures bunched just above its limits are
        looked for.
    keep
        Called with each place that many rules look at; may compute it once.

    Returns
    -------
    LazyFrame
        A row a finding, in no set order: `rule`, `family` (logic or experience), `table`, `year`,
        `county`, `school`, `name`, `level`, `row` (what tells rows of one section apart),
        `columns` (the cells, with commas), and what fills the message: `found`, `expected`,
        `count` (numbers), `text`, `other`.

    Raises
    ------
    KeyError
        If `schools` or `sections` is not there.
    """
    for needed in ("schools", "sections"):
        if needed not in tables:
            raise KeyError(needed)
    chosen = list(rules().values())
    items = [name for rule in chosen if rule.table == "facts" for name in rule.cells()]
    world = World(tables, previous, items, keep)
    return nw.concat(list(_found(chosen, world, standard)), how="vertical")


def _found(chosen: list[Rule], world: World, standard: Standard | None) -> Iterator[Frame]:
    for kind, find in _KINDS.items():
        yield from find([rule for rule in chosen if rule.kind == kind], world)
    if standard:
        bunched = [rule for rule in chosen if rule.kind == "bunching"]
        yield from pattern_kinds.bunching(bunched, world, standard)
