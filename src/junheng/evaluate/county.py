"""Counties: sections, balance and items added up to parts, and parts to the verdict of a county.

A part counts what failed, what is open (unknown) and what was judged at all; it fails if anything
failed, and passes only if something was judged and nothing is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import narwhals as nw

from junheng.evaluate.coefficients import compared
from junheng.evaluate.compare import meets
from junheng.evaluate.constants import constants
from junheng.evaluate.sections import Frame
from junheng.model.standard import Standard

COUNTY = ("year", "county")
PART = (*COUNTY, "part")
_TALLY = ("failed", "open", "there")


def section_tallies(judged: Frame) -> Frame:
    """Count the sections of each county: `failed`, `open` (not assessed), `there`."""
    verdict = nw.col("verdict")
    return judged.group_by(*COUNTY).agg(
        _number(verdict == "fail").alias("failed"),
        _number(verdict == "not_assessed").alias("open"),
        nw.len().alias("there"),
    )


def balance_tallies(balance: Frame, standard: Standard) -> Frame | None:
    """Count the coefficients of each county over the limit (`failed`), unknown (`open`), compared (`there`)."""
    rule = standard.balance_rule
    if rule is None:
        return None
    met = [nw.col(f"met:{name}") for name in compared(rule)]
    return balance.group_by(*COUNTY).agg(
        _several([~m for m in met]).sum().alias("failed"),
        _several([m.is_null() for m in met]).sum().alias("open"),
        (nw.len() * len(met)).alias("there"),
    )


def _number(test: nw.Expr) -> nw.Expr:
    return nw.when(test).then(1).otherwise(0).sum()


def _several(tests: Iterable[nw.Expr]) -> nw.Expr:
    return nw.sum_horizontal(*[test.cast(nw.Int64) for test in tests])


def judged_parts(
    counties: Frame,
    sections: Frame,
    balance: Frame | None,
    answers: Frame | None,
    standard: Standard,
) -> Frame:
    """Judge each part of each county: one row a county and part, in the order `n` of the standard."""
    parts = standard.parts
    waits = [(n, part.id, int(part.waits_for is not None)) for n, part in enumerate(parts)]
    said = constants(counties, {"n": int, "part": str, "waits": int}, waits)
    grid = counties.join(said, how="cross")
    tallies = list(_tallies(counties, sections, balance, answers, standard))
    if not tallies:
        return grid.with_columns(verdict=nw.lit("not_assessed"))
    summed = (
        nw.concat(tallies, how="vertical")
        .group_by(*PART)
        .agg(*[nw.col(name).sum() for name in _TALLY])
    )
    failed, open_, there = (nw.col(name) for name in _TALLY)
    verdict = (
        nw.when((nw.col("waits") == 1) | there.is_null())
        .then(nw.lit("not_assessed"))
        .when(failed > 0)
        .then(nw.lit("fail"))
        .when(open_ == 0, there > 0)
        .then(nw.lit("pass"))
        .otherwise(nw.lit("not_assessed"))
    )
    return grid.join(summed, on=list(PART), how="left").with_columns(verdict=verdict)


def _tallies(
    counties: Frame,
    sections: Frame,
    balance: Frame | None,
    answers: Frame | None,
    standard: Standard,
) -> Iterator[Frame]:
    """Give what each part counts: sections, coefficients, items or points, as rows of one shape."""
    for part in standard.parts:
        if part.section_rule:
            yield _row(sections.with_columns(part=nw.lit(part.id)))
        if part.balance and balance is not None:
            yield _row(balance.with_columns(part=nw.lit(part.id)))
    if answers is not None and any(part.items for part in standard.parts):
        yield _row(_item_tallies(counties, answers, standard))


def _row(tally: Frame) -> Frame:
    return tally.select(*PART, *[nw.col(name).cast(nw.Int64) for name in _TALLY])


def _item_tallies(counties: Frame, answers: Frame, standard: Standard) -> Frame:
    """Count items, or judge points: decided when those known reach the limit, or all possible do not.

    More points than an item can have are no points that are known.
    """
    rules = [(part.id, part.items) for part in standard.parts if part.items]
    limits = [
        (name, rule.judged, rule.limit.cases[0].value if rule.limit else None)
        for name, rule in rules
    ]
    said = constants(counties, {"part": str, "judged": str, "points": float}, limits)
    opens, met = nw.col("opens_item") == 1, nw.col("item_met")
    score, most = nw.col("value"), nw.col("limit")
    is_points = nw.col("kind") == "points"
    known = nw.when(is_points, score <= most).then(score)
    summed = (
        answers.join(said, on="part")
        .with_columns(known=known, possible=nw.when(is_points).then(nw.coalesce(known, most)))
        .group_by(*PART, "judged")
        .agg(
            _number(opens & ~met).alias("failed"),
            _number(opens & met.is_null()).alias("open"),
            _number(opens).alias("there"),
            nw.col("known").sum(),
            nw.col("possible").sum(),
            _number(is_points & most.is_null()).alias("without_most"),
            nw.col("points").max(),
        )
    )
    possible = nw.when(nw.col("without_most") == 0).then(nw.col("possible"))
    points = nw.col("points")
    reached = meets(nw.col("known"), points, "at_least").fill_null(value=False)
    missed = (~meets(possible, points, "at_least")).fill_null(value=False)
    every = nw.when(nw.col("judged") == "every")
    return summed.with_columns(
        failed=every.then(nw.col("failed")).otherwise(nw.when(missed).then(1).otherwise(0)),
        open=every.then(nw.col("open")).otherwise(nw.when(reached | missed).then(0).otherwise(1)),
    )


def judged_counties(parts: Frame, answers: Frame | None, standard: Standard) -> Frame:
    """Judge each county: any part or veto fails it; every part must pass, every veto be answered.

    One row a county: `verdict`, `eligible` (may it apply), `part:ID` the verdict on each part.
    """
    verdict = nw.col("verdict")
    wide = parts.group_by(*COUNTY).agg(
        _number(verdict == "fail").alias("failed"),
        _number(verdict == "pass").alias("passed"),
        *[
            nw.when(nw.col("part") == part.id).then(verdict).max().alias(f"part:{part.id}")
            for part in standard.parts
        ],
    )
    gates = [nw.lit(0).alias(name) for name in _GATES]
    if answers is not None and (standard.veto or standard.eligibility):
        wide = wide.join(_gates(answers), on=list(COUNTY), how="left")
        gates = [nw.col(name).fill_null(0) for name in _GATES]
    return wide.with_columns(*gates).with_columns(
        verdict=_verdict(standard), eligible=_eligible(standard)
    )


_GATES = ("vetoes_held", "vetoes_open", "conditions_unmet", "conditions_open")


def _gates(answers: Frame) -> Frame:
    """Count the vetoes that hold (their item is "met" then) and the conditions that are not met."""
    met, group = nw.col("item_met"), nw.col("part")
    return (
        answers.filter(nw.col("opens_item") == 1, group.is_in(["veto", "eligibility"]))
        .group_by(*COUNTY)
        .agg(
            _number((group == "veto") & met).alias("vetoes_held"),
            _number((group == "veto") & met.is_null()).alias("vetoes_open"),
            _number((group == "eligibility") & ~met).alias("conditions_unmet"),
            _number((group == "eligibility") & met.is_null()).alias("conditions_open"),
        )
    )


def _verdict(standard: Standard) -> nw.Expr:
    held, open_ = nw.col("vetoes_held"), nw.col("vetoes_open")
    if standard.options["veto_unknown"] == "ignored":
        open_ = nw.lit(0)
    return (
        nw.when((nw.col("failed") > 0) | (held > 0))
        .then(nw.lit("fail"))
        .when(nw.col("passed") == len(standard.parts), open_ == 0)
        .then(nw.lit("pass"))
        .otherwise(nw.lit("not_assessed"))
    )


def _eligible(standard: Standard) -> nw.Expr:
    if not standard.eligibility:
        return nw.lit("not_assessed")
    return (
        nw.when(nw.col("conditions_unmet") > 0)
        .then(nw.lit("fail"))
        .when(nw.col("conditions_open") == 0)
        .then(nw.lit("pass"))
        .otherwise(nw.lit("not_assessed"))
    )
