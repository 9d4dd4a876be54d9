"""How many times what some have the others have: best to worst school, and between quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import PUPILS, TOTAL, VALUE, above_zero, aggregate, school_rows

REACHED = 1 - 1e-9
"""A running total this near a share of the pupils has reached it: sums do not round alike."""


def extreme_ratio(frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()) -> FrameT:
    """How many times the value of the worst-off school the best-off school has (极值比).

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.

    Returns
    -------
    FrameT
        m rows: the keys and `extreme_ratio`, without a unit, from 1 (all alike) up. Null where an
        amount, the pupils or a key of one row is null, a school has no pupils, there is no
        school, or the least value is 0.

    Notes
    -----
    extreme_ratio = max x_i / min x_i, with x_i = amount_i / pupils_i. The size of a school plays
    no part. Source: its definition.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [100, 900], "pupils": [100, 300]}, backend="polars")
    >>> extreme_ratio(schools, amount="books", pupils="pupils")["extreme_ratio"].item()
    3.0
    """
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    groups = aggregate(rows, by, VALUE.max().alias("most:"), VALUE.min().alias("least:"))
    ratio = nw.col("most:") / above_zero(nw.col("least:"))
    return groups.select(*by, ratio.alias("extreme_ratio"))


def quantile_ratio(
    frame: FrameT,
    *,
    amount: str,
    pupils: str,
    shares: tuple[float, float] = (0.9, 0.1),
    by: Sequence[str] = (),
) -> FrameT:
    """How many times the value of a pupil low in line a pupil high in line has, such as P90/P10.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.
    shares
        Which two pupils, by the part of all pupils who have no more: above 0, at most 1; the
        first is divided by the second.

    Returns
    -------
    FrameT
        m rows: the keys and `quantile_ratio`, without a unit. Null where an amount, the pupils or
        a key of one row is null, a school has no pupils, there is no school, or the value below
        the line is 0.

    Raises
    ------
    ValueError
        If a share is not above 0 and at most 1.

    Notes
    -----
    With F(x) the part of the pupils in schools whose value is at most x, the quantile is
    Q(q) = min {x_i : F(x_i) >= q}: the value of a real school, never one between two schools.
    The ratio is Q(first) / Q(second). A sum within 1e-9 (relative) of a share has reached it.
    Source: definition 1 of Hyndman and Fan 1996, The American Statistician 50, 361-365, over
    pupils.

    Examples
    --------
    The pupil at 90 % has 9 books, the pupil at 10 % has 2.

    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"books": [5, 170, 630, 300], "pupils": [5, 85, 70, 10]}, backend="polars"
    ... )
    >>> quantile_ratio(schools, amount="books", pupils="pupils")["quantile_ratio"].item()
    4.5
    """
    high, low = shares
    for share in shares:
        if not 0 < share <= 1:
            raise ValueError(f"a share is {share}; give a part of the pupils, such as 0.9 or 0.1")
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    running = PUPILS.cum_sum().over(*by, order_by=["value:", "pupils:"])
    lined_up = rows.with_columns(running.alias("running:"))
    groups = aggregate(
        lined_up, by, _quantile(high).alias("first:"), _quantile(low).alias("second:")
    )
    ratio = nw.col("first:") / above_zero(nw.col("second:"))
    return groups.select(*by, ratio.alias("quantile_ratio"))


def _quantile(share: float) -> nw.Expr:
    return nw.when(nw.col("running:") >= share * REACHED * TOTAL).then(VALUE).min()
