"""One measured task, run in a process of its own: prints seconds, peak memory and result as JSON.

python -m bench.task TASK DATA
"""

from __future__ import annotations

import compileall
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

BORN = time.perf_counter()
AGAIN = 5
SOURCES = Path(__file__).parent.parent / "src"
Run = Callable[[Path], dict[str, float]]
_MODULES = {
    "numpy": "bench.numpy_pass",
    "duckdb": "bench.by_duckdb",
    "pandas": "bench.by_pandas",
    "ineqpy": "bench.by_ineqpy",
    "ours": "bench.by_junheng",
}


def run_of(task: str) -> Run:
    """Import what a task needs, and give what is measured."""
    if task == "fused":
        fused = import_module("bench.fused")
        fused.compiled()
        found: Run = fused.nation
    elif task == "measures":
        found = import_module("bench.by_junheng").measured
    elif task == "kept":
        found = import_module("bench.by_duckdb").kept
    else:
        found = import_module(_MODULES[task]).nation
    return found


def nation(task: str, data: Path) -> dict[str, Any]:
    """Time a task once, its imports left out; then again, where that is quick."""
    run = run_of(task)
    began = time.perf_counter()
    result = run(data)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "result": result}


def single(task: str, data: Path) -> dict[str, Any]:
    """Time one county cold, from the start of the process, and warm, in the same process."""
    run = run_of(task)
    result = run(data)
    cold = time.perf_counter() - BORN
    warm = []
    for _ in range(AGAIN):
        began = time.perf_counter()
        run(data)
        warm.append(time.perf_counter() - began)
    return {"seconds": cold, "warm": sorted(warm)[AGAIN // 2], "result": result}


def spark(data: Path) -> dict[str, Any]:
    """Time Spark local[2]: cold with its start, then warm in the same session."""
    ours = import_module("bench.by_junheng")
    sessions = import_module("junheng.cli.engine_session")
    with sessions.session("local[2]", {"spark.driver.memory": "4g"}, "en") as session:
        result = ours.on_spark(session, data)
        cold = time.perf_counter() - BORN
        began = time.perf_counter()
        ours.on_spark(session, data)
        warm = time.perf_counter() - began
        peak = sum(_peak_of(child) for child in _children(os.getpid()))
    return {"seconds": cold, "warm": warm, "result": result, "children_mb": peak}


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def _peak_of(pid: int) -> float:
    """Give the most memory that a running process has held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def library(data: Path) -> dict[str, Any]:
    """Time one county in the library, with all items and contributions."""
    first, again = import_module("bench.by_junheng").county(data, 4 * AGAIN)
    return {"seconds": first, "warm": again, "result": None}


def shell(arguments: list[str], *, cold: bool) -> float:
    """Time a whole command, compiled as pip leaves it; cold: its files dropped from the page cache first."""
    compileall.compile_dir(SOURCES, quiet=1)
    if cold:
        _drop_from_cache(Path(sys.prefix))
    began = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def _drop_from_cache(folder: Path) -> None:
    os.sync()
    for root in (folder, SOURCES, Path(os.__file__).parent):
        for path in root.rglob("*"):
            if path.is_file() and path.suffix in (".py", ".pyc", ".so", ".yaml"):
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def county(task: str, data: Path) -> dict[str, Any]:
    """Time one of the county commands."""
    _, what, state = task.split("-")
    junheng = str(Path(sys.executable).with_name("junheng"))
    judge = [junheng, "evaluate", str(data), "--standard", "cn-quality-2017"]
    commands = {
        "import": [sys.executable, "-c", "import polars, narwhals"],
        "json": [*judge, "--format", "json"],
        "table": judge,
    }
    return {"seconds": shell(commands[what], cold=state == "cold"), "result": None}


def command(task: str, data: Path) -> dict[str, Any]:
    """Time a whole command on a nation: the list of its counties, every value to Parquet, or as JSON."""
    junheng = str(Path(sys.executable).with_name("junheng"))
    judge = [junheng, "evaluate", str(data), "--standard", "cn-quality-2017"]
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        more = {"list": [], "parquet": ["--out", f"{folder}/out"], "json": ["--format", "json"]}
        return {"seconds": shell([*judge, *more[task.split("-")[1]]], cold=False), "result": None}


def measured(task: str, data: Path) -> dict[str, Any]:
    """Run the task named."""
    if task.startswith("command-"):
        return command(task, data)
    if task.startswith("county-"):
        return county(task, data)
    if task.startswith("single-"):
        return single(task.removeprefix("single-"), data)
    named = {"spark": spark, "library": library}
    return named[task](data) if task in named else nation(task, data)


def main() -> None:
    """Run the task named and print what was measured."""
    task, data = sys.argv[1], Path(sys.argv[2])
    found = measured(task, data)
    outside = task.startswith(("county-", "command-"))
    who = resource.RUSAGE_CHILDREN if outside else resource.RUSAGE_SELF
    here = resource.getrusage(who).ru_maxrss / 1024
    found["peak_mb"] = here + found.pop("children_mb", 0.0)
    print(json.dumps(found))


main()
