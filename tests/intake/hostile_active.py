"""What could act on the reader's computer, in every place where it can stand."""

from __future__ import annotations

import random
from collections.abc import Iterator

from workbook_parts import (
    BOOK_RELATIONS,
    OFFICE,
    TYPES,
    Parts,
    behind_rows,
    in_rows,
    packed,
)  # fmt: skip


def that_act(good: Parts, rng: random.Random) -> Iterator[tuple[str, bytes, str | None]]:
    def part(name: str, data: bytes = b"x") -> bytes:
        return packed(good | {name: data})

    for name in (
        "xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/vbaData.xml", "xl/macrosheets/sheet1.xml",
        "xl/dialogsheets/sheet1.xml", "xl/externalLinks/externalLink1.xml", "xl/activeX/activeX1.bin",
        "xl/ctrlProps/ctrlProp1.xml", "xl/embeddings/oleObject1.bin", "xl/connections.xml",
        "xl/queryTables/queryTable1.xml", "customUI/customUI14.xml", "xl/webextensions/t.xml",
        "xl/model/item.data",
    ):  # fmt: skip
        yield f"part {name}", part(name, b"<x/>"), "guard_active"
    for kind in (
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-office.vbaProject",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
    ):
        types = good[TYPES].replace(
            b"</Types>", f'<Override PartName="/x" ContentType="{kind}"/></Types>'.encode()
        )
        yield f"type {kind}", part(TYPES, types), "guard_active"

    def related(kind: str, mode: str = "", target: str = "x.bin") -> bytes:
        more = f'<Relationship Id="r99" Type="{kind}" Target="{target}"{mode}/></Relationships>'
        text = good[BOOK_RELATIONS].replace(b"</Relationships>", more.encode())
        return part(BOOK_RELATIONS, text)

    outside = ' TargetMode="External"'
    for kind in ("externalLink", "oleObject", "package", "control", "connections", "queryTable"):
        yield f"relation {kind}", related(f"{OFFICE}/{kind}"), "guard_active"
    yield "picture from outside", related(f"{OFFICE}/image", outside, "http://x/"), "guard_active"
    yield "file from a share", related(f"{OFFICE}/x", outside, "\\\\evil\\x"), "guard_active"
    yield "hyperlink", related(f"{OFFICE}/hyperlink", outside, "http://x/"), None
    for name, formula in (("cmd", "cmd|'/c calc'!A0"), ("excel", 'DDE|"x"&amp;msexcel|x!A1')):
        cell = f'<row><c r="Z9"><f>{formula}</f><v>1</v></c></row>'.encode()
        yield f"DDE in a formula, {name}", in_rows(good, cell), "guard_active"
    for element in ("ddeLink", "oleObjects><oleObject", "controls><control", "x><connection"):
        text = b"".join(b"<%s>" % each.encode() for each in element.split("><"))
        text += b"".join(b"</%s>" % each.encode() for each in reversed(element.split("><")))
        yield f"element {element}", behind_rows(good, text), "guard_active"
    mashup = b'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>'
    yield "Power Query", part("customXml/item1.xml", mashup), "guard_active"
