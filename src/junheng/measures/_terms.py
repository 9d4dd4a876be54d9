"""What one school adds to a measure of its group, by the id of an indicator."""

from __future__ import annotations

import narwhals as nw

from junheng.measures._groups import MEAN, RELATIVE, VALUE, WEIGHT, relative


def gini_term(k: str = "") -> nw.Expr:
    """Give what a school adds to the Gini coefficient of an indicator; needs its `standing:{id}`."""
    return 2 * WEIGHT * (relative(k) - 1) * nw.col(f"standing:{k}")


def theil_t_term(k: str = "") -> nw.Expr:
    """Give what a school adds to Theil's T of an indicator."""
    times = relative(k)
    return WEIGHT * nw.when(times > 0).then(times * times.log()).otherwise(times)


def theil_t_pieces() -> tuple[nw.Expr, nw.Expr]:
    """Give what a school adds to Theil's T within its part, and between parts."""
    part_mean = nw.col("part mean:")
    within = RELATIVE * (VALUE / part_mean).log()
    between = RELATIVE * (part_mean / MEAN).log()
    each = (nw.when(RELATIVE > 0).then(piece).otherwise(RELATIVE) for piece in (within, between))
    in_part, of_parts = (WEIGHT * piece for piece in each)
    return in_part, of_parts
