"""Load a standard from its folder of YAML files, strictly: every slip with file and line.

A folder holds `standard.yaml` (identity, scope, parts) and beside it, where they are needed,
`indicators.yaml`, `facts.yaml`, `veto.yaml`, `eligibility.yaml`, `easements.yaml`, one file of items a
part, and `overlays/*.yaml`. A user's own folder works exactly like a shipped one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, cast

from junheng.errors import WrongUse
from junheng.model import build, checks
from junheng.model import standard as s
from junheng.model.build import Context
from junheng.model.limit import Period
from junheng.model.options import CHOICES, DEFAULTS
from junheng.model.parts import part
from junheng.model.reference import Document
from junheng.model.strict import Entry, Slips, read_yaml
from junheng.model.tables import LEVELS

Documents = dict[str, Document]
SHIPPED = Path(str(resources.files("junheng.standards")))


def shipped() -> tuple[str, ...]:
    """Name the standards that come with the program."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/standard.yaml")))


def folder_of(name: str) -> Path:
    """Find a standard's folder by its id or path; WrongUse when there is none."""
    own = Path(name)
    if name in shipped():
        return SHIPPED / name
    if (own / "standard.yaml").is_file():
        return own
    raise WrongUse("standard.not_found", found=name, allowed=", ".join(shipped()))


def load_standard(name: str) -> s.Standard:
    """Load a standard by its id, or by the path of its folder.

    Raises WrongUse when there is no such standard, StandardNeedsMending with every slip (file,
    line, what was found, what is allowed) when its files do not make sense.
    """
    folder, slips = folder_of(name), Slips()
    context = new_context(slips)
    top = read_yaml(folder / "standard.yaml", "standard.yaml", slips)
    standard = _standard(top, folder, context) if top else None
    slips.raise_if_any()
    return cast(s.Standard, standard)


def new_context(slips: Slips) -> Context:
    """Give a context that knows the units and what every standard leaves out, and nothing else yet."""
    entry = read_yaml(SHIPPED / "units.yaml", "units.yaml", slips)
    names = entry.names() if entry else ()
    units = {name: cast(Entry, entry).take(name, build.label, build.NO_LABEL) for name in names}
    context = Context(slips, units)
    context.names["reason"] = list(s.ALWAYS_LEFT_OUT)
    return context


def _standard(top: Entry, folder: Path, context: Context) -> s.Standard:
    context.levels = top.words("levels")
    for level in context.levels:
        build.known(top, "levels", level, LEVELS)
    context.documents |= top.take("documents", build.documents, cast(Documents, {}))
    list(_list(folder, "facts", context, build.fact))
    dates = top.entry("in_force")
    built = s.Standard(
        id=top.text("id"),
        label=top.take("label", build.label, build.NO_LABEL),
        since=dates.date("since") if dates else cast(Any, None),
        until=dates.date_or_none("until") if dates else None,
        documents=context.documents,
        levels=context.levels,
        weights=top.take("split", lambda e: _weights(e, context), {}),
        exclusions=_scope(top, context),
        indicators=tuple(_list(folder, "indicators", context, _indicator)),
        parts=tuple(part(inner, folder, context) for inner in top.entries("parts")),
        veto=tuple(_list(folder, "veto", context, checks.item)),
        eligibility=tuple(_list(folder, "eligibility", context, checks.item)),
        easements=tuple(_list(folder, "easements", context, easement)),
        facts=context.facts,
        options=DEFAULTS | (top.maybe("options", options) or {}),
        recheck=_recheck(top, context),
        timetable=timetable(top, context),
        note=top.text("note", ""),
        digest=digest_of(folder),
    )
    if dates:
        dates.done()
    top.done()
    return built


def digest_of(folder: Path) -> str:
    """Give the SHA-256 over the names and contents of a standard's own files."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _list(folder: Path, name: str, context: Context, read: Any) -> Iterator[Any]:
    """Read the list in a file of the same name, if the file is there."""
    if not (folder / f"{name}.yaml").exists():
        return
    entry = read_yaml(folder / f"{name}.yaml", f"{name}.yaml", context.slips)
    if entry:
        yield from (read(inner, context) for inner in entry.entries(name))
        entry.done()


def _weights(entry: Entry, context: Context) -> dict[str, float]:
    weights = entry.maybe("weights", lambda e: {key: e.number(key) for key in e.names()}) or {}
    for level in weights:
        build.known(entry, "weights", level, LEVELS)
    for level in context.levels:
        if level not in weights:
            entry.note("missing_key", "weights", key=level)
    entry.take("reference", build.reference(context), build.NO_REFERENCE)
    entry.done()
    return weights


def _scope(top: Entry, context: Context) -> tuple[s.Exclusion, ...]:
    entry = top.entry("scope")
    if not entry:
        return ()
    excluded = tuple(_exclusion(inner, context) for inner in entry.entries("exclude"))
    entry.take("reference", build.reference(context), build.NO_REFERENCE)
    entry.done()
    return excluded


def _exclusion(entry: Entry, context: Context) -> s.Exclusion:
    built = s.Exclusion(
        context.once(entry, "reason", entry.text("reason"), "reason"),
        entry.take("label", build.label, build.NO_LABEL),
        entry.take("where", lambda inner: build.condition(inner, context), ()),
    )
    entry.done()
    return built


def _indicator(entry: Entry, context: Context) -> s.Indicator:
    built = s.Indicator(
        name := context.once(entry, "indicator", entry.text("id")),
        entry.text("number"),
        entry.take("label", build.label, build.NO_LABEL),
        build.unit(entry, context),
        build.amount(entry, "amount", build.AMOUNTS),
        entry.number("per", 1.0),
        build.limits(entry, context),
        entry.take("reference", build.reference(context), build.NO_REFERENCE),
        entry.text("note", ""),
    )
    context.places[name] = "section"
    entry.done()
    return built


def easement(entry: Entry, context: Context) -> s.Easement:
    """Read one dated relief, of an indicator (`adds`, `admits`) or an item (`limit`)."""
    eased = [name for name, place in context.places.items() if place != "county"]
    target = build.known(entry, "target", entry.text("target"), eased)
    of_indicator = target in context.names["indicator"]
    with context.at(context.places.get(target, "section")):
        built = s.Easement(
            id=context.once(entry, "easement", entry.text("id")),
            label=entry.take("label", build.label, build.NO_LABEL),
            text=entry.text("text"),
            periods=periods(entry, context),
            where=tuple(build.condition(e, context) for e in entry.entries("where_any")),
            target=target,
            adds=entry.words("adds", ()) if of_indicator else (),
            limit=None if of_indicator else entry.maybe("limit", lambda e: build.limit(e, context)),
            admits=entry.maybe("admits", build.label),
            needs=entry.words("needs", ()),
        )
    for key, listed in (("where_any", built.where), ("periods", built.periods)):
        if not listed and entry.has(key):
            entry.note("missing_key", key, key=key)
    for name in built.adds:
        build.known(entry, "adds", name, build.AMOUNTS)
    for name in built.needs:
        build.known(entry, "needs", name, context.facts)
    entry.done()
    return built


def periods(entry: Entry, context: Context) -> tuple[Period, ...]:
    """Read the periods of an easement."""

    def read(inner: Entry) -> Period:
        said = inner.take("reference", build.reference(context), build.NO_REFERENCE)
        period = Period(inner.date("since"), inner.date_or_none("until"), said)
        inner.done()
        return period

    return build.dated(entry, "periods", read)


def options(entry: Entry) -> dict[str, str]:
    """Read the readings chosen for the open rules."""
    chosen = {}
    for key in entry.names():
        if build.known(entry, key, key, CHOICES) in CHOICES:
            chosen[key] = entry.one_of(key, CHOICES[key])
    return chosen


def _recheck(top: Entry, context: Context) -> s.Recheck | None:
    entry = top.entry("recheck") if top.has("recheck") else None
    if not entry:
        return None
    said = entry.take("reference", build.reference(context), build.NO_REFERENCE)
    built = s.Recheck(entry.words("parts"), entry.whole("failing_years", least=1), said)
    for name in built.parts:
        build.known(entry, "parts", name, context.names["part"])
    entry.done()
    return built


def _day_of_year(entry: Entry) -> str:
    due = entry.text("due")
    try:
        dt.date.fromisoformat(f"2024-{due}")
    except ValueError:
        entry.note("not_a_day_of_year", "due", key="due", found=due)
    return due


def timetable(top: Entry, context: Context) -> tuple[s.Deadline, ...]:
    """Read the steps of the procedure and their days, none where the key is missing."""
    steps = []
    for inner in top.entries("timetable") if top.has("timetable") else ():
        said = inner.take("reference", build.reference(context), build.NO_REFERENCE)
        step = inner.take("step", build.label, build.NO_LABEL)
        steps.append(s.Deadline(step, _day_of_year(inner), said))
        inner.done()
    return tuple(steps)


def with_options(standard: s.Standard, **options: str) -> s.Standard:
    """Give the standard with other readings of its open rules; WrongUse for an unknown one."""
    for key, value in options.items():
        if value not in CHOICES.get(key, ()):
            allowed = ", ".join(f"{k}={'|'.join(v)}" for k, v in CHOICES.items())
            raise WrongUse("standard.no_such_option", found=f"{key}={value}", allowed=allowed)
    return replace(standard, options={**standard.options, **options})
