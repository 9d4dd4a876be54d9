"""The year to come: a county judged with the pupils projected and everything else as it is today."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from junheng.errors import JunhengError
from junheng.plan.project import Projection, project
from junheng.plan.project_apply import at_year
from junheng.web.boards.models import Outlook
from junheng.web.collection.dataset import before
from junheng.web.collection.models import Campaign, CampaignState, Filing
from junheng.web.verdicts.judging import Case, case_of, regime_of
from junheng.web.verdicts.summing import summary

Row = dict[str, Any]
LANGUAGES = ("zh", "en")
QUIET = dt.timedelta(minutes=1)
"""A county whose data change is looked ahead for when they have rested so long."""
REST = 20.0
"""Seconds until the worker looks again for counties, when there was none."""
_PROJECTED = ("schools", "sections", "classes")
_BALANCE = ("level", "indicator", "cv", "limit", "verdict")


_rests: list[float] = [0.0]


def look_ahead_one() -> bool:
    """Look ahead for the county whose outlook is oldest; False when all are as they should be.

    When there is none, nobody is asked again for a while: the worker calls many times a second.
    """
    if time.monotonic() < _rests[0]:
        return False
    filing = waiting(timezone.now()).first()
    if filing is None:
        _rests[0] = time.monotonic() + REST
        return False
    look_ahead(filing)
    return True


def waiting(now: dt.datetime) -> QuerySet[Filing]:
    """Give the counties in their latest campaign whose verdict is settled and whose outlook is not."""
    run = Campaign.objects.exclude(state=CampaignState.DRAFT)
    later = run.filter(
        owner=OuterRef("owner"), standard=OuterRef("standard"), year__gt=OuterRef("year")
    )
    behind = Q(outlook__isnull=True) | Q(outlook__data_version__lt=F("data_version"))
    settled = Q(standing__data_version=F("data_version"), standing__computed_at__lt=now - QUIET)
    ours = Filing.objects.filter(behind, settled, campaign__in=run.filter(~Exists(later)))
    return ours.select_related("campaign", "organisation").order_by(
        F("outlook__computed_at").asc(nulls_first=True)
    )


def look_ahead(filing: Filing) -> Outlook:
    """Judge a county's next year and keep what the boards show of it."""
    found: Row = {"verdict": "not_assessed", "payload": {}, "problem": ""}
    found |= {"sections_fail": None, "balance_unmet": None}
    year = filing.campaign.year + 1
    try:
        case, projected = next_year(filing)
        counties = case.payload()["counties"]
    except JunhengError as error:
        found["problem"] = error.say("zh")
    else:
        found |= _judged(counties[0], projected) if counties else {}
    now = {"data_version": filing.data_version, "computed_at": timezone.now(), "year": year}
    kept, _new = Outlook.objects.update_or_create(filing=filing, defaults=found | now)
    return kept


def next_year(filing: Filing) -> tuple[Case, Projection]:
    """Give the county's tables and rules of the year to come, and the projection behind them."""
    case, year = case_of(filing), filing.campaign.year
    found = project(_with_the_year_before(case, filing), years=1, base=year)
    later = {name: frame.collect() for name, frame in at_year(case.tables, found, year + 1).items()}
    return Case(later, regime_of(filing, year + 1)), found


def _with_the_year_before(case: Case, filing: Filing) -> dict[str, pl.DataFrame]:
    earlier = before(filing)
    if earlier is None:
        return dict(case.tables)
    return {name: pl.concat([earlier[name], case.tables[name]]) for name in _PROJECTED}


def _judged(county: Row, projected: Projection) -> Row:
    told = summary(county)
    return {
        "verdict": county["verdict"],
        "sections_fail": told["sections"]["fail"],
        "balance_unmet": told["balance_unmet"],
        "payload": brief(county, projected),
    }


def brief(county: Row, projected: Projection) -> Row:
    """Keep of a judgement the coefficients, the sections that fail, and what was not known."""
    return {
        "balance": [{name: row[name] for name in _BALANCE} for row in county["balance"]],
        "failing": [
            [section["school"], section["level"]]
            for section in county["sections"]
            if section["verdict"] == "fail"
        ],
        "notes": {code: [note.say(code) for note in projected.notes] for code in LANGUAGES},
    }


def shown(outlook: Outlook | None, page: Any, filing: Filing) -> Row | None:
    """Give what a county's board says of the next year; None before it was looked ahead to."""
    if outlook is None or page is None or outlook.balance_unmet is None:
        return {"outlook": outlook} if outlook else None
    now = {(row["level"], row["indicator"]): row for row in page.county["balance"]}
    failing = {(s["school"], s["level"]) for s in page.county["sections"] if s["verdict"] == "fail"}
    named = {(s["school"], s["level"]): s["name"] or s["school"] for s in page.county["sections"]}
    later = {tuple(key) for key in outlook.payload["failing"]}
    new = [
        {
            **row,
            "name": f"{page.words.level(row['level'])} {page.words.indicator(row['indicator'])}",
            "now": (now.get((row["level"], row["indicator"])) or {}).get("cv"),
        }
        for row in outlook.payload["balance"]
        if row["verdict"] == "unmet" and not _was_over(now, row)
    ]
    return {
        "outlook": outlook,
        "stale": outlook.data_version < filing.data_version,
        "over_now": sum(row["verdict"] == "unmet" for row in now.values()),
        "fail_now": len(failing),
        "new_over": new,
        "new_fail": sorted(
            f"{named[key]} {page.words.level(key[1])}" for key in (later - failing) & named.keys()
        ),
        "notes": outlook.payload["notes"][page.words.language],
    }


def _was_over(now: Mapping[tuple[str, str], Row], row: Row) -> bool:
    was = now.get((row["level"], row["indicator"]))
    return was is not None and was["verdict"] == "unmet"
