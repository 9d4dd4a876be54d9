"""Items as a form shows them: the sentence of the measure, what was found, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.model.standard import Check
from junheng.report.bundle import Bundle, Points
from junheng.report.forms.page import UNKNOWN, digits_apart, printed

Row = Mapping[str, Any]
_DIGITS = {"percent": 1, "ratio": 3, "points": 1}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a part, with the verdict on it."""

    id: str
    number: str
    text: str
    found: str
    verdict: str
    points: float | None
    most: float | None


def item_rows(bundle: Bundle, part: str) -> Iterator[ItemRow]:
    """Give the items of a part in the order of the form."""
    rows = bundle.county.items.filter(pl.col("part") == part)
    by_check = {(r["item"], r["check"]): r for r in rows.iter_rows(named=True)}
    for group, item in bundle.standard.every_item():
        if group != part:
            continue
        pairs = [(check, by_check[item.id, check.id]) for check in item.checks]
        points = [(c, r["value"]) for c, r in pairs if c.kind == "points"]
        yield ItemRow(
            id=item.id,
            number=item.number,
            text=item.text,
            found="；".join(found(bundle, check, row) for check, row in pairs),
            verdict=pairs[0][1]["item_verdict"],
            points=points[0][1] if points else None,
            most=points[0][0].most if points else None,
        )


def found(bundle: Bundle, check: Check, row: Row, language: str = "zh") -> str:
    """Say what a check found, in a phrase; a mark where it is unknown."""
    label = check.label.say(language)
    if row["units"] is not None:
        told = "found_units_unknown" if row["unknown"] else "found_units"
        counts = {name: row[name] for name in ("units", "unmet", "unknown")}
        return say(f"report.{told}", language, label=label, **counts)
    if check.kind == "attested":
        said = {"met": "report.yes", "unmet": "report.no"}.get(row["verdict"])
        answer = say(said, language) if said else UNKNOWN
        return say("report.found_answer", language, label=label, answer=answer)
    if row["value"] is None:
        return say("report.found_answer", language, label=label, answer=UNKNOWN)
    digits = _DIGITS.get(check.unit, 0)
    if row["verdict"] == "unmet":
        digits = digits_apart(row["value"], row["limit"], digits)
    value = printed(row["value"], digits)
    unit = "" if check.unit in ("ratio", "grade", "yes/no") else bundle.words.unit(check.unit)
    return say("report.found_value", language, label=label, value=value, unit=unit)


def points_short(bundle: Bundle, points: Points) -> str:
    """Say that the points of a part do not reach what it needs; the unknown ones would not help."""
    name = "points_short_open" if points.unknown else "points_short"
    return say(f"report.{name}", bundle.words.language, points=bundle.words.amount(points.known),
               unknown=points.unknown, least=f"{points.least:g}")  # fmt: skip
