"""Result frames as files: one table as CSV or Parquet, several as a folder, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from junheng.errors import WrongUse
from junheng.report import as_csv

SUFFIXES = (".csv", ".parquet")


def write_table(frame: pl.DataFrame, out: Path) -> None:
    """Write one table, as CSV (UTF-8 with a mark, for spreadsheets) or Parquet by its ending.

    What stands there is replaced once the new file is whole. Raises WrongUse for another ending,
    and where the file cannot be written.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise WrongUse("project.out_suffix", found=out)
    draft = out.with_name(f".{out.name}.{uuid4().hex}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".csv":
            as_csv.table(draft, frame.columns, frame.iter_rows(named=True))
        else:
            frame.write_parquet(draft)
        draft.rename(out)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WrongUse("template.unwritable", found=out, reason=reason) from error
    finally:
        draft.unlink(missing_ok=True)


def write_folder(
    frames: Mapping[str, pl.DataFrame],
    out: Path,
    mark: str,
    about: Any,
    *,
    also: Callable[[Path], None] | None = None,
) -> None:
    """Write tables as Parquet into a folder, with `mark`, a JSON file that says what they rest on.

    `also` writes what else belongs there.

    Raises WrongUse, having written nothing, when the folder holds anything else than an earlier
    result of the same kind.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / mark).exists())):
        raise WrongUse("cli.not_ours_to_replace", found=out)
    with as_csv.folder(out) as draft:
        for name, frame in frames.items():
            frame.write_parquet(draft / f"{name}.parquet")
        text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
        (draft / mark).write_text(text, "utf-8")
        if also:
            also(draft)
