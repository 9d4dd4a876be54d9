"""Rules that compare a value with the same value elsewhere: with peers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby

import narwhals as nw

from junheng.check.conditions import holds, value
from junheng.check.finding import said
from junheng.check.places import ID, Frame, Keep, World
from junheng.check.rule import Rule

LEAST_SPREAD = 0.15
"""The least standard deviation that peers are taken to have (of logarithms): what is within about
twice or half of the median is never told apart, however alike the peers are."""
_NORMAL = 1.4826
"""A normal distribution's standard deviation in median absolute deviations."""
_ALL, _COUNTY = ("year", "kind", "level", "band:"), ("year", "county", "kind", "level", "band:")


def outlier(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find values far from the median of their peers, in robust standard deviations of logarithms.

    Peers are schools (or sections) of the same kind, level, band of pupils and year: those of the
    county where there are enough, else all in the data. All rules of a table go together, for the
    medians of many columns cost little more than of one.
    """
    alike = sorted(rules, key=_place)
    for (table, _), group in groupby(alike, _place):
        rows, same = world.place(table), list(group)
        if rows is not None:
            yield from _outliers(same, rows, world.keep)


def _place(rule: Rule) -> tuple[str, tuple[float, ...]]:
    return rule.table, rule.bands


def _outliers(rules: list[Rule], rows: Frame, keep: Keep) -> Iterator[Frame]:
    logs = [_log(rule).alias(f"log:{rule.id}") for rule in rules]
    pupils = "campus_pupils" if rules[0].table == "schools" else "pupils"
    base = rows.select(*ID, "kind", _band(rules[0], nw.col(pupils)).alias("band:"), *logs)
    base = base.with_columns(nw.col("level").fill_null("")).filter(~nw.col("band:").is_null())
    for name, keys in (("county", _COUNTY), ("all", _ALL)):
        base = keep(_with_peers(base, rules, name, list(keys)))
    base = base.with_columns(level=nw.when(nw.col("level") != "").then(nw.col("level")))
    for rule in rules:
        yield _far_from_peers(rule, base)


def _log(rule: Rule) -> nw.Expr:
    given = value(rule)
    wanted = (given > 0) & holds(rule.where) if rule.where else given > 0
    return nw.when(wanted).then(given).log()


def _band(rule: Rule, pupils: nw.Expr) -> nw.Expr:
    """Count how many edges of bands the pupils reach; null where pupils are unknown or none."""
    reached = [nw.when(pupils >= edge).then(1).otherwise(0) for edge in rule.bands]
    return nw.when(pupils > 0).then(reduce(lambda a, b: a + b, reached))


def _with_peers(base: Frame, rules: list[Rule], name: str, keys: list[str]) -> Frame:
    """Add each rule's number of peers, their median and their median absolute deviation."""
    ids = [rule.id for rule in rules]
    middles = base.group_by(*keys).agg(
        *(nw.col(f"log:{k}").median().alias(f"{name} median:{k}") for k in ids),
        *(nw.col(f"log:{k}").count().alias(f"{name} count:{k}") for k in ids),
    )
    joined = base.join(middles, on=keys, how="left")
    apart = joined.select(*keys, *((nw.col(f"log:{k}") - nw.col(f"{name} median:{k}")).abs().alias(f"off:{k}") for k in ids))  # fmt: skip
    spreads = apart.group_by(*keys).agg(
        *(nw.col(f"off:{k}").median().alias(f"{name} spread:{k}") for k in ids)
    )
    return joined.join(spreads, on=keys, how="left")


def _far_from_peers(rule: Rule, base: Frame) -> Frame:
    enough = nw.col(f"county count:{rule.id}") >= rule.least

    def of_peers(figure: str) -> nw.Expr:
        county, everywhere = (nw.col(f"{name} {figure}:{rule.id}") for name in ("county", "all"))
        return nw.when(enough).then(county).otherwise(everywhere)

    median, count = of_peers("median"), of_peers("count")
    spread = nw.max_horizontal(of_peers("spread") * _NORMAL, nw.lit(LEAST_SPREAD))
    away = (nw.col(f"log:{rule.id}") - median).abs() / spread
    far = base.filter(count >= rule.least, away > rule.beyond)
    filled = {"found": nw.col(f"log:{rule.id}").exp(), "expected": median.exp(), "count": count}
    return said(far, rule, filled)
