"""What the standard needs of a filing and nobody has filled in: cells, classes, rooms.

Whatever stands here is unknown to the verdict too: it never passes, and never counts as zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from junheng.model.tables import LEVELS, TABLES
from junheng.web.accounts.models import Kind
from junheng.web.collection.fields import Field, Known, Row, language
from junheng.web.collection.models import Filing
from junheng.web.collection.rows import columns_of

ROWS = "rows"
"""The place on a page where rows are added."""
_SIZES, _AREAS = ("classes", "pupils"), ("rooms", "area")


@dataclass(frozen=True, slots=True)
class Missing:
    """One cell, or the rows of a level or table, that the standard needs and nobody has filled in."""

    table: str
    label: str
    anchor: str


def lacking(filing: Filing, found: Known) -> Iterator[Missing]:
    """Give what the standard needs of this filing and nobody has filled in."""
    if filing.organisation.kind == Kind.COUNTY:
        needed = (f for _form, rows in found.facts() for row in rows for f in row.fields)
        yield from _cells(each for each in needed if each.key in found.items)
        return
    for table in ("schools", "sections"):
        for row in found.rows_of(table):
            yield from _cells(_needed(found, table, row))
    if _SIZES in found.uses:
        yield from _classes(found)
    if _AREAS in found.uses:
        yield from _rooms(found)


def _needed(found: Known, table: str, row: Row) -> Iterator[Field]:
    for field in row.fields:
        used = (table, field.column.name) in found.uses and row.key != "senior"
        if field.column.required or used:
            yield field


def _cells(fields: Iterator[Field], of: str = "") -> Iterator[Missing]:
    for each in fields:
        if each.held["counts"] is None:
            yield Missing(each.table, f"{of} {each.label}".strip(), each.name)


def _classes(found: Known) -> Iterator[Missing]:
    """Give the levels whose classes are not all listed, and classes without their pupils.

    All are listed when there are as many as the level has classes, or, where that is not known,
    when theirs are all its pupils.
    """
    listed = found.rows_of("classes")
    for section in found.rows_of("sections"):
        pupils, classes = section.counts("pupils"), section.counts("classes")
        if section.key == "senior" or pupils == 0:
            continue
        own = [row for row in listed if columns_of("classes", row.key)["level"] == section.key]
        of_listed = sum(row.counts("pupils") or 0 for row in own)
        whole = len(own) >= classes if classes is not None else of_listed >= (pupils or 1)
        if not whole:
            yield Missing("classes", _unlisted(section.key, len(own), classes), ROWS)
        for row in own:
            yield from _cells((f for f in row.fields if f.column.name == "pupils"), row.said)


def _unlisted(level: str, many: int, classes: float | None) -> str:
    words = {"level": LEVELS[level] if language() == "zh" else level, "many": many}
    if classes is None:
        return _("%(level)s：班级没有列全，已列%(many)s个") % words
    return _("%(level)s：班级没有列全，已列%(many)s个，共%(classes)s个") % (
        words | {"classes": int(classes)}
    )


def _rooms(found: Known) -> Iterator[Missing]:
    """Say that no room is listed, or which have no area."""
    rooms = found.rows_of("rooms")
    if not rooms:
        yield Missing("rooms", _("还没有列出一间：%(table)s") % {
            "table": TABLES["rooms"].label.say(language())
        }, ROWS)  # fmt: skip
    for row in rooms:
        yield from _cells((f for f in row.fields if f.column.name == "area"), row.key)
