"""What is said of a column in a template: meaning, source in the statistics, who asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby

from junheng.model.catalogue import catalogue
from junheng.model.reference import Reference
from junheng.model.standard import Item, Standard
from junheng.model.statistics import Item as Source
from junheng.model.statistics import forms
from junheng.model.tables import LEVELS, SECTIONS, TABLES, Column, Table

_AMOUNTS = {column.name for name in ("schools", "sections") for column in TABLES[name].columns}
_PLACES = {
    "rooms": (("rooms", "use"), ("rooms", "area"), ("sections", "classes")),
    "opinions": tuple(("opinions", name) for name in ("group", "channel", "valid", "satisfied")),
}
UNITS = {"yuan": "元", "m²": "m²", "set": "台", "volume": "册", "room": "间", "person": "人",
         "class": "班", "grade": "个", "form": "份", "year": "年", "°": "度"}  # fmt: skip
Uses = Mapping[tuple[str, str], list[str]]


def heading(column: Column) -> str:
    """Give what stands over a column: its name, and its unit below; it is read back by both.

    >>> heading(TABLES["schools"].column("equipment_value"))
    '教学仪器设备资产值（账面原值）\\n（元）'
    """
    shown = column.unit in UNITS and column.unit != "year"  # whose names say that they are years
    return f"{column.zh}\n（{UNITS[column.unit]}）" if shown else column.zh


def uses(standard: Standard) -> Uses:
    """Say of each column which indicators and items of a standard use it, with their clause."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place, text in _uses(standard):
        if text not in found[place]:
            found[place].append(text)
    return found


def note(table: Table, column: Column, used: Uses) -> str:
    """Say all there is to know of a column, for the note on its heading."""
    about = catalogue()[table.name, column.name]
    lines = [f"【含义】{about.meaning.zh}。"]
    if unit := UNITS.get(column.unit):
        lines.append(f"【单位】{unit}")
    if about.trap:
        lines.append(f"【注意】{about.trap.zh}。")
    lines += [f"【统计来源】{text}" for text in sources(column.name)] or _no_source(column)
    lines.append(f"【用途】{about.asked_by.zh}。")
    if texts := used.get((table.name, column.name)):
        lines.append("【谁要、依据】" + "；".join(texts) + "。")
    lines.append("必填。" if column.required else "不知道的留空，不要填0。")
    return "\n".join(lines)


def sources(column: str) -> Iterator[str]:
    """Name the tables of the statistics that hold a column, by form year."""
    for form in forms():
        held = [item for item in form.items if item.column == column]
        tables = "、".join(_tables(held))
        if tables:
            yield f"{form.label.zh}：{tables}"


def _tables(items: list[Source]) -> Iterator[str]:
    for table, same in groupby(items, key=lambda item: item.table):
        each = list(same)
        levels = "、".join(dict.fromkeys(LEVELS[item.level] for item in each if item.level))
        unit = f"，单位{each[0].unit}" if each[0].unit else ""
        yield f"{table}（{levels or '全校'}{unit}）"


def _no_source(column: Column) -> list[str]:
    held = column.unit and column.name in _AMOUNTS
    return ["【统计来源】未找到对应的统计表，请按台账填写。"] if held else []


def clause(standard: Standard, reference: Reference) -> str:
    """Name where a rule stands."""
    document = standard.documents.get(reference.document)
    return f"《{document.title}》{reference.clause}" if document else reference.clause


def _uses(standard: Standard) -> Iterator[tuple[tuple[str, str], str]]:
    names = {indicator.id: indicator.label.zh for indicator in standard.indicators}
    for indicator in standard.indicators:
        text = f"指标{indicator.number} {indicator.label.zh}（{clause(standard, indicator.reference)}）"
        for name in indicator.amount.names:
            yield _place(name), text
    for _, item in standard.every_item():
        names[item.id] = item.label.zh
        text = f"第{item.number}项 {item.label.zh}（{clause(standard, item.reference)}）"
        for place in _places(item):
            yield place, text
    for easement in standard.easements:
        text = f"放宽规定：{names.get(easement.target, easement.target)}"
        tested = {test.column for where in easement.where for test in where}
        for name in {*easement.adds, *tested} & _AMOUNTS:
            yield _place(name), text


def _places(item: Item) -> Iterator[tuple[str, str]]:
    for check in item.checks:
        yield from _PLACES.get(check.kind, ())
        if check.over == "class":
            yield "classes", "pupils"
        elif check.kind == "every":
            tested = [test.column for test in check.where]
            names = {*check.of.names, *(check.per.names if check.per else ()), *tested}
            yield from (_place(name) for name in sorted(names & _AMOUNTS))
        else:
            yield from (("facts", name) for name in _facts(check.of.names, check.per))


def _facts(of: tuple[str, ...], per: object) -> Iterator[str]:
    yield from of
    yield from getattr(per, "names", ())


def _place(name: str) -> tuple[str, str]:
    in_sections = any(column.name == name for column in SECTIONS.columns)
    return ("sections" if in_sections else "schools"), name
