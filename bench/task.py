"""One measured task, run in a process of its own: prints seconds, peak memory and result as JSON."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def ours(data: Path) -> dict[str, int]:
    """Judge every year with junheng, under the resources part alone: what the NumPy pass does."""
    from dataclasses import replace

    import polars as pl

    from junheng.evaluate.regimes import regimes
    from junheng.evaluate.verdict import wide_results
    from junheng.model.load import load_standard
    from junheng.report.collected import hold

    tables = {name: pl.scan_parquet(data / f"{name}.parquet") for name in ("schools", "sections")}
    years = tables["schools"].select("year").unique().collect()["year"]
    totals: dict[str, int] = {}
    whole = load_standard("cn-quality-2017")
    resources = replace(whole, parts=whole.parts[:1], veto=(), eligibility=(), easements=())
    for regime in regimes(resources, years):
        for year, day in regime.days.items():
            one = replace(regime, days={year: day})
            wide = wide_results(one.cut(tables), one.standard, hold)
            for name, n in _counts(wide).items():
                totals[name] = totals.get(name, 0) + n
    return totals


def _counts(wide: Any) -> dict[str, int]:
    import polars as pl

    judged = wide.judged.to_native().select(pl.col("verdict").value_counts()).collect()
    sections = {row["verdict"]: row["count"] for row in judged["verdict"]}
    counties = wide.counties.to_native().collect()
    parts = counties["part:resources"].value_counts()
    resources = dict(parts.iter_rows())
    return {
        "sections_pass": sections.get("pass", 0),
        "sections_fail": sections.get("fail", 0),
        "resources_fail": resources.get("fail", 0),
        "resources_pass": resources.get("pass", 0),
        "cv_over": int(counties["balance_failed"].sum()),
    }


def numpy(data: Path) -> dict[str, int]:
    """Judge every year with the NumPy pass."""
    from bench.numpy_pass import nation

    return nation(data)


def shell(arguments: list[str], *, cold: bool) -> float:
    """Time a whole command; cold: with its files dropped from the page cache first."""
    if cold:
        _drop_from_cache(Path(sys.prefix))
    began = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def _drop_from_cache(folder: Path) -> None:
    os.sync()
    for root in (folder, Path(__file__).parent.parent / "src", Path(os.__file__).parent):
        for path in root.rglob("*"):
            if path.is_file() and path.suffix in (".py", ".pyc", ".so", ".yaml"):
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def county(task: str, data: Path) -> float:
    """Time one of the county commands."""
    _, what, state = task.split("-")
    junheng = str(Path(sys.executable).with_name("junheng"))
    judge = [junheng, "evaluate", str(data), "--standard", "cn-quality-2017"]
    commands = {
        "import": [sys.executable, "-c", "import polars, narwhals"],
        "json": [*judge, "--format", "json"],
        "table": judge,
    }
    return shell(commands[what], cold=state == "cold")


def main() -> None:
    """Run the task named and print what was measured."""
    task, data = sys.argv[1], Path(sys.argv[2])
    result: dict[str, int] | None = None
    who = resource.RUSAGE_SELF
    if task.startswith("county-"):
        seconds = county(task, data)
        who = resource.RUSAGE_CHILDREN
    else:
        run: Callable[[Path], dict[str, int]] = {"ours": ours, "numpy": numpy}[task]
        began = time.perf_counter()
        result = run(data)
        seconds = time.perf_counter() - began
    peak = resource.getrusage(who).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "result": result}))


main()
