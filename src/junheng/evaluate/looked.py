"""What items look at one by one: each class, section and school, judged, in one long table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import narwhals as nw

from junheng.evaluate import units as u
from junheng.evaluate.asked import OVER_UNITS, Asked, asked, sum_of
from junheng.evaluate.compare import holds, limit_of, meets_limit
from junheng.evaluate.sections import Frame
from junheng.model.standard import Standard

_COLUMNS = (
    *("year", "county", "school", "name", "level", "unit"),
    *("n", "applies", "met", "value", "limit", "of", "per"),
)
NOTHING = nw.lit(None, dtype=nw.Float64)


def looked_at(units: u.Units, facts: Frame | None, standard: Standard) -> Frame | None:
    """Give one row a unit and check that looks at it; None where no check has a table to look at.

    `n` is the check; year, county, school, `name`, `level` and `unit` say what was looked at (for
    sections and schools `unit` repeats the school); `applies`: does the check concern it; `met`;
    `value` and `limit`; `of` and `per`: what is to be added up for a value of the county. Each is
    null where it is unknown. For special rooms the value is how many large enough rooms there are
    of the kind that is shortest, the limit how many are needed.
    """
    frames = [
        frame.with_columns(n=nw.lit(q.n)).select(*_COLUMNS)
        for q, frame in _judged(units, facts, standard)
    ]
    return nw.concat(frames, how="vertical") if frames else None


def _judged(
    units: u.Units, facts: Frame | None, standard: Standard
) -> Iterator[tuple[Asked, Frame]]:
    for q in (q for q in asked(standard) if q.check.kind in OVER_UNITS):
        frame = units.room if q.check.kind == "rooms" else units.over(q.check.over)
        if frame is None:
            continue
        frame = _with_facts(frame, facts, q.county_facts)
        yield (
            q,
            (
                _room_schools(q, frame, units.school, standard)
                if q.check.kind == "rooms"
                else _units(q, frame, standard)
            ),
        )


def _with_facts(units: Frame, facts: Frame | None, names: tuple[str, ...]) -> Frame:
    """Add the facts of the county that limits are taken from."""
    if not names:
        return units
    columns = [f"fact:{name}" for name in dict.fromkeys(names)]
    if facts is None:
        return units.with_columns(*[NOTHING.alias(column) for column in columns])
    return units.join(facts.select(*u.COUNTY, *columns), on=list(u.COUNTY), how="left")


def _units(q: Asked, units: Frame, standard: Standard) -> Frame:
    """Judge each unit of an `every` check."""
    if q.check.over == "school":
        units = units.filter(u.in_scope_or(q.check.includes, standard))
    of, per = sum_of(q.check.of), sum_of(q.check.per) if q.check.per else None
    value = q.check.times * of
    if per is not None:
        value = nw.when(per > 0).then(value / per)
    units = units.with_columns(
        applies=holds(q.check.where),
        value=value,
        of=of.cast(nw.Float64) if per is not None else NOTHING,
        per=per.cast(nw.Float64) if per is not None else NOTHING,
        limit=limit_of(q.check.limit.cases if q.check.limit else ()),
    )
    met = meets_limit(nw.col("value"), q.check.limit, q.reliefs, nw.col("limit"))
    if q.check.of.plus == ("campus_pupils",):
        met = nw.coalesce(met, _too_many_already(q))
    return units.with_columns(met=met)


def _too_many_already(q: Asked) -> nw.Expr:
    """Say false where the pupils that are known are more than the limit, whatever the others are."""
    if q.check.limit is None or q.check.limit.comparison != "at_most":
        return nw.lit(None, dtype=nw.Boolean)
    within = meets_limit(nw.col("campus_pupils_known"), q.check.limit, q.reliefs)
    return nw.when(~within).then(nw.lit(value=False))


def _room_schools(q: Asked, rooms: Frame, schools: Frame, standard: Standard) -> Frame:
    """Judge whether each school has enough large enough rooms for its classes."""
    large = meets_limit(nw.col("area"), q.check.limit, q.reliefs)
    counts = rooms.with_columns(large=large).group_by(*u.SCHOOL).agg(
        nw.len().alias("listed"),
        *[
            nw.when(nw.col("use") == use, test).then(1).otherwise(0).sum().alias(f"{name}:{use}")
            for use in q.check.uses
            for name, test in (
                ("sure", nw.col("large")),
                ("possible", nw.col("large").fill_null(value=True)),
            )
        ],
    )  # fmt: skip
    need = (nw.col("campus_classes") / q.check.classes_per_room).ceil()
    schools = schools.filter(nw.col("left_out").is_null())
    counted = schools.join(counts, on=list(u.SCHOOL), how="left").with_columns(limit=need)
    together = standard.options["rooms"] == "uses_together"
    groups = [q.check.uses] if together else [(use,) for use in q.check.uses]
    met = nw.all_horizontal(*[_enough(group) for group in groups], ignore_nulls=False)
    shortest = nw.min_horizontal(*[nw.col(f"sure:{use}") for use in q.check.uses])
    return counted.with_columns(
        applies=nw.lit(value=True),
        met=nw.when(~nw.col("listed").is_null()).then(met),
        value=shortest.cast(nw.Float64),
        of=NOTHING,
        per=NOTHING,
    )


def _enough(uses: tuple[str, ...]) -> nw.Expr:
    sure = reduce(lambda a, b: a + b, [nw.col(f"sure:{use}") for use in uses])
    possible = reduce(lambda a, b: a + b, [nw.col(f"possible:{use}") for use in uses])
    need = nw.col("limit")
    yes, no = nw.lit(value=True), nw.lit(value=False)
    return nw.when(sure >= need).then(yes).when(possible < need).then(no)
