"""Where to open, enlarge or merge schools, and which settlements each serves.

The p-median and its kin: least distance or least cost, with or without sizes, with a limit of reach,
settlements whole or parted. Every answer says what is proved about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from junheng.errors import WrongUse
from junheng.plan.site_apart import Progress, solve_apart
from junheng.plan.site_core import Marks, Numbers
from junheng.plan.site_outcome import Conflict, Effort, Outcome
from junheng.plan.site_question import Question, Wanted, question
from junheng.plan.site_synthetic import MADE_UP

Status = Literal["proved", "stopped", "infeasible", "nothing"]
_NINETY_FIVE = 0.95


@dataclass(frozen=True, eq=False)
class Layout:
    """An answer, what is proved about it, and its tables."""

    question: Question
    status: Status
    """proved to the gap asked for; stopped by the time with an answer; infeasible; nothing found."""
    outcome: Outcome
    conflict: Conflict | None
    seconds: float
    sites: pl.DataFrame
    """One row a site: site, name, existing, decision (kept, enlarged, opened, closed, not_opened),
    capacity, places_added, pupils, settlements, mean_km, farthest_km; lon, lat."""
    assignment: pl.DataFrame
    """One row a settlement and the site that serves it: pupils, km, minutes, and whether it changes."""
    totals: Mapping[str, Any]

    @property
    def made_up(self) -> bool:
        """Whether the data says that it is synthetic."""
        rows = (*self.question.settlements, *self.question.sites)
        return any((row["name"] or "").startswith(MADE_UP) for row in rows)


def lay_out(
    tables: Mapping[str, pl.LazyFrame],
    wanted: Wanted | None = None,
    effort: Effort | None = None,
    progress: Progress | None = None,
) -> Layout:
    """Find where schools should be and whom they serve.

    Raises DataNeedsMending when something needed is not known, WrongUse when the wish makes no
    sense or the extra `plan` is not installed.
    """
    wanted, effort = wanted or Wanted(), effort or Effort()
    _refuse_senseless(wanted, effort)
    asked = question(tables, wanted)
    solved = solve_apart(asked.core, asked.far, effort, progress)
    outcome = solved.outcome
    share = outcome.best.share if outcome.best else np.zeros_like(asked.km)
    is_open = outcome.best.is_open if outcome.best else np.zeros(len(asked.sites), dtype=bool)
    if wanted.by == "distance":
        is_open = is_open & (asked.core.must | (share > 0).any(axis=0))
    return Layout(
        asked,
        _status(outcome, effort),
        outcome,
        solved.conflict,
        solved.seconds,
        _sites(asked, share, is_open),
        _assignment(asked, share),
        _totals(asked, outcome, share, is_open),
    )


def _refuse_senseless(wanted: Wanted, effort: Effort) -> None:
    least = {"schools": wanted.schools, "radius": wanted.radius, "minutes": wanted.minutes,
             "pupil-km": wanted.pupil_km, "years": wanted.years, "detour": wanted.travel.detour,
             "pace": wanted.travel.pace, "seconds": effort.seconds, "gap": effort.gap}  # fmt: skip
    for name, value in least.items():
        senseless = value is not None and not (value > 0 or (name == "gap" and value == 0))
        if senseless or (name == "detour" and value is not None and value < 1):
            raise WrongUse("site.senseless", option=name, found=value)
    if wanted.by == "cost" and wanted.pupil_km is None:
        raise WrongUse("site.pupil_km_needed")


def _status(outcome: Outcome, effort: Effort) -> Status:
    if outcome.best is None:
        return "infeasible" if outcome.impossible else "nothing"
    short = outcome.best.cost - outcome.bound
    return "proved" if short <= effort.gap * abs(outcome.best.cost) * (1 + 1e-6) else "stopped"


def _decisions(asked: Question, load: Numbers, is_open: Marks) -> list[str]:
    larger = load > asked.core.capacity + 0.5
    names = []
    for existing, opened, more in zip(asked.existing, is_open, larger, strict=True):
        if existing:
            names.append("closed" if not opened else "enlarged" if more else "kept")
        else:
            names.append("opened" if opened else "not_opened")
    return names


def _sites(asked: Question, share: Numbers, is_open: Marks) -> pl.DataFrame:
    load = asked.pupils @ share
    km = np.where(share > 0, np.where(np.isfinite(asked.km), asked.km, 0.0), 0.0)
    travelled, served = (asked.pupils[:, None] * share * km).sum(axis=0), load > 0
    rows = asked.sites
    frame = pl.DataFrame(
        {
            "site": [row["site"] for row in rows],
            "name": pl.Series([row["name"] for row in rows], dtype=pl.String),
            "existing": asked.existing,
            "decision": _decisions(asked, load, is_open),
            "capacity": pl.Series([row["capacity"] for row in rows], dtype=pl.Float64),
            "places_added": np.maximum(0.0, load - asked.core.capacity),
            "pupils": load,
            "settlements": (share > 0).sum(axis=0),
            "mean_km": np.divide(travelled, load, out=np.full(len(load), np.nan), where=served),
            "farthest_km": np.where(served, km.max(axis=0), np.nan),
            "lon": pl.Series([row["lon"] for row in rows], dtype=pl.Float64),
            "lat": pl.Series([row["lat"] for row in rows], dtype=pl.Float64),
        }
    )
    return frame.with_columns(pl.col("mean_km", "farthest_km").fill_nan(None))


def _assignment(asked: Question, share: Numbers) -> pl.DataFrame:
    at, to = np.nonzero(share)
    settlements = [asked.settlements[i] for i in at]
    sites = [asked.sites[j] for j in to]
    present = f"{asked.wanted.level}_school"
    text = pl.String
    return pl.DataFrame(
        {
            "settlement": pl.Series([row["settlement"] for row in settlements], dtype=text),
            "name": pl.Series([row["name"] for row in settlements], dtype=text),
            "site": pl.Series([row["site"] for row in sites], dtype=text),
            "site_name": pl.Series([row["name"] for row in sites], dtype=text),
            "pupils": asked.pupils[at] * share[at, to],
            "km": asked.km[at, to],
            "minutes": asked.minutes[at, to],
            "present": pl.Series([row[present] for row in settlements], dtype=text),
            "lon": pl.Series([row["lon"] for row in settlements], dtype=pl.Float64),
            "lat": pl.Series([row["lat"] for row in settlements], dtype=pl.Float64),
        }
    ).with_columns(changes=pl.col("present") != pl.col("site"))


def _totals(asked: Question, outcome: Outcome, share: Numbers, is_open: Marks) -> dict[str, Any]:
    if outcome.best is None:
        return {"pupils": float(asked.pupils.sum()), "settlements": len(asked.pupils)}
    at, to = np.nonzero(share)
    pupils, km = asked.pupils[at] * share[at, to], asked.km[at, to]
    moved = _changing(asked, pupils, at, to)
    totals: dict[str, Any] = {
        "pupils": float(pupils.sum()),
        "settlements": len(asked.pupils),
        "schools": int(is_open.sum()),
        "pupil_km": float(pupils @ km),
        "mean_km": float(pupils @ km / pupils.sum()),
        "p95_km": _percentile(km, pupils, _NINETY_FIVE),
        "farthest_km": float(km.max()),
        "pupils_changing": moved,
    }
    if asked.wanted.by == "cost":
        totals["cost"] = outcome.best.cost + asked.constant
        totals["cost_bound"] = outcome.bound + asked.constant
    return totals


def _changing(asked: Question, pupils: Numbers, at: Any, to: Any) -> float | None:
    """Count the pupils whose school changes; None unless that of every settlement is known."""
    present = [asked.settlements[i][f"{asked.wanted.level}_school"] for i in at]
    if any(school is None for school in present):
        return None
    pairs = zip(present, to, pupils, strict=True)
    return float(sum(n for school, j, n in pairs if school != asked.sites[j]["site"]))


def _percentile(km: Numbers, pupils: Numbers, part: float) -> float:
    """Give the least distance that so large a part of the pupils do not go beyond."""
    order = np.argsort(km, kind="stable")
    reached = np.cumsum(pupils[order]) >= part * pupils.sum() - 1e-9
    return float(km[order][int(reached.argmax())])
