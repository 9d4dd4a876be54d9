"""What holds for any schools: order, unit and the cut of schools are nothing to a measure."""

from __future__ import annotations

from itertools import pairwise

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measuring import Frame, Schools, answer, figure, figures, near, polars_eager

from junheng.measures import lorenz

SCALARS = [
    "cv",
    "gini",
    "theil_t",
    "theil_l",
    "atkinson_half",
    "atkinson_one",
    "atkinson_two",
    "extreme_ratio",
    "quantile_ratio",
]
PIECES = ["decompose_theil_t", "decompose_theil_l", "decompose_squared_cv", "decompose_gini"]
WHOLE_OF = {"decompose_squared_cv": "cv"}

PARTS = st.sampled_from(["urban", "town", "rural"])
SCHOOLS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(1, 3000), PARTS), min_size=1, max_size=12
).filter(lambda rows: any(amount for amount, *_ in rows))
SMALL = st.lists(
    st.tuples(st.integers(1, 50), st.integers(1, 20), PARTS), min_size=1, max_size=8
)  # so that a difference, where there is one, is far above rounding
some = settings(max_examples=10, deadline=None)


def frame_of(rows: Schools) -> Frame:
    amounts, pupils, parts = zip(*rows, strict=True)
    return polars_eager({"amount": amounts, "pupils": pupils, "setting": parts})


@pytest.mark.parametrize("measure", [*SCALARS, *PIECES])
@some
@given(data=st.data())
def test_the_order_of_rows_is_nothing_to_it(measure: str, data: st.DataObject) -> None:
    rows = data.draw(SCHOOLS)
    turned = data.draw(st.permutations(rows))
    assert figures(measure, frame_of(turned)) == near(figures(measure, frame_of(rows)))


@pytest.mark.parametrize("measure", SCALARS)
@some
@given(rows=SCHOOLS, unit=st.sampled_from([0.0001, 0.3, 10_000]))
def test_the_unit_of_the_amounts_is_nothing_to_it(measure: str, rows: Schools, unit: float) -> None:
    scaled = [(amount * unit, *rest) for amount, *rest in rows]
    assert figure(measure, frame_of(scaled)) == near(figure(measure, frame_of(rows)))


@pytest.mark.parametrize("measure", [*SCALARS, *PIECES])
@some
@given(data=st.data())
def test_a_school_cut_in_proportion_changes_nothing(measure: str, data: st.DataObject) -> None:
    rows, times = data.draw(SCHOOLS), data.draw(st.integers(1, 9))
    (amount, pupils, part), *others = rows
    whole = [((times + 1) * amount, (times + 1) * pupils, part), *others]
    cut = [(times * amount, times * pupils, part), (amount, pupils, part), *others]
    assert figures(measure, frame_of(cut)) == near(figures(measure, frame_of(whole)))


def test_but_the_unweighted_cv_changes_when_a_school_is_cut() -> None:
    whole, cut = [(2, 2, "a"), (3, 1, "a")], [(1, 1, "a"), (1, 1, "a"), (3, 1, "a")]
    assert figure("unweighted_cv", frame_of(whole)) != near(figure("unweighted_cv", frame_of(cut)))


@pytest.mark.parametrize("measure", [m for m in SCALARS if m != "quantile_ratio"])
@some
@given(rows=SMALL)
def test_it_is_nil_if_and_only_if_all_schools_are_alike(measure: str, rows: Schools) -> None:
    nil = 1 if measure == "extreme_ratio" else 0
    found = figure(measure, frame_of(rows)) - nil
    alike = len({amount / pupils for amount, pupils, _ in rows}) == 1
    assert abs(found) < 1e-12 if alike else found > 1e-9


@pytest.mark.parametrize("measure", SCALARS)
@some
@given(
    value=st.sampled_from([0.1, 1 / 3, 7, 1e6]), pupils=st.lists(st.integers(1, 3000), min_size=1)
)
def test_it_is_nil_where_all_schools_are_alike(
    measure: str, value: float, pupils: list[int]
) -> None:
    rows = [(value * persons, persons, "urban") for persons in pupils]
    nil = 1 if "ratio" in measure else 0
    assert figure(measure, frame_of(rows)) - nil == pytest.approx(0, abs=1e-12)


@some
@given(rows=SCHOOLS)
def test_gini_is_the_mean_difference_of_all_pairs_of_pupils(rows: Schools) -> None:
    total = sum(pupils for _, pupils, _ in rows)
    mean = sum(amount for amount, *_ in rows) / total
    pairs = sum(p * q * abs(a / p - b / q) for a, p, _ in rows for b, q, _ in rows)
    assert figure("gini", frame_of(rows)) == near(pairs / total**2 / (2 * mean))


@pytest.mark.parametrize("measure", PIECES)
@some
@given(rows=SCHOOLS)
def test_the_pieces_add_up_to_the_whole(measure: str, rows: Schools) -> None:
    *pieces, total = figures(measure, frame_of(rows))
    whole = figure(WHOLE_OF.get(measure, measure.removeprefix("decompose_")), frame_of(rows))
    if whole is None:
        assert {*pieces, total} == {None}
    else:
        whole = whole**2 if measure in WHOLE_OF else whole
        assert [sum(pieces), total] == pytest.approx([whole, whole], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("measure", PIECES)
@some
@given(rows=SCHOOLS)
def test_no_piece_is_below_nil(measure: str, rows: Schools) -> None:
    assert all(piece is None or piece > -1e-12 for piece in figures(measure, frame_of(rows)))


@pytest.mark.parametrize(
    ("measure", "size"), [("theil_t", "amount"), ("theil_l", "pupils"), ("gini", "both")]
)
@some
@given(rows=SCHOOLS)
def test_the_piece_within_is_the_parts_own_figures_by_their_size(
    measure: str, size: str, rows: Schools
) -> None:
    pupils, amounts = (sum(row[i] for row in rows) for i in (1, 0))
    within = 0.0
    for part in {row[2] for row in rows}:
        inside = [row for row in rows if row[2] == part]
        by_pupils = sum(row[1] for row in inside) / pupils
        by_amount = sum(row[0] for row in inside) / amounts
        weight = {"amount": by_amount, "pupils": by_pupils, "both": by_amount * by_pupils}[size]
        within += weight * (figure(measure, frame_of(inside)) or 0.0)
    found = figures(f"decompose_{measure}", frame_of(rows))[0]
    assert found is None or found == near(within)


@some
@given(rows=SCHOOLS)
def test_the_lorenz_curve_bends_upward_and_its_area_gives_gini(rows: Schools) -> None:
    points = answer(lorenz(frame_of(rows), amount="amount", pupils="pupils"))
    curve = [(point["pupil_share"], point["amount_share"]) for point in points]
    assert curve[0] == (0.0, 0.0)
    assert curve[-1] == pytest.approx((1.0, 1.0))
    steps = [(right[0] - left[0], right[1] - left[1]) for left, right in pairwise(curve)]
    for before, after in pairwise(steps):
        assert before[1] * after[0] <= after[1] * before[0] + 1e-12
    area = sum((left[1] + right[1]) / 2 * (right[0] - left[0]) for left, right in pairwise(curve))
    assert figure("gini", frame_of(rows)) == near(1 - 2 * area)


@some
@given(rows=SCHOOLS)
def test_atkinson_grows_with_the_aversion_and_stays_below_one(rows: Schools) -> None:
    indices = [figure(f"atkinson_{e}", frame_of(rows)) for e in ("half", "one", "two")]
    assert indices == sorted(indices) or max(indices) < 1e-12
    assert max(indices) <= 1


def test_many_schools_in_any_order_and_any_cut_of_threads_give_one_answer() -> None:
    frame = pl.DataFrame({"amount": [i * 7919 % 10_007 for i in range(50_000)]}).with_columns(
        pupils=pl.int_range(50_000) % 997 + 1, setting=pl.lit("urban")
    )
    there, back = nw.from_native(frame.lazy()), nw.from_native(frame.reverse().lazy())
    for measure in SCALARS:
        assert figure(measure, there) == near(figure(measure, back))
