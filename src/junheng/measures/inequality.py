"""Gini, Theil and Atkinson between schools, every pupil counting once.

Each function takes `frame`, one row a school (n rows, m groups); `amount`, the column of amounts
in any unit; `pupils`, the column of pupils in persons; and `by`, the columns that make a group
(without any, all rows are one). Each gives m rows in no set order: the keys, and the measure,
which has no unit. It is null where an amount, the pupils or a key of one row is null, a school
has no pupils, there is no school, or the mean is 0. In the formulas x_i = amount_i / pupils_i,
w_i = pupils_i / Σ pupils, μ = Σ amount / Σ pupils.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import (
    RELATIVE,
    WEIGHT,
    aggregate,
    full_sum,
    full_sums,
    school_rows,
    standing,
)
from junheng.measures._terms import gini_term, theil_t_term


def gini(frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()) -> FrameT:
    """Gini coefficient: how far pupils stand apart, over all pairs of them.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.

    Returns
    -------
    FrameT
        m rows: the keys and `gini`, without a unit, from 0 (all alike) to below 1. Null where
        something is unknown or the mean is 0.

    Notes
    -----
    gini = Σ_i Σ_j w_i w_j |x_i - x_j| / 2μ = (2/μ) Σ w_i (x_i - μ)(F_i - w_i/2), with F_i the
    part of the pupils up to and with school i in the order of x; the second form is computed.
    Source: Lerman and Yitzhaki 1989, Journal of Econometrics 42, 43-47.

    Examples
    --------
    Half of the pupils have all there is.

    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [0, 500], "pupils": [100, 100]}, backend="polars")
    >>> gini(schools, amount="books", pupils="pupils")["gini"].item()
    0.5
    """
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    lined_up = rows.with_columns(standing("value:", by).alias("standing:"))
    return full_sums(lined_up, by, {"gini": gini_term()})


def theil_t(frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()) -> FrameT:
    """Theil's T, which looks hardest at the schools that have most.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.

    Returns
    -------
    FrameT
        m rows: the keys and `theil_t`, in nats, from 0 (all alike) up. Null where something is
        unknown or the mean is 0. A school with nothing adds 0, the limit of r ln r.

    Notes
    -----
    theil_t = Σ w_i r_i ln r_i, with r_i = x_i / μ.
    Source: Theil 1967, Economics and Information Theory, chapter 4.

    Examples
    --------
    Half of the pupils have all there is: ln 2.

    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [0, 500], "pupils": [100, 100]}, backend="polars")
    >>> round(theil_t(schools, amount="books", pupils="pupils")["theil_t"].item(), 6)
    0.693147
    """
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    return full_sums(rows, by, {"theil_t": theil_t_term()})


def theil_l(frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()) -> FrameT:
    """Theil's L (mean log deviation), which looks hardest at the schools that have least.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.

    Returns
    -------
    FrameT
        m rows: the keys and `theil_l`, in nats, from 0 (all alike) up. Null where something is
        unknown, and where a school has nothing: there is no logarithm of 0.

    Notes
    -----
    theil_l = Σ w_i ln(μ / x_i).
    Source: Theil 1967, Economics and Information Theory, chapter 4; Shorrocks 1980,
    Econometrica 48, 613-625.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [100, 300], "pupils": [100, 100]}, backend="polars")
    >>> round(theil_l(schools, amount="books", pupils="pupils")["theil_l"].item(), 6)
    0.143841
    """
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    deviation = nw.when(RELATIVE > 0).then(-RELATIVE.log())
    return full_sums(rows, by, {"theil_l": WEIGHT * deviation})


def atkinson(
    frame: FrameT, *, amount: str, pupils: str, epsilon: float, by: Sequence[str] = ()
) -> FrameT:
    """Atkinson index: the part of the total that could go if the rest were shared alike.

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.
    epsilon
        Aversion to inequality, above 0; the larger, the more the worst-off schools count.

    Returns
    -------
    FrameT
        m rows: the keys and `atkinson`, without a unit, from 0 (all alike) to 1. Null where
        something is unknown or the mean is 0. Where a school has nothing, 1 if epsilon >= 1,
        which is the limit of the formula.

    Raises
    ------
    ValueError
        If epsilon is not a finite number above 0.

    Notes
    -----
    With r_i = x_i / μ: atkinson = 1 - (Σ w_i r_i^(1-ε))^(1/(1-ε)), and 1 - exp(Σ w_i ln r_i)
    where ε = 1. Source: Atkinson 1970, Journal of Economic Theory 2, 244-263.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict({"books": [100, 300], "pupils": [100, 100]}, backend="polars")
    >>> index = atkinson(schools, amount="books", pupils="pupils", epsilon=1)
    >>> round(index["atkinson"].item(), 6)
    0.133975
    """
    if not 0 < epsilon < float("inf"):
        raise ValueError(f"epsilon is {epsilon}; give a number above 0, such as 0.5, 1 or 2")
    rows = school_rows(frame, amounts={"": nw.col(amount)}, pupils=pupils, by=by)
    worth = RELATIVE.log() if epsilon == 1 else RELATIVE ** (1 - epsilon)
    welfare = nw.when(RELATIVE > 0).then(worth).otherwise(RELATIVE)
    groups = aggregate(
        rows,
        by,
        full_sum(WEIGHT * welfare).alias("welfare:"),
        RELATIVE.min().alias("least:"),
    )
    return groups.select(*by, _missing_part(epsilon).alias("atkinson"))


def _missing_part(epsilon: float) -> nw.Expr:
    welfare, least = nw.col("welfare:"), nw.col("least:")
    if epsilon < 1:
        return 1 - welfare ** (1 / (1 - epsilon))
    equal = welfare.exp() if epsilon == 1 else welfare ** (1 / (1 - epsilon))
    return nw.when(least > 0).then(1 - equal).otherwise(1 - least)
