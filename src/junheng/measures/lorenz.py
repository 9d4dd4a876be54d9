"""The Lorenz curve: what part of the whole the worst-off part of the pupils has."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import RELATIVE, WEIGHT, aggregate, school_rows


def lorenz(frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()) -> FrameT:
    """Points of the Lorenz curve, the start at (0, 0) among them.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.

    Returns
    -------
    FrameT
        n + m rows in no set order, one a school and one a group for the start: the keys,
        `pupil_share` and `amount_share`, both without a unit and from 0 to 1. Sort by both to
        draw. Both are null throughout a group where an amount, the pupils or a key of one row is
        null, a school has no pupils, there is no school, or the mean is 0.

    Notes
    -----
    With schools in the order of x_i = amount_i / pupils_i, the point of school i is
    (Σ_{j<=i} pupils_j / Σ pupils, Σ_{j<=i} amount_j / Σ amount). The curve is convex, and one
    less twice the area under it is the Gini coefficient.
    Source: Lorenz 1905, Publications of the American Statistical Association 9, 209-219.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [300, 100], "pupils": [100, 100]}, backend="polars")
    >>> curve = lorenz(schools, amount="books", pupils="pupils")
    >>> curve.sort("pupil_share").rows()
    [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]
    """
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    parts = rows.with_columns((WEIGHT * RELATIVE).alias("part:"), WEIGHT.alias("weight:"))
    part, order = nw.col("part:"), ["value:", "pupils:"]
    curve = parts.select(
        *by,
        nw.when(~part.is_null())
        .then(nw.col("weight:").cum_sum().over(*by, order_by=order))
        .alias("pupil_share"),
        part.cum_sum().over(*by, order_by=order).alias("amount_share"),
    )
    start = aggregate(parts, by, part.max().alias("part:"))
    zero = nw.when(nw.col("part:") >= 0).then(nw.lit(0.0))
    return nw.concat(
        [start.select(*by, zero.alias("pupil_share"), zero.alias("amount_share")), curve]
    )
