"""What every measure is built from: known rows, the totals of a group, and joining the two.

A measure is made in steps that every engine can do, SQL engines too, which cannot put one sum
inside another: total each group, join the totals back to the rows, make a term of each row, and
total the terms. Columns made on the way hold a colon, so that none can hide one of the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import narwhals as nw
from narwhals.typing import FrameT

NUMBER = nw.Float64()

AMOUNT, PUPILS, VALUE = nw.col("amount:"), nw.col("pupils:"), nw.col("value:")
TOTAL, MEAN = nw.col("total:"), nw.col("mean:")
WEIGHT = PUPILS / TOTAL
"""The part of the group's pupils who are in this school; the parts add up to 1."""


def known_amount(amount: nw.Expr) -> nw.Expr:
    """Give an amount as a number; null where it is null or below 0."""
    return nw.when(amount >= 0).then(amount.cast(NUMBER))


def known_pupils(pupils: nw.Expr) -> nw.Expr:
    """Give pupils as a number; null where they are null, 0 or below: no value without pupils."""
    return nw.when(pupils > 0).then(pupils.cast(NUMBER))


def above_zero(number: nw.Expr) -> nw.Expr:
    """Give what may stand below a fraction line: null where it is 0, below 0 or null."""
    return nw.when(number > 0).then(number)


def relative(k: str = "") -> nw.Expr:
    """Give the value of a school in means of its group: 1 is a school like the whole."""
    return nw.col(f"value:{k}") / above_zero(nw.col(f"mean:{k}"))


RELATIVE = relative()


def full_sum(term: nw.Expr) -> nw.Expr:
    """Add up the terms of a group; null where one of them is null or where there are none."""
    return nw.when(term.count() == nw.len(), nw.len() > 0).then(term.sum())


def standing(line: str, by: Sequence[str], *, of: nw.Expr = TOTAL) -> nw.Expr:
    """Where the middle pupil of a school stands, from 0 to 1, when pupils line up by a column.

    Those who are alike stand in any order: multiplied by what they are alike in, it adds up to the same.
    """
    return (PUPILS.cum_sum().over(*by, order_by=line) - PUPILS / 2) / of


def aggregate(frame: FrameT, by: Sequence[str], *terms: nw.Expr) -> FrameT:
    """Make one row a group; without keys one row for all, even where there are no rows."""
    return frame.group_by(*by).agg(*terms) if by else frame.select(*terms)


def full_sums(rows: FrameT, by: Sequence[str], terms: Mapping[str, nw.Expr]) -> FrameT:
    """Add up terms of each group, by name, as `full_sum` does; each term is worked out once."""
    columns = rows.select(*by, *(term.alias(name) for name, term in terms.items()))
    return aggregate(columns, by, *(full_sum(nw.col(name)).alias(name) for name in terms))


def attach(frame: FrameT, groups: FrameT, by: Sequence[str]) -> FrameT:
    """Give each row the figures of its group; nulls where a key of the row is null."""
    return frame.join(groups, on=list(by), how="left") if by else frame.join(groups, how="cross")


def totals(
    rows: FrameT,
    *,
    ids: Iterable[str],
    by: Sequence[str],
    also: Mapping[str, nw.Expr] | None = None,
) -> FrameT:
    """Give each group its total weight and the mean of each amount, null where a row is unknown.

    Takes columns `weight:` and, for each id, `amount:{id}`; gives `total:` and `mean:{id}`, and
    what is asked for beside them, by name.
    """
    ids, weight, also = list(ids), nw.col("weight:"), also or {}
    groups = aggregate(
        rows,
        by,
        nw.len().alias("rows:"),
        weight.sum().alias("total:"),
        weight.count().alias("filled weights:"),
        *(nw.col(f"amount:{k}").sum().alias(f"sum:{k}") for k in ids),
        *(nw.col(f"amount:{k}").count().alias(f"filled:{k}") for k in ids),
        *(expression.alias(name) for name, expression in also.items()),
    )
    whole = (nw.col("filled weights:") == nw.col("rows:")) & TOTAL.is_finite()
    groups = groups.with_columns(nw.when(whole).then(above_zero(TOTAL)).alias("total:"))
    means = {k: nw.col(f"sum:{k}") / TOTAL for k in ids}
    full = {k: nw.col(f"filled:{k}") == nw.col("rows:") for k in ids}
    return groups.select(
        *by,
        *also,
        "total:",
        *(nw.when(full[k], means[k].is_finite()).then(means[k]).alias(f"mean:{k}") for k in ids),
    )


def school_rows(
    frame: FrameT,
    *,
    amounts: Mapping[str, nw.Expr],
    pupils: str,
    by: Sequence[str],
    keep: Sequence[str] = (),
) -> FrameT:
    """Give each school what its group comes to: `total:`, and by id `mean:{id}` and its own `value:{id}`.

    The value is null for every school of a group in which one is unknown, so that a measure of
    the group is null too.
    """
    known = frame.select(
        *by,
        *keep,
        *(known_amount(amount).alias(f"amount:{k}") for k, amount in amounts.items()),
        known_pupils(nw.col(pupils)).alias("pupils:"),
        known_pupils(nw.col(pupils)).alias("weight:"),
    )
    rows = attach(known, totals(known, ids=amounts, by=by), by)
    values = {k: nw.col(f"amount:{k}") / PUPILS for k in amounts}
    mean_known = {k: ~nw.col(f"mean:{k}").is_null() for k in amounts}
    return rows.with_columns(
        *(nw.when(mean_known[k]).then(values[k]).alias(f"value:{k}") for k in amounts)
    )


def attach_parts(rows: FrameT, *, part: str, by: Sequence[str]) -> FrameT:
    """Give each school what its part comes to: `part total:` and `part mean:`; null without a part."""
    keys = [*by, part]
    parts = totals(rows, ids=[""], by=keys)
    figures = TOTAL.alias("part total:"), MEAN.alias("part mean:")
    return attach(rows, parts.select(*keys, *figures), keys)
