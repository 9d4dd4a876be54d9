"""A county at one glance, read from its stored verdict: nothing is judged here."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from junheng.web.boards import ahead, selectors
from junheng.web.boards.compare import PLACES, Sums, by_setting
from junheng.web.boards.progress import shares_of
from junheng.web.boards.shorts import added
from junheng.web.boards.tasks import STEPS
from junheng.web.collection.models import Filing, FilingState
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.reading import Page
from junheng.web.verdicts.selectors import page_of

Row = dict[str, Any]
Past = tuple[int, float | None, int]
"""Year, coefficient, and the filing that explains it."""
PROCEDURE = (
    FilingState.DRAFT,
    FilingState.WITH_CITY,
    FilingState.WITH_PROVINCE,
    FilingState.APPROVED,
    FilingState.IN_PUBLICATION,
    FilingState.WITH_NATION,
    FilingState.RECOGNISED,
)
MOST_SCHOOLS = 10
_YEARS = 4
_WIDE = 100.0
"""Bars are drawn on a field of so many units."""


def context(filing: Filing, standing: Standing | None) -> Row:
    """Give all that a county's board shows."""
    page = page_of(standing.payload, filing) if standing else None
    schools = selectors.schools_of(filing)
    states = Counter(row["state"] for row in schools.values())
    found: Row = {"page": page, "schools": shares_of(states), **steps(filing)}
    if page is None or standing is None:
        return found
    return {
        **found,
        **_distance(page, standing, filing),
        "heaviest": heaviest(page, standing.board.get("heaviest", {}), schools),
        "missing": missing(page),
        "ahead": ahead.shown(getattr(filing, "outlook", None), page, filing),
        "settings": PLACES.values(),
        "by_setting": by_setting(Sums([added(standing.summary)]), page.words),
        "unmet": [row for row in page.items if row["verdict"] == "unmet"],
    }


def _distance(page: Page, standing: Standing, filing: Filing) -> Row:
    """Give the coefficients, and how far sections and coefficients are from what is asked."""
    levels = balance(page, list(selectors.earlier(filing).defer("payload", "board")))
    compared = [row for level in levels for row in level["rows"] if row["limit"] is not None]
    return {
        "levels": levels,
        "compared": len(compared),
        "over": sum(row["verdict"] == "unmet" for row in compared),
        "worst_row": _worst(levels, standing.summary["worst"]),
        "counts": standing.summary,
        "sections": sum(standing.summary["sections"].values()),
    }


def balance(page: Page, before: list[Standing]) -> list[Row]:
    """Give each level's coefficients: this year's, its limit, and those of the last years."""
    past = _past(before[-_YEARS:])
    rows = list(page.balance)
    every = [cv for row in rows for cv in (row["cv_value"], row["limit"]) if cv is not None]
    every += [cv for years in past.values() for _, cv, _ in years if cv is not None]
    most = max(every, default=1.0) * 1.04 or 1.0
    levels: dict[str, Row] = {}
    for row in rows:
        years = past.get((row["level"], row["indicator"]), [])
        bar = _bar(row, years, _WIDE / most)
        level = levels.setdefault(row["level"], {"name": row["level_name"], "rows": []})
        level["rows"].append({**row, "bar": bar, "years": years})
    return list(levels.values())


def _past(before: list[Standing]) -> dict[tuple[str, str], list[Past]]:
    past: dict[tuple[str, str], list[Past]] = {}
    for standing in before:
        for row in standing.summary.get("balance", ()):
            years = past.setdefault((row["level"], row["indicator"]), [])
            years.append((standing.filing.campaign.year, row["cv"], standing.filing_id))
    return past


def _bar(row: Row, years: list[Past], scale: float) -> Row:
    """Place a coefficient, its limit and the years before on the field."""
    cv, limit = row["cv_value"], row["limit"]
    return {
        "cv": None if cv is None else f"{cv * scale:.2f}",
        "limit": None if limit is None else f"{limit * scale:.2f}",
        "years": [f"{value * scale:.2f}" for _, value, _ in years if value is not None],
    }


def _worst(levels: list[Row], worst: Mapping[str, Any] | None) -> Row | None:
    if worst is None:
        return None
    rows: Iterator[Row] = (row for level in levels for row in level["rows"])
    keys = ("level", "indicator")
    return next((row for row in rows if all(row[key] == worst[key] for key in keys)), None)


def heaviest(page: Page, stored: Mapping[str, list[Row]], schools: Mapping[str, Row]) -> list[Row]:
    """Give the schools that make most of the coefficients, each with what it lacks."""
    sections = {(s["school"], s["level"]): s for s in page.sections}
    rows = [{**row, "level": level} for level, each in stored.items() for row in each]
    rows.sort(key=lambda row: -row["share"])
    return [
        {
            **row,
            "section": sections.get((row["school"], row["level"])),
            "filing": schools.get(row["school"], {}).get("pk"),
            "level_name": page.words.level(row["level"]),
            "percent": page.words.percent(row["share"]),
            "most_percent": page.words.percent(row["most"]),
            "number": page.words.short(row["indicator"]),
        }
        for row in rows[:MOST_SCHOOLS]
    ]


def missing(page: Page) -> Row:
    """Give what nobody has filled in: indicators by how many sections lack them, and items."""
    lacking = Counter(
        row["indicator"]
        for section in page.county["sections"]
        for row in section["indicators"]
        if row["verdict"] == "not_assessed" and row["value"] is None
    )
    indicators = [(page.words.indicator(name), n) for name, n in lacking.most_common()]
    items = [row for row in page.items if row["verdict"] == "not_assessed"]
    names = list(dict.fromkeys(row["name"] for row in items))
    return {"indicators": indicators, "items": names, "count": len(indicators) + len(names)}


def steps(filing: Filing, today: dt.date | None = None) -> Row:
    """Give where a county is in the procedure, the next step, and by when."""
    day = today or timezone.localdate()
    campaign = filing.campaign
    due = filing.due or campaign.county_due
    at = PROCEDURE.index(FilingState(filing.state)) if filing.state in PROCEDURE else None
    return {
        "procedure": [
            {"state": state, "here": number == at, "done": at is not None and number < at}
            for number, state in enumerate(PROCEDURE)
        ],
        "next_step": STEPS.get((filing.organisation.kind, FilingState(filing.state))),
        "dues": {
            "schools": (campaign.schools_due, (campaign.schools_due - day).days),
            "county": (due, (due - day).days),
        },
    }
