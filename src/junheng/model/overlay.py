"""Lay a province's dated changes over a standard: limits, rules, points, items, easements, options."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from junheng.errors import WrongUse
from junheng.model import build, checks, parts
from junheng.model import standard as s
from junheng.model.build import Context
from junheng.model.limit import Limit, Period
from junheng.model.load import (
    easement,
    folder_of,
    load_standard,
    new_context,
    options,
    periods,
    timetable,
)
from junheng.model.reference import Label
from junheng.model.strict import Entry, Slips, read_yaml


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a province changes in a standard, for which counties, and from when."""

    id: str
    label: Label
    extends: str
    counties: tuple[str, ...]
    """Leading digits of the county codes it holds for."""
    since: Any
    until: Any
    digest: str
    change: Callable[[s.Standard], s.Standard]

    def holds_for(self, county: str) -> bool:
        """Say whether a county, by its code, is one of those."""
        return county.startswith(self.counties)


def shipped_overlays(standard: str) -> tuple[str, ...]:
    """Name the overlays that come with a standard."""
    return tuple(sorted(p.stem for p in (folder_of(standard) / "overlays").glob("*.yaml")))


def load_overlay(name: str, standard: str) -> Overlay:
    """Load an overlay of a standard, by its id or by the path of its file.

    Raises WrongUse when there is no such overlay or it extends another standard,
    StandardNeedsMending when the file does not make sense.
    """
    path = folder_of(standard) / "overlays" / f"{name}.yaml"
    path = path if path.is_file() else Path(name)
    if not path.is_file():
        allowed = ", ".join(shipped_overlays(standard)) or "-"
        raise WrongUse("standard.overlay_not_found", found=name, standard=standard, allowed=allowed)
    base, slips = load_standard(standard), Slips()
    entry = read_yaml(path, path.name, slips)
    extends = entry.text("extends") if entry else ""
    if extends and extends != base.id:
        raise WrongUse("standard.overlay_of_another", found=name, extends=extends, standard=base.id)
    built = _overlay(entry, base, path, slips) if entry else None
    slips.raise_if_any()
    return cast(Overlay, built)


def _context(base: s.Standard, slips: Slips) -> Context:
    """Give a context that knows every name of the standard that is changed."""
    context = new_context(slips)
    context.levels, context.facts = base.levels, dict(base.facts)
    items = [item for _, item in base.every_item()]
    context.places = dict.fromkeys((i.id for i in base.indicators), "section")
    context.places |= {item.id: checks.place_of(item) for item in items}
    context.names |= {
        "indicator": [i.id for i in base.indicators],
        "item": [item.id for item in items],
        "check": [check.id for item in items for check in item.checks],
        "part": [p.id for p in base.parts],
        "easement": [e.id for e in base.easements],
        "fact": list(base.facts),
        "reason": list(base.reasons),
    }
    return context


def _overlay(entry: Entry, base: s.Standard, path: Path, slips: Slips) -> Overlay:
    context = _context(base, slips)
    own = entry.maybe("documents", build.documents) or {}
    context.documents = {**base.documents, **own}
    dates = entry.entry("in_force")
    name = entry.text("id")
    changes = [read(entry, base, context) for read in _CHANGES]
    entry.text("note", "")
    built = Overlay(
        name,
        entry.take("label", build.label, build.NO_LABEL),
        entry.text("extends", base.id),
        entry.words("counties"),
        dates.date("since") if dates else None,
        dates.date_or_none("until") if dates else None,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        _all(changes, name, context),
    )
    if dates:
        dates.done()
    entry.done()
    return built


Change = Callable[[s.Standard], s.Standard]


def _all(changes: list[Change], name: str, context: Context) -> Change:
    def change(standard: s.Standard) -> s.Standard:
        for step in changes:
            standard = step(standard)
        return replace(
            standard,
            overlays=(*standard.overlays, name),
            documents={**standard.documents, **context.documents},
            facts={**standard.facts, **context.facts},
        )

    return change


def _limits_by_name(
    entry: Entry, allowed: list[str], context: Context
) -> dict[str, tuple[Limit, ...]]:
    for key in entry.names():
        build.known(entry, key, key, allowed)
    return {
        key: build.dated(entry, key, lambda e: build.limit(e, context)) for key in entry.names()
    }


def _limits(entry: Entry, base: s.Standard, context: Context) -> Change:
    """Read {indicator: [limits]}: they take the place of the indicator's own."""
    names = [i.id for i in base.indicators]
    new = entry.maybe("limits", lambda e: _limits_by_name(e, names, context)) or {}

    def change(standard: s.Standard) -> s.Standard:
        eased = tuple(replace(i, limits=new.get(i.id, i.limits)) for i in standard.indicators)
        return replace(standard, indicators=eased)

    return change


def _parts(entry: Entry, base: s.Standard, context: Context) -> Change:
    """Read {part: {sections, facts, add, limits, points, waits_for}}."""
    new = entry.maybe("parts", lambda e: _changed_parts(e, base, context)) or {}

    def change(standard: s.Standard) -> s.Standard:
        changed = tuple(new[p.id](p) if p.id in new else p for p in standard.parts)
        return replace(standard, parts=changed)

    return change


def _changed_parts(
    entry: Entry, base: s.Standard, context: Context
) -> dict[str, Callable[[s.Part], s.Part]]:
    known = {part.id: part for part in base.parts}
    changed = {}
    for key in entry.names():
        build.known(entry, key, key, known)
        inner = entry.entry(key)
        if inner and key in known:
            changed[key] = _part(inner, known[key], context)
    return changed


def _part(entry: Entry, base: s.Part, context: Context) -> Callable[[s.Part], s.Part]:
    rules = parts.sections(entry, context)
    for inner in entry.entries("facts") if entry.has("facts") else ():
        build.fact(inner, context)
    added = tuple(checks.item(e, context) for e in entry.entries("add")) if entry.has("add") else ()
    items = (*(base.items.items if base.items else ()), *added)
    limits = entry.maybe("limits", lambda e: _limits_of_checks(e, items, context)) or {}
    most = entry.maybe("points", lambda e: _points(e, items)) or {}
    waits = entry.maybe("waits_for", build.label)
    settled = bool(rules or most)
    entry.done()

    def check(one: s.Check, item: str) -> s.Check:
        points = most.get(item, one.most) if one.kind == "points" else one.most
        return replace(one, most=points, limits=limits.get(one.id, one.limits))

    def change(part: s.Part) -> s.Part:
        listed = part.items and replace(
            part.items,
            items=tuple(
                replace(i, checks=tuple(check(c, i.id) for c in i.checks))
                for i in (*part.items.items, *added)
            ),
        )
        said = waits or (None if settled else part.waits_for)
        return replace(part, sections=rules or part.sections, items=listed, waits_for=said)

    return change


def _limits_of_checks(
    entry: Entry, items: tuple[s.Item, ...], context: Context
) -> dict[str, tuple[Limit, ...]]:
    """Read {check: [limits]}: they take the place of the check's own."""
    limited = {c.id: checks.place_of_check(c) for i in items for c in i.checks if c.limits}
    new = {}
    for key in entry.names():
        build.known(entry, key, key, limited)
        with context.at(limited.get(key, "county")):
            new[key] = build.dated(entry, key, lambda e: build.limit(e, context))
    return new


def _points(entry: Entry, items: tuple[s.Item, ...]) -> dict[str, float]:
    """Read {item: the most points it can give}."""
    scored = [i.id for i in items if any(c.kind == "points" for c in i.checks)]
    for key in entry.names():
        build.known(entry, key, key, scored)
    return {key: entry.number(key) for key in entry.names()}


def _easements(entry: Entry, _base: s.Standard, context: Context) -> Change:
    """Read {prolong: {easement: {periods: [...]}}, add: [easements]}."""
    inner = entry.entry("easements") if entry.has("easements") else None
    known = tuple(context.names["easement"])
    longer = inner.maybe("prolong", lambda e: _prolonged(e, known, context)) if inner else None
    added = (
        tuple(easement(e, context) for e in inner.entries("add"))
        if inner and inner.has("add")
        else ()
    )
    if inner:
        inner.done()

    def change(standard: s.Standard) -> s.Standard:
        more = longer or {}
        eased = [replace(e, periods=(*e.periods, *more.get(e.id, ()))) for e in standard.easements]
        return replace(standard, easements=(*eased, *added))

    return change


def _prolonged(
    entry: Entry, known: tuple[str, ...], context: Context
) -> dict[str, tuple[Period, ...]]:
    longer = {}
    for key in entry.names():
        build.known(entry, key, key, known)
        inner = entry.entry(key)
        if inner:
            longer[key] = periods(inner, context)
            inner.done()
    return longer


def _options(entry: Entry, _base: s.Standard, _context: Context) -> Change:
    chosen = entry.maybe("options", options) or {}
    return lambda standard: replace(standard, options={**standard.options, **chosen})


def _timetable(entry: Entry, _base: s.Standard, context: Context) -> Change:
    steps = timetable(entry, context)
    return lambda standard: replace(standard, timetable=steps or standard.timetable)


_CHANGES = (_limits, _parts, _easements, _options, _timetable)
