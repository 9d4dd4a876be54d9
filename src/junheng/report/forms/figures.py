"""The figures of a form: each taken from the verdict, or added up from the county's own rows.

What is unknown, or rests on something unknown, is None: a form shows it as a visible blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import polars as pl

from junheng.model.tables import SCHOOLS, SECTIONS
from junheng.report.bundle import Bundle
from junheng.report.forms.layout import Field

Row = Mapping[str, Any]
_ALL = 100.0
"""In percent."""
_NOT_COUNTED = ("special",)
"""Kinds whose pupils and staff a form does not count among primary and junior schools."""


class Figures:
    """Answers the fields of a layout for one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._answers: Mapping[str, Callable[[Field], float | None]] = {
            "fact": self._fact,
            "check": self._check,
            "check_total": self._total,
            "mean": self._mean,
            "cv": self._cv,
            "met": self._met,
            "count": self._count,
            "sum": self._sum,
            "opinions": self._opinions,
            "ratio": self._ratio,
        }

    def number(self, field: Field) -> float | None:
        """Give the figure of a field that belongs to the county; None when it is unknown."""
        found = self._answers[field.kind](field)
        return None if found is None else found * field.times

    def limit(self, field: Field) -> float | None:
        """Give what a figure is read against: its check's limit; all of them (100) for a share."""
        if field.kind == "check":
            found = self.bundle.county.items.filter(pl.col("check") == field.name)["limit"]
            return None if found.is_empty() else _float(found[0])
        return _ALL if field.kind == "ratio" and field.times == _ALL else None

    @cached_property
    def sections(self) -> pl.DataFrame:
        """Every section reported, with its school's name, kind and sponsor; `campus` pupils."""
        schools = self.bundle.tables["schools"].select("school", "name", "kind", "sponsor")
        sections = self.bundle.tables["sections"]
        compulsory = sections.filter(pl.col("level").is_in(self.bundle.standard.levels))
        known = pl.col("pupils").is_not_null().all()
        campus = compulsory.group_by("school").agg(
            pl.when(known).then(pl.col("pupils").sum()).alias("campus")
        )
        joined = sections.join(schools, on="school", maintain_order="left")
        return joined.join(campus, on="school", how="left", maintain_order="left")

    @cached_property
    def judged(self) -> pl.DataFrame:
        """The sections in scope, with `verdict`, in the order of their schools."""
        verdicts = self.bundle.county.sections.select("school", "level", "verdict")
        return self.sections.join(verdicts, on=["school", "level"], maintain_order="left")

    def _fact(self, field: Field) -> float | None:
        return self.bundle.facts.get(field.name)

    def _check(self, field: Field) -> float | None:
        found = self.bundle.county.items.filter(pl.col("check") == field.name)["value"]
        return None if found.is_empty() else _float(found[0])

    def _total(self, field: Field) -> float | None:
        """Add up the points of a part; unknown when one is, or is more than its item can have."""
        rows = self.bundle.county.items.filter(pl.col("part") == field.name)
        over = (rows["value"] > rows["limit"]).any()
        values = rows["value"]
        if values.is_empty() or values.is_null().any() or over:
            return None
        return float(values.sum())

    def _balance(self, field: Field, column: str) -> float | None:
        rows = self.bundle.county.balance.filter(
            pl.col("level") == field.level, pl.col("indicator") == field.name
        )
        return None if rows.is_empty() else _float(rows[column][0])

    def _mean(self, field: Field) -> float | None:
        return self._balance(field, "mean")

    def _cv(self, field: Field) -> float | None:
        """Give a coefficient; where single ones are judged, the composite is their mean."""
        rule = self.bundle.standard.balance_rule
        if field.name != "composite" or rule is None or rule.judged == "mean":
            return self._balance(field, "cv")
        each = [self._balance(Field("cv", name, field.level), "cv") for name in rule.indicators]
        known = [cv for cv in each if cv is not None]
        return sum(known) / len(known) if known and len(known) == len(each) else None

    def _met(self, field: Field) -> float | None:
        """Count the sections in scope that reach one limit, or (`all`) that pass."""
        if field.name == "all":
            verdicts = self.judged.filter(pl.col("level") == field.level)["verdict"]
        else:
            verdicts = self.bundle.county.values.filter(
                pl.col("level") == field.level, pl.col("indicator") == field.name
            )["verdict"]
        if verdicts.is_empty() or (verdicts == "not_assessed").any():
            return None
        met = float(verdicts.is_in(["met", "pass"]).sum())
        return 100 * met / len(verdicts) if field.share else met

    def _count(self, field: Field) -> float | None:
        if field.name == "classes":
            return self._classes(field)
        if field.name == "schools":
            return self._counted(self.bundle.tables["schools"].join(
                self.sections.group_by("school").agg(pl.col("campus").first()),
                on="school", how="left"), field, "campus")  # fmt: skip
        if field.name == "campuses":
            return self._counted(self.judged.unique("school"), field, "campus")
        frame = self.judged if field.name == "sections" else self.sections
        return self._counted(frame, field, "pupils")

    def _counted(self, frame: pl.DataFrame, field: Field, size: str) -> float | None:
        chosen = _chosen(frame, field)
        tests = _size(field, size)
        if tests and chosen[size].is_null().any():
            return None
        return float(chosen.filter(*tests).height)

    def _classes(self, field: Field) -> float | None:
        """Count classes by size; unknown unless every section in scope lists all its classes."""
        classes = self.bundle.tables.get("classes")
        if classes is None:
            return None
        listed = classes.group_by("school", "level").agg(
            pl.len().alias("listed"),
            pl.col("pupils").null_count().alias("unknown"),
            pl.col("pupils").sum().alias("pupils_listed"),
        )
        sections = _chosen(self.judged, field)
        whole = pl.coalesce(
            pl.col("listed") >= pl.col("classes"), pl.col("pupils_listed") >= pl.col("pupils")
        )
        each = sections.join(listed, on=["school", "level"], how="left")
        if not each.select((whole & (pl.col("unknown") == 0)).fill_null(value=False).all()).item():
            return None
        mine = classes.join(sections.select("school", "level"), on=["school", "level"])
        return float(mine.filter(*_size(field, "pupils")).height)

    def _sum(self, field: Field) -> float | None:
        """Add a column up over sections or schools; unknown when one of them is."""
        in_schools = any(column.name == field.name for column in SCHOOLS.columns)
        of_sections = any(column.name == field.name for column in SECTIONS.columns)
        if of_sections and not in_schools:
            frame = self.sections.filter(pl.col("level").is_in(self.bundle.standard.levels))
        else:
            campus = self.sections.group_by("school").agg(pl.col("campus").first())
            frame = self.bundle.tables["schools"].join(campus, on="school", how="left")
        chosen = _chosen(frame, field)
        tests = _size(field, "campus")
        if field.name not in chosen.columns or (tests and chosen["campus"].is_null().any()):
            return None
        figures = chosen.filter(*tests)[field.name]
        return None if figures.is_null().any() else float(figures.sum())

    def _opinions(self, field: Field) -> float | None:
        frame = self.bundle.tables.get("opinions")
        if frame is None:
            return None
        mine = frame.filter(pl.col("channel") == field.channel)
        if field.groups:
            mine = mine.filter(pl.col("group").is_in(field.groups))
        figures = mine[field.name]
        return None if figures.is_empty() or figures.is_null().any() else float(figures.sum())

    def _ratio(self, field: Field) -> float | None:
        of, per = (self.number(part) if part else None for part in (field.of, field.per))
        return None if of is None or not per else of / per


def _chosen(frame: pl.DataFrame, field: Field) -> pl.DataFrame:
    """Keep a field's level and kinds; special schools count only where they are named."""
    if field.level:
        frame = frame.filter(pl.col("level") == field.level)
    if field.kinds:
        return frame.filter(pl.col("kind").is_in(field.kinds))
    return frame.filter(~pl.col("kind").is_in(_NOT_COUNTED))


def _size(field: Field, column: str) -> list[pl.Expr]:
    tests = []
    if field.above is not None:
        tests.append(pl.col(column) > field.above)
    if field.below is not None:
        tests.append(pl.col(column) < field.below)
    if field.at_least is not None:
        tests.append(pl.col(column) >= field.at_least)
    return tests


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
