"""What is done: purchases, buildings, hires, raises and moves; and the tables after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import polars as pl

from junheng.evaluate import Evaluation
from junheng.inmemory import judge
from junheng.plan.design import Design, changes
from junheng.plan.people import WITH_THEM
from junheng.plan.rates import MOVE, Rates, step
from junheng.plan.start import Start, is_shared

Kind = Literal["buy", "hire", "raise", "in", "out", "swap", "zone", "open"]
APART = ("zone", "open")
"""Kinds that change no column that a plan's rules look at: pupils elsewhere, special rooms, classes."""
_ALMOST = 1e-5
"""A solver's whole number may be off by so much."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing done at one school: so many of it, in the unit of its column."""

    kind: Kind
    school: str
    level: str
    """"" for what a campus shares; of a swap there is no school, of a zone there are two."""
    cell: str
    amount: float
    """Yuan, m², rooms, sets, volumes or persons, 0 or more."""
    once: float
    """Yuan at once, for all of it."""
    yearly: float
    """Yuan in every year from the first on."""
    counted: float
    """Yuan that the plan counts for it."""
    lead: int

    def changes(self) -> dict[str, float]:
        """Give the columns that grow (shrink, below 0), and by how much."""
        if self.kind == "buy":
            return {self.cell: self.amount}
        changed = {c: by * self.amount for c, by in changes((self.kind, "", "", self.cell)).items()}
        if self.kind == "raise" or not changed:
            return changed
        return changed | dict.fromkeys(WITH_THEM, changed["teachers"])


def actions(design: Design, values: Sequence[float]) -> tuple[Action, ...]:
    """Read off a solution what is done; what need not be whole is rounded up to a step."""
    found = []
    for name, at in ((name, at) for name, at in design.at.items() if name[0] != "reach"):
        steps = ceil(values[at] - _ALMOST) if not design.model.wholes[at] else round(values[at])
        if steps > 0:
            found.append(_action(name, steps, design.rates))
    return tuple(found)


def _action(name: tuple[str, ...], steps: int, rates: Rates) -> Action:
    kind = name[0]
    school, level = (
        (name[1], "") if kind == "buy" else ("", name[1]) if kind == "swap" else name[1:3]
    )
    return priced(kind, (school, level, name[-1]), steps, rates)  # type: ignore[arg-type]


def priced(kind: Kind, place: tuple[str, str, str], steps: float, rates: Rates) -> Action:
    """Give so many steps of a kind of action at a place (school, level, column), with what they cost."""
    cell = place[2]
    size = step(cell) if kind == "buy" else 1.0
    amount = steps * size
    if kind == "out":
        return Action(kind, *place, amount, 0.0, 0.0, 0.0, 0)
    rate = rates[MOVE if kind in ("in", "swap") else cell]
    return Action(kind, *place, amount, rate.once * amount, rate.yearly * amount,
                  rate.counted * amount, rate.lead)  # fmt: skip


def cost(done: Iterable[Action]) -> float:
    """Give the yuan that a plan counts for all of it."""
    return sum(action.counted for action in done)


def after(start: Start, done: Iterable[Action]) -> dict[str, pl.DataFrame]:
    """Give the tables of the target year with everything done; unknown cells stay unknown."""
    shared: dict[tuple[str, ...], dict[str, float]] = {}
    own: dict[tuple[str, ...], dict[str, float]] = {}
    for action in (one for one in done if one.kind not in APART):
        place = (action.school,) if action.level == "" else (action.school, action.level)
        into = (shared if is_shared(action.cell) else own).setdefault(place, {})
        for cell, by in action.changes().items():
            into[cell] = into.get(cell, 0.0) + by
    tables = dict(start.tables)
    tables["schools"] = _added(tables["schools"], ("school",), shared)
    tables["sections"] = _added(tables["sections"], ("school", "level"), own)
    return tables


def _added(
    table: pl.DataFrame, keys: tuple[str, ...], more: Mapping[tuple[str, ...], Mapping[str, float]]
) -> pl.DataFrame:
    cells = sorted({cell for by in more.values() for cell in by} & set(table.columns))
    if not cells:
        return table
    rows = [dict(zip(keys, place, strict=True)) | {f"+{c}": by.get(c, 0.0) for c in cells}
            for place, by in more.items()]  # fmt: skip
    joined = table.join(pl.DataFrame(rows), on=list(keys), how="left")
    grown = [(pl.col(c).cast(pl.Float64) + pl.col(f"+{c}").fill_null(0.0)).alias(c) for c in cells]
    return joined.with_columns(grown).drop([f"+{c}" for c in cells])


def judged(start: Start, tables: Mapping[str, pl.DataFrame]) -> Evaluation:
    """Judge tables of the target year by the rules of that year."""
    return judge(tables, start.standard)


def passes(found: Evaluation) -> bool:
    """Say whether every part that a plan is about passes."""
    parts = found.parts.lazy().collect()
    return bool(parts.height) and set(parts["verdict"].to_list()) == {"pass"}
