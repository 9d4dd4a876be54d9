"""The nation on a standalone cluster that loses a worker in the middle, against Polars.

python tests/prove/prove_cluster.py --counties 2900 --years 2016-2025
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / name) for name in ("scale", "measures")]

import cluster  # noqa: E402
import polars as pl  # noqa: E402

TABLES = ("values", "sections", "balance", "items", "parts", "counties", "excluded")
"""The tables that a national data set, without rows for classes and rooms, gives rows of."""
_KEYS = ("year", "county", "school", "level", "indicator", "part", "item", "check")
_CLOSE = 1e-9


def main() -> None:
    """Make the nation, judge it on both, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=2900)
    parser.add_argument("--years", default="2025")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="junheng-cluster-") as name:
        work = Path(name)
        data = work / "data"
        _run("demo", data, "--counties", asked.counties, "--years", asked.years, "--quiet")
        here = _timed("Polars", work / "here", data)
        began = time.monotonic()
        there, words = work / "there", work / "words.txt"
        with cluster.running(work / "cluster", memory="3g") as started:
            status = cluster.judged_with_a_loss(started, data, there, words, "2g")
        if status:
            raise SystemExit(f"the cluster gave {status}:\n{words.read_text('utf-8', 'replace')}")
        tell(f"Spark, a worker killed in the middle: {time.monotonic() - began:.0f} s")
        apart = [name for name in TABLES if not _same(there, here, name)]
        if apart:
            raise SystemExit(f"these tables differ: {', '.join(apart)}")
        tell("every verdict equal, every number to 1e-9")


def tell(words: str) -> None:
    """Say a line at once, so that a long proof shows where it is."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _timed(name: str, out: Path, data: Path) -> Path:
    began = time.monotonic()
    _run("evaluate", data, "--standard", "cn-quality-2017", "--out", out)
    tell(f"{name}: {time.monotonic() - began:.0f} s")
    return out


def _run(*arguments: object) -> None:
    junheng = Path(sys.executable).with_name("junheng")
    subprocess.run([str(part) for part in (junheng, *arguments)], check=True)


def _same(there: Path, here: Path, table: str) -> bool:
    """Compare two tables row by row, by their keys, without holding them as rows."""
    mine, theirs = (pl.scan_parquet(folder / f"{table}.parquet") for folder in (there, here))
    keys = [key for key in _KEYS if key in theirs.collect_schema().names()]
    both = mine.join(theirs, on=keys, how="full", nulls_equal=True, suffix=" here")
    unequal = [
        _unequal(name, dtype) for name, dtype in theirs.collect_schema().items() if name not in keys
    ]
    first = pl.col(f"{keys[0]} here").is_null() | pl.col(keys[0]).is_null()
    wrong = both.filter(pl.any_horizontal(first, *unequal)).head(5).collect(engine="streaming")
    counts = [frame.select(pl.len()).collect().item() for frame in (mine, theirs)]
    tell(f"  {table}: {counts[0]:,} rows")
    if wrong.height:
        tell(str(wrong))
    return wrong.height == 0 and counts[0] == counts[1]


def _unequal(name: str, dtype: pl.DataType) -> pl.Expr:
    one, other = pl.col(name), pl.col(f"{name} here")
    if not dtype.is_float():
        return one.ne_missing(other)
    far = (one - other).abs() > _CLOSE * pl.max_horizontal(one.abs(), other.abs(), 1e-3)
    return (one.is_null() != other.is_null()) | far.fill_null(value=False)


if __name__ == "__main__":
    main()
