"""What one school does to the coefficient of variation (差异系数) of its group."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import (
    AMOUNT,
    MEAN,
    NUMBER,
    PUPILS,
    WEIGHT,
    above_zero,
    attach,
    known_amount,
    known_pupils,
)
from junheng.measures.balance import balance

ALIKE = 1e-12
"""A spread of at most this part of the mean is what rounding leaves of no spread at all."""

MADE_ON_THE_WAY = ("amount:", "pupils:", "total:", "mean:", "spread:")
SPREAD = nw.col("spread:")
DEVIATION = AMOUNT / PUPILS - MEAN


def contributions(frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()) -> FrameT:
    """Which part of the variance of its group each school makes, step by step.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.

    Returns
    -------
    FrameT
        The n rows of `frame` in no set order, with four columns more (any of the same name are
        replaced): `weight`, without a unit; `deviation`, in units of the amount for each pupil,
        negative below the mean; `term`, its square times the weight; and `contribution`, without
        a unit, which adds up to 1 in a group. The last three are null throughout a group where an
        amount, the pupils or a key of one row is null or a school has no pupils, and `weight`
        where pupils or a key are; `contribution` also where all schools are alike: there is
        nothing to share out.

    Notes
    -----
    weight = w_i = pupils_i / Σ pupils, deviation = x_i - mean, term = w_i (x_i - mean)²,
    contribution = term / s², with x_i = amount_i / pupils_i and s² = Σ term. Alike means a cv of
    at most 1e-12. Source: the steps of the worked example to 教督〔2012〕3号, 差异系数.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [0, 400, 400], "pupils": [1, 1, 2]}, backend="polars")
    >>> steps = contributions(schools, amount="books", pupils="pupils")
    >>> poorest = steps.select("weight", "deviation", "term", "contribution").sort("deviation")
    >>> [round(step, 9) for step in poorest.row(0)]
    [0.25, -200.0, 10000.0, 0.5]
    """
    rows = _measured_rows(frame, amount, pupils, by)
    spread = nw.when(SPREAD > ALIKE * MEAN).then(SPREAD)
    steps = rows.with_columns(
        WEIGHT.alias("weight"),
        DEVIATION.alias("deviation"),
        (WEIGHT * DEVIATION**2).alias("term"),
        (WEIGHT * (DEVIATION / spread) ** 2).alias("contribution"),
    )
    return steps.drop(*MADE_ON_THE_WAY)


def cv_if(
    frame: FrameT, *, amount: str, pupils: str, value: float | nw.Expr, by: Sequence[str] = ()
) -> FrameT:
    """Coefficient of variation of the group if one school came to a value and the rest stayed.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.
    value
        What the school would come to, in units of the amount for each pupil: a number, or an
        expression on columns of `frame`. A limit stated per hundred pupils is divided by 100.

    Returns
    -------
    FrameT
        The n rows of `frame` in no set order, with one column more: `cv_if`, without a unit. It
        is null throughout a group where an amount, the pupils or a key of one row is null or a
        school has no pupils; in a row where the value is null or below 0, or the mean would be 0.

    Notes
    -----
    With δ = value - x_i, mean' = mean + w_i δ (it moves with the school) and
    s'² = s² + 2 w_i δ (x_i - mean) + w_i (1 - w_i) δ²: cv_if = s' / mean'. It is what measuring
    again would give, but for rounding: a spread that vanishes may come out as 1e-8 of the one
    there was. Source: 教督〔2012〕3号, 差异系数, with one value replaced.

    Examples
    --------
    Each school in turn has 5 books a pupil: the first evens out, the second goes past.

    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [300, 500], "pupils": [100, 100]}, backend="polars")
    >>> what_if = cv_if(schools, amount="books", pupils="pupils", value=5)
    >>> what_if.sort("books")["cv_if"].to_list()
    [0.0, 0.25]
    """
    wished = value if isinstance(value, nw.Expr) else nw.lit(float(value))
    rows = _measured_rows(frame, amount, pupils, by)
    change = known_amount(wished) - AMOUNT / PUPILS
    square = SPREAD**2 + 2 * WEIGHT * change * DEVIATION + WEIGHT * (1 - WEIGHT) * change**2
    left = nw.when(square < 0).then(0 * square).otherwise(square)
    cv = left.sqrt() / above_zero(MEAN + WEIGHT * change)
    return rows.with_columns(cv.alias("cv_if")).drop(*MADE_ON_THE_WAY)


def _measured_rows(frame: FrameT, amount: str, pupils: str, by: Sequence[str]) -> FrameT:
    """Keep every row and column; add the school's own figures and those of its group."""
    groups = balance(frame, amounts={"": amount}, pupils=pupils, by=by)
    named = groups.select(
        *by, nw.col("pupils").alias("total:"), "mean:", nw.col("s:").alias("spread:")
    )
    rows = frame.with_columns(
        nw.col(amount).cast(NUMBER).alias("amount:"),
        known_pupils(nw.col(pupils)).alias("pupils:"),
    )
    return attach(rows, named, by)
