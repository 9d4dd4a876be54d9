"""A layout as files: its tables as CSV or Parquet, its JSON, its picture; synthetic data likewise."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from junheng import __version__
from junheng.errors import WrongUse, say
from junheng.plan.site_synthetic import synthetic
from junheng.report import as_csv

if TYPE_CHECKING:
    from junheng.plan.site import Layout
    from junheng.report.pictures.picture import Picture

MANIFEST = "layout.json"
NOTE = "README.txt"
_SOME = 1e-6
"""Pupils, or a share of a settlement, below which it is but the error of floating sums."""


def document(layout: Layout, digest: str) -> dict[str, Any]:
    """Give the whole answer as JSON: what was asked, what is proved, sites, assignment, totals."""
    wanted, outcome = layout.question.wanted, layout.outcome
    travel = wanted.travel
    asked = {"level": wanted.level, "by": wanted.by, "schools": wanted.schools,
             "radius_km": wanted.radius, "minutes": wanted.minutes, "whole": wanted.whole,
             "pupil_km_yuan": wanted.pupil_km, "years": wanted.years, "detour": travel.detour,
             "pace_km_h": travel.pace}  # fmt: skip
    return {
        "asked": asked,
        "status": layout.status,
        "proof": _proof(layout),
        "totals": dict(layout.totals),
        "sites": layout.sites.to_dicts() if outcome.best else [],
        "assignment": layout.assignment.to_dicts(),
        "conflict": conflict(layout),
        "input": {"sha256": digest},
        "junheng": {"version": __version__},
    }


def _proof(layout: Layout) -> dict[str, Any]:
    outcome, core = layout.outcome, layout.question.core
    value = outcome.best.cost + layout.question.constant if outcome.best else None
    bound = outcome.bound + layout.question.constant
    known = outcome.best is not None or outcome.bound > float("-inf")
    return {
        "value": value,
        "bound": bound if known and abs(bound) < float("inf") else None,
        "gap": gap(layout),
        "links": int(core.link.size),
        "links_allowed": int(core.allowed.sum()),
        "links_kept": outcome.kept,
        "links_taken_in": outcome.taken_in,
        "problems_solved": outcome.problems,
        "seconds": layout.seconds,
    }


def gap(layout: Layout) -> float | None:
    """Give (value - bound) ÷ value; None where there is no answer."""
    best = layout.outcome.best
    if best is None or layout.outcome.bound == float("-inf"):
        return None
    short = max(0.0, best.cost - layout.outcome.bound)
    return 0.0 if short == 0 else short / max(abs(best.cost + layout.question.constant), 1e-12)


def conflict(layout: Layout) -> dict[str, Any] | None:
    """Say which limits conflict, who is left over, and the nearest way out by each limit."""
    why = layout.conflict
    if why is None:
        return None
    asked = layout.question
    left = [(i, float(part)) for i, part in enumerate(why.unserved) if part > _SOME]
    return {
        "limits": list(why.kinds),
        "others_conflict_too": why.more,
        "unserved": [
            {"settlement": asked.settlements[i]["settlement"], "name": asked.settlements[i]["name"],
             "pupils": float(asked.pupils[i] * part)} for i, part in left
        ],
        "unserved_is_least": why.unserved_proved,
        "reach": why.reach,
        "ways_out": {kind: _way_out(layout, kind) for kind in why.relaxed},
    }  # fmt: skip


def _way_out(layout: Layout, kind: str) -> dict[str, Any]:
    """Say how far the nearest answer goes beyond the limit that it gives up."""
    asked, answer = layout.question, layout.conflict.relaxed[kind]  # type: ignore[union-attr]  # asked for of a conflict
    core, load = asked.core, asked.pupils @ answer.share
    over, under = load - core.largest, core.smallest - load
    if kind == "capacity":
        return {
            "places": float(over[over > _SOME].sum()),
            "sites": _few(layout, over > _SOME, over),
        }
    if kind == "smallest":
        short = answer.is_open & (under > _SOME)
        return {"pupils_short": float(under[short].sum()), "sites": _few(layout, short, under)}
    if kind == "most":
        return {
            "schools": int((load > 0).sum()) if not core.must.any() else int(answer.is_open.sum())
        }
    if kind == "must":
        closed = core.must & ~answer.is_open
        return {"sites": _few(layout, closed, load)}
    if kind == "whole":
        return {"settlements": [asked.settlements[i]["settlement"]
                                for i in range(len(asked.pupils))
                                if (answer.share[i] > _SOME).sum() > 1]}  # fmt: skip
    return {"settlements": _beyond(layout, (answer.share > _SOME) & ~core.allowed)}


def _beyond(layout: Layout, beyond: Any) -> list[dict[str, Any]]:
    """List the ways beyond the limit of reach."""
    asked = layout.question
    return [
        {"settlement": asked.settlements[i]["settlement"], "site": asked.sites[j]["site"],
         "km": float(asked.km[i, j]), "minutes": float(asked.minutes[i, j])}
        for i, j in zip(*beyond.nonzero(), strict=True)
    ]  # fmt: skip


def _few(layout: Layout, where: Any, by: Any) -> list[dict[str, Any]]:
    sites = layout.question.sites
    return [{"site": sites[j]["site"], "name": sites[j]["name"], "pupils": float(by[j])}
            for j in where.nonzero()[0]]  # fmt: skip


def refuse_others(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier layout."""
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise WrongUse("cli.not_ours_to_replace", found=out)


def write(layout: Layout, out: Path, kind: str, digest: str) -> None:
    """Write `sites` and `assignment` and the manifest into a folder, all of it or nothing."""
    about = document(layout, digest)
    sites, assignment = about.pop("sites"), about.pop("assignment")
    frames = {"sites": layout.sites if sites else layout.sites.clear(),
              "assignment": layout.assignment}  # fmt: skip
    refuse_others(out)
    with as_csv.folder(out) as draft:
        for name, frame in frames.items():
            _write(frame, draft / f"{name}.{kind}")
        text = json.dumps(
            about | {"rows": [len(sites), len(assignment)]}, ensure_ascii=False, indent=1
        )
        (draft / MANIFEST).write_text(text + "\n", "utf-8")


def _write(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        as_csv.log(path, frame.columns, frame.to_dicts())
    else:
        frame.write_parquet(path)


def draw(picture: Picture, path: Path) -> None:
    """Write a picture beside its place, then put it there."""
    content = picture.png() if path.suffix.lower() == ".png" else picture.svg().encode()
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.resolve().parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(draft).chmod(0o644)
        Path(draft).rename(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def write_demo(out: Path, settlements: int, sites: int, seed: int) -> None:
    """Write synthetic settlements and sites, and a note that says so; never over other files."""
    tables: Mapping[str, pl.DataFrame] = synthetic(settlements, sites, seed)
    ours = {NOTE, *(f"{name}.csv" for name in tables)}
    if out.exists() and {path.name for path in out.iterdir()} - ours:
        raise WrongUse("cli.not_ours_to_replace", found=out)
    with as_csv.folder(out) as draft:
        for name, frame in tables.items():
            as_csv.table(draft / f"{name}.csv", frame.columns, frame.to_dicts())
        notes = [say("site.demo_note", language, seed=seed) for language in ("zh", "en")]
        (draft / NOTE).write_text("\n".join(notes) + "\n", "utf-8")
