"""Tallies: how many classes, sections, schools of a county were looked at, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import narwhals as nw

from junheng.evaluate import units as u
from junheng.evaluate.asked import Asked, sum_of
from junheng.evaluate.compare import holds, limit_of, meets_limit
from junheng.evaluate.sections import Frame, table
from junheng.model.standard import Standard

COUNTY = u.COUNTY


def tallies(
    over: list[Asked],
    counties: Frame,
    units: u.Units,
    tables: Mapping[str, Any],
    standard: Standard,
) -> Iterator[tuple[list[str], Frame | None]]:
    """Give for each check over units its columns, and the frame they are in; None: no such table."""
    if any(q.check.over == "class" for q in over):
        yield ["unlisted"], units.unlisted
    for q in over:
        counted = [f"units:{q.n}", f"unmet:{q.n}", f"unknown:{q.n}"]
        if q.check.kind == "opinions":
            yield [f"rate:{q.n}"], _opinions(q, tables, standard)
        elif q.check.kind == "rooms":
            yield counted, _rooms(q, units, counties, standard)
        else:
            yield counted, _every(q, units.over(q.check.over), counties)


def judged_units(q: Asked, units: Frame, counties: Frame) -> Frame:
    """Judge each unit of an `every` check: `value`, `limit`, `applies`, `met`."""
    cases = q.check.limit.cases if q.check.limit else ()
    units = u.with_facts(units, counties, _facts(q))
    if q.check.over == "school":
        left_out = nw.col("left_out")
        units = units.filter(left_out.is_null() | left_out.is_in(q.check.includes))
    value = q.check.times * sum_of(q.check.of)
    if q.check.per:
        per = sum_of(q.check.per)
        value = nw.when(per > 0).then(value / per)
    units = units.with_columns(applies=holds(q.check.where), value=value)
    met = meets_limit(nw.col("value"), q.check.limit, q.reliefs)
    if q.check.of.plus == ("campus_pupils",):
        met = nw.coalesce(met, _too_many_already(q))
    return units.with_columns(met=met, limit=limit_of(cases))


def _too_many_already(q: Asked) -> nw.Expr:
    """Say false where the pupils that are known are more than the limit, whatever the others are."""
    if q.check.limit is None or q.check.limit.comparison != "at_most":
        return nw.lit(None, dtype=nw.Boolean)
    within = meets_limit(nw.col("campus_pupils_known"), q.check.limit, q.reliefs)
    return nw.when(~within).then(nw.lit(value=False))


def _facts(q: Asked) -> list[str]:
    """Name the facts of the county that limits are taken from, or that easements need."""
    cases = q.check.limit.cases if q.check.limit else ()
    needed = [name for relief in q.reliefs for name in relief.needs]
    return [*dict.fromkeys([*(case.fact for case in cases if case.fact), *needed])]


def _every(q: Asked, units: Frame | None, counties: Frame) -> Frame | None:
    if units is None:
        return None
    n, per = q.n, q.check.per
    applies, met = nw.col("applies"), nw.col("met")
    open_ = (applies & met.is_null()) | (applies.is_null() & ~met.fill_null(value=False))
    columns = [
        _number(applies).alias(f"units:{n}"),
        _number(applies & ~met).alias(f"unmet:{n}"),
        _number(open_).alias(f"unknown:{n}"),
    ]
    judged = judged_units(q, units, counties)
    if per:
        of, below = sum_of(q.check.of), sum_of(per)
        counted = nw.when(applies & ~of.is_null() & ~below.is_null())
        columns += [
            counted.then(of).sum().alias(f"of:{n}"),
            counted.then(below).sum().alias(f"per:{n}"),
        ]
    return judged.group_by(*COUNTY).agg(*columns)


def _number(test: nw.Expr) -> nw.Expr:
    return nw.when(test).then(1).otherwise(0).sum()


def judged_rooms(q: Asked, rooms: Frame, counties: Frame) -> Frame:
    """Judge each special room: is it large enough (`met`; null where its area is unknown)?"""
    return u.with_facts(rooms, counties, _facts(q)).with_columns(
        met=meets_limit(nw.col("area"), q.check.limit, q.reliefs),
        limit=limit_of(q.check.limit.cases if q.check.limit else ()),
    )


def judged_room_schools(
    q: Asked, units: u.Units, counties: Frame, standard: Standard
) -> Frame | None:
    """Judge whether each school has enough large enough rooms for its classes (`met`, `need`). None: no table of rooms."""
    if units.room is None:
        return None
    judged = judged_rooms(q, units.room, counties)
    counts = judged.group_by(*u.SCHOOL).agg(
        nw.len().alias("listed"),
        *[
            _number((nw.col("use") == use) & test).alias(f"{name}:{use}")
            for use in q.check.uses
            for name, test in (
                ("sure", nw.col("met")),
                ("possible", nw.col("met").fill_null(value=True)),
            )
        ],
    )
    need = (nw.col("campus_classes") / q.check.classes_per_room).ceil()
    schools = units.school.filter(nw.col("left_out").is_null())
    counted = schools.join(counts, on=list(u.SCHOOL), how="left").with_columns(need=need)
    together = standard.options["rooms"] == "uses_together"
    groups = [q.check.uses] if together else [(use,) for use in q.check.uses]
    met = nw.all_horizontal(*[_enough(group) for group in groups], ignore_nulls=False)
    return counted.with_columns(met=nw.when(~nw.col("listed").is_null()).then(met))


def _enough(uses: tuple[str, ...]) -> nw.Expr:
    sure = reduce(lambda a, b: a + b, [nw.col(f"sure:{use}") for use in uses])
    possible = reduce(lambda a, b: a + b, [nw.col(f"possible:{use}") for use in uses])
    need = nw.col("need")
    return (
        nw.when(sure >= need)
        .then(nw.lit(value=True))
        .when(possible < need)
        .then(nw.lit(value=False))
    )


def _rooms(q: Asked, units: u.Units, counties: Frame, standard: Standard) -> Frame | None:
    judged = judged_room_schools(q, units, counties, standard)
    if judged is None:
        return None
    met = nw.col("met")
    return judged.group_by(*COUNTY).agg(
        nw.len().alias(f"units:{q.n}"),
        _number(~met).alias(f"unmet:{q.n}"),
        _number(met.is_null()).alias(f"unknown:{q.n}"),
    )


def _opinions(q: Asked, tables: Mapping[str, Any], standard: Standard) -> Frame | None:
    """Give each county's satisfied ÷ valid in percent: pooled, of one channel, or the lowest one.

    A row with more satisfied than valid forms cannot be, and is as good as unknown.
    """
    opinions = table(tables, "opinions")
    if opinions is None:
        return None
    asked_ = opinions.filter(nw.col("group").is_in(q.check.groups))
    reading = standard.options["opinions"]
    if reading == "questionnaire":
        asked_ = asked_.filter(nw.col("channel") == "questionnaire")
    by = [*COUNTY, *(["channel"] if reading == "each_channel" else [])]
    sums = asked_.group_by(*by).agg(
        nw.col("satisfied").sum(),
        nw.col("valid").sum(),
        (~(nw.col("satisfied") <= nw.col("valid")).fill_null(value=False))
        .cast(nw.Int64)
        .sum()
        .alias("holes"),
    )
    known = nw.when(nw.col("holes") == 0, nw.col("valid") > 0)
    rates = sums.with_columns(rate=known.then(100 * nw.col("satisfied") / nw.col("valid")))
    lowest = rates.group_by(*COUNTY).agg(
        nw.col("rate").min(), nw.col("rate").is_null().cast(nw.Int64).sum().alias("holes")
    )
    rate = nw.when(nw.col("holes") == 0).then(nw.col("rate")).alias(f"rate:{q.n}")
    return lowest.select(*COUNTY, rate)
