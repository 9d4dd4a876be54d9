"""Judge a whole data set: tables in, verdicts on sections, balance, items, parts and counties out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from junheng.evaluate import county, results
from junheng.evaluate.answers import answers
from junheng.evaluate.asked import asked_of_units
from junheng.evaluate.coefficients import judged_balance
from junheng.evaluate.looked import looked_at
from junheng.evaluate.reported import Sources, needed_facts, reported
from junheng.evaluate.sections import Frame, all_sections, judged_sections, table
from junheng.evaluate.units import all_units
from junheng.measures import balance
from junheng.model.standard import Standard

Keep = Callable[[Frame], Frame]
"""What to do with an intermediate result that is used several times: nothing, hold it in memory,
or cache it. The library itself never collects."""


@dataclass(frozen=True, slots=True)
class Wide:
    """The results in the layout that is computed: one row a section, balance group, check or county."""

    sections: Frame
    """All sections, those left out as well (`left_out`)."""
    judged: Frame
    balance: Frame
    looked: Frame | None
    """What items look at one by one (`looked.looked_at`); None: nothing, or no such table."""
    answers: Frame | None
    """Every check in every county (`answers.answers`); None: the standard asks nothing."""
    parts: Frame
    counties: Frame


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The verdicts on a data set, in lazy frames of the kind that came in, one row per fact."""

    standard: Standard
    wide: Wide
    values: Any
    sections: Any
    balance: Any
    items: Any
    parts: Any
    counties: Any
    excluded: Any
    findings: Any


def _same(frame: Frame) -> Frame:
    return frame


def evaluate(
    tables: Mapping[str, Any], standard: Standard, *, keep: Keep = _same, keep_looked: Keep = _same
) -> Evaluation:
    """Judge a data set under a standard as of a day.

    Parameters
    ----------
    tables
        Frames by table name (schools, sections, and whichever of classes, rooms, facts, opinions
        there are), with machine names as columns and the values of the contract: Polars (eager or
        lazy), DuckDB relations, or any other frame Narwhals knows. Absent columns are unknown. Keys
        must be unique and every section must have its school (`junheng.intake` sees to both).
    standard
        `load_standard(id).on(day)`.
    keep
        Called with each intermediate result that is used more than once.
    keep_looked
        Called with what items look at one by one, which is long: all classes, several times over.

    Returns
    -------
    Evaluation
        Lazy frames; nothing is computed here. A verdict is `not_assessed` unless what is known
        decides it.

    Raises
    ------
    KeyError
        A table that is needed is not there.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> from junheng import load_standard
    >>> schools = {"year": [2025], "county": ["990101"], "school": ["1"], "kind": ["primary"],
    ...            "sponsor": ["7"]}
    >>> sections = {"year": [2025], "school": ["1"], "level": ["primary"], "pupils": [500],
    ...             "above_degree": [21]}
    >>> tables = {"schools": pl.LazyFrame(schools), "sections": pl.LazyFrame(sections)}
    >>> found = evaluate(tables, load_standard("cn-quality-2017").on(date(2025, 9, 1)))
    >>> found.values.collect().row(0)[4:]
    ('above_degree_teachers', 21.0, 4.2, 4.2, 'met')
    """
    wide = wide_results(tables, standard, keep, keep_looked)
    return Evaluation(
        standard=standard,
        wide=wide,
        values=_native(results.values(wide.judged, standard)),
        sections=_native(results.sections(wide.judged)),
        balance=_native(results.balance(wide.balance, standard)),
        items=_native(None if wide.answers is None else results.items(wide.answers)),
        parts=_native(results.parts(wide.parts)),
        counties=_native(results.counties(wide.counties, standard)),
        excluded=_native(results.excluded(wide.sections, standard)),
        findings=_native(None if wide.looked is None else results.findings(wide.looked, standard)),
    )


def _native(frame: Frame | None) -> Any:
    return None if frame is None else nw.to_native(frame)


def wide_results(
    tables: Mapping[str, Any], standard: Standard, keep: Keep = _same, keep_looked: Keep = _same
) -> Wide:
    """Judge a data set, in the layout that is computed."""
    sections = keep(all_sections(tables, standard))
    judged = keep(judged_sections(sections, standard))
    spread = keep(judged_balance(_balance(judged, standard), standard))
    units = looked = None
    if asked_of_units(standard):
        units = all_units(sections, judged, tables, standard, keep)
        looked = looked_at(units, needed_facts(tables, standard), standard)
        looked = None if looked is None else keep_looked(looked)
    counted = county.section_tallies(judged), county.balance_tallies(spread, standard)
    counties = _counties(tables)
    unlisted = units.unlisted if units else None
    found = reported(counties, Sources(tables, looked, unlisted, counted[1]), standard)
    answered = answers(counties, found, standard)
    answered = None if answered is None else keep(answered)
    parts = keep(county.judged_parts(counties, *counted, answered, standard))
    final = county.judged_counties(parts, answered, standard)
    return Wide(sections, judged, spread, looked, answered, parts, final)


def _balance(judged: Frame, standard: Standard) -> Frame:
    amounts = {i.id: f"amount:{i.id}" for i in standard.indicators}
    return balance(judged, amounts=amounts, pupils="pupils", by=("year", "county", "level"))


def _counties(tables: Mapping[str, Any]) -> Frame:
    schools = table(tables, "schools", frozenset(("year", "county")))
    assert schools is not None  # noqa: S101  # all_sections has refused a data set without it
    return schools.unique()
