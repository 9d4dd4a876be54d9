"""Answers: what every check of a standard finds in every county, in one long table."""

from __future__ import annotations

import narwhals as nw

from junheng.evaluate.asked import OVER_UNITS, Asked, asked
from junheng.evaluate.compare import meets_each
from junheng.evaluate.constants import Cell, constants
from junheng.evaluate.reported import ANSWER, COUNTED, COUNTY, FOUND
from junheng.evaluate.sections import Frame
from junheng.model.standard import Standard

_QUESTION: dict[str, type] = {
    "n": int, "part": str, "item": str, "check": str, "opens_item": int, "kind": str,
    "times": float, "is_ratio": int, "comparison": str, "own_limit": float,
}  # fmt: skip


def answers(counties: Frame, reported: Frame | None, standard: Standard) -> Frame | None:
    """Answer every check in every county; None where the standard asks nothing.

    One row a county and check, in the order `n` of the form: part, item, check, kind; `value` and
    `limit`; for checks over units, how many were looked at (`units`), how many are `unmet` and how
    many `unknown`; `met`, `item_met`: true, false, or null where what is known does not decide it;
    `opens_item`: 1 on one row an item.
    """
    questions = asked(standard)
    if not questions:
        return None
    said = constants(counties, _QUESTION, [_question(q) for q in questions])
    grid = counties.join(said, how="cross")
    if reported is None:
        none = {**FOUND, **COUNTED}
        grid = grid.with_columns(*[nw.lit(None, dtype=t).alias(k) for k, t in none.items()])
    else:
        grid = grid.join(reported, on=list(ANSWER), how="left")
    return _with_items(_judged(grid))


def _question(q: Asked) -> list[Cell]:
    check, limit = q.check, q.check.limit
    cases = limit.cases if limit else ()
    single = len(cases) == 1 or check.kind not in OVER_UNITS
    own = cases[0].value if cases and single and not cases[0].where else None
    own = {"points": check.most, "attested": 1.0}.get(check.kind, own)
    opens, ratio = int(q.opens_item), int(check.per is not None)
    comparison = limit.comparison if limit else None
    return [
        q.n, q.group, q.item.id, check.id, opens, check.kind,
        float(check.times), ratio, comparison, None if own is None else float(own),
    ]  # fmt: skip


def _judged(grid: Frame) -> Frame:
    """Work out value, limit and answer of every check, whatever it looks at."""
    of, per = nw.col("times") * nw.col("of"), nw.col("per")
    ratio = nw.when(per > 0).then(of / per)
    frame = grid.with_columns(
        value=nw.when(nw.col("is_ratio") == 1).then(ratio).otherwise(of),
        limit=nw.coalesce(nw.col("own_limit"), nw.col("fact_limit")),
    )
    value, kind = nw.col("value"), nw.col("kind")
    yes, no, unknown = nw.lit(value=True), nw.lit(value=False), nw.lit(None, dtype=nw.Boolean)
    open_ = nw.col("unknown") + nw.col("unlisted").fill_null(0)
    counted = nw.when(nw.col("unmet") > 0).then(no).when(open_ == 0).then(yes)
    met = (
        nw.when(kind.is_in([*OVER_UNITS, "balance"]))
        .then(counted.otherwise(unknown))
        .when(kind == "attested")
        .then(nw.when((value == 0) | (value == 1)).then(value == 1))
        .otherwise(meets_each(value, nw.col("limit"), nw.col("comparison")))
    )
    return frame.with_columns(met=met)


def _with_items(frame: Frame) -> Frame:
    """Join the checks of an item: met when all are, unmet as soon as one is not."""
    met, of_item = nw.col("met"), (*COUNTY, "part", "item")
    frame = frame.with_columns(
        item_unmet=nw.when(~met).then(1).otherwise(0).sum().over(*of_item),
        item_open=nw.when(met.is_null()).then(1).otherwise(0).sum().over(*of_item),
    )
    yes, no = nw.lit(value=True), nw.lit(value=False)
    return frame.with_columns(
        item_met=nw.when(nw.col("item_unmet") > 0).then(no).when(nw.col("item_open") == 0).then(yes)
    )
