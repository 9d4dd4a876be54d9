"""The same figures from IneqPy, which was written by others, with pupils as weights.

Differences found in IneqPy 0.4, by reading its source:

- `coef_variation` divides by n, not n - 1, and is ours.
- `theil` is our Theil T. It leaves out values of 0 and the pupils of those schools, where ours
  keeps them (0 · ln 0 = 0), so only values above 0 are compared.
- `atkinson` is ours, for values above 0 only, for the same reason. At epsilon = 1 it takes
  ln(mean) away once for each school instead of once, so it is right for a mean of 1 only: values
  are given to it in means.
- `gini` is not quite the Gini coefficient of the pupils. It takes 2 cov(x, F) / μ with
  `numpy.cov(aweights=…)`, which estimates from a sample: it divides by 1 - Σ w². And it takes F
  at the last pupil of a school, not the middle one, which adds Σ w² (x - μ) / μ. Both are undone
  here. With schools of one size only the factor n / (n - 1) is left.
- `lorenz` has neither of these, but lacks the start at (0, 0). Its curve gives our Gini.
- `percentile` (its "lower") is our quantile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ineqpy import inequality, statistics
from measuring import Schools, answer, figure, schools

from junheng.measures import lorenz

SCHOOLS = st.lists(st.tuples(st.integers(1, 10_000), st.integers(1, 3000)), min_size=2, max_size=12)
some = settings(max_examples=25, deadline=None)


def values_and_pupils(rows: Schools) -> tuple[Any, Any]:
    amounts, pupils = np.array(rows, dtype=float).T
    return amounts / pupils, pupils


def ours(measure: str, rows: Schools) -> Any:
    return figure(measure, schools(*zip(*rows, strict=True)))


def same(expected: float) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


@some
@given(SCHOOLS)
def test_the_weighted_cv_is_theirs(rows: Schools) -> None:
    values, pupils = values_and_pupils(rows)
    assert ours("cv", rows) == same(statistics.coef_variation(values, pupils))


@some
@given(SCHOOLS)
def test_the_unweighted_cv_is_theirs(rows: Schools) -> None:
    values, _ = values_and_pupils(rows)
    assert ours("unweighted_cv", rows) == same(statistics.coef_variation(values))


@some
@given(SCHOOLS)
def test_theil_t_is_theirs(rows: Schools) -> None:
    assert ours("theil_t", rows) == same(inequality.theil(*values_and_pupils(rows)))


@some
@given(SCHOOLS, st.sampled_from([("half", 0.5), ("one", 1), ("two", 2)]))
def test_atkinson_is_theirs(rows: Schools, epsilon: tuple[str, float]) -> None:
    name, number = epsilon
    values, pupils = values_and_pupils(rows)
    in_means = values / np.average(values, weights=pupils)
    expected = inequality.atkinson(in_means, pupils, e=number)
    assert ours(f"atkinson_{name}", rows) == same(expected)


@some
@given(SCHOOLS)
def test_gini_is_theirs_with_its_two_differences_undone(rows: Schools) -> None:
    values, pupils = values_and_pupils(rows)
    weights = pupils / pupils.sum()
    mean = (weights * values).sum()
    whole = inequality.gini(values, pupils) * (1 - (weights**2).sum())
    assert ours("gini", rows) == same(whole - (weights**2 * (values - mean)).sum() / mean)


@some
@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=12))
def test_gini_of_schools_of_one_size_is_theirs_but_for_the_sample_factor(
    amounts: list[int],
) -> None:
    rows = [(amount, 100) for amount in amounts]
    theirs = inequality.gini(*values_and_pupils(rows))
    assert ours("gini", rows) == same(theirs * (1 - 1 / len(rows)))


@some
@given(SCHOOLS)
def test_the_lorenz_curve_is_theirs_and_its_area_gives_our_gini(rows: Schools) -> None:
    theirs = inequality.lorenz(*values_and_pupils(rows)).to_numpy()
    curve = answer(lorenz(schools(*zip(*rows, strict=True)), amount="amount", pupils="pupils"))
    area = np.trapezoid([0, *theirs[:, 1]], [0, *theirs[:, 0]])
    assert ours("gini", rows) == same(1 - 2 * area)
    shares = [point["pupil_share"] for point in curve]
    heights = np.interp(shares, [0, *theirs[:, 0]], [0, *theirs[:, 1]])
    assert [point["amount_share"] for point in curve] == pytest.approx(list(heights), abs=1e-12)


@some
@given(SCHOOLS)
def test_the_quantile_ratio_is_theirs(rows: Schools) -> None:
    values, pupils = values_and_pupils(rows)
    high, low = (statistics.percentile(values, pupils, p=p) for p in (90, 10))
    assert ours("quantile_ratio", rows) == same(high / low)
