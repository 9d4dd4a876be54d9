"""Run every measurement in fresh child processes, alternating, and print medians and ratios."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
OUT = Path("out/bench")
NATION = ["ours", "numpy"]
COUNTY = ["county-import", "county-json", "county-table"]


def child(task: str, data: Path) -> dict[str, float]:
    """Run one task in a process of its own; give its seconds, peak memory and result."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.task", task, str(data)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def repeated(tasks: list[str], data: Path, times: int) -> dict[str, list[dict[str, float]]]:
    """Run tasks alternately, so that a busy moment hits all of them."""
    runs: dict[str, list[dict[str, float]]] = {task: [] for task in tasks}
    for turn in range(times):
        for task in tasks:
            print(f"  {turn + 1}/{times} {task}", file=sys.stderr)
            runs[task].append(child(task, data))
    return runs


def made(name: str, **wanted: int) -> Path:
    """Write a synthetic data set once, and keep it for the next run."""
    folder = OUT / name
    if not folder.exists():
        command = [Path(sys.executable).with_name("junheng"), "demo", folder]
        for option, value in wanted.items():
            command += [f"--{option}", str(value)]
        subprocess.run([str(part) for part in command], check=True)
    return folder


def line(name: str, runs: list[dict[str, float]], bound: float) -> str:
    """Say the median of one row of the table."""
    seconds = statistics.median(run["seconds"] for run in runs)
    memory = max(run["peak_mb"] for run in runs)
    return f"{name:44} {seconds:8.2f} s {seconds / bound:6.2f} × {memory:8.0f} MB"


def nation(data: Path, times: int) -> None:
    """Compare ten national years with the NumPy pass over the same files."""
    runs = repeated(NATION, data, times)
    results = {json.dumps(run["result"], sort_keys=True) for task in NATION for run in runs[task]}
    if len(results) != 1:
        raise SystemExit(f"the two did not do the same work: {results}")
    bound = statistics.median(run["seconds"] for run in runs["numpy"])
    print(f"\n{data.name}: values, balance, verdicts on sections and counties; {results.pop()}")
    print(line("NumPy bincount, by hand (the bound)", runs["numpy"], bound))
    print(line("junheng.evaluate on Polars, year by year", runs["ours"], bound) + "   target ≤ 2 ×")


def county(data: Path, times: int) -> None:
    """Compare a county from the shell, cold and warm, with importing polars and narwhals."""
    for state in ("cold", "warm"):
        tasks = [f"{task}-{state}" for task in COUNTY]
        runs = repeated(tasks, data, times)
        bound = statistics.median(run["seconds"] for run in runs[tasks[0]])
        print(f"\none county from the shell, {state}")
        print(line('python -c "import polars, narwhals"', runs[tasks[0]], bound))
        print(
            line("junheng evaluate --format json", runs[tasks[1]], bound) + "   target ≤ 2 × cold"
        )
        print(line("junheng evaluate", runs[tasks[2]], bound))


def main() -> None:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="repetitions of each task")
    parser.add_argument("--counties", type=int, default=2900)
    parser.add_argument("--years", default="2016-2025")
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    names = ("polars", "narwhals", "numpy")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, "
          + ", ".join(f"{name} {version(name)}" for name in names))  # fmt: skip
    print(f"medians of {asked.times} runs, each a fresh process, alternating")
    years = f"nation-{asked.counties}-{asked.years}"
    steps: list[tuple[Callable[[Path, int], None], Path]] = [
        (county, made("county")),
        (nation, made(years, counties=asked.counties, years=asked.years)),
    ]
    for step, data in steps:
        step(data, asked.times)


main()
