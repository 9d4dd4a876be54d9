"""What a reason can be about: a column of a table, or an item of the standard; and how it is named."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from junheng.model.standard import Item
from junheng.model.tables import TABLES
from junheng.web.accounts.models import Kind
from junheng.web.collection.models import Campaign, Filing
from junheng.web.collection.rows import OF_COUNTY, OF_SCHOOL, filled_columns
from junheng.web.collection.standards import standard_of

Groups = list[tuple[str, list[tuple[str, str]]]]
ITEM = "item"


def choices(filing: Filing, language: str) -> Groups:
    """Give what a return can name: of a county, the standard's items too."""
    of_county = filing.organisation.kind == Kind.COUNTY
    names = (*OF_COUNTY, *OF_SCHOOL) if of_county else OF_SCHOOL
    groups = [(_title(name, language), _columns(name, language)) for name in names]
    if of_county:
        items = standard_of(filing.campaign).every_item()
        listed = [(f"{ITEM}:{item.id}", _item_name(item, language)) for _group, item in items]
        groups.insert(0, (_("评估项目"), listed))
    return groups


def _columns(table: str, language: str) -> list[tuple[str, str]]:
    columns = filled_columns(TABLES[table])
    return [(f"{table}:{c.name}", c.label.say(language)) for c in columns]


def _title(table: str, language: str) -> str:
    return TABLES[table].label.say(language)


def _item_name(item: Item, language: str) -> str:
    return f"{item.number} {item.label.say(language)}"


class Names:
    """Names what reasons are about, in one language."""

    def __init__(self, campaign: Campaign, language: str) -> None:
        self.language = language
        standard = standard_of(campaign)
        self._items = {item.id: item for _group, item in standard.every_item()}
        self._facts = {fact.id: fact.label.say(language) for fact in standard.facts.values()}

    def of(self, reason: Mapping[str, str]) -> str:
        """Name what one reason is about: school, table, column, row; or the item."""
        parts = [reason.get("place", "")]
        if reason.get("item"):
            known = self._items.get(reason["item"])
            parts.insert(0, _item_name(known, self.language) if known else reason["item"])
        elif reason.get("table") in TABLES:
            parts[:0] = [_title(reason["table"], self.language), self.column(reason)]
        return " · ".join(part for part in parts if part)

    def column(self, reason: Mapping[str, str]) -> str:
        """Name the columns of a reason."""
        names = [name for name in reason.get("column", "").split(",") if name]
        columns = TABLES[reason["table"]].columns
        known = {c.name: c.label.say(self.language) for c in columns} | self._facts
        return ("、" if self.language == "zh" else ", ").join(known.get(n, n) for n in names)
