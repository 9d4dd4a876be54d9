"""Build the parts of a standard: the rules by which sections, balance and items make a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from junheng.model import build, checks
from junheng.model import standard as s
from junheng.model.build import Context
from junheng.model.strict import Entry, read_yaml


def part(entry: Entry, folder: Path, context: Context) -> s.Part:
    """Read one part: any of `sections`, `balance`, `items`, or why it waits for an overlay."""
    built = s.Part(
        context.once(entry, "part", entry.text("id")),
        entry.take("label", build.label, build.NO_LABEL),
        sections(entry, context),
        entry.maybe("balance", lambda e: _balance(e, context)),
        entry.maybe("items", lambda e: _items(e, folder, context)),
        entry.maybe("waits_for", build.label),
    )
    if not (built.sections or built.balance or built.items or built.waits_for):
        entry.note("empty_part", found=built.id)
    entry.done()
    return built


def sections(entry: Entry, context: Context) -> tuple[s.SectionRule, ...]:
    """Read the dated rules for sections, none where the key is missing."""
    if not entry.has("sections"):
        return ()
    return build.dated(entry, "sections", lambda inner: _section_rule(inner, context))


def _section_rule(entry: Entry, context: Context) -> s.SectionRule:
    names = _indicators(entry, context)
    rule = s.SectionRule(
        entry.date("since"),
        entry.date_or_none("until"),
        names,
        entry.whole("at_least"),
        entry.number_or_none("floor"),
        entry.take("reference", build.reference(context), build.NO_REFERENCE),
    )
    if not 0 < rule.at_least <= len(names):
        entry.note("k_of_n", "at_least", found=rule.at_least, most=len(names))
    if rule.floor is not None and not 0 < rule.floor < 1:
        entry.note("not_a_share", "floor", key="floor", found=rule.floor)
    entry.done()
    return rule


def _balance(entry: Entry, context: Context) -> s.BalanceRule:
    judged = entry.one_of("judged", ("each", "mean"))
    names, limits = _indicators(entry, context), build.limits(entry, context)
    if not limits:
        entry.note("missing_key", key="limits")
    entry.done()
    return s.BalanceRule(cast(Any, judged), names, limits)


def _indicators(entry: Entry, context: Context) -> tuple[str, ...]:
    names = entry.words("indicators")
    for place, name in enumerate(names):
        build.known(entry, "indicators", name, context.names["indicator"])
        if name in names[:place]:
            entry.note("twice", "indicators", found=name)
    return names


def _items(entry: Entry, folder: Path, context: Context) -> s.ItemRule:
    judged = entry.one_of("judged", ("every", "points"))
    name = f"{entry.text('file')}.yaml"
    limits = build.limits(entry, context)
    if judged == "points" and not limits:
        entry.note("missing_key", key="limits")
    listed = read_yaml(folder / name, name, context.slips)
    items = tuple(checks.item(e, context) for e in listed.entries("items")) if listed else ()
    if listed:
        listed.done()
    entry.done()
    return s.ItemRule(cast(Any, judged), items, limits)
