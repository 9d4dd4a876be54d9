"""A published verdict as figures: the one list behind the page and its downloads.

Every figure comes from the official verdict alone, and passes the rule for small cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from junheng.model.standard import Check, Standard
from junheng.report.words import Words
from junheng.web.public.small_cells import FEWEST, FEWEST_SCHOOLS, Counts, band, guarded

Row = Mapping[str, Any]
Value = str | int | float | None
VERDICTS = ("pass", "fail", "not_assessed")
LEFT_OUT = "left_out"
_OF_PEOPLE = ("percent", "person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published figure, or a verdict without one. `withheld`: there is one, and it is kept back."""

    table: str
    level: str = ""
    item: str = ""
    measure: str = ""
    value: Value = None
    limit: float | None = None
    verdict: str = ""
    withheld: bool = False


def figures(county: Row, standard: Standard) -> Iterator[Figure]:
    """Give all figures that a published verdict of a county holds."""
    yield Figure(table="county", verdict=county["verdict"])
    for part, verdict in county["parts"].items():
        yield Figure(table="parts", item=part, verdict=verdict)
    yield from _schools(county)
    yield from _balance(county)
    yield from _items(county, standard)


def _schools(county: Row) -> Iterator[Figure]:
    """Schools and pupils of each level by verdict; a combined school counts at each of its levels."""
    schools: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(VERDICTS, 0))
    pupils: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(VERDICTS, 0))
    unknown: set[str] = set()
    for section in county["sections"]:
        level, verdict = section["level"], section["verdict"]
        schools[level][verdict] += 1
        pupils[level][verdict] += int(section["pupils"] or 0)
        if section["pupils"] is None:
            unknown.add(level)
    for row in county["excluded"]:
        counted = schools[row["level"]]
        counted[LEFT_OUT] = counted.get(LEFT_OUT, 0) + 1
    for level, counted in schools.items():
        yield from _counts("schools", level, Counts(sum(counted.values()), counted))
        if level in pupils and level not in unknown:
            yield from _counts("pupils", level, guarded(pupils[level]))


def _counts(measure: str, level: str, counts: Counts) -> Iterator[Figure]:
    given: dict[str, Any] = {"table": "schools", "level": level, "measure": measure}
    yield Figure(**given, value=counts.total, withheld=counts.total is None)
    for name, count in counts.parts.items():
        yield Figure(**given, item=name, value=count, withheld=count is None)


def _balance(county: Row) -> Iterator[Figure]:
    """Mean and coefficient of each indicator, and how many schools reach it."""
    reached = _reached(county)
    for row in county["balance"]:
        level, item, few = row["level"], row["indicator"], row["schools"] < FEWEST_SCHOOLS
        given: dict[str, Any] = {"table": "balance", "level": level, "item": item}
        if item != "composite":
            yield Figure(**given, measure="mean", **_kept_back(row["mean"], few=few))
        kept = _kept_back(row["cv"], few=few)
        yield Figure(**given, measure="cv", limit=row["limit"], verdict=row["verdict"], **kept)
        for measure, count in reached.get((level, item), {}).items():
            yield Figure(**given, measure=measure, value=count)


def _kept_back(value: float | None, *, few: bool) -> dict[str, Any]:
    return {"value": None if few else value, "withheld": few and value is not None}


def _reached(county: Row) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for section in county["sections"]:
        for row in section["indicators"]:
            key = section["level"], row["indicator"]
            counts = found.setdefault(key, {"schools_met": 0, "schools_judged": 0})
            counts["schools_met"] += row["verdict"] == "met"
            counts["schools_judged"] += row["limit"] is not None
    return found


def _items(county: Row, standard: Standard) -> Iterator[Figure]:
    """What the items found: counts of schools and classes, shares in bands, other values as they are."""
    checks = {(item.id, c.id): c for _, item in standard.every_item() for c in item.checks}
    for row in county["items"]:
        check = checks[row["item"], row["check"]]
        given: dict[str, Any] = {"table": row["part"], "item": f"{row['item']}.{row['check']}"}
        if row["units"] is not None:
            yield Figure(**given, measure="units", value=row["units"], verdict=row["verdict"])
            yield Figure(**given, measure="units_unmet", value=row["unmet"])
            continue
        yield Figure(**given, **_found(row, check), verdict=row["verdict"])


def _found(row: Row, check: Check) -> dict[str, Any]:
    """Give measure, value and limit of a check; attested ones have a verdict alone."""
    value: float | None = row["value"]
    if check.kind == "attested" or row["part"] == "veto":
        return {}
    given = {"measure": check.unit, "limit": row["limit"]}
    if value is None or check.unit not in _OF_PEOPLE:
        return given | {"value": value}
    if check.unit == "percent":
        return given | {"value": band(value)}
    small = 0 < value < FEWEST
    return given | {"value": None if small else value, "withheld": small}


def named(figure: Figure, words: Words) -> str:
    """Name what a figure is about, in the reader's language."""
    if figure.table == "parts":
        return words.part(figure.item)
    if figure.table == "balance":
        return words.indicator(figure.item)
    if figure.table in ("county", "schools"):
        return words.verdict(figure.item) if figure.item in VERDICTS else ""
    item, check = figure.item.split(".")
    return " ".join(filter(None, (words.item(item), words.check(item, check))))
