"""Gini and Theil's T of many indicators at once, taken in one pass over the schools."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import narwhals as nw
from narwhals.typing import FrameT

from junheng.measures._groups import PUPILS, attach, full_sums, school_rows, standing
from junheng.measures._terms import gini_term, theil_t_term


def disparities(
    frame: FrameT,
    *,
    amounts: Mapping[str, str],
    pupils: str,
    part: str | None = None,
    by: Sequence[str] = (),
) -> FrameT:
    """Gini coefficient and Theil's T of each indicator in each group of schools.

    It gives what `gini`, `theil_t` and `decompose_theil_t` give one by one, with one grouping and
    one join for all indicators. Coefficients of variation come in the same way from `balance`.

    Parameters
    ----------
    frame
        One row a school (or section), n rows, m groups.
    amounts
        For each indicator its id, and the column of its amounts, in any unit. Ids and keys that
        differ only in case are one name to some engines.
    pupils
        The column of pupils, in persons.
    part
        The column that cuts a group into parts, such as setting or sponsor; without it, Theil's T
        is not taken apart.
    by
        The columns that make a group, such as county and level; without any, all rows are one.

    Returns
    -------
    FrameT
        m rows in no set order: the keys; for each id `gini:{id}` and `theil_t:{id}`, and where
        there is a `part` also `within:{id}` and `between:{id}`, none with a unit. All four are
        null where an amount of that indicator, the pupils of any school, or a key is null, a
        school has no pupils, or the mean is 0; the last two also where the part of a school is
        null. A null of one indicator touches no other.

    Notes
    -----
    The formulas and their sources are those of `gini`, `theil_t` and `decompose_theil_t`; between
    is worked out as Theil's T of the parts, each taken for one school, and within as the rest.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict(
    ...     {"pupils": [100, 100], "books": [0, 500], "computers": [10, None]}, backend="polars"
    ... )
    >>> ids = {"books": "books", "computers": "computers"}
    >>> row = disparities(schools, amounts=ids, pupils="pupils").rows(named=True)[0]
    >>> row["gini:books"], round(row["theil_t:books"], 6), row["gini:computers"]
    (0.5, 0.693147, None)
    """
    given = {k: nw.col(column) for k, column in amounts.items()}
    rows = school_rows(frame, amounts=given, pupils=pupils, by=by, keep=[part] if part else [])
    lined_up = rows.with_columns(
        *(standing(f"value:{k}", by).alias(f"standing:{k}") for k in amounts)
    )
    terms = {f"gini:{k}": gini_term(k) for k in amounts}
    terms |= {f"theil_t:{k}": theil_t_term(k) for k in amounts}
    whole = full_sums(lined_up, by, terms)
    if part is None:
        return whole
    within = {k: nw.col(f"theil_t:{k}") - nw.col(f"between:{k}") for k in amounts}
    return attach(whole, _between(rows, amounts, part, by), by).select(
        *by,
        *terms,
        *(within[k].alias(f"within:{k}") for k in amounts),
        *(f"between:{k}" for k in amounts),
    )


def _between(rows: FrameT, ids: Collection[str], part: str, by: Sequence[str]) -> FrameT:
    """Theil's T between the parts of each group: that of the parts, each taken for one school."""
    sums = {name: nw.col(name) for name in ("pupils:", *(f"amount:{k}" for k in ids))}
    parts = full_sums(rows, [*by, part], sums)
    named = parts.with_columns(nw.when(~nw.col(part).is_null()).then(PUPILS).alias("pupils:"))
    amounts = {k: nw.col(f"amount:{k}") for k in ids}
    schools = school_rows(named, amounts=amounts, pupils="pupils:", by=by)
    return full_sums(schools, by, {f"between:{k}": theil_t_term(k) for k in ids})
