"""What was found of the items of a standard, in the words of letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from junheng.model.standard import Check
from junheng.report.bundle import Bundle

if TYPE_CHECKING:
    from junheng.report.letters.tables import Tables

Row = dict[str, Any]


def items_of(bundle: Bundle, only: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
    """Give the items of some parts, or named themselves, with their checks, as on the form."""
    asked = list(only or [part.id for part in bundle.standard.parts])
    mine = pl.col("part").is_in(asked) | pl.col("item").is_in(asked)
    for (item,), checks in bundle.county.items.filter(mine).group_by(["item"], maintain_order=True):
        yield str(item), checks.rows(named=True)


def found(tables: Tables, checks: Sequence[Row]) -> str:
    """Say what the checks of an item found, each by its name where there are several."""
    return tables.say("list_comma").join(dict.fromkeys(one_found(tables, row) for row in checks))


def one_found(tables: Tables, check: Row) -> str:
    """Say what one check found, and which it is where its item has several."""
    said, name = _said(tables, check), tables.words.check(check["item"], check["check"])
    named = name and name not in said
    return tables.say("named_found", name=name, found=said) if named else said


def _said(tables: Tables, check: Row) -> str:
    one, verdict = _check(tables.bundle, check), check["verdict"]
    if verdict == "not_assessed" and not (one.kind == "points" and check["value"] is not None):
        return tables.figures.unknown()
    if check["part"] == "veto":
        return tables.say("veto_holds" if verdict == "met" else "veto_absent")
    if one.kind == "attested" and verdict == "met":
        return tables.say("attested")
    if check["value"] is None and check["units"] is None:
        return tables.words.verdict(verdict)
    if one.kind == "facts" and one.unit == "yes/no":
        return tables.say("yes" if check["value"] else "no")
    return tables.words.found(check)


def item_mark(tables: Tables, checks: Sequence[Row]) -> str:
    """Mark an item; points are judged only together, and a veto that is met is no good thing."""
    verdict = checks[0]["item_verdict"]
    if _check(tables.bundle, checks[0]).kind == "points":
        return "——"
    if checks[0]["part"] == "veto" and verdict != "not_assessed":
        return tables.mark("unmet" if verdict == "met" else "met")
    return tables.mark(verdict)


def _check(bundle: Bundle, row: Row) -> Check:
    items = {item.id: item for _, item in bundle.standard.every_item()}
    return next(check for check in items[row["item"]].checks if check.id == row["check"])
