"""How much of an inequality lies within kinds of schools and how much between them.

Each function but the last takes `frame`, one row a school (n rows, m groups); `amount`, the
column of amounts in any unit; `pupils`, the column of pupils in persons; `part`, the column that
cuts a group into parts, such as setting or sponsor; and `by`, the columns that make a group
(without any, all rows are one). Each gives m rows in no set order: the keys, the pieces and their
`total`, none with a unit. All are null where an amount, the pupils, the part or a key of one row
is null, a school has no pupils, there is no school, or the mean is 0. In the formulas
x_i = amount_i / pupils_i, w_i = pupils_i / Σ pupils, μ is the mean of the group and μ_g that of
the part g which school i is in.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import (
    AMOUNT,
    MEAN,
    PUPILS,
    RELATIVE,
    TOTAL,
    VALUE,
    WEIGHT,
    above_zero,
    aggregate,
    attach_parts,
    full_sums,
    known_amount,
    known_pupils,
    school_rows,
    standing,
)
from junheng.measures._terms import theil_t_pieces

PART_MEAN, PART_TOTAL = nw.col("part mean:"), nw.col("part total:")


def decompose_theil_t(
    frame: FrameT, *, amount: str, pupils: str, part: str, by: Sequence[str] = ()
) -> FrameT:
    """Theil's T within the parts of a group, and between them.

    Parameters
    ----------
    frame, amount, pupils, part, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons), parts, keys.

    Returns
    -------
    FrameT
        m rows: the keys, `within`, `between` and `total`, in nats. Null where something is
        unknown or the mean is 0; a school with nothing adds 0.

    Notes
    -----
    within = Σ_g s_g T_g = Σ w_i (x_i/μ) ln(x_i/μ_g), with s_g the part's share of the amount;
    between = Σ_g s_g ln(μ_g/μ); total = within + between = T.
    Source: Shorrocks 1980, Econometrica 48, 613-625.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"setting": ["urban", "urban", "rural"], "books": [0, 4, 2], "pupils": [1, 1, 2]},
    ...     backend="polars",
    ... )
    >>> pieces = decompose_theil_t(schools, amount="books", pupils="pupils", part="setting")
    >>> [round(piece, 4) for piece in pieces.row(0)]
    [0.4621, 0.0566, 0.5187]
    """
    rows = _rows_in_parts(frame, amount, pupils, part, by)
    within, between = theil_t_pieces()
    return _pieces(rows, by, within=within, between=between)


def decompose_theil_l(
    frame: FrameT, *, amount: str, pupils: str, part: str, by: Sequence[str] = ()
) -> FrameT:
    """Theil's L within the parts of a group, and between them.

    Parameters
    ----------
    frame, amount, pupils, part, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons), parts, keys.

    Returns
    -------
    FrameT
        m rows: the keys, `within`, `between` and `total`, in nats. Null where something is
        unknown or a school has nothing.

    Notes
    -----
    within = Σ_g w_g L_g = Σ w_i ln(μ_g/x_i), with w_g the part's share of the pupils;
    between = Σ_g w_g ln(μ/μ_g); total = within + between = L.
    Source: Shorrocks 1980, Econometrica 48, 613-625.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"setting": ["urban", "urban", "rural"], "books": [1, 3, 2], "pupils": [1, 1, 2]},
    ...     backend="polars",
    ... )
    >>> pieces = decompose_theil_l(schools, amount="books", pupils="pupils", part="setting")
    >>> [round(piece, 4) for piece in pieces.row(0)]
    [0.0719, 0.0589, 0.1308]
    """
    rows = _rows_in_parts(frame, amount, pupils, part, by)
    has = RELATIVE > 0
    within = nw.when(has).then((PART_MEAN / VALUE).log())
    between = nw.when(has).then((MEAN / PART_MEAN).log())
    return _pieces(rows, by, within=WEIGHT * within, between=WEIGHT * between)


def decompose_squared_cv(
    frame: FrameT, *, amount: str, pupils: str, part: str, by: Sequence[str] = ()
) -> FrameT:
    """Square of the coefficient of variation (差异系数) within parts, and between them.

    Parameters
    ----------
    frame, amount, pupils, part, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons), parts, keys.

    Returns
    -------
    FrameT
        m rows: the keys, `within`, `between` and `total`, without a unit. Null where something
        is unknown or the mean is 0.

    Notes
    -----
    S² = Σ_g w_g S_g² + Σ_g w_g (μ_g - μ)²; each piece is divided by μ²; total = cv².
    Source: the law of total variance, with the cv of 教督〔2012〕3号.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"setting": ["urban", "urban", "rural"], "books": [0, 4, 2], "pupils": [1, 1, 2]},
    ...     backend="polars",
    ... )
    >>> pieces = decompose_squared_cv(schools, amount="books", pupils="pupils", part="setting")
    >>> [round(piece, 4) for piece in pieces.row(0)]
    [0.8889, 0.1111, 1.0]
    """
    rows = _rows_in_parts(frame, amount, pupils, part, by)
    mean = above_zero(MEAN)
    within = WEIGHT * ((VALUE - PART_MEAN) / mean) ** 2
    between = WEIGHT * ((PART_MEAN - MEAN) / mean) ** 2
    return _pieces(rows, by, within=within, between=between)


def decompose_gini(
    frame: FrameT, *, amount: str, pupils: str, part: str, by: Sequence[str] = ()
) -> FrameT:
    """Gini coefficient within parts, between them, and where their ranges overlap.

    Parameters
    ----------
    frame, amount, pupils, part, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons), parts, keys.

    Returns
    -------
    FrameT
        m rows: the keys, `within`, `between`, `overlap` and `total`, without a unit. Null where
        something is unknown or the mean is 0.

    Notes
    -----
    within = Σ_g w_g s_g G_g, with w_g and s_g the part's share of the pupils and of the amount;
    between = the Gini coefficient if each school had the mean of its part; overlap = what is
    left of G, 0 when no school of a poorer part has more than one of a richer part.
    Source: Bhattacharya and Mahalanobis 1967, Journal of the American Statistical Association
    62, 143-161; Lambert and Aronson 1993, Economic Journal 103, 1221-1227.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"setting": ["urban", "urban", "rural"], "books": [0, 4, 2], "pupils": [1, 1, 2]},
    ...     backend="polars",
    ... )
    >>> pieces = decompose_gini(schools, amount="books", pupils="pupils", part="setting")
    >>> [round(piece, 4) for piece in pieces.row(0)]
    [0.1667, 0.1667, 0.1667, 0.5]
    """
    rows = _rows_in_parts(frame, amount, pupils, part, by)
    lined_up = rows.with_columns(
        standing("value:", by).alias("standing:"),
        standing("part mean:", by).alias("standing of part:"),
        standing("value:", [*by, part], of=PART_TOTAL).alias("standing in part:"),
    )
    twice = 2 * WEIGHT / above_zero(MEAN)
    among = twice * (VALUE - PART_MEAN) * nw.col("standing in part:") * PART_TOTAL / TOTAL
    between = twice * (PART_MEAN - MEAN) * nw.col("standing of part:")
    total = twice * (VALUE - MEAN) * nw.col("standing:")
    groups = full_sums(lined_up, by, {"within": among, "between": between, "total": total})
    overlap = nw.col("total") - nw.col("within") - nw.col("between")
    return groups.select(*by, "within", "between", overlap.alias("overlap"), "total")


def ratio_of_means(
    frame: FrameT,
    *,
    amount: str,
    pupils: str,
    of: tuple[nw.Expr, nw.Expr],
    by: Sequence[str] = (),
) -> FrameT:
    """How many times the mean of some schools others have, such as urban to rural (城乡比).

    Parameters
    ----------
    frame, amount, pupils, by
        One row a school, n rows; the columns of amounts (any unit), pupils (persons) and keys.
    of
        Which schools stand above the line and which below, as conditions on columns of `frame`.
        A school may be in neither.

    Returns
    -------
    FrameT
        m rows: the keys and `ratio_of_means`, without a unit. Null where an amount or the pupils
        of a school in one of the two is null, such a school has no pupils, one of the two has no
        school, a condition is null for some school, or the mean below the line is 0.

    Notes
    -----
    ratio_of_means = (Σ amount / Σ pupils over the first) / (Σ amount / Σ pupils over the second).
    Source: its definition.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"setting": ["urban", "town", "rural"], "books": [30, 7, 20], "pupils": [1, 1, 2]},
    ...     backend="polars",
    ... )
    >>> of = nw.col("setting") == "urban", nw.col("setting") == "rural"
    >>> ratio = ratio_of_means(schools, amount="books", pupils="pupils", of=of)
    >>> ratio["ratio_of_means"].item()
    3.0
    """
    rows = frame.select(
        *by,
        _where_keyed(of[0], by).alias("first:"),
        _where_keyed(of[1], by).alias("second:"),
        known_amount(nw.col(amount)).alias("amount:"),
        known_pupils(nw.col(pupils)).alias("pupils:"),
    )
    first, second = _mean_where(nw.col("first:")), _mean_where(nw.col("second:"))
    groups = aggregate(rows, by, first.alias("first mean:"), second.alias("second mean:"))
    ratio = nw.col("first mean:") / above_zero(nw.col("second mean:"))
    return groups.select(*by, ratio.alias("ratio_of_means"))


def _rows_in_parts(frame: FrameT, amount: str, pupils: str, part: str, by: Sequence[str]) -> FrameT:
    """Give each school the mean and pupils of its part too; without a part it is unknown."""
    known = nw.when(~nw.col(part).is_null()).then(nw.col(amount))
    rows = school_rows(frame, amounts={"": known}, pupils=pupils, by=by, keep=[part])
    return attach_parts(rows, part=part, by=by)


def _pieces(rows: FrameT, by: Sequence[str], *, within: nw.Expr, between: nw.Expr) -> FrameT:
    groups = full_sums(rows, by, {"within": within, "between": between})
    return groups.with_columns((nw.col("within") + nw.col("between")).alias("total"))


def _where_keyed(condition: nw.Expr, by: Sequence[str]) -> nw.Expr:
    """Make a condition unknown where a key is: the row is of no group that is known."""
    for key in by:
        condition = nw.when(~nw.col(key).is_null()).then(condition)
    return condition


def _mean_where(side: nw.Expr) -> nw.Expr:
    """Mean of the rows on one side, as a total; null where one of them is unknown."""
    amount, pupils = nw.when(side).then(AMOUNT), nw.when(side).then(PUPILS)
    rows = nw.when(side).then(nw.lit(1)).count()
    known = side.count() == nw.len(), amount.count() == rows, pupils.count() == rows
    mean = amount.sum() / above_zero(pupils.sum())
    return nw.when(*known, mean.is_finite()).then(mean)
