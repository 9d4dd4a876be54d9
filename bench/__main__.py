"""Run every measurement in fresh child processes, alternating; write the tables and the chart.

python -m bench                      everything; writes docs/benchmarks.csv, .svg and the tables in .md
python -m bench --only growth        one part written, the others left as they are
python -m bench --print              nothing written
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import table
from bench.table import Row

OUT = Path("out/bench")
RULES = ("numpy", "ours", "duckdb", "kept", "pandas", "ineqpy", "spark")
MEASURES = ("fused", "measures")
SHELL = ("import", "json", "table")
COMMANDS = {"list": 3, "parquet": 3, "json": 1}
"""Whole commands on a nation, and how often each is repeated: as JSON ten years take minutes."""
GROWTH = (1, 10, 100, 1000, 3000)
SLOW = {"ineqpy": 1, "spark": 1}
"""Rows that take minutes on ten years are repeated less often; the table says how often."""
CLOSE = 1e-9
Run = dict[str, Any]


def child(task: str, data: Path) -> Run:
    """Run one task in a process of its own; give its seconds, peak memory and result."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.task", task, str(data)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: Run = json.loads(done.stdout.splitlines()[-1])
    return found


def repeated(tasks: Mapping[str, int], data: Path) -> dict[str, list[Run]]:
    """Run tasks alternately, so that a busy moment hits all of them."""
    runs: dict[str, list[Run]] = {task: [] for task in tasks}
    for turn in range(max(tasks.values())):
        for task, times in tasks.items():
            if turn < times:
                print(f"  {data.name}: {turn + 1}/{times} {task}", file=sys.stderr)
                runs[task].append(child(task, data))
    return runs


def made(name: str, **wanted: int | str) -> Path:
    """Write a synthetic data set once, and keep it for the next run."""
    folder = OUT / name
    if not folder.exists():
        command = [Path(sys.executable).with_name("junheng"), "demo", folder, "--quiet"]
        for option, value in wanted.items():
            command += [f"--{option}", str(value)]
        subprocess.run([str(part) for part in command], check=True)
    return folder


def rows_of(part: str, runs: Mapping[str, list[Run]], bound: str) -> list[Row]:
    """Give the medians of a part, and the ratio of each to its bound."""
    middle = {
        task: statistics.median(run["seconds"] for run in each) for task, each in runs.items()
    }
    return [
        Row(
            part=part,
            task=task,
            runs=len(each),
            seconds=middle[task],
            least=min(run["seconds"] for run in each),
            most=max(run["seconds"] for run in each),
            warm=statistics.median(run["warm"] for run in each) if "warm" in each[0] else None,
            ratio=middle[task] / middle[bound],
            peak_mb=max(run["peak_mb"] for run in each),
        )
        for task, each in runs.items()
    ]


def same_work(runs: Mapping[str, list[Run]]) -> None:
    """Refuse to compare rows that did not come to the same: what two rows both tell must agree."""
    (first, *_), *_ = runs.values()
    for task, each in runs.items():
        for run in each:
            shared = first["result"].keys() & run["result"].keys()
            wrong = [
                name for name in shared if not _close(run["result"][name], first["result"][name])
            ]
            if wrong or not shared:
                raise SystemExit(
                    f"{task} did not do the same work: {run['result']} {first['result']}"
                )


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= CLOSE * max(abs(one), abs(other))


def _times(tasks: Sequence[str], times: int, *, slow: bool) -> dict[str, int]:
    return {task: min(times, SLOW.get(task, times)) if slow else times for task in tasks}


def nation(asked: argparse.Namespace, years: str, part: str) -> list[Row]:
    """Judge national years by every row."""
    data = made(f"nation-{asked.counties}-{years}", counties=asked.counties, years=years)
    runs = repeated(_times(RULES, asked.times, slow=True), data)
    same_work(runs)
    return rows_of(part, runs, "numpy")


def one_year(asked: argparse.Namespace) -> list[Row]:
    """Judge the nation of one year."""
    return nation(asked, asked.years.split("-")[-1], "nation, one year")


def ten_years(asked: argparse.Namespace) -> list[Row]:
    """Judge the nation of ten years."""
    return nation(asked, asked.years, "nation, ten years")


def measures(asked: argparse.Namespace) -> list[Row]:
    """Work out CV, Gini, Theil and its parts for ten national years."""
    data = made(
        f"nation-{asked.counties}-{asked.years}", counties=asked.counties, years=asked.years
    )
    runs = repeated(_times(MEASURES, asked.times, slow=False), data)
    same_work(runs)
    return rows_of("measures, ten years", runs, "fused")


def county(asked: argparse.Namespace) -> list[Row]:
    """Judge one county, cold and warm, by every row; then in the library and from the shell."""
    data = made("nation-1", counties=1, years="2025-2025")
    data = _as_parquet(data)
    rules = {f"single-{task}": asked.times for task in RULES if task not in ("kept", "spark")}
    runs = repeated({**rules, "spark": min(2, asked.times)}, data)
    same_work(runs)
    found = rows_of("one county", runs, "single-numpy")
    whole = made("county")
    found += rows_of("one county, library", repeated({"library": asked.times}, whole), "library")
    for state in ("cold", "warm"):
        tasks = {f"county-{task}-{state}": asked.times for task in SHELL}
        runs = repeated(tasks, whole)
        found += rows_of(f"one county, shell, {state}", runs, f"county-import-{state}")
    return found


def _as_parquet(folder: Path) -> Path:
    """Give the two tables of a small data set in Parquet, as a nation has them."""
    from junheng.intake import read

    place = folder.with_name(f"{folder.name}-parquet")
    if not place.exists():
        tables = read(folder).tables
        place.mkdir()
        for name in ("schools", "sections"):
            tables[name].sink_parquet(place / f"{name}.parquet")
    return place


def commands(asked: argparse.Namespace) -> list[Row]:
    """Judge nations by whole commands, one year and all of them: how time and memory grow with years."""
    found: list[Row] = []
    for task, times in COMMANDS.items():
        for size, years in {"year": asked.years.split("-")[-1], "years": asked.years}.items():
            data = made(f"nation-{asked.counties}-{years}", counties=asked.counties, years=years)
            runs = repeated({f"command-{task}": min(times, asked.times)}, data)
            (row,) = rows_of("whole commands on a nation", runs, f"command-{task}")
            one_year = row.seconds if size == "year" else found[-1].seconds
            found.append(replace(row, task=f"{row.task}-{size}", ratio=row.seconds / one_year))
    return found


def growth(asked: argparse.Namespace) -> list[Row]:
    """Judge more and more counties of one year."""
    found = []
    for counties in GROWTH:
        data = _as_parquet(made(f"growth-{counties}", counties=counties, years="2025-2025"))
        runs = repeated(_times(("numpy", "ours"), asked.times, slow=False), data)
        same_work(runs)
        rows = rows_of("growth with the counties, one year", runs, "numpy")
        found += [replace(row, task=f"{row.task}-{counties}") for row in rows]
    return found


PARTS: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    "county": county,
    "nation": one_year,
    "years": ten_years,
    "measures": measures,
    "growth": growth,
    "commands": commands,
}


def main() -> None:
    """Make the data, measure, print, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="repetitions of each task")
    parser.add_argument("--counties", type=int, default=2900)
    parser.add_argument("--years", default="2016-2025")
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="these parts; the others stay as they are"
    )
    parser.add_argument("--print", action="store_true", dest="printed", help="write nothing")
    parser.add_argument(
        "--docs", type=Path, default=Path("docs"), help="where the results are written"
    )
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    about = table.about(asked.times)
    for name in asked.only or PARTS:
        load = os.getloadavg()[0]
        found = [replace(row, load=load) for row in PARTS[name](asked)]
        print(f"{about}\n\n{table.markdown(found)}")
        if not asked.printed:
            table.write(found, about, asked.docs)


if __name__ == "__main__":
    main()
