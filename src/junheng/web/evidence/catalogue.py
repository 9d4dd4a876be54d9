"""Which evidence is asked for: the lines of a standard's list, its items, and a school's papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from junheng.model.reference import Label
from junheng.model.standard import Item, Standard
from junheng.report.ledgers_guide import guide_of
from junheng.web.accounts.models import Kind
from junheng.web.collection.dataset import standard_of
from junheng.web.collection.models import Filing


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the catalogue: a stable code, the group it stands in, what is asked for."""

    code: str
    group: str
    title: str


def of_filing(filing: Filing) -> tuple[Wanted, ...]:
    """Give the catalogue of a school's or a county's filing."""
    standard = standard_of(filing.campaign)
    if filing.organisation.kind == Kind.SCHOOL:
        return of_school(standard)
    return of_county(standard)


def of_county(standard: Standard) -> tuple[Wanted, ...]:
    """Give the documents of the standard's list, then each item with what proves it."""
    language = _language()
    items = {item.id: item for _group, item in standard.every_item()}
    parts = {part.id: part.label.say(language) for part in standard.parts}
    documents = [
        Wanted(
            f"document:{number}",
            line.group.say(language),
            line.title.say(language) or _joined(line.items, items, language),
        )
        for number, line in enumerate(guide_of(standard.id).evidence, start=1)
    ]
    of_items = [
        Wanted(
            f"item:{item.id}", parts.get(group, group), f"{item.number} {item.label.say(language)}"
        )
        for group, item in standard.every_item()
        if group in parts
    ]
    return (*documents, *of_items)


def _joined(names: tuple[str, ...], items: Mapping[str, Item], language: str) -> str:
    """Give the words of the standard; they are Chinese, so that in English the names stand for them."""
    known = [items[name] for name in names if name in items]
    if language == "zh":
        return "；".join(item.text for item in known)
    return "; ".join(item.label.en for item in known)


def of_school(standard: Standard) -> tuple[Wanted, ...]:
    """Give the papers that a school keeps for each indicator of the standard."""
    language = _language()
    return tuple(
        Wanted(f"school:{indicator.id}:{number}", indicator.label.say(language), paper)
        for indicator in standard.indicators
        for number, paper in enumerate(_papers_of(indicator.id, language), start=1)
    )


def _language() -> str:
    return (get_language() or "zh")[:2]


def _papers_of(indicator: str, language: str) -> list[str]:
    return [paper.say(language) for paper in _papers().get(indicator, ())] or [_("证明材料")]


@cache
def _papers() -> dict[str, tuple[Label, ...]]:
    text = resources.files("junheng.web.evidence").joinpath("catalogue.yaml").read_text("utf-8")
    named = yaml.safe_load(text).items()
    return {name: tuple(Label(**paper) for paper in papers) for name, papers in named}
