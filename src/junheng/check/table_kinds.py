"""Rules that look at several rows, or at rows of two tables, together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import narwhals as nw

from junheng.check.conditions import in_scope
from junheng.check.finding import said
from junheng.check.places import NUMBER, Frame, World
from junheng.check.rule import Rule

_SLACK = 1e-6
_WORDS = ("grade", "use", "name")
"""Columns of words, of which the different ones are counted."""
_TEXT = (*_WORDS, "county", "school", "level")
_LINK: Mapping[str, tuple[str, ...]] = {
    "sections": ("year", "school", "level"),
    "schools": ("year", "school"),
}


def rows_add_up(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find rows that are not what the rows of another table add up to."""
    for rule in rules:
        rows, listed = world.place(rule.table), world.place(rule.rows)
        if rows is None or listed is None:
            continue
        link = _LINK[rule.table]
        added = listed.group_by(*link).agg(**_added(rule))
        both = in_scope(rows, rule).join(added, on=list(link), how="inner")
        mine, theirs = nw.col(rule.columns[0]), nw.col("added:")
        if rule.must == "at_most":
            wrong = theirs > mine * (1 + _SLACK)
        else:
            wrong = ((theirs - mine).abs() > mine * _SLACK) & (nw.col("unknown:") == 0)
        yield said(both.filter(wrong), rule, {"found": mine, "expected": theirs})


def _added(rule: Rule) -> dict[str, nw.Expr]:
    """Count rows, count different words, or add up numbers; and how many are not known."""
    cell = nw.col("school" if rule.add == "rows" else rule.add)
    added = cell.sum()
    if rule.add == "rows":
        added = nw.len().cast(NUMBER)
    elif rule.add in _WORDS:
        added = cell.n_unique().cast(NUMBER)
    return {"added:": added, "unknown:": cell.is_null().cast(nw.Int64()).sum()}


def no_parent(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find rows of a level that the school has no section of."""
    for rule in rules:
        rows, sections = world.place(rule.table), world.place("sections")
        if rows is not None and sections is not None:
            link = list(_LINK["sections"])
            alone = in_scope(rows, rule).join(sections.select(link), on=link, how="anti")
            yield said(alone, rule, {"text": nw.col("level")})


def levels_of_kind(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find schools without a level of their kind, and sections of a level not of it."""
    for rule in rules:
        rows, sections = world.place(rule.table), world.place("sections")
        if rows is None or sections is None:
            continue
        if rule.must == "have_only":
            yield from _more_levels(rule, sections)
        else:
            yield from _fewer_levels(rule, rows, sections)


def _more_levels(rule: Rule, sections: Frame) -> Iterator[Frame]:
    for kind, levels in rule.levels.items():
        wrong = (nw.col("kind") == kind) & ~nw.col("level").is_in(levels) & (nw.col("pupils") > 0)
        filled = {"text": nw.col("kind"), "other": nw.col("level"), "found": nw.col("pupils")}
        yield said(sections.filter(wrong), rule, filled)


def _fewer_levels(rule: Rule, schools: Frame, sections: Frame) -> Iterator[Frame]:
    there = sections.filter(nw.col("pupils").fill_null(1.0) > 0)
    for level in sorted({level for levels in rule.levels.values() for level in levels}):
        kinds = [kind for kind, levels in rule.levels.items() if level in levels]
        have = there.filter(nw.col("level") == level).select("year", "school")
        need = schools.filter(nw.col("kind").is_in(kinds))
        lacking = need.join(have, on=["year", "school"], how="anti")
        yield said(lacking, rule, {"text": nw.col("kind"), "other": nw.lit(level)})


def repeated(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find rows that are alike in what should tell them apart."""
    for rule in rules:
        rows = world.place(rule.table)
        if rows is not None:
            yield from _alike(rule, in_scope(rows, rule))


def _alike(rule: Rule, rows: Frame) -> Iterator[Frame]:
    """Blank cells take part as such, but enough cells must be filled in, and above 0."""
    keys = [f"key:{name}" for name in (*rule.by, *rule.columns)]
    filled = [_filled(name) for name in rule.columns]
    text = nw.concat_str(*(nw.col(name).cast(nw.String) for name in rule.columns), separator=", ",
                         ignore_nulls=True)  # fmt: skip
    keyed = rows.with_columns(
        *(_key(name).alias(key) for name, key in zip((*rule.by, *rule.columns), keys, strict=True)),
        nw.sum_horizontal(*filled).alias("filled:"),
    ).filter(nw.col("filled:") >= rule.least)
    label = nw.coalesce(nw.col("who"), nw.col("school"))
    groups = keyed.group_by(*keys).agg(
        nw.len().alias("count:"), label.min().alias("first:"), label.max().alias("last:")
    )
    found = keyed.join(groups.filter(nw.col("count:") > 1), on=keys, how="inner")
    other = nw.when(label == nw.col("first:")).then(nw.col("last:")).otherwise(nw.col("first:"))
    yield said(found, rule, {"count": nw.col("count:"), "other": other, "text": text})


def _filled(name: str) -> nw.Expr:
    cell = nw.col(name)
    if name in _WORDS:
        return (~cell.is_null()).cast(nw.Int64())
    return (cell.fill_null(0.0) != 0).cast(nw.Int64())


def _key(name: str) -> nw.Expr:
    """Give what a column groups by: something for blanks, so that they group too."""
    return (
        nw.col(name).fill_null("") if name in _TEXT else nw.col(name).cast(NUMBER).fill_null(-1.0)
    )


def far_away(rules: Sequence[Rule], world: World) -> Iterator[Frame]:
    """Find schools far from the middle of their county's schools."""
    for rule in rules:
        rows = world.place(rule.table)
        if rows is None:
            continue
        lon, lat = (nw.col(name) for name in rule.columns)
        placed = in_scope(rows, rule).filter(~lon.is_null(), ~lat.is_null())
        middle = placed.group_by("year", "county").agg(
            lon.median().alias("lon:"), lat.median().alias("lat:"), nw.len().alias("count:")
        )
        north = (lat - nw.col("lat:")) * _KM
        east = (lon - nw.col("lon:")) * _KM * _cosine(nw.col("lat:"))
        far = (north * north + east * east).sqrt()
        wrong = (nw.col("count:") >= rule.least) & (far > rule.beyond)
        both = placed.join(middle, on=["year", "county"], how="inner").filter(wrong)
        expected = nw.lit(rule.beyond)
        yield said(both, rule, {"found": far, "expected": expected, "count": nw.col("count:")})


_KM = 111.195
"""Kilometres in a degree of a great circle."""


def _cosine(degrees: nw.Expr) -> nw.Expr:
    square = (degrees * 0.017453292519943295) ** 2
    return 1 - square / 2 + square * square / 24
