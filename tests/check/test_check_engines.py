"""The same findings on every engine, and whatever the order of rows."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl
from checking_cases import base, cases, change, crowded, found, frames_of, standard
from polars.testing import assert_frame_equal

from junheng.check import COLUMNS, check
from junheng.inmemory import checked

KEYS = ["rule", "year", "county", "school", "level", "row", "columns"]


def a_mess() -> dict[str, pl.DataFrame]:
    """A county with a crowd in which about every rule on rows is broken."""
    rows = crowded(base(), {"crowd": 30, "crowds": {"schools.books": {"round": 10}}}, "")
    for case in cases():
        broken = case.spec["broken"]
        if not any(path.count(".") == 1 and not path.startswith("facts") for path in broken):
            kept = {path: value for path, value in broken.items() if not path.endswith("school")}
            rows = change(rows, kept)
    return frames_of(rows)


def on_duckdb(frames: dict[str, pl.DataFrame]) -> dict[str, Any]:
    return {name: duckdb.from_arrow(frame.to_arrow()) for name, frame in frames.items()}


def in_duckdb(frame: Any) -> Any:
    """Compute a frame once, and go on in DuckDB."""
    import narwhals as nw

    return nw.from_native(duckdb.from_arrow(frame.to_native().to_arrow_table())).lazy()


def test_duckdb_finds_what_polars_finds() -> None:
    mess = a_mess()
    last = a_year_before(mess)

    polars = found(mess, last).sort(KEYS)
    answer = check(on_duckdb(mess), previous=on_duckdb(last), standard=standard(), keep=in_duckdb)
    from_duckdb = pl.DataFrame(answer.to_native().to_arrow_table()).sort(KEYS)

    assert polars["rule"].n_unique() > 55
    assert from_duckdb.columns == list(COLUMNS)
    assert_frame_equal(polars, from_duckdb, check_dtypes=False)


def test_a_plan_that_is_kept_finds_the_same_in_other_rows_and_years_too() -> None:
    mess, sound = a_mess(), frames_of(base())
    last = a_year_before(mess)
    wanted = [(each, last, found(each, last).sort(pl.all())) for each in (mess, sound)]
    wanted += [(mess, None, found(mess).sort(pl.all()))]
    for tables, before, findings in wanted * 2:
        assert_frame_equal(checked(tables, before, standard()).sort(pl.all()), findings)


def a_year_before(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {
        name: frame.with_columns(pl.col("year") - 1, *_halved(frame))
        for name, frame in frames.items()
    }


def _halved(frame: pl.DataFrame) -> list[pl.Expr]:
    names = [name for name in ("pupils", "teachers", "books") if name in frame.columns]
    return [pl.col(name) / 2 for name in names]


def test_the_order_of_rows_and_absent_columns_change_nothing_else() -> None:
    mess = a_mess()
    shuffled = {name: f.sample(fraction=1, shuffle=True, seed=3).lazy() for name, f in mess.items()}
    assert_frame_equal(found(mess).sort(KEYS), found(shuffled).sort(KEYS))

    few = {"schools": mess["schools"].select("year", "county", "school", "kind"),
           "sections": mess["sections"].select("year", "school", "level", "pupils")}  # fmt: skip
    rest = set(found(few)["rule"])
    assert rest < set(found(mess)["rule"]) | {"section_unchanged"}
