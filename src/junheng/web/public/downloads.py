"""Published results as files: CSV for spreadsheets, JSON for programs, and what each column means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from junheng.web.boards.tables import FORMS, Cell, as_csv
from junheng.web.collection.models import FilingState
from junheng.web.public.results import Figure, named
from junheng.web.reviews.models import Publication
from junheng.web.verdicts.reading import Page

Dictionary = dict[str, str | Promise]
COUNTIES: Dictionary = {
    "county_code": _("县（市、区）的行政区划代码"),
    "county": _("县（市、区）名称"),
    "above": _("上一级的名称"),
    "school_year": _("学年的起始年，如2025表示2025年9月开始的学年"),
    "standard": _("所用标准的代码"),
    "verdict": _("结论：pass通过，fail未通过，not_assessed待定（缺数据）"),
    "stage": _("公示中为in_publication，已认定为recognised"),
    "published_from": _("公示的第一天"),
    "published_until": _("公示的最后一天"),
    "fingerprint": _("结果的指纹（SHA-256）：同一结果的指纹总是一样，改动一个数字就不同"),
    "page": _("本站上这个县的页面编号：/public/编号/"),
}
"""The columns of the list of counties, with what each means."""
FIGURES: Dictionary = {
    "county_code": COUNTIES["county_code"],
    "school_year": COUNTIES["school_year"],
    "table": _(
        "哪张表：county结论，parts各部分，schools学校与学生数，balance校际差异，其余为该部分的各项要求"
    ),
    "level": _("学段：primary小学，junior初中；空白表示全县"),
    "item": _("指标、项目或结论的代码；空白表示合计"),
    "name": _("指标、项目或部分的名称"),
    "measure": _("数字是什么，见下表；空白表示只有结论"),
    "value": _("数字；空白表示没有或不公布"),
    "limit": _("标准要求的数"),
    "verdict": _("结论：pass或met达到，near接近，fail或unmet未达到，not_assessed待定（缺数据）"),
    "withheld": _("1表示有数字但不公布，因为会涉及个别人或个别学校"),
}
"""The columns of one county's figures, with what each means."""
MEASURES: Dictionary = {
    "schools": _("学校数。有几个学段的学校，每个学段各计一次"),
    "pupils": _("学生数"),
    "mean": _("全县平均（总量除以学生总数）"),
    "cv": _("差异系数：按学生数加权的标准差除以平均；0表示各校一样"),
    "schools_met": _("这项指标达到要求的学校数"),
    "schools_judged": _("这项指标参加评估的学校数"),
    "units": _("检查了多少所学校或多少个班"),
    "units_unmet": _("其中不符合的有多少"),
    "percent": _("百分比，只公布所在的五个百分点"),
}
"""What a figure may be; other measures are units (person, yuan/pupil, ratio, grade …)."""


def answer(
    rows: Sequence[Sequence[Cell]], columns: Dictionary, form: str, name: str
) -> HttpResponse:
    """Give a table as a file; JSON brings the meaning of its columns and its licence with it."""
    content = as_csv([list(columns), *map(list, rows)]) if form == "csv" else _json(rows, columns)
    kind = FORMS["csv"] if form == "csv" else "application/json; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "Link": '</public/data/>; rel="describedby"',
    }
    return HttpResponse(content, content_type=kind, headers=headers)


def _json(rows: Sequence[Sequence[Cell]], columns: Dictionary) -> bytes:
    whole: dict[str, Any] = {
        "licence": settings.DATA_LICENCE,
        "columns": {name: str(meaning) for name, meaning in columns.items()},
        "measures": {name: str(meaning) for name, meaning in MEASURES.items()},
        "rows": [dict(zip(columns, row, strict=True)) for row in rows],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def counties(publications: Iterable[Publication]) -> list[list[Cell]]:
    """Give a row a county, in the order of COUNTIES."""
    return [_county(one) for one in publications]


def _county(one: Publication) -> list[Cell]:
    filing = one.filing
    place, campaign = filing.organisation, filing.campaign
    above = place.parent.name if place.parent else ""
    state = FilingState(filing.state).value
    told = one.verdict, state, one.begins.isoformat(), one.ends.isoformat(), one.digest, one.pk  # type: ignore[attr-defined]  # selectors adds them
    return [place.code, place.name, above, campaign.year, campaign.standard, *told]


def figures(found: Iterable[Figure], page: Page) -> Iterator[list[Cell]]:
    """Give a row a figure, in the order of FIGURES."""
    county, year = page.county["county"], page.county["year"]
    for figure in found:
        about = figure.table, figure.level, figure.item, named(figure, page.words)
        said = figure.measure, figure.value, figure.limit, figure.verdict, int(figure.withheld)
        yield [county, year, *about, *said]
