"""Siting and HiGHS: the relaxed problem, solved again and again, and the one in whole numbers.

Columns are the shares of the links kept, then one a site for being open, then one a site for the
places added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from junheng.plan.site_core import Core, Found, Marks, Numbers, Places

_INF = highspy.kHighsInf
_HEURISTICS = 0.05


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The cheapest answer when sites may be open in part."""

    value: float
    prices: Numbers
    """n: what serving one settlement more would cost."""
    is_open: Numbers
    """m: from 0 to 1."""
    share: Numbers
    """n × m."""


@dataclass(frozen=True, eq=False)
class Whole:
    """What came of the problem in whole numbers."""

    state: str
    """solved, infeasible, or stopped by the time."""
    bound: float
    share: Numbers | None = None
    is_open: Marks | None = None


class Relaxation:
    """The relaxed problem over some links; each solution starts from the last one."""

    def __init__(self, core: Core, kept: Marks) -> None:
        self.core, self.kept = core, kept
        self.rows, self.columns = np.nonzero(kept)
        self.made: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.made.setOptionValue("output_flag", False)  # noqa: FBT003  # HiGHS's signature
        self.made.setOptionValue("random_seed", 2017)
        self.made.passModel(_program(core, self.rows, self.columns))
        first = len(self.rows)
        self.sites = np.arange(first, first + len(core.fixed), dtype=np.int32)

    def solve(self, low: Numbers, high: Numbers, seconds: float) -> Relaxed | None:
        """Solve with sites open at least `low` and at most `high` (m); None if that cannot be.

        Raises TimeoutError when the seconds are up.
        """
        self.made.setOptionValue("time_limit", self.made.getRunTime() + max(0.05, seconds))
        self.made.changeColsBounds(len(self.sites), self.sites, low, high)
        self.made.run()
        status = self.made.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise TimeoutError(str(status))
        solution, n = self.made.getSolution(), len(self.core.pupils)
        values = np.array(solution.col_value)
        share = np.zeros_like(self.core.link)
        share[self.rows, self.columns] = values[: len(self.rows)]
        value = float(self.made.getInfo().objective_function_value)
        return Relaxed(value, np.array(solution.row_dual[:n]), values[self.sites], share)


def in_whole_numbers(
    core: Core, kept: Marks, best: Found | None, seconds: float, gap: float
) -> Whole:
    """Solve over the links kept, sites open or not, settlements whole where they must be."""
    rows, columns = np.nonzero(kept)
    program = _program(core, rows, columns)
    m, links = len(core.fixed), len(rows)
    kind = highspy.HighsVarType
    part = kind.kInteger if core.whole else kind.kContinuous
    program.integrality_ = [part] * links + [kind.kInteger] * m + [kind.kContinuous] * m
    made: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    made.setOptionValue("output_flag", False)  # noqa: FBT003  # HiGHS's signature
    options = {"random_seed": 2017, "mip_rel_gap": gap, "time_limit": max(0.05, seconds),
               "mip_heuristic_effort": _HEURISTICS}  # fmt: skip
    for name, value in options.items():
        made.setOptionValue(name, value)
    made.passModel(program)
    if best is not None:
        _start(made, core, best, (rows, columns))
    made.run()
    return _read(made, core, (rows, columns))


def _start(made: highspy.Highs, core: Core, best: Found, links: tuple[Places, Places]) -> None:
    load = core.pupils @ best.share
    added = np.maximum(0.0, load - np.where(best.is_open, core.capacity, 0.0))
    start = highspy.HighsSolution()
    start.col_value = np.concatenate([best.share[links], best.is_open.astype(float), added])
    made.setSolution(start)


def _read(made: highspy.Highs, core: Core, links: tuple[Places, Places]) -> Whole:
    status, info = made.getModelStatus(), made.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Whole("infeasible", np.inf)
    state = "solved" if status == highspy.HighsModelStatus.kOptimal else "stopped"
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return Whole("stopped", info.mip_dual_bound)
    values = np.array(made.getSolution().col_value)
    share = np.zeros_like(core.link)
    share[links] = values[: len(links[0])]
    if core.whole:
        share = np.round(share)
    share[share < _TINY] = 0.0
    is_open = values[len(links[0]) : len(links[0]) + len(core.fixed)] > _HALF
    return Whole(state, info.mip_dual_bound, share / share.sum(axis=1, keepdims=True), is_open)


_TINY, _HALF = 1e-9, 0.5


def _program(core: Core, rows: Places, columns: Places) -> highspy.HighsLp:
    """Write the problem down: everyone served, sizes kept, only open sites used, not too many."""
    m, links = len(core.fixed), len(rows)
    each, sites = np.arange(links), np.arange(m)
    limited, least = np.flatnonzero(np.isfinite(core.largest)), np.flatnonzero(core.smallest > 0)
    made = _Rows()
    made.add(rows, each, np.ones(links), (np.ones(len(core.pupils)), np.ones(len(core.pupils))))
    for some, sign in ((limited, 1.0), (least, -1.0)):
        _sizes(made, core, (rows, columns), some, sign)
    room, may = core.room, np.isfinite(core.fixed)
    _pairs(made, (links + m + sites, links + sites), -room)
    made.add(
        np.zeros(m, int), links + sites, np.ones(m), (np.full(1, -_INF), np.full(1, core.most))
    )
    _pairs(made, (each, links + columns), -np.ones(links))
    program = highspy.HighsLp()
    program.num_col_ = links + 2 * m
    place = np.where(room > 0, core.place, 0.0)
    program.col_cost_ = np.concatenate(
        [core.link[rows, columns], np.where(may, core.fixed, 0.0), place]
    )
    program.col_lower_ = np.concatenate([np.zeros(links), core.must.astype(float), np.zeros(m)])
    program.col_upper_ = np.concatenate([np.ones(links), may, room])
    made.write(program)
    return program


def _sizes(
    made: _Rows, core: Core, links: tuple[Places, Places], some: Places, sign: float
) -> None:
    """Add the most (sign 1) or the least (sign -1) that some sites may hold, if open."""
    rows, columns = links
    m, first = len(core.fixed), len(rows)
    row_of = np.full(m, -1)
    row_of[some] = np.arange(len(some))
    used = np.flatnonzero(row_of[columns] >= 0)
    bound = core.capacity if sign > 0 else core.smallest
    at = [row_of[columns[used]], np.arange(len(some))]
    of = [used, first + some]
    by = [sign * core.pupils[rows[used]], -sign * bound[some]]
    if sign > 0:
        at, of, by = [*at, at[1]], [*of, first + m + some], [*by, -np.ones(len(some))]
    limits = (np.full(len(some), -_INF), np.zeros(len(some)))
    made.add(np.concatenate(at), np.concatenate(of), np.concatenate(by), limits)


def _pairs(made: _Rows, of: tuple[Places, Places], by: Numbers) -> None:
    """Add a row a pair: the first column + by × the second is at most 0."""
    number = np.arange(len(by))
    at, columns = np.concatenate([number, number]), np.concatenate(of)
    made.add(at, columns, np.concatenate([np.ones(len(by)), by]),
             (np.full(len(by), -_INF), np.zeros(len(by))))  # fmt: skip


class _Rows:
    """Rows gathered block by block."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Places, Places, Numbers]] = []
        self.lows: list[Numbers] = []
        self.highs: list[Numbers] = []
        self.count = 0

    def add(self, at: Places, of: Places, by: Numbers, limits: tuple[Numbers, Numbers]) -> None:
        """Add coefficients `by` at rows `at`, counted from 0, and columns `of`."""
        self.blocks.append((at + self.count, of, by))
        self.lows.append(limits[0])
        self.highs.append(limits[1])
        self.count += len(limits[0])

    def write(self, program: highspy.HighsLp) -> None:
        """Put the rows into a program."""
        at, of, by = (np.concatenate(parts) for parts in zip(*self.blocks, strict=True))
        order = np.lexsort((of, at))
        program.num_row_ = self.count
        program.row_lower_, program.row_upper_ = (
            np.concatenate(self.lows),
            np.concatenate(self.highs),
        )
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.searchsorted(at[order], np.arange(self.count + 1)).astype(np.int32)
        matrix.index_, matrix.value_ = of[order].astype(np.int32), by[order]
