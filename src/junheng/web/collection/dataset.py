"""A county's data as the tables of the contract: the value that counts of every cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import polars as pl

from junheng.intake.cells import dtype_of
from junheng.model.tables import TABLES, Table
from junheng.web.collection.models import Filing, Record
from junheng.web.collection.rows import NUMBERED, OF_SCHOOL, Values, columns_of, in_order, levels_of
from junheng.web.collection.standards import standard_of

__all__ = ["before", "counting", "frames", "standard_of", "tables"]
Stored = tuple[str, str, str, Values, Values, Values]
"""Code of the organisation, table, key, and the three values."""
Rows = Mapping[str, Mapping[str, Mapping[str, Values]]]
"""By table, code of the organisation and key: the row."""
_STORED = ("filing__organisation__code", "table", "key", "statistics", "reported", "counted")


def counting(statistics: Values, reported: Values, counted: Values) -> Values:
    """Give the values that count: counted on the spot, else of the statistics, else reported.

    >>> counting({"books": 10}, {"books": 12, "computers": 3}, {})
    {'books': 10, 'computers': 3}
    """
    return {**reported, **statistics, **counted}


def tables(county_filing: Filing) -> dict[str, pl.DataFrame]:
    """Give a county's tables as `intake.typed` would: every column of the contract, in its order.

    A school that has not said what it is, or which pupils it has, stands there with unknowns, so
    that nothing passes without it.
    """
    campaign = county_filing.campaign
    of_county = {"filing__campaign": campaign, "filing__county": county_filing.organisation_id}
    stored = Record.objects.filter(**of_county, removed=False).order_by().values_list(*_STORED)
    schools = Filing.objects.filter(campaign=campaign, county=county_filing.organisation_id)
    names = dict(
        schools.exclude(pk=county_filing.pk)
        .order_by("organisation__code")
        .values_list("organisation__code", "organisation__name")
    )
    return frames(list(stored), names, (campaign.year, county_filing.organisation.code))


def before(county_filing: Filing) -> dict[str, pl.DataFrame] | None:
    """Give the county's tables of the latest campaign of an earlier year; None if there is none."""
    campaign = county_filing.campaign
    earlier = (
        Filing.objects.filter(
            organisation=county_filing.organisation_id,
            campaign__year__lt=campaign.year,
            campaign__standard=campaign.standard,
        )
        .exclude(campaign__state="draft")
        .select_related("campaign", "organisation")
        .order_by("-campaign__year", "-campaign_id")
        .first()
    )
    return tables(earlier) if earlier else None


def frames(
    stored: list[Stored], names: Mapping[str, str], of: tuple[int, str]
) -> dict[str, pl.DataFrame]:
    """Bring stored rows of these schools (code to name), of a year and county, into tables."""
    year, county = of
    rows: dict[str, dict[str, dict[str, Values]]] = defaultdict(lambda: defaultdict(dict))
    for code, name, key, *values in stored:
        rows[name][code][key] = counting(*values)
    found = {}
    for name, table in TABLES.items():
        codes = names if name in OF_SCHOOL else [county]
        listed = [
            {"year": year, "county": county, "school": code, **columns_of(name, key), **values}
            for code in codes
            for key, values in _rows(name, rows, code, names)
        ]
        found[name] = _frame(table, listed)
    return found


def _rows(
    table: str, rows: Rows, code: str, names: Mapping[str, str]
) -> Iterator[tuple[str, Values]]:
    own = rows[table][code]
    if table == "schools":
        yield "", {"name": names[code]} | own.get("", {})
    elif table == "sections":
        kind = rows["schools"][code].get("", {}).get("kind")
        for level in in_order({*levels_of(kind), *own}):
            yield level, own.get(level, {})
    else:
        in_turn = (lambda row: int(row[0])) if table in NUMBERED else None
        yield from sorted(own.items(), key=in_turn)


def _frame(table: Table, rows: list[Values]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series(column.name, [row.get(column.name) for row in rows], dtype_of(column))
            for column in table.columns
        ]
    )
