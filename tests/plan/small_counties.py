"""Counties of a few schools, in which all is well but what a test makes short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from junheng import load_standard
from junheng.plan.costs import Costs, load_costs
from junheng.plan.limits import Limits
from junheng.plan.plan import Asked
from junheng.plan.solve import Effort
from junheng.plan.start import start

COUNTY, YEAR = "990199", 2025
EXACT = Effort(60.0, 0.0)
QUICK = Effort(30.0, 0.005)


@dataclass(frozen=True)
class County:
    """Primary schools with enough of everything; `short` says what each has instead."""

    pupils: Sequence[int]
    short: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    level: str = "primary"

    def tables(self) -> dict[str, pl.LazyFrame]:
        n = range(len(self.pupils))
        junior = self.level == "junior"
        schools = [self._school(i) | {"kind": "junior" if junior else "primary"} for i in n]
        sections = [self._section(i) for i in n]
        return {"schools": pl.LazyFrame(schools), "sections": pl.LazyFrame(sections)}

    def _school(self, i: int) -> dict[str, Any]:
        p = self.pupils[i]
        enough = {"teaching_area": 12 * p, "indoor_sports_area": 0, "sports_ground_area": 15 * p,
                  "equipment_value": 4000 * p, "multimedia_rooms": -(-4 * p // 100)}  # fmt: skip
        return self._key(i) | {"county": COUNTY, "name": f"模拟{i}小学", "sponsor": "7"} | (
            self._given(enough, i))  # fmt: skip

    def _section(self, i: int) -> dict[str, Any]:
        p = self.pupils[i]
        enough = {"teachers": -(-10 * p // 100), "above_degree": -(-8 * p // 100),
                  "backbone": -(-2 * p // 100), "pe_arts": -(-2 * p // 100)}  # fmt: skip
        return self._key(i) | {"level": self.level, "pupils": p} | self._given(enough, i)

    def _key(self, i: int) -> dict[str, Any]:
        return {"year": YEAR, "school": f"{i}"}

    def _given(self, enough: dict[str, int], i: int) -> dict[str, float | None]:
        return {name: self.short[name][i] if name in self.short else float(value)
                for name, value in enough.items()}  # fmt: skip


def asked(
    county: County | dict[str, Any],
    *,
    target: int = 2028,
    limits: Limits | None = None,
    budget: Mapping[int, float] | None = None,
    costs: Costs | None = None,
    effort: Effort = EXACT,
    **more: Any,
) -> Asked:
    tables = county.tables() if isinstance(county, County) else county
    began = start(tables, load_standard("cn-quality-2017"), target, **more)
    return Asked(began, costs or load_costs(), limits or Limits(), budget, effort)


def demo(folder: Path, seed: int) -> dict[str, Any]:
    """Give the tables of one made-up county."""
    from junheng import read
    from junheng.demo import Wanted, write

    write(folder, Wanted(seed=seed, detail=False))
    return dict(read(folder).tables)
