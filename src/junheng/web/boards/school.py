"""A school as a page shows it: its values against the limits, year by year, and what it lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from junheng.plan.costs import Costs, load_costs
from junheng.report.words import Words
from junheng.web.boards import selectors
from junheng.web.collection.models import Filing
from junheng.web.verdicts.models import Standing
from junheng.web.verdicts.selectors import page_of

Row = dict[str, Any]
_YEARS = 4


@lru_cache(maxsize=1)
def _costs() -> Costs:
    return load_costs()


def context(filing: Filing, of_county: Filing, standing: Standing | None, today: dt.date) -> Row:
    """Give what a school's page shows of its county's stored verdict."""
    page = page_of(standing.payload, of_county) if standing else None
    if page is None or standing is None:
        return {"page": None}
    code = filing.organisation.code
    before = list(selectors.earlier(of_county).defer("board").reverse()[:_YEARS])[::-1]
    own = _own(filing, [one.filing.campaign_id for one in before])
    past = [(values_of(one.payload, code), own.get(one.filing.campaign_id)) for one in before]
    lacking = standing.board.get("gaps", {}).get(code, [])
    gaps = [_gap(row, page.words, filing.county.code, today) for row in lacking]
    return {
        "page": page,
        "sections": [_with_past(section, past) for section in page.sections_of(code)],
        "excluded": [row for row in page.excluded if row["school"] == code],
        "years": [one.filing.campaign.year for one in before],
        "gaps": gaps,
        "money": page.words.count(total(gaps)),
        "illustrative": any(row["illustrative"] for row in gaps),
    }


def values_of(payload: Row, school: str) -> dict[tuple[str, str], float | None]:
    """Give a school's values in a stored verdict by level and indicator."""
    counties = payload.get("counties") or [{"sections": []}]
    return {
        (section["level"], row["indicator"]): row["value"]
        for section in counties[0]["sections"]
        if section["school"] == school
        for row in section["indicators"]
    }


def _own(filing: Filing, campaigns: Iterable[int]) -> dict[int, int]:
    """Give the school's own filings in earlier campaigns: their pages explain the earlier values."""
    mine = Filing.objects.filter(organisation=filing.organisation_id, campaign__in=campaigns)
    return dict(mine.order_by().values_list("campaign", "pk"))


Past = list[tuple[dict[tuple[str, str], float | None], int | None]]


def _with_past(section: Row, past: Past) -> Row:
    """Put the values of the years before beside those of a section."""
    rows = [
        {
            **row,
            "past": [
                (values.get((section["level"], row["indicator"])), then) for values, then in past
            ],
        }
        for row in section["indicators"]
    ]
    return {**section, "indicators": rows}


def _gap(row: Row, words: Words, county: str, today: dt.date) -> Row:
    """Say what is to be added, and what it costs; a price that is not known stays unknown."""
    cost, price = _costs().costs.get(row["cell"]), _costs().price(row["cell"], county, today)
    yuan = None if price is None or row["add"] is None else price.yuan * row["add"]
    return {
        **row,
        "name": words.indicator(row["indicator"]),
        "cell_name": words.cell(row["cell"]),
        "add_said": words.amount(row["add"]),
        "unit_said": words.unit("m2" if row["unit"] == "m²" else row["unit"]),
        "yuan": yuan,
        "yearly": cost is not None and cost.paid == "yearly",
        "price_said": words.amount(None if price is None else price.yuan),
        "yuan_said": words.count(yuan),
        "illustrative": price is not None and price.illustrative,
    }


def total(gaps: Iterable[Row]) -> float | None:
    """Add up what is paid once; unknown as soon as one part is.

    What is paid every year is not added up: it is for people, and one teacher can fill several gaps.
    """
    amounts = [row["yuan"] for row in gaps if not row["yearly"]]
    return None if None in amounts else float(sum(amounts))
