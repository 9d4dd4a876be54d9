"""The value of one school: an amount for each pupil, or for each hundred of them."""

from __future__ import annotations

import narwhals as nw

from junheng.measures._groups import NUMBER, known_pupils


def per_pupil(amount: nw.Expr, pupils: nw.Expr, *, per: float = 1) -> nw.Expr:
    """How much of something there is for each pupil, or for each `per` pupils.

    Parameters
    ----------
    amount
        One amount a school, in any unit (teachers, m², yuan). Shape (n,), n schools.
    pupils
        Pupils of the same schools, in persons. Shape (n,).
    per
        How many pupils share the value: 1, or 100 for "per hundred pupils".

    Returns
    -------
    nw.Expr
        Shape (n,), in the unit of the amount for each `per` pupils. Null where the amount or the
        pupils are null, and where there are no pupils.

    Notes
    -----
    value_i = per · amount_i / pupils_i, multiplied before dividing: 9 ÷ 1000 × 100 is 0.8999…,
    below a limit of 0.9, and 100 × 9 ÷ 1000 is 0.9. Source: 教督〔2017〕6号, 每百名学生拥有…数.

    Examples
    --------
    >>> import narwhals as nw
    >>> schools = nw.from_dict({"rooms": [9, 4], "pupils": [1000, 0]}, backend="polars")
    >>> rooms = per_pupil(nw.col("rooms"), nw.col("pupils"), per=100)
    >>> schools.select(rooms=rooms)["rooms"].to_list()
    [0.9, None]
    """
    return per * amount.cast(NUMBER) / known_pupils(pupils)
