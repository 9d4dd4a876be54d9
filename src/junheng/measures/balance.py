"""Mean, spread and coefficient of variation of many indicators at once (差异系数)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import (
    NUMBER,
    PUPILS,
    TOTAL,
    above_zero,
    aggregate,
    attach,
    full_sum,
    known_pupils,
    totals,
)


def balance(
    frame: FrameT,
    *,
    amounts: Mapping[str, str],
    pupils: str,
    by: Sequence[str] = (),
    weighted: bool = True,
) -> FrameT:
    """Mean, spread and coefficient of variation of each indicator in each group of schools.

    Parameters
    ----------
    frame
        One row a school (or section), n rows, m groups.
    amounts
        For each indicator its id, and the column of its amounts, in any unit. Ids and keys that
        differ only in case are one name to some engines.
    pupils
        The column of pupils, in persons.
    by
        The columns that make a group, such as county and level; without any, all rows are one.
    weighted
        True: each school counts by its pupils, as the standards say. False: each counts once;
        such a figure is for information and never decides.

    Returns
    -------
    FrameT
        m rows in no set order: the keys; `pupils` (persons) and `schools` (a count); for each id
        `mean:{id}` and `s:{id}` in units of the amount for each pupil, and `cv:{id}` without a
        unit, 0 when all schools have the same for each pupil. The three are null where an amount
        of that indicator, the pupils of any school, or a key is null, and where a school has no
        pupils; `cv` also where the mean is 0. A null of one indicator touches no other.

    Notes
    -----
    With x_i = amount_i / pupils_i and w_i = pupils_i / Σ pupils (or 1 / schools):
    mean = Σ w_i x_i, s = sqrt(Σ w_i (x_i - mean)²), cv = s / mean. The mean comes first and the
    squares of the differences second, for Σ w x² - mean² loses every digit of a small spread.
    Source: 教督〔2012〕3号, 有关内容的说明, 差异系数.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"pupils": [100, 300], "books": [1000, 5000], "computers": [10, None]}, backend="polars"
    ... )
    >>> ids = {"books": "books", "computers": "computers"}
    >>> row = balance(schools, amounts=ids, pupils="pupils").rows(named=True)[0]
    >>> row["mean:books"], round(row["s:books"], 4), round(row["cv:books"], 4), row["cv:computers"]
    (15.0, 2.8868, 0.1925, None)
    """
    rows = _rows(frame, amounts, pupils, by, weighted=weighted)
    also = {"pupils": full_sum(PUPILS), "schools": nw.len().cast(nw.Int64())}
    groups = totals(rows, ids=amounts, by=by, also=also)
    squares = {f"squares:{k}": _square(k) for k in amounts}
    terms = attach(rows, groups, by).select(*by, *(e.alias(n) for n, e in squares.items()))
    summed = attach(groups, aggregate(terms, by, *(nw.col(n).sum() for n in squares)), by)
    spread = {k: _spread(k) for k in amounts}
    return summed.select(
        *by,
        "pupils",
        "schools",
        *_means(amounts, by),
        *(spread[k].alias(f"s:{k}") for k in amounts),
        *((spread[k] / above_zero(nw.col(f"mean:{k}"))).alias(f"cv:{k}") for k in amounts),
    )


def _means(ids: Iterable[str], by: Sequence[str]) -> list[nw.Expr]:
    """Give no mean to rows whose group is unknown: they are of no group together."""
    known = [~nw.col(key).is_null() for key in by]
    means = [nw.col(f"mean:{k}") for k in ids]
    return [nw.when(*known).then(mean) for mean in means] if by else means


def _rows(
    frame: FrameT, amounts: Mapping[str, str], pupils: str, by: Sequence[str], *, weighted: bool
) -> FrameT:
    """Keep what is needed; unweighted, a school is its value with a weight of one."""
    known = known_pupils(nw.col(pupils))
    given = {k: nw.col(column).cast(NUMBER) for k, column in amounts.items()}
    weight = known if weighted else known / known
    return frame.select(
        *by,
        known.alias("pupils:"),
        weight.alias("weight:"),
        *((a if weighted else a / known).alias(f"amount:{k}") for k, a in given.items()),
    )


def _square(k: str) -> nw.Expr:
    """Weight times squared distance from the mean, for one school."""
    weight = nw.col("weight:")
    return weight * (nw.col(f"amount:{k}") / weight - nw.col(f"mean:{k}")) ** 2


def _spread(k: str) -> nw.Expr:
    """Root of the mean square of a group; null where its mean is."""
    square = nw.col(f"squares:{k}") / TOTAL
    return nw.when(~nw.col(f"mean:{k}").is_null()).then(square.sqrt())
