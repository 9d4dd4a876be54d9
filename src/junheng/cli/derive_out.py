"""What was derived, brought here, put in order and written: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from junheng import __version__
from junheng.derive import Definitions, Derived
from junheng.errors import DataNeedsMending, Problem, WrongUse
from junheng.intake.labels import label, shown
from junheng.model.tables import TABLES
from junheng.report import as_csv

if TYPE_CHECKING:
    from junheng.cli.derive import Asked

MARK = "derived.json"
"""What was derived from what, by which definitions; the mark of a folder that is ours to replace."""
_LISTS = ("gaps.csv", "differences.csv")
_ORDER = ("year", "county", "school", "level", "grade", "class", "item", "column")
_FORMS = ("csv", "parquet")


@dataclass(frozen=True, slots=True)
class Brought:
    """Results in memory, in the order of their keys."""

    tables: Mapping[str, pl.DataFrame]
    gaps: pl.DataFrame
    differences: pl.DataFrame | None
    against: str | None
    """Fingerprint of the data compared with."""

    def by_kind(self) -> dict[str, int]:
        """Count the differences of each kind; rows that only one side has are one kind here."""
        kinds = self.differences["kind"].to_list() if self.differences is not None else []
        told = {kind: kinds.count(kind) for kind in ("differs", "not_reported", "not_derived")}
        return told | {"rows": len(kinds) - sum(told.values())}


class Keep:
    """Computes counts where the register is, holds them in this process, and tells the steps.

    Counts are small, a row a section or class, however large the register; what is made of them
    is computed here, whatever the engine.
    """

    def __init__(self, progress: Callable[[int, int], None], steps: int) -> None:
        self._progress, self._steps, self._done = progress, steps, 0

    def __call__(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Compute a frame; by Polars in pieces, as a register need not fit into memory."""
        native = frame.to_native()
        if isinstance(native, pl.LazyFrame):
            here = native.collect(engine="streaming")
        else:
            here = frame.collect("polars").to_native()
        kept: nw.LazyFrame[Any] = nw.from_native(here.lazy())
        self._done = min(self._done + 1, self._steps - 1)
        self._progress(self._done, self._steps)
        return kept

    def done(self) -> None:
        """Tell that all is computed."""
        self._progress(self._steps, self._steps)


def bring(derived: Derived, differences: Any | None, against: str | None) -> Brought:
    """Bring results here. Raises DataNeedsMending where a school lies in more than one county."""
    sections = here(derived.sections)
    _refuse_two_counties(sections)
    tables = {"sections": sections.drop("county")}
    if derived.classes is not None:
        tables["classes"] = here(derived.classes).drop("county")
    if derived.facts is not None:
        tables["facts"] = here(derived.facts)
    empty = pl.DataFrame(schema={"year": pl.Int64, "column": pl.String})
    gaps = empty if derived.gaps is None else here(derived.gaps)
    return Brought(tables, gaps, None if differences is None else here(differences), against)


def here(native: Any) -> pl.DataFrame:
    """Bring a frame of any engine here, its rows in the order of their keys."""
    frame: pl.DataFrame = nw.from_native(native).lazy().collect("polars").to_native()
    return frame.sort([name for name in _ORDER if name in frame.columns], nulls_last=True)


def _refuse_two_counties(sections: pl.DataFrame) -> None:
    school, county = ["year", "school"], pl.col("county")
    ends = sections.group_by(school).agg(county.min().alias("first"), county.max().alias("last"))
    apart = sections.join(ends.filter(pl.col("first") != pl.col("last")), on=school, how="semi")
    counties = apart.group_by(school, maintain_order=True).agg(county.unique().sort())
    problems = [
        Problem("derive.two_counties", year=year, school=shown(code), found=", ".join(found))
        for year, code, found in counties.iter_rows()
    ]
    if problems:
        raise DataNeedsMending(problems)


def refuse_unless_ours(out: Path) -> None:
    """Refuse a folder that holds anything but an earlier result; WrongUse."""
    if not out.exists():
        return
    names = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    ours = {MARK, *_LISTS, *(f"{table}.{form}" for table in TABLES for form in _FORMS)}
    if names and not (MARK in names and names <= ours):
        raise WrongUse("derive.not_ours", found=str(out))


def write(
    found: Brought, definitions: Definitions, digests: Mapping[str, str | None], wanted: Asked
) -> None:
    """Write tables, lists and what they rest on. Raises DataNeedsMending for text a sheet would run."""
    if wanted.form == "csv":
        _refuse_calculated(found)
    with as_csv.folder(wanted.out) as draft:
        for name, frame in found.tables.items():
            if wanted.form == "csv":
                as_csv.table(draft / f"{name}.csv", frame.columns, frame.iter_rows(named=True))
            else:
                frame.write_parquet(draft / f"{name}.parquet")
        for name, listed in zip(_LISTS, (found.gaps, found.differences), strict=True):
            if listed is not None:
                as_csv.log(draft / name, listed.columns, listed.iter_rows(named=True))
        about = _about(definitions, digests)
        (draft / MARK).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _refuse_calculated(found: Brought) -> None:
    problems = [
        Problem("derive.text_calculated", table=label(TABLES[name]), column=label(column),
                found=shown(row[column.name]))
        for name, frame in found.tables.items()
        for row, column in as_csv.calculated(frame.iter_rows(named=True), TABLES[name])
    ]  # fmt: skip
    if problems:
        raise DataNeedsMending(problems)


def _about(definitions: Definitions, digests: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "definitions": {"id": definitions.id, "version": definitions.version},
        "junheng": __version__,
        **digests,
    }
