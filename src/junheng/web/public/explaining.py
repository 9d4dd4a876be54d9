"""A published result in plain words: the rows and sentences of its page, from the figures alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from junheng.web.public.results import LEFT_OUT, VERDICTS, Figure, figures, named
from junheng.web.verdicts.reading import Page

_NOTHING = "–"
_OWN_TABLES = ("county", "parts", "schools", "balance", "veto")


def figures_of(page: Page) -> list[Figure]:
    """Give the figures of a published verdict, small cells kept back."""
    return list(figures(page.county, page.standard))


def explained(page: Page) -> dict[str, Any]:
    """Give what the page of a published result shows beside its verdict."""
    found = figures_of(page)
    return {
        "schools": _schools(found, page),
        "unmet": [*_vetoes(found, page), *_unmet(found, page)],
        "rule": page.standard.section_rule,
        "floor": page.words.floor,
    }


def _schools(found: list[Figure], page: Page) -> list[dict[str, Any]]:
    """Give a row for the schools and one for the pupils of each level; None is kept back."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for figure in found:
        if figure.table == "schools":
            rows.setdefault((figure.level, figure.measure), {})[figure.item] = figure.value
    columns = ("", *VERDICTS, LEFT_OUT)
    return [
        {
            "level": page.words.level(level),
            "measure": measure,
            "cells": [cells.get(column, _NOTHING) for column in columns],
        }
        for (level, measure), cells in rows.items()
    ]


def _vetoes(found: list[Figure], page: Page) -> list[str]:
    held = [each for each in found if each.table == "veto" and each.verdict == "met"]
    return [_("一票否决：%(name)s") % {"name": named(each, page.words)} for each in held]


def _unmet(found: list[Figure], page: Page) -> list[str]:
    """Say each check that is not met, with what was found as far as it is published."""
    unmet = {
        each.item: each.value for each in found if each.measure == "units_unmet" and each.value
    }
    said = []
    for each in found:
        if each.table in _OWN_TABLES or each.verdict != "unmet":
            continue
        words = {"name": named(each, page.words), "value": each.value}
        if each.measure == "units":
            words["unmet"] = unmet.get(each.item, 0)
            said.append(_("%(name)s：检查了%(value)s个，其中%(unmet)s个不符合") % words)
        elif each.measure == "percent" and each.limit is not None:
            words["limit"] = f"{each.limit:g}%"
            said.append(_("%(name)s：%(value)s，要求%(limit)s") % words)
        else:
            said.append(str(words["name"]))
    return said
