"""Build the items of a standard, and the checks each item asks, from YAML entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from junheng.model import build
from junheng.model import standard as s
from junheng.model.build import Context
from junheng.model.limit import Limit
from junheng.model.strict import Entry
from junheng.model.tables import GROUPS, ROOM_USES

KINDS = ("attested", "facts", "grade", "every", "rooms", "opinions", "points", "balance")


def item(entry: Entry, context: Context) -> s.Item:
    """Read one item: id, number, label, text, reference, checks, note."""
    name = context.once(entry, "item", entry.text("id"))
    checks = tuple(_check(inner, name, context) for inner in entry.entries("checks"))
    if not checks:
        entry.note("no_checks", found=name)
    built = s.Item(
        name,
        entry.text("number"),
        entry.take("label", build.label, build.NO_LABEL),
        entry.text("text"),
        entry.take("reference", build.reference(context), build.NO_REFERENCE),
        checks,
        entry.text("note", ""),
    )
    context.places[name] = place_of(built)
    entry.done()
    return built


def place_of(item: s.Item) -> str:
    """Say what the checks of an item look at: each class, section, school or room, or the county."""
    places = [place_of_check(check) for check in item.checks]
    return next((place for place in places if place != "county"), "county")


def place_of_check(check: s.Check) -> str:
    """Say what a check looks at: each class, section, school or room, or the county."""
    return "room" if check.kind == "rooms" else check.over or "county"


def _check(entry: Entry, item_name: str, context: Context) -> s.Check:
    kind = entry.one_of("kind", KINDS)
    check = s.Check(
        cast(Any, kind),
        context.once(entry, "check", entry.text("id", item_name)),
        entry.take("label", build.label, build.NO_LABEL),
        build.unit(entry, context),
    )
    read = _READERS.get(kind)
    with context.at("room" if kind == "rooms" else "county"):
        check = read(entry, check, context) if read else check
    entry.done()
    return check


def _attested(entry: Entry, check: s.Check, context: Context) -> s.Check:
    return replace(check, of=s.Sum((_fact(entry, context),)))


def _facts(entry: Entry, check: s.Check, context: Context) -> s.Check:
    return _with_ratio(entry, check, context, tuple(context.facts))


def _with_ratio(
    entry: Entry, check: s.Check, context: Context, allowed: tuple[str, ...]
) -> s.Check:
    return replace(
        check,
        of=build.amount(entry, "of", allowed),
        per=build.amount(entry, "per", allowed) if entry.has("per") else None,
        times=entry.number("times", 1.0),
        limits=_required_limits(entry, context),
    )


def _grade(entry: Entry, check: s.Check, context: Context) -> s.Check:
    scale = tuple(build.label(inner) for inner in entry.entries("scale"))
    return replace(
        check,
        of=s.Sum((_fact(entry, context),)),
        scale=scale,
        limits=_required_limits(entry, context),
    )


def _every(entry: Entry, check: s.Check, context: Context) -> s.Check:
    over = entry.one_of("over", ("class", "section", "school"))
    with context.at(over if over in build.PLACES else "section"):
        columns = tuple(c for c in build.PLACES[context.place] if c in build.NUMBERS)
        return replace(
            _with_ratio(entry, check, context, columns),
            over=cast(Any, over),
            includes=tuple(
                build.known(entry, "includes", reason, context.names["reason"])
                for reason in entry.words("includes", ())
            ),
            where=entry.maybe("where", lambda e: build.condition(e, context)) or (),
        )


def _rooms(entry: Entry, check: s.Check, context: Context) -> s.Check:
    uses = entry.words("uses")
    for use in uses:
        build.known(entry, "uses", use, ROOM_USES)
    return replace(
        check,
        uses=uses,
        classes_per_room=entry.whole("classes_per_room", least=1),
        limits=_required_limits(entry, context),
    )


def _opinions(entry: Entry, check: s.Check, context: Context) -> s.Check:
    groups = entry.words("groups", tuple(GROUPS))
    for group in groups:
        build.known(entry, "groups", group, GROUPS)
    return replace(check, groups=groups, limits=_required_limits(entry, context))


def _points(entry: Entry, check: s.Check, context: Context) -> s.Check:
    most = entry.number("most") if entry.has("most") else None
    return replace(check, of=s.Sum((_fact(entry, context),)), most=most)


def _balance(entry: Entry, check: s.Check, context: Context) -> s.Check:
    name = build.known(entry, "part", entry.text("part"), context.names["part"])
    return replace(check, part=name)


def _fact(entry: Entry, context: Context) -> str:
    return build.known(entry, "fact", entry.text("fact"), context.facts)


def _required_limits(entry: Entry, context: Context) -> tuple[Limit, ...]:
    limits = build.limits(entry, context)
    if not limits:
        entry.note("missing_key", key="limits")
    return limits


_READERS = {
    "attested": _attested,
    "facts": _facts,
    "grade": _grade,
    "every": _every,
    "rooms": _rooms,
    "opinions": _opinions,
    "points": _points,
    "balance": _balance,
}
