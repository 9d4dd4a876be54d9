"""What lists and boards show of a verdict, worked out once when it is made."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import polars as pl

from junheng.inmemory import contributions
from junheng.plan.gaps import lacking
from junheng.web.verdicts.judging import Case

Row = dict[str, Any]
MOST = 10
_BALANCE = ("level", "indicator", "mean", "cv", "limit", "verdict")
_SHARED = ("level", "indicator", "school", "contribution")
_LACKING = ("school", "indicator", "cell", "unit", "level", "add", "add_for_floor")


def summary(county: Row) -> Row:
    """Give what a list of counties shows: parts, sections by verdict, all coefficients, what is open."""
    if not county:
        return {}
    sections = [section["verdict"] for section in county["sections"]]
    known = [row for row in county["balance"] if row["cv"] is not None and row["limit"]]
    items = [row for row in county["items"] if row["part"] != "veto"]
    return {
        "parts": county["parts"],
        "sections": {word: sections.count(word) for word in ("pass", "fail", "not_assessed")},
        "reached": _reached(county["sections"]),
        "balance": [{name: row[name] for name in _BALANCE} for row in county["balance"]],
        "worst": max(known, key=lambda row: row["cv"] / row["limit"], default=None),
        "balance_unmet": sum(row["verdict"] == "unmet" for row in county["balance"]),
        "items_unmet": sum(row["verdict"] == "unmet" for row in items),
        "items_open": sum(row["verdict"] == "not_assessed" for row in items),
        "vetoes": sum(row["part"] == "veto" and row["verdict"] == "met" for row in county["items"]),
    }


def _reached(sections: list[Row]) -> dict[str, dict[str, list[int]]]:
    """Count for each level and indicator the sections that meet it, and those that are judged."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for section in sections:
        for row in section["indicators"]:
            counts = found[section["level"]][row["indicator"]]
            counts[0] += row["verdict"] == "met"
            counts[1] += row["limit"] is not None
    return {level: dict(counts) for level, counts in found.items()}


def settings(case: Case, payload: Row) -> Row:
    """Add up each indicator by level and by city, town and countryside: what a comparison rests on.

    {"settings": {level: {indicator: {setting: [value × pupils, pupils, sections, unknown]}}}}; a
    section whose value or pupils are unknown is counted as such and adds nothing.
    """
    if not payload.get("counties"):
        return {}
    of = dict(case.tables["schools"].select("school", "setting").iter_rows())
    found: dict[str, Any] = defaultdict(lambda: defaultdict(lambda: defaultdict(_nothing)))
    for section in payload["counties"][0]["sections"]:
        setting, pupils = of.get(section["school"]) or "", section["pupils"]
        for row in section["indicators"]:
            sums = found[section["level"]][row["indicator"]][setting]
            known = row["value"] is not None and pupils is not None
            adds = (row["value"] * pupils, pupils, 1, 0) if known else (0.0, 0, 1, 1)
            sums[:] = [was + more for was, more in zip(sums, adds, strict=True)]
    return {"settings": found}


def _nothing() -> list[float]:
    return [0.0, 0, 0, 0]


def board(case: Case, payload: Row) -> Row:
    """Give what the boards of a county and its schools show beside the verdict.

    `heaviest`: by level, the schools that make most of the coefficients. `gaps`: by school, what is
    to be added to which cell, of those that lack something or are unknown.
    """
    if not payload.get("counties"):
        return {}
    county = payload["counties"][0]
    return {"heaviest": _heaviest(case, county), "gaps": _gaps(case)}


def _heaviest(case: Case, county: Row) -> dict[str, list[Row]]:
    """Share out the coefficients over their limit (of a level that has none, all) among schools."""
    shares, found = _shares(case), {}
    names = {each["school"]: each["name"] or each["school"] for each in county["sections"]}
    for level in dict.fromkeys(row["level"] for row in county["balance"]):
        known = [
            row
            for row in county["balance"]
            if row["level"] == level and row["indicator"] != "composite" and row["cv"] is not None
        ]
        over = [row["indicator"] for row in known if row["verdict"] == "unmet"]
        found[level] = _first(shares[level], names, over or [row["indicator"] for row in known])
    return found


def _shares(case: Case) -> dict[str, dict[str, dict[str, float]]]:
    """Give the part of each coefficient that each school makes: by level, indicator and school."""
    found: dict[str, Any] = defaultdict(lambda: defaultdict(dict))
    rows = contributions(case.evaluation)
    if rows is not None:
        rows = rows.filter(pl.col("contribution").is_not_null()).sort("school")
        for *place, share in rows.select(_SHARED).iter_rows():
            level, indicator, school = place
            found[level][indicator][school] = share
    return found


def _first(
    shares: dict[str, dict[str, float]], names: dict[str, str], indicators: list[str]
) -> list[Row]:
    """Give the schools that make most of these indicators' coefficients, on average."""
    of: dict[str, dict[str, float]] = defaultdict(dict)
    for indicator in indicators:
        for school, share in shares[indicator].items():
            of[school][indicator] = share
    weights = Counter({s: sum(each.values()) / len(indicators) for s, each in of.items()})
    return [_share(school, names, weight, of) for school, weight in weights.most_common(MOST)]


def _share(
    school: str, names: dict[str, str], weight: float, shares: dict[str, dict[str, float]]
) -> Row:
    indicator = max(shares[school], key=shares[school].__getitem__)
    most = {"indicator": indicator, "most": shares[school][indicator]}
    return {"school": school, "name": names[school], "share": weight, **most}


def _gaps(case: Case) -> dict[str, list[Row]]:
    rows = lacking(case.evaluation)
    rows = rows.filter(pl.col("add").is_null() | (pl.col("add") > 0)).select(_LACKING)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        found[row.pop("school")].append(row)
    return found
