"""Whatever the figures: an export of every kind of school, old or new, comes back with its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import exports
import pytest
from export_tables import KINDS, SETTINGS, SPONSORS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_statistics_round_trip import SCHOOLS, SECTIONS, compare, imported

WORDS = {
    "sponsor": st.sampled_from(sorted(SPONSORS)),
    "setting": st.sampled_from(sorted(SETTINGS)),
    "boarding": st.sampled_from([0, 1, None]),
    "name": st.text("模拟某县第一二三小学校", min_size=2, max_size=12),
}
AREAS = st.none() | st.integers(0, 10**9).map(lambda hundredths: hundredths / 100)
FIXED = ("county", "kind")
County = list[tuple[dict[str, Any], dict[str, dict[str, Any]]]]


def _figure(column: str) -> st.SearchStrategy[Any]:
    if column in WORDS:
        return WORDS[column]
    if column.endswith(("area", "value")):
        return AREAS
    return st.integers(1, 5000) if column == "pupils" else st.none() | st.integers(0, 5000)


@st.composite
def counties(draw: Callable[..., Any], one_of_each: County) -> County:
    """Draw other figures for one school of each kind, with the levels that it has."""
    drawn = []
    for school, rows in one_of_each:
        told = {name: draw(_figure(name)) for name in SCHOOLS if name not in FIXED}
        levels = {
            level: row | {name: draw(_figure(name)) for name in SECTIONS}
            for level, row in rows.items()
        }
        drawn.append((school | told, levels))
    return drawn


@pytest.fixture(scope="session")
def one_of_each(demo: County) -> County:
    kinds = {school["kind"]: (school, rows) for school, rows in reversed(demo)}
    assert kinds.keys() == KINDS.keys()
    return list(kinds.values())


@pytest.mark.parametrize("old", [False, True], ids=["xlsx", "xls"])
@pytest.mark.parametrize("form", [(False, 2019), (True, 2023)], ids=["before", "since 2021"])
@settings(
    max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_a_list_of_any_figures_comes_back(
    old: bool,
    form: tuple[bool, int],
    data: st.DataObject,
    one_of_each: County,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    county, folder = data.draw(counties(one_of_each)), tmp_path_factory.mktemp("list")
    file = exports.county(folder / "a.xlsx", county, new=form[0])
    imported([exports.as_old(file) if old else file], folder / "out", form[1])
    assert compare(folder / "out", county) > 100


@pytest.mark.parametrize("old", [False, True], ids=["xlsx", "xls"])
@pytest.mark.parametrize("form", [(False, 2016), (True, 2021)], ids=["before", "since 2021"])
@settings(
    max_examples=1, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_workbooks_of_any_figures_come_back(
    old: bool,
    form: tuple[bool, int],
    data: st.DataObject,
    one_of_each: County,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    county, folder = data.draw(counties(one_of_each)), tmp_path_factory.mktemp("each")
    files = [
        exports.one_school(folder / f"{school['school']}.xlsx", school, rows, new=form[0])
        for school, rows in county
    ]
    imported([exports.as_old(file) if old else file for file in files], folder / "out", form[1])
    assert compare(folder / "out", county) > 100
