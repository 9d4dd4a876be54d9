"""Many indicators in one pass come to what one at a time does, and unknown stays where it is."""

from __future__ import annotations

from typing import Any

import pytest
from measuring import ENGINES, Row, answer, near
from test_measures_on_engines import COUNTRY, KEYS

from junheng.measures import decompose_theil_t, disparities, gini, theil_t

AMOUNTS = {"L1": "amount", "L2": "books"}
SINGLE: dict[str, Any] = {
    "gini": lambda frame, **about: gini(frame, **about).select(*about["by"], "gini"),
    "theil_t": lambda frame, **about: theil_t(frame, **about).select(*about["by"], "theil_t"),
    "within": lambda frame, **about: decompose_theil_t(frame, part="setting", **about).select(
        *about["by"], "within"
    ),
    "between": lambda frame, **about: decompose_theil_t(frame, part="setting", **about).select(
        *about["by"], "between"
    ),
}


def one_by_one(columns: dict[str, Any], by: list[str]) -> list[Row]:
    """Measure each indicator on its own, and put the answers side by side."""
    groups: dict[tuple[Any, ...], Row] = {}
    for name, measure in SINGLE.items():
        for k, amount in AMOUNTS.items():
            frame = ENGINES["polars_lazy"](columns)
            for row in answer(measure(frame, amount=amount, pupils="pupils", by=by)):
                *keys, figure = row.values()
                groups.setdefault(tuple(keys), dict(zip(by, keys, strict=True)))
                groups[tuple(keys)][f"{name}:{k}"] = figure
    return list(groups.values())


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [str(row.get(key)) for key in KEYS])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("by", [[], KEYS], ids=["one group", "groups"])
def test_all_at_once_is_one_by_one(by: list[str], engine: str) -> None:
    columns = COUNTRY if by else {name: cells[1:9] for name, cells in COUNTRY.items()}
    about: dict[str, Any] = {"amounts": AMOUNTS, "pupils": "pupils", "part": "setting", "by": by}
    found = in_order(answer(disparities(ENGINES[engine](columns), **about)))
    expected = in_order(one_by_one(columns, by))
    assert found == near(expected)
    assert any(row["gini:L1"] is None and row["gini:L2"] is not None for row in found) or not by


@pytest.mark.parametrize("engine", ENGINES)
def test_an_unknown_part_leaves_what_needs_no_part(engine: str) -> None:
    columns = {"amount": [1.0, 5.0], "pupils": [10, 20], "setting": ["urban", None]}
    about: dict[str, Any] = {"amounts": {"L1": "amount"}, "pupils": "pupils"}
    (whole,) = answer(disparities(ENGINES[engine](columns), **about))
    (row,) = answer(disparities(ENGINES[engine](columns), **about, part="setting"))
    assert {name: row[name] for name in whole} == near(whole)
    assert None not in whole.values()
    assert (row["within:L1"], row["between:L1"]) == (None, None)
