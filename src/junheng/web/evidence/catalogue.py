"""Which evidence is asked for: the lines of a standard's list, its items, and a school's papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from django.utils.translation import gettext as _

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
    items = {item.id: item for _group, item in standard.every_item()}
    parts = {part.id: part.label.zh for part in standard.parts}
    documents = [
        Wanted(f"document:{number}", line.group, line.title or _joined(line.items, items))
        for number, line in enumerate(guide_of(standard.id).evidence, start=1)
    ]
    of_items = [
        Wanted(f"item:{item.id}", parts.get(group, group), f"{item.number} {item.label.zh}")
        for group, item in standard.every_item()
        if group in parts
    ]
    return (*documents, *of_items)


def _joined(names: tuple[str, ...], items: Mapping[str, Item]) -> str:
    return "；".join(items[name].text for name in names if name in items)


def of_school(standard: Standard) -> tuple[Wanted, ...]:
    """Give the papers that a school keeps for each indicator of the standard."""
    return tuple(
        Wanted(f"school:{indicator.id}:{number}", indicator.label.zh, paper)
        for indicator in standard.indicators
        for number, paper in enumerate(_papers().get(indicator.id, (_("证明材料"),)), start=1)
    )


@cache
def _papers() -> dict[str, tuple[str, ...]]:
    text = resources.files("junheng.web.evidence").joinpath("catalogue.yaml").read_text("utf-8")
    return {name: tuple(papers) for name, papers in yaml.safe_load(text).items()}
