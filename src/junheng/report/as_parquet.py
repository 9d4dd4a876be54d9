"""Verdicts as Parquet: one file a table, one row per fact, the whole folder or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from junheng.errors import WrongUse
from junheng.report.collected import TABLES, Collected

MANIFEST = "evaluation.json"
"""What was judged by what; also the mark by which a folder is known to be ours to replace."""


def write(collected: Iterable[Collected], out: Path, about: dict[str, Any]) -> None:
    """Write the tables and the manifest into a folder; what stood there before is replaced whole.

    Raises WrongUse, having written nothing, when the folder holds anything else than an earlier
    result. An interruption leaves the earlier result as it was.
    """
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise WrongUse("cli.not_ours_to_replace", found=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _write_parts(collected, work)
        (work / MANIFEST).write_text(
            json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        work.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_parts(collected: Iterable[Collected], work: Path) -> None:
    """Write each year as it comes, then put the years of a table into one file."""
    parts = work / "parts"
    for number, one in enumerate(collected):
        for name in TABLES:
            folder = parts / name
            folder.mkdir(parents=True, exist_ok=True)
            getattr(one, name).write_parquet(folder / f"{number:05}.parquet")
    for name in TABLES:
        files = sorted((parts / name).glob("*.parquet"))
        if len(files) == 1:
            files[0].rename(work / f"{name}.parquet")
        else:
            pl.scan_parquet(files).sink_parquet(work / f"{name}.parquet")
    shutil.rmtree(parts)
