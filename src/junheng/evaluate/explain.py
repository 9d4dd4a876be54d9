"""Explain a number the way an inspector works it out by hand: cells, share, weight, deviation, term."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw

from junheng.evaluate.sections import SECTION, Frame, answers_of, indicator_word
from junheng.evaluate.verdict import Wide
from junheng.measures import contributions, cv_if
from junheng.model.limit import Limit
from junheng.model.reference import Reference
from junheng.model.standard import Indicator, Standard


@dataclass(frozen=True, slots=True)
class Group:
    """One year, county and level: the schools whose balance is looked at."""

    year: int
    county: str
    level: str

    def rows(self, frame: Frame) -> Frame:
        """Keep this group's rows."""
        return frame.filter(
            nw.col("year") == self.year,
            nw.col("county") == self.county,
            nw.col("level") == self.level,
        )


@dataclass(frozen=True, slots=True)
class Workings:
    """How one coefficient of variation comes about, and the rule it is compared by."""

    indicator: Indicator
    limit: Limit | None
    """What the coefficient is compared with: its own limit, or that of the composite."""
    rows: Frame
    """One row a section: the cells it was made of, `share`, `pupils`, `amount`, `value`, `weight`,
    `deviation`, `term`, `contribution` (part of S²), `cv_if_at_limit` (what the coefficient would
    be if this section came up to its own limit; null where it has none or is there already),
    `verdict`. Values, deviations and terms are in the indicator's unit."""
    total: Frame
    """One row: `pupils`, `schools`, `mean`, `s2` (Σ term), `s`, `cv`, `limit`, `met`."""


def cells(indicator: Indicator, standard: Standard) -> tuple[str, ...]:
    """Name the columns that an indicator's amount is made of, with those an easement adds."""
    adds = [name for r in standard.easements if r.target == indicator.id for name in r.adds]
    return tuple(dict.fromkeys((*indicator.amount.names, *adds)))


def explain_balance(wide: Wide, standard: Standard, group: Group, indicator: str) -> Workings:
    """Explain one coefficient of variation of a county.

    Takes the wide results of an evaluation under the same standard; KeyError for an indicator that
    the standard does not have. An unknown amount or number of pupils anywhere leaves deviations,
    terms and the coefficient unknown, as it does in the verdict.
    """
    one = standard.indicator(indicator)
    rows = group.rows(wide.judged).with_columns(amount=nw.col(f"amount:{indicator}"))
    short = nw.when(~nw.col(f"met:{indicator}")).then(nw.col(f"limit:{indicator}") / one.per)
    found = cv_if(
        contributions(rows, amount="amount", pupils="pupils"),
        amount="amount",
        pupils="pupils",
        value=short,
    )
    named = dict.fromkeys((*cells(one, standard), "share", "pupils", "amount"))
    steps = found.select(
        "school",
        "name",
        "kind",
        *named,
        value=nw.col(f"value:{indicator}"),
        **_steps(one),
        cv_if_at_limit=nw.col("cv_if"),
        limit=nw.col(f"limit:{indicator}"),
        verdict=indicator_word(*answers_of(indicator, standard.section_rule)),
    )
    return Workings(one, _limit(standard), steps, _total(wide, standard, group, one))


def _floored(indicator: str, standard: Standard) -> bool:
    rule = standard.section_rule
    return bool(rule and rule.floor is not None and indicator in rule.indicators)


def _limit(standard: Standard) -> Limit | None:
    rule = standard.balance_rule
    return rule.limit if rule else None


def _total(wide: Wide, standard: Standard, group: Group, indicator: Indicator) -> Frame:
    rule = standard.balance_rule
    each = rule is not None and rule.judged == "each"
    name = indicator.id if each else "composite"
    compared = nw.col(f"cv:{name}") if rule else nw.lit(None, dtype=nw.Float64)
    met = nw.col(f"met:{name}") if rule else nw.lit(None, dtype=nw.Boolean)
    spread = nw.col(f"s:{indicator.id}") * indicator.per
    return group.rows(wide.balance).select(
        "pupils",
        "schools",
        mean=nw.col(f"mean:{indicator.id}"),
        s2=spread**2,
        s=spread,
        cv=nw.col(f"cv:{indicator.id}"),
        compared=compared,
        limit=nw.col("limit"),
        met=met,
    )


def explain_contributions(judged: Frame, standard: Standard) -> Frame | None:
    """Say which part of each coefficient's S² each school makes: one row a section and indicator.

    Takes the sections judged wide (`Wide.judged`). Columns: the keys of a section, `indicator`,
    `weight`, `deviation` and `term` in the indicator's unit, `contribution`; see
    `measures.contributions`. None under a standard without indicators.
    """
    frames = [_contributions(judged, indicator) for indicator in standard.indicators]
    return nw.concat(frames, how="vertical") if frames else None


def _contributions(judged: Frame, one: Indicator) -> Frame:
    mine = judged.select(*SECTION, "pupils", amount=nw.col(f"amount:{one.id}"))
    steps = contributions(mine, amount="amount", pupils="pupils", by=("year", "county", "level"))
    return steps.select(*SECTION, indicator=nw.lit(one.id), **_steps(one))


def _steps(one: Indicator) -> dict[str, nw.Expr]:
    """Give the steps of `measures.contributions` in the indicator's unit."""
    return {
        "weight": nw.col("weight"),
        "deviation": nw.col("deviation") * one.per,
        "term": nw.col("term") * one.per**2,
        "contribution": nw.col("contribution"),
    }


def explain_section(wide: Wide, standard: Standard, year: int, school: str) -> Frame | None:
    """Explain the verdict on a school: one row a level and indicator, with the cells it rests on.

    `cells` says each cell as name=value; `short` is how much of the amount is missing to the limit
    (0 where it is met), `short_of_floor` to the floor. None under a standard without indicators.
    """
    mine = wide.judged.filter(nw.col("year") == year, nw.col("school") == school)
    rule = standard.section_rule
    floor = rule.floor if rule and rule.floor is not None else None
    frames = [_one(mine, indicator, standard, floor) for indicator in standard.indicators]
    return nw.concat(frames, how="vertical") if frames else None


def _one(mine: Frame, indicator: Indicator, standard: Standard, floor: float | None) -> Frame:
    amount, limit = nw.col(f"amount:{indicator.id}"), nw.col(f"limit:{indicator.id}")
    need = limit * nw.col("pupils") / indicator.per
    none = nw.lit(None, dtype=nw.Float64)
    floored = _floored(indicator.id, standard)
    said = [_cell(name) for name in cells(indicator, standard)]
    return mine.select(
        "level",
        "pupils",
        "share",
        indicator=nw.lit(indicator.id),
        cells=nw.concat_str(*said, separator=" "),
        amount=amount,
        value=nw.col(f"value:{indicator.id}"),
        limit=limit,
        floor=limit * floor if floored and floor else none,
        short=_short(need, amount),
        short_of_floor=_short(need * floor, amount) if floored and floor else none,
        verdict=indicator_word(*answers_of(indicator.id, standard.section_rule)),
        section_verdict=nw.col("verdict"),
    )


def _short(need: nw.Expr, amount: nw.Expr) -> nw.Expr:
    gap = need - amount
    zero = nw.when(~gap.is_null()).then(nw.lit(0.0))
    return nw.when(gap > 0).then(gap).otherwise(zero)


def _cell(name: str) -> nw.Expr:
    value = nw.col(name).cast(nw.String).fill_null("?")
    return nw.concat_str(nw.lit(f"{name}="), value)


def clause(limit: Limit | None) -> Reference | None:
    """Give the clause that decides."""
    return limit.reference if limit else None
