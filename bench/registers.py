"""Registers: deriving against one scan and grouping by Polars, and the memory that making them takes.

python -m bench.registers                    a million teachers, three times
python -m bench.registers --counties 2960    ten million
python -m bench.registers --task TASK FOLDER one measured task, as JSON
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

OUT = Path("out/bench/registers")
KEYS = ("year", "county", "school", "level")


def scan(folder: Path) -> int:
    """Scan the register of teachers and group it once, counting the cells of each column."""
    import polars as pl

    teachers = pl.scan_parquet(folder / "teachers.parquet")
    found = teachers.group_by(KEYS).agg(pl.all().count()).collect(engine="streaming")
    return found.height


def derive(folder: Path) -> int:
    """Derive sections, facts and gaps in the library, nothing checked."""
    import polars as pl

    from junheng.cli.derive_out import Keep, bring
    from junheng.derive import derive, load_definitions

    registers = {"teachers": pl.scan_parquet(folder / "teachers.parquet")}
    keep = Keep(lambda _done, _total: None, 3)
    found = bring(derive(registers, load_definitions(), keep=keep), None, None)
    return found.tables["sections"].height


def check(folder: Path) -> int:
    """Check the registers: keys, cells, personal numbers, nobody twice, fingerprint; give how many."""
    from junheng.intake.registers import read_registers

    return len(read_registers(folder).tables)


TASKS: dict[str, Callable[[Path], int]] = {"scan": scan, "derive": derive, "check": check}


def run(task: str, folder: Path) -> dict[str, float]:
    """Measure one task here, its imports left out of the time."""
    for name in ("polars", "narwhals", "junheng.cli.derive_out", "junheng.intake.registers"):
        import_module(name)
    began, before = time.perf_counter(), _cpu()
    rows = TASKS[task](folder)
    seconds, cpu = time.perf_counter() - began, _cpu() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "rows": rows}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(task: str, folder: Path) -> dict[str, float]:
    """Measure one task in a process of its own."""
    command = [sys.executable, "-m", "bench.registers", "--task", task, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def made(counties: int) -> Path:
    """Make the registers of teachers once, and say what that took."""
    folder = OUT / f"teachers-{counties}"
    if folder.exists():
        return folder
    junheng = Path(sys.executable).with_name("junheng")
    began = time.perf_counter()
    command = [junheng, "demo", folder, "--registers", "--counties", counties, "--quiet"]
    subprocess.run([str(part) for part in command], check=True, stderr=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"made the registers of {counties} counties: {time.perf_counter() - began:.0f} s, {peak:.0f} MB"
    )
    (folder / "classes.parquet").unlink()
    return folder


def compare(folder: Path, times: int) -> None:
    """Print medians, and how many times the scan each task took, by the clock and in CPU time."""
    import polars as pl

    rows = pl.scan_parquet(folder / "teachers.parquet").select(pl.len()).collect().item()
    runs: dict[str, list[dict[str, float]]] = {task: [] for task in TASKS}
    for _ in range(times):
        for task in TASKS:
            runs[task].append(measured(task, folder))
    if len({run["rows"] for task in ("scan", "derive") for run in runs[task]}) != 1:
        raise SystemExit("the tasks did not see the same sections")
    print(
        f"\n{rows:,} teachers; medians of {times}, each a fresh process, alternating; load {os.getloadavg()[0]:.1f}"
    )
    bound = {unit: _median(runs["scan"], unit) for unit in ("seconds", "cpu")}
    names = {"scan": "Polars: scan and group once (the bound)", "derive": "derive, in the library",
             "check": "check the registers beforehand"}  # fmt: skip
    for task, name in names.items():
        print(_line(name, runs[task], bound) + ("   target ≤ 3 ×" if task == "derive" else ""))
    both = [
        {u: a[u] + b[u] for u in bound} | {"peak_mb": max(a["peak_mb"], b["peak_mb"])}
        for a, b in zip(runs["derive"], runs["check"], strict=True)
    ]
    print(_line("check and derive, as the command does", both, bound))


def _median(runs: list[dict[str, float]], unit: str) -> float:
    return statistics.median(run[unit] for run in runs)


def _line(name: str, runs: list[dict[str, float]], bound: dict[str, float]) -> str:
    clock, cpu = _median(runs, "seconds"), _median(runs, "cpu")
    peak = max(run["peak_mb"] for run in runs)
    return (
        f"{name:42} {clock:7.2f} s {clock / bound['seconds']:5.2f} ×"
        f"   CPU {cpu:7.2f} s {cpu / bound['cpu']:5.2f} × {peak:7.0f} MB"
    )


def main() -> None:
    """Measure one task, or make registers and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", nargs=2, metavar=("TASK", "FOLDER"))
    parser.add_argument("--counties", type=int, default=300)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    if asked.task:
        print(json.dumps(run(asked.task[0], Path(asked.task[1]))))
        return
    OUT.mkdir(parents=True, exist_ok=True)
    compare(made(asked.counties), asked.times)


main()
