"""Least-cost plans by size: first plan, proven gap, seconds; each size on several made-up counties.

Usage: python -m bench.plan [--seeds 3] [--sizes 60,300,1000]
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.demo import tables
from junheng.demo.campuses import campuses
from junheng.demo.counties import counties
from junheng.demo.wanted import Wanted
from junheng.model.load import load_standard
from junheng.plan.costs import load_costs
from junheng.plan.plan import Asked, Plan, make_plan
from junheng.plan.solve import Effort
from junheng.plan.start import start

YEARS = 5
TARGETS = {60: (0.005, 20.0), 300: (0.01, 60.0), 1000: (0.01, 300.0)}
"""Schools to the gap that must be proven, and the seconds for it."""
COUNTY = "990101"


@dataclass(frozen=True)
class Run:
    """What one plan took."""

    plan: Plan
    first: float
    """Seconds from the tables to the first solution."""
    design: float
    """Seconds of the solvers for the target year."""
    whole: float
    """Seconds for everything: judging before and after, design, pairing, schedule."""


def county(schools: int, seed: int) -> dict[str, Any]:
    """Give so many made-up schools, of several made-up counties, as one county."""
    wanted = Wanted(counties=schools // 40 + 4, seed=seed)
    made = campuses(counties(wanted.cases, wanted.seed), wanted.seed)
    of = tables.schools(made, wanted.seed).collect().head(schools)
    sections = tables.sections(made, wanted.seed).collect().join(of, on="school", how="semi")
    return {"schools": of.with_columns(county=pl.lit(COUNTY)), "sections": sections}


def run(schools: int, seed: int) -> Run:
    """Plan one county."""
    gap, seconds = TARGETS[schools]
    data = county(schools, seed)
    began = time.perf_counter()
    at = start(data, load_standard("cn-quality-2017"), 2025 + YEARS, assume_lowest=True)
    ready = time.perf_counter() - began
    plan = make_plan(Asked(at, load_costs(), effort=Effort(seconds, gap)))
    whole = time.perf_counter() - began
    first = ready + (plan.solution.first_seconds or float("inf"))
    return Run(plan, first, plan.solution.seconds, whole)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--sizes", default="60,300,1000")
    asked = parser.parse_args()
    print(f"least-cost plans over {YEARS} years, made-up counties; load {os.getloadavg()[0]:.1f}")
    for schools in (int(size) for size in asked.sizes.split(",")):
        gap, seconds = TARGETS[schools]
        for seed in range(1, asked.seeds + 1):
            found = run(schools, seed)
            plan, sections = found.plan, len(found.plan.asked.start.sections)
            print(f"{schools:5} schools {sections:5} sections seed {seed}: {plan.state:10} "
                  f"first {found.first:6.1f} s  design {found.design:6.1f} s  "
                  f"all {found.whole:6.1f} s  gap {plan.gap:6.2%}  {plan.solution.solver}  "
                  f"(target ≤ {gap:.1%} in {seconds:.0f} s; load {os.getloadavg()[0]:.1f})")  # fmt: skip


if __name__ == "__main__":
    main()
