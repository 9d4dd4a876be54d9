"""The coefficient of variation (差异系数) of one amount: by pupils, and by schools."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures.balance import balance


def coefficient_of_variation(
    frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()
) -> FrameT:
    """Pupil-weighted spread of an amount per pupil between schools (差异系数).

    Parameters
    ----------
    frame
        One row a school, n rows, m groups.
    amount
        The column of amounts, in any unit (teachers, m², yuan).
    pupils
        The column of pupils, in persons.
    by
        The columns that make a group; without any, all rows are one.

    Returns
    -------
    FrameT
        m rows: the keys; `mean` and `s` in units of the amount for each pupil; `cv` without a
        unit, >= 0, and 0 when every school has the same amount per pupil. All are null where a
        row's amount, pupils or key is null, a school has no pupils, or there is no school; `cv`
        also where the mean is 0.

    Notes
    -----
    With x_i = amount_i / pupils_i, w_i = pupils_i / Σ pupils and mean = Σ amount / Σ pupils:
    s = sqrt(Σ w_i (x_i - mean)²), cv = s / mean.
    Source: 教督〔2012〕3号, 有关内容的说明, 差异系数.

    Examples
    --------
    The worked example handed to counties, books in five schools; it gives 0.52.

    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"books": [279, 137, 935, 160, 402], "pupils": [45, 37, 89, 76, 55]}, backend="polars"
    ... )
    >>> cv = coefficient_of_variation(schools, amount="books", pupils="pupils")
    >>> [round(figure, 2) for figure in cv.row(0)]
    [6.33, 3.26, 0.52]
    """
    groups = balance(frame, amounts={"": amount}, pupils=pupils, by=by)
    return groups.select(*by, mean=nw.col("mean:"), s=nw.col("s:"), cv=nw.col("cv:"))


def unweighted_coefficient_of_variation(
    frame: FrameT, *, amount: str, pupils: str, by: Sequence[str] = ()
) -> FrameT:
    """Spread of an amount per pupil with every school counting once; it never decides.

    The standards weight by pupils. This is the figure a spreadsheet gives that forgets to, kept
    to explain why such a figure differs.

    Parameters
    ----------
    frame, amount, pupils, by
        As for `coefficient_of_variation`: n schools, m groups; any unit, persons.

    Returns
    -------
    FrameT
        m rows: the keys; `unweighted_mean` and `unweighted_s` in units of the amount for each
        pupil; `unweighted_cv` without a unit. Null as for `coefficient_of_variation`.

    Notes
    -----
    With n schools: mean = Σ x_i / n, s = sqrt(Σ (x_i - mean)² / n), cv = s / mean. This is the
    spread of a whole population, not the estimate from a sample, which divides by n - 1.
    Source: 教督〔2012〕3号, 差异系数, with every weight set to 1 / n.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"books": [279, 137, 935, 160, 402], "pupils": [45, 37, 89, 76, 55]}, backend="polars"
    ... )
    >>> cv = unweighted_coefficient_of_variation(schools, amount="books", pupils="pupils")
    >>> [round(figure, 2) for figure in cv.row(0)]
    [5.96, 2.92, 0.49]
    """
    groups = balance(frame, amounts={"": amount}, pupils=pupils, by=by, weighted=False)
    return groups.select(
        *by,
        unweighted_mean=nw.col("mean:"),
        unweighted_s=nw.col("s:"),
        unweighted_cv=nw.col("cv:"),
    )
