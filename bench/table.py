"""What was measured, as Markdown in docs/benchmarks.md, as CSV and as a chart."""

from __future__ import annotations

import csv
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
_NUMBERS = ("seconds", "least", "most", "ratio", "peak_mb", "load")
PACKAGES = ("polars", "narwhals", "numpy", "numba", "pandas", "duckdb", "ineqpy", "pyspark")
NAMES = {
    "numpy": "NumPy by hand (the bound)",
    "ours": "junheng on Polars",
    "duckdb": "DuckDB, SQL by hand, counting",
    "kept": "DuckDB, SQL by hand, keeping what junheng keeps",
    "pandas": "pandas, vectorised",
    "ineqpy": "IneqPy, a county at a time (coefficients only)",
    "spark": "junheng on Spark local[2]",
    "fused": "Numba, one fused pass (the bound)",
    "measures": "junheng.measures on Polars",
    "library": "all 31 items, contributions of every school",
    "import": 'python -c "import polars, narwhals"',
    "json": "junheng evaluate --format json",
    "table": "junheng evaluate",
    "list": "junheng evaluate, the list of counties",
    "parquet": "junheng evaluate --out, every value",
}
_SIZES = {"year": ", one year", "years": ", all years"}
TARGETS = {
    ("nation, ten years", "ours"): "≤ 2 ×",
    ("measures, ten years", "measures"): "≤ 3 ×",
    ("one county, library", "library"): "warm ≤ 50 ms",
    ("whole commands on a nation", "command-list-years"): "≤ 10 ×",
    ("whole commands on a nation", "command-parquet-years"): "≤ 10 ×",
    ("one county, shell, cold", "county-json-cold"): "≤ 2 ×",
}


@dataclass(frozen=True)
class Row:
    """One task of one part: seconds are medians of so many runs, each a fresh process."""

    part: str
    task: str
    runs: int
    seconds: float
    least: float
    most: float
    warm: float | None
    """Median of further runs in the same process."""
    ratio: float
    peak_mb: float
    load: float = 0.0
    """Load of the machine when the part began."""

    @property
    def name(self) -> str:
        """Say what the row is."""
        words = self.task.split("-")
        size = _SIZES.get(words[-1], f", {words[-1]} counties" if words[-1].isdigit() else "")
        return NAMES[next(word for word in words if word in NAMES)] + size

    @property
    def target(self) -> str:
        """Say what was aimed at, and whether it was met."""
        aim = TARGETS.get((self.part, self.task), "")
        if not aim:
            return ""
        reached = self.warm if "warm" in aim else self.ratio
        most = float(aim.split()[-2]) / (1000 if aim.endswith("ms") else 1)
        return f"{aim} : {'met' if reached is not None and reached <= most else '**missed**'}"


def about(times: int) -> str:
    """Say on what, and with what."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = os.cpu_count() or 1
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return (
        f"{cores} cores, {pages * size / 2**30:.0f} GB, Python {platform.python_version()}, "
        f"{packages}. Medians of up to {times} runs, each a fresh process, tasks alternating."
    )


def markdown(rows: Sequence[Row]) -> str:
    """Give a table a part."""
    return "\n\n".join(
        _part(part, list(each)) for part, each in groupby(rows, lambda row: row.part)
    )


def _part(part: str, rows: list[Row]) -> str:
    load = rows[0].load
    busy = ", busy with other work: read the ratios only" if load > (os.cpu_count() or 1) else ""
    lines = [f"**{part[0].upper()}{part[1:]}** (load of the machine {load:.1f}{busy})", ""]
    lines += ["| what | runs | time | again, warm | ratio | peak memory | target |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        warm = "" if row.warm is None else _seconds(row.warm)
        cells = (row.name, row.runs, _seconds(row.seconds), warm, f"{row.ratio:.2f}",
                 f"{row.peak_mb:,.0f} MB", row.target)  # fmt: skip
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def write(rows: Sequence[Row], said: str, docs: Path) -> None:
    """Write the CSV and the chart, and put the tables between the marks of the page.

    Parts that were not measured now stay as they were.
    """
    rows = _joined(_earlier(docs / "benchmarks.csv"), rows)
    with (docs / "benchmarks.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, [field.name for field in fields(Row)])
        sheet.writeheader()
        sheet.writerows(asdict(row) for row in rows)
    _chart(rows, docs / "benchmarks.svg")
    page = docs / "benchmarks.md"
    head, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{said}\n\n{markdown(rows)}\n{END}{tail}", "utf-8")


def _earlier(path: Path) -> list[Row]:
    """Read the rows that were written before."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(cells) for cells in csv.DictReader(file)]


def _row(cells: Mapping[str, str]) -> Row:
    numbers = {name: float(cells[name]) for name in _NUMBERS}
    warm = float(cells["warm"]) if cells["warm"] else None
    return Row(cells["part"], cells["task"], int(cells["runs"]), warm=warm, **numbers)


def _joined(earlier: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """Put the parts measured now in the place of the same parts, or at the end."""
    parts = dict.fromkeys(row.part for row in (*earlier, *now))
    fresh = {row.part for row in now}
    return [
        row for p in parts for row in (now if p in fresh else earlier) if row.part == p
    ]  # fmt: skip


def _chart(rows: Sequence[Row], path: Path) -> None:
    """Draw ten national years by row, and how the time grows with the counties: what is measured of it."""
    import altair as alt

    years = [row for row in rows if row.part == "nation, ten years"]
    grown = [row for row in rows if row.part.startswith("growth")]
    drawn = [*([_by_row(years)] if years else []), *([_by_counties(grown)] if grown else [])]
    if drawn:
        alt.vconcat(*(chart.properties(width=420) for chart in drawn)).save(path)


def _by_row(rows: Sequence[Row]) -> Any:
    import altair as alt
    import polars as pl

    measured = [{"row": r.name, "seconds": r.seconds, "said": _seconds(r.seconds)} for r in rows]
    points = alt.Chart(pl.DataFrame(measured)).encode(
        alt.X("seconds", scale=alt.Scale(type="log"), title="seconds, ten national years"),
        alt.Y("row", sort=alt.SortField("seconds"), title=None, axis=alt.Axis(labelLimit=320)),
    )
    said = points.mark_text(align="left", dx=9).encode(text="said")
    return points.mark_point(filled=True, size=90, opacity=1) + said


def _by_counties(rows: Sequence[Row]) -> Any:
    import altair as alt
    import polars as pl

    points = [
        {"counties": int(counties), "seconds": r.seconds, "row": NAMES[task]}
        for r in rows
        for task, counties in [r.task.split("-")]
    ]
    scale = alt.Scale(type="log")
    return (
        alt.Chart(pl.DataFrame(points))
        .mark_line(point=True)
        .encode(
            alt.X("counties", scale=scale, title="counties, one year"),
            alt.Y("seconds", scale=scale, title="seconds"),
            alt.Color("row", title=None, legend=alt.Legend(orient="bottom", labelLimit=320)),
        )
    )
