"""What a table of figures has no need of, and what could act on the reader's computer."""

from __future__ import annotations

import re

from junheng.intake.labels import Label
from junheng.intake.refusing import Refused

_KINDS = {
    "macros": Label("macros", "宏"),
    "links": Label("a link to another file", "指向其他文件的外部链接"),
    "dde": Label("a DDE link to another program", "指向其他程序的DDE链接"),
    "ole": Label("an embedded object", "嵌入的对象"),
    "controls": Label("an ActiveX control", "ActiveX控件"),
    "connections": Label("a data connection or query", "数据连接或查询"),
    "interface": Label("a changed user interface", "自定义界面"),
}
_WORDS = {
    "vbaproject|vbadata|macrosheet|macroenabled|dialogsheet|attachedtoolbars": "macros",
    "externallink": "links",
    "externalreference": "links",
    "ddelink|^dde$": "dde",
    "olelink|oleobject|embeddings/|/package$": "ole",
    "activex|ctrlprop|^control$|/control$": "controls",
    "connection|querytable|datamashup|powerpivot|xl/model/|webpublish": "connections",
    "customui|ui/extensibility|webextension|userxmlmap": "interface",
}
_PATTERN = re.compile("|".join(f"({words})" for words in _WORDS))


def refuse_what_acts(name: str, part: str) -> None:
    """Refuse a part, an element, a type or a relation by its name, if it is of an active kind."""
    if found := _PATTERN.search(name.lower()):
        kind = list(_WORDS.values())[(found.lastindex or 1) - 1]
        raise Refused("guard_active", what=_KINDS[kind], part=part)


def refuse_part(name: str) -> None:
    """Refuse a part by its name."""
    refuse_what_acts(name, name)


def refuse_type(_: str, found: dict[str, str]) -> None:
    """Refuse a part by the type that the table of contents tells of it."""
    refuse_what_acts(found.get("ContentType", ""), found.get("PartName", "[Content_Types].xml"))


def refuse_relation(_: str, found: dict[str, str]) -> None:
    """Refuse a part by what another part says of it; only hyperlinks may lead outside."""
    kind, target = found.get("Type", ""), found.get("Target", "")
    if kind.endswith("/hyperlink"):
        return
    refuse_what_acts(kind, target)
    if found.get("TargetMode", "").lower() == "external":
        raise Refused("guard_active", what=_KINDS["links"], part=target)
