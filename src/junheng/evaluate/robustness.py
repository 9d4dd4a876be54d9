"""Robustness: which single reported number, changed by how little, would flip a verdict.

Closed forms, one row a section and indicator; nothing is tried out. With N = Σ pupils, A = Σ amount,
Q = Σ amount²/pupils and k = 1 + c², a coefficient of variation is at its limit c when N·Q = k·A².
If one amount a (pupils p) changes by d, the others staying:

    (N/p − k)·d² + 2·(N·a/p − k·A)·d + (N·Q − k·A²) = 0

and the root nearest to 0 that leaves a + d ≥ 0 and A + d > 0 is the change looked for. If the pupils
of a section that shares nothing with another level change by d, with R = Q − a²/p:

    R·d² + (Q·p + N·R − k·A²)·d + p·(N·Q − k·A²) = 0
"""

from __future__ import annotations

from functools import reduce

import narwhals as nw

from junheng.evaluate.compare import all_of, holds
from junheng.evaluate.sections import Frame
from junheng.evaluate.verdict import Wide
from junheng.model.standard import Indicator, SectionRule, Standard
from junheng.model.tables import table_of

NOISE = 1e-9
"""What rounding may leave of 0, relatively: a root that near to an empty cell is none."""
SECTION = ("year", "county", "school", "level")
GROUP = ("year", "county", "level")


def reported(indicator: Indicator, standard: Standard) -> str:
    """Name the cell that a change of an amount is put down to: one that no other indicator uses."""
    others = {n for i in standard.indicators if i.id != indicator.id for n in i.amount.names}
    own = [name for name in indicator.amount.plus if name not in others]
    return (own or list(indicator.amount.plus))[0]


def balance_flips(wide: Wide, standard: Standard) -> Frame | None:
    """Give for each section and indicator the change of one cell that takes the balance to its limit.

    Columns: the section, `indicator`, `cell`, `reported` (what the cell holds), `change` (in the
    cell's unit; null when no change of it alone can), `relative` (change ÷ reported), `gate`
    ("balance"), `met` (today). Cells are the amount, and the pupils where other pupils would move
    nothing else: no combined campus, no bound of the scope or of an easement. Where the mean of the
    coefficients is judged, the indicator's own must move by as many times the distance, and pupils,
    which move them all, are not told. None: nothing is compared.
    """
    rule = standard.balance_rule
    if rule is None or not rule.indicators:
        return None
    frames = [_balance_flip(wide, standard.indicator(name), standard) for name in rule.indicators]
    return nw.concat(frames, how="vertical")


def _balance_flip(wide: Wide, indicator: Indicator, standard: Standard) -> Frame:
    rule = standard.balance_rule
    mean_of = len(rule.indicators) if rule and rule.judged == "mean" else 0
    name = "composite" if mean_of else indicator.id
    target = nw.col("limit")
    if mean_of:
        target = nw.col(f"cv:{indicator.id}") + mean_of * (target - nw.col("cv:composite"))
    groups = wide.balance.select(
        *GROUP,
        n=nw.col("pupils"),
        others=nw.col("schools") - 1,
        total=nw.col("pupils") * nw.col(f"mean:{indicator.id}") / indicator.per,
        cv=nw.col(f"cv:{indicator.id}"),
        target=nw.when(target >= 0).then(target),
        gate_met=nw.col(f"met:{name}"),
    )
    rows = wide.judged.with_columns(a=nw.col(f"amount:{indicator.id}"), p=nw.col("pupils"))
    rows = rows.join(groups, on=list(GROUP))
    amounts = rows.with_columns(change=_amount_root())
    said = _said(amounts, indicator, standard, gate="balance", met=nw.col("gate_met"))
    if mean_of:
        return said
    pupils = rows.filter(_pupils_move_nothing_else(indicator, standard))
    pupils = pupils.with_columns(change=_pupils_root())
    more = _said(pupils, indicator, standard, gate="balance", met=nw.col("gate_met"), cell="pupils")
    return nw.concat([said, more], how="vertical")


def _pupils_move_nothing_else(indicator: Indicator, standard: Standard) -> nw.Expr:
    """Say whether other pupils would leave the share, the scope and the amount of a section alone."""
    bounds = [exclusion.where for exclusion in standard.exclusions]
    bounds += [c for r in standard.easements if r.target == indicator.id for c in r.where]
    moved = [
        holds(tuple(test for test in where if test.column != "pupils")).fill_null(value=True)
        for where in bounds
        if any(test.column == "pupils" for test in where)
    ]
    return all_of([nw.col("share") == 1, *[~m for m in moved]])


def _rest() -> nw.Expr:
    """N·Q − k·A², from the coefficient today: N·Q = (1 + cv²)·A²."""
    return nw.col("total") ** 2 * (nw.col("cv") ** 2 - nw.col("target") ** 2)


def _amount_root() -> nw.Expr:
    n, total, a, p = nw.col("n"), nw.col("total"), nw.col("a"), nw.col("p")
    k = 1 + nw.col("target") ** 2
    both = _roots(n / p - k, n * a / p - k * total, _rest())
    matters = (nw.col("others") > 0) & (total - a > NOISE * total)
    return _nearest([nw.when(matters, a + d >= -NOISE * a, total + d > 0).then(d) for d in both])


def _pupils_root() -> nw.Expr:
    n, total, a, p = nw.col("n"), nw.col("total"), nw.col("a"), nw.col("p")
    q = (1 + nw.col("cv") ** 2) * total**2 / n
    r, k = q - a * a / p, 1 + nw.col("target") ** 2
    both = _roots(r, (q * p + n * r - k * total**2) / 2, p * _rest())
    matters = (nw.col("others") > 0) & (total - a > NOISE * total)
    return _nearest([nw.when(matters, p + d > NOISE * p).then(d) for d in both])


def _roots(square: nw.Expr, half: nw.Expr, rest: nw.Expr) -> list[nw.Expr]:
    """Solve square·d² + 2·half·d + rest = 0; null where there is no real root."""
    inner = half * half - square * rest
    root = nw.when(inner >= 0).then(inner).sqrt()
    return [(-half - root) / square, (-half + root) / square]


def _nearest(allowed: list[nw.Expr]) -> nw.Expr:
    small = nw.min_horizontal(*[d.abs() for d in allowed])
    return reduce(
        lambda otherwise, d: nw.when(d.abs() == small).then(d).otherwise(otherwise),
        allowed,
        nw.lit(None, dtype=nw.Float64),
    )


def section_flips(wide: Wide, standard: Standard) -> Frame | None:
    """Give for each section the changes of one cell that flip its verdict; columns as above.

    A section that passes falls when an indicator falls below what the rule still allows it; one that
    fails is lifted by one number only if a single indicator stands in its way. None: no rule.
    """
    rule = standard.section_rule
    if rule is None:
        return None
    frames = [_section_flip(wide, standard.indicator(n), rule, standard) for n in rule.indicators]
    return nw.concat(frames, how="vertical")


def _section_flip(wide: Wide, indicator: Indicator, rule: SectionRule, standard: Standard) -> Frame:
    limit, met = nw.col(f"limit:{indicator.id}"), nw.col(f"met:{indicator.id}")
    bar = _bar(indicator, rule, limit, met)
    rows = wide.judged.with_columns(
        change=bar * nw.col("pupils") / indicator.per - nw.col(f"amount:{indicator.id}")
    )
    passes = nw.when(nw.col("verdict") != "not_assessed").then(nw.col("verdict") == "pass")
    return _said(rows, indicator, standard, gate="section", met=passes)


def _bar(indicator: Indicator, rule: SectionRule, limit: nw.Expr, met: nw.Expr) -> nw.Expr:
    """Give the value at which the section's verdict turns, if this indicator can turn it alone."""
    may = len(rule.indicators) - rule.at_least
    if rule.floor is None:
        spare = may - nw.col("n_unmet")
        falls: nw.Expr = nw.when(met, spare == 0).then(limit)
        lifts: nw.Expr = nw.when(~met, spare == -1).then(limit)
    else:
        low, floor = ~nw.col(f"floor:{indicator.id}"), limit * rule.floor
        near = nw.col("n_near")
        falls = nw.when(met & (near >= may)).then(limit).otherwise(floor)
        alone = nw.when(low, nw.col("n_unmet") == 1)
        lifts_low = alone.then(
            nw.when(near < may).then(floor).otherwise(nw.when(near == may).then(limit))
        )
        lifts_near = nw.when(~met & ~low, nw.col("n_unmet") == 0, near == may + 1).then(limit)
        lifts = nw.coalesce(lifts_low, lifts_near)
    known = nw.col("n_unknown") == 0
    passing = nw.when(nw.col("verdict") == "pass").then(falls)
    return passing.otherwise(nw.when(nw.col("verdict") == "fail", known).then(lifts))


def _said(
    rows: Frame,
    indicator: Indicator,
    standard: Standard,
    *,
    gate: str,
    met: nw.Expr,
    cell: str = "",
) -> Frame:
    cell = cell or reported(indicator, standard)
    change: nw.Expr = nw.col("change")
    if table_of(cell) == "schools":
        change = change / nw.col("share")
    held = nw.col(cell)
    relative = nw.when(held > 0).then(change / held)
    usable = nw.when(held + change >= 0)
    return rows.select(
        *SECTION,
        "name",
        indicator=nw.lit(indicator.id),
        cell=nw.lit(cell),
        reported=held,
        change=usable.then(change),
        relative=usable.then(relative),
        gate=nw.lit(gate),
        met=met,
    )
