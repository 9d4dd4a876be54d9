"""Reading: a large workbook and a large CSV against the bare readers, which check nothing.

python -m bench.reading              both comparisons
python -m bench.reading TASK FILE    one measured task, as JSON

Ours recognises the encoding, takes the SHA-256, types every column of the contract, checks every
cell of it for its kind, range and choice, every key for being there once, and every school of each
table for being in the others; a workbook is guarded and read in a process of its own besides. What
it gives are the same rows, typed. The time is that of the clock; processor time, ours and that of
processes started, is told beside it, because on a busy machine it is the steadier of the two.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

OUT = Path("out/bench/reading")
ROWS, COLUMNS, LINES = 20_000, 60, 2_100_000


def ours(place: Path) -> int:
    """Read, check and type every table; give the cells of the tables."""
    from junheng import intake

    tables = intake.read(place).tables
    return sum(frame.collect().height for frame in tables.values())


def calamine(place: Path) -> int:
    """Read every sheet with python-calamine, into lists."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(place))
    return sum(len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names)


def fastexcel(place: Path) -> int:
    """Read every sheet with fastexcel, into Arrow."""
    import fastexcel as reader
    import polars as pl

    book = reader.read_excel(place)
    return sum(pl.DataFrame(book.load_sheet(name)).height for name in book.sheet_names)


def polars(place: Path) -> int:
    """Read every file with Polars, types guessed."""
    import polars as pl

    return sum(pl.read_csv(path).height for path in sorted(place.glob("*.csv")))


TASKS: dict[str, Callable[[Path], int]] = {
    "ours": ours,
    "calamine": calamine,
    "fastexcel": fastexcel,
    "polars": polars,
}


def measured(task: str, place: Path) -> dict[str, float]:
    """Run one task in a process of its own, its imports left out of the time."""
    command = [sys.executable, "-m", "bench.reading", task, str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def run(task: str, place: Path) -> dict[str, float]:
    """Measure one task here."""
    for name in ("polars", "python_calamine", "junheng.intake"):
        import_module(name)
    began, worked = time.perf_counter(), processor()
    rows = TASKS[task](place)
    seconds, cpu = time.perf_counter() - began, processor() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "rows": rows}


def processor() -> float:
    """Give the seconds of processor time used so far, by this process and those it waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def workbook() -> Path:
    """Write a workbook of schools, 60 columns wide, once."""
    import xlsxwriter

    from junheng.model.tables import SCHOOLS

    place = OUT / f"schools-{ROWS}-{COLUMNS}.xlsx"
    if place.exists():
        return place
    draw = random.Random(1)  # noqa: S311  # figures, not secrets
    headings = [column.zh for column in SCHOOLS.columns]
    headings += [f"备注{nth}" for nth in range(COLUMNS - len(headings))]
    with xlsxwriter.Workbook(place) as book:
        schools, sections = book.add_worksheet("学校"), book.add_worksheet("学段")
        schools.write_row(0, 0, headings)
        sections.write_row(0, 0, ["统计年份", "学校标识码", "学段", "在校生数"])
        for row in range(1, ROWS + 1):
            code = f"0990{row:06}"
            told = [
                2025,
                "990101",
                code,
                f"第{row}小学",
                "小学",
                "7",
                "城区",
                1958,
                0,
                1,
                116.4,
                39.9,
            ]
            figures = [round(draw.uniform(0, 1e6), 2) for _ in headings[len(told) :]]
            schools.write_row(row, 0, [*told, *figures])
            sections.write_row(row, 0, [2025, code, "小学", draw.randrange(2000)])
    return place


def lines() -> Path:
    """Write 2.1 million lines of sections, and their schools, once."""
    import polars as pl

    place = OUT / f"csv-{LINES}"
    if place.exists():
        return place
    place.mkdir()
    each = pl.select(pl.int_range(LINES).alias("n")).with_columns(
        year=2016 + pl.col("n") % 10, school=pl.format("0{}", 1_000_000_000 + pl.col("n") // 10)
    )
    sections = each.select(
        "year",
        "school",
        level=pl.lit("primary"),
        pupils=pl.col("n") % 1999,
        classes=pl.col("n") % 47,
        teachers=(pl.col("n") % 1511) / 4,
    )
    sections.write_csv(place / "sections.csv")
    schools = each.select(
        "year", "school", county=pl.lit("990101"), kind=pl.lit("primary"), sponsor=pl.lit(7)
    )
    schools.write_csv(place / "schools.csv")
    return place


def compare(place: Path, tasks: Sequence[str], times: int) -> None:
    """Print medians, and how many times the first task each one took."""
    runs: dict[str, list[dict[str, float]]] = {task: [] for task in tasks}
    for _ in range(times):
        for task in tasks:
            runs[task].append(measured(task, place))
    if len({run["rows"] for found in runs.values() for run in found}) != 1:
        raise SystemExit("they did not read the same rows")
    median, cpu = (
        {task: statistics.median(run[what] for run in runs[task]) for task in tasks}
        for what in ("seconds", "cpu")
    )
    print(f"\n{place.name}: {runs[tasks[0]][0]['rows']:,.0f} rows")
    for task in tasks:
        peak = max(run["peak_mb"] for run in runs[task])
        ratio = median[task] / median[tasks[0]]
        aim = "   target ≤ 2 ×" if task == "ours" else ""
        print(
            f"{task:12} {median[task]:8.2f} s {ratio:6.2f} × {peak:8.0f} MB"
            f"   processor {cpu[task]:6.2f} s {cpu[task] / cpu[tasks[0]]:5.2f} ×{aim}"
        )


def main() -> None:
    """Run one task, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", nargs="?", choices=TASKS)
    parser.add_argument("place", nargs="?", type=Path)
    parser.add_argument("--times", type=int, default=11)
    asked = parser.parse_args()
    if asked.task:
        print(json.dumps(run(asked.task, asked.place)))
        return
    OUT.mkdir(parents=True, exist_ok=True)
    compare(workbook(), ("calamine", "fastexcel", "ours"), asked.times)
    compare(lines(), ("polars", "ours"), asked.times)


if __name__ == "__main__":
    main()
