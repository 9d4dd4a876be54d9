"""What a document needs about one county and school year, made once and read by every kind.

No document works out a number of its own: what it prints stands in a bundle, in the verdict
(`county`, `findings`, `workings`) or in the county's own rows of the input (`tables`). A kind of
document is a function of a bundle and a folder; `kinds` lists them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from junheng import __version__
from junheng.evaluate import Evaluation
from junheng.evaluate.explain import Group, Workings, explain_balance
from junheng.evaluate.regimes import Regime
from junheng.evaluate.verdict import Wide
from junheng.inmemory import judge
from junheng.model.standard import Part, Standard
from junheng.model.tables import TABLES
from junheng.report import as_json
from junheng.report.collected import Collected, Progress, of_county, of_evaluation
from junheng.report.words import County, Words, counties_of

if TYPE_CHECKING:
    from junheng.plan.gaps import Gaps

_MADE_UP = "模拟"
_NO_PROVINCE = "99"
"""No code of GB/T 2260 begins so; made-up counties have such codes."""
_FINDING = ("school", "level", "item", "check", "unit")


_PARTS = {"primary": ("小学部", ("nine_year", "twelve_year")),
          "junior": ("初中部", ("nine_year", "twelve_year", "complete_secondary"))}  # fmt: skip


def section_name(row: Mapping[str, Any]) -> str:
    """Name a section as forms do: the school, and which part of it where it has several.

    Takes `name`, `school`, `kind` and `level`.

    >>> section_name({"name": "甲", "school": "1", "kind": "nine_year", "level": "junior"})
    '甲（初中部）'
    """
    part, kinds = _PARTS.get(row["level"], ("", ()))
    name = str(row["name"] or row["school"])
    return f"{name}（{part}）" if row["kind"] in kinds else name


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a part: what the items got whose points are known, and what it needs."""

    known: float
    unknown: int
    """Items without points, or with more than they can have."""
    least: float | None
    """The least that pass; None where an overlay has still to say."""


@dataclass(frozen=True)
class Batch:
    """Counties judged together: what is worked out for all of them at once, when it is asked for."""

    evaluation: Evaluation
    tables: Mapping[str, Any]

    @cached_property
    def gaps(self) -> Gaps:
        """What each school is short of."""
        from junheng.plan.gaps import of_evaluation as gaps_of

        return gaps_of(self.evaluation, self.tables)


@dataclass(frozen=True)
class Bundle:
    """One county and school year: the verdict, what it rests on, and the words to say it in.

    Unknown numbers are None (null in frames), never 0; a document shows them as a visible blank.
    """

    county: County
    """The verdict: parts, sections, values, balance, items, excluded; `failing`, `unmet_items`."""
    findings: pl.DataFrame
    """Classes, sections and schools that do not meet an item, one by one."""
    tables: Mapping[str, pl.DataFrame]
    """The county's rows of each table handed in, in the order of their keys."""
    batch: Batch
    """What was judged together with it; for `workings` and `gaps`."""
    words: Words
    """Says indicators, items, levels and verdicts in the language of the document."""
    collected: Collected
    """The same verdict as collected frames, of this county and year only."""
    input_digest: str
    """SHA-256 of the whole input; "" when it was not given."""
    layout: Path | None = None
    """A layout of the application form that takes the place of the standard's own."""
    target: int | None = None
    """A school year by which all coefficients are to be within their limits, for pictures of the way."""
    earlier: tuple[Bundle, ...] = field(default=(), repr=False)
    """The same county in the earlier years that were judged with it, the oldest first."""

    @property
    def standard(self) -> Standard:
        """The standard as of the day of the rules, overlays laid over it."""
        return self.county.standard

    @property
    def code(self) -> str:
        """The county's six digits."""
        return self.county.code

    @property
    def year(self) -> int:
        """The first calendar year of the school year."""
        return self.county.year

    @cached_property
    def schools(self) -> Mapping[str, Mapping[str, Any]]:
        """The row of `schools` by school code: name, kind, sponsor, setting, lon, lat …"""
        rows = self.tables["schools"].iter_rows(named=True)
        return {row["school"]: row for row in rows}

    @cached_property
    def facts(self) -> Mapping[str, float | None]:
        """What the county reported, by fact; a fact that was not reported is not there."""
        frame = self.tables.get("facts")
        return {} if frame is None else dict(frame.select("item", "value").iter_rows())

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the verdict, of what it rests on, and of the county's own input rows.

        The same for the same rows in any order, whatever other counties stood beside them.
        """
        about = as_json.about([self.collected.regime], self.standard, "")
        verdict = _plain({**about, "county": next(as_json.entries(self.collected))})
        hasher = hashlib.sha256(json.dumps(verdict, sort_keys=True, default=str).encode())
        for name in sorted(self.tables):
            hasher.update(f"\n{name}\n".encode())
            hasher.update(self.tables[name].write_csv().encode())
        return hasher.hexdigest()

    @property
    def wide(self) -> Wide:
        """The wide results of all counties judged together."""
        return self.batch.evaluation.wide

    @cached_property
    def gaps(self) -> Gaps:
        """What the county's schools are short of; see `junheng.plan.gaps`."""
        frames = {f.name: getattr(self.batch.gaps, f.name) for f in fields(self.batch.gaps)}
        mine = pl.col("county") == self.code
        cut: dict[str, Any] = {
            n: f.filter(mine) for n, f in frames.items() if isinstance(f, pl.DataFrame)
        }
        return replace(self.batch.gaps, **cut)

    @cached_property
    def synthetic(self) -> bool:
        """Whether the county is made up: by its code, or because each school's name says so."""
        if self.code.startswith(_NO_PROVINCE):
            return True
        names = self.tables["schools"]["name"].drop_nulls()
        return bool(len(names)) and bool(names.str.starts_with(_MADE_UP).all())

    def points(self, part: Part) -> Points | None:
        """Give the points of a part that is judged by them; None for any other."""
        if part.items is None or part.items.judged != "points":
            return None
        rows = self.county.items.filter(pl.col("part") == part.id)
        sound = rows.filter((pl.col("value") <= pl.col("limit")) | pl.col("limit").is_null())
        known, limit = sound["value"].drop_nulls(), part.items.limit
        least = limit.cases[0].value if limit else None
        return Points(float(known.sum()), rows.height - len(known), least)

    @cached_property
    def points_short(self) -> tuple[tuple[str, Points], ...]:
        """The parts that fail by their points."""
        failed = [part for part in self.standard.parts if self.county.parts[part.id] == "fail"]
        found = ((part.id, self.points(part)) for part in failed)
        return tuple((part, points) for part, points in found if points)

    def said_in(self, language: str) -> Bundle:
        """Give the same verdict in another language, the earlier years with it."""
        if language == self.words.language:
            return self
        earlier = tuple(one.said_in(language) for one in self.earlier)
        return replace(self, words=Words(self.standard, language), earlier=earlier)

    @property
    def version(self) -> str:
        """The version of the program."""
        return __version__

    def workings(self, level: str, indicator: str) -> Workings:
        """Explain one coefficient of variation; see `junheng.evaluate.explain_balance`.

        Its `rows` and `total` are lazy: `.collect().to_native()` gives Polars frames.
        """
        group = Group(self.year, self.code, level)
        return explain_balance(self.wide, self.standard, group, indicator)


def bundles(
    tables: Mapping[str, Any],
    regimes: Sequence[Regime],
    *,
    input_digest: str = "",
    language: str = "zh",
    progress: Progress | None = None,
) -> list[Bundle]:
    """Judge every county and year of the tables, and bundle each; by county, then year.

    `earlier` of each holds the same county's years before it. Memory holds all of it: hand in the
    counties a document is wanted of, or some at a time.
    """
    found: list[Bundle] = []
    pairs = [(year, regime) for regime in regimes for year in sorted(regime.days)]
    for done, (year, regime) in enumerate(pairs):
        if progress:
            progress(done, len(pairs))
        one = replace(regime, days={year: regime.days[year]})
        found += _judged(one, one.cut(tables), input_digest, language)
    if progress:
        progress(len(pairs), len(pairs))
    found.sort(key=lambda bundle: (bundle.code, bundle.year))
    return [replace(b, earlier=_before(b, found)) for b in found]


def _plain(value: Any) -> Any:
    """Keep twelve digits of every number: threads may add up in another order, and differ beyond."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _before(one: Bundle, found: Sequence[Bundle]) -> tuple[Bundle, ...]:
    return tuple(b for b in found if b.code == one.code and b.year < one.year)


def _judged(
    regime: Regime, tables: Mapping[str, Any], input_digest: str, language: str
) -> Iterator[Bundle]:
    evaluation = judge(tables, regime.standard)
    collected = of_evaluation(evaluation, regime)
    batch = Batch(evaluation, tables)
    held = {name: _held(frame) for name, frame in tables.items()}
    for county in counties_of(collected):
        mine = of_county(collected, county.year, county.code)
        mine = replace(mine, findings=mine.findings.sort(_FINDING, nulls_last=True))
        yield Bundle(
            county=county,
            findings=mine.findings,
            tables=_rows_of(held, county.code),
            batch=batch,
            words=Words(county.standard, language),
            collected=mine,
            input_digest=input_digest,
        )


def _held(frame: Any) -> pl.DataFrame:
    held: pl.DataFrame = nw.from_native(frame).lazy().collect("polars").to_native()
    return held


def _rows_of(tables: Mapping[str, pl.DataFrame], county: str) -> dict[str, pl.DataFrame]:
    """Give a county's rows of every table, sorted by all they hold that tells them apart."""
    schools = tables["schools"].filter(pl.col("county") == county)["school"].unique()
    cut = {}
    for name, frame in tables.items():
        mine = (
            pl.col("county") == county
            if "county" in frame.columns
            else pl.col("school").is_in(schools.implode())
        )
        keys = list(TABLES[name].key) or frame.columns
        cut[name] = frame.filter(mine).sort(keys, nulls_last=True, maintain_order=True)
    return cut
