"""The grammar that all pictures share: one look, one set of signs, a question on top, facts below.

Colours are those of Okabe and Ito (2008), which people with any kind of colour vision tell apart;
every colour comes with a shape or a word, so that nothing is lost in black and white.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from junheng.report.bundle import Bundle
from junheng.report.pictures.fonts import fonts
from junheng.report.pictures.picture import Picture
from junheng.report.pictures.words import Said

WIDTH = 660
"""Of a picture with its names, in points: the width of a page's text."""
LONGEST = 18.5
"""Names of schools are shortened to so many Chinese characters."""
NAMES = 232
"""The room that the names of schools take, in points."""
INK, PALE, RULE = "#1a1a1a", "#595959", "#d9d9d9"
BLUE, VERMILLION, ORANGE, GREEN, PURPLE, GREY = (
    "#0072B2", "#D55E00", "#E69F00", "#009E73", "#AA4499", "#8c8c8c",
)  # fmt: skip
STATUS: Mapping[str, tuple[str, str]] = {
    "pass": (BLUE, "circle"),
    "met": (BLUE, "circle"),
    "near": (ORANGE, "triangle-up"),
    "fail": (VERMILLION, "diamond"),
    "unmet": (VERMILLION, "diamond"),
    "not_assessed": (GREY, "square"),
    "excluded": ("#bdbdbd", "cross"),
}
LEVELS: Mapping[str, tuple[str, str, list[int]]] = {
    "primary": (GREEN, "circle", [1, 0]),
    "junior": (PURPLE, "square", [6, 3]),
}
"""Colour, shape and dash of a level."""
PANEL: dict[str, Any] = {"fontSize": 13, "offset": 6, "frame": "group", "anchor": "start"}
"""The title of one panel of several."""
_WIDE = ("W", "F", "A")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below a picture."""

    id: str
    title: str
    """The question."""
    answer: str
    notes: Sequence[str] = ()
    """How to read it; below the picture."""
    left: float = 0
    """How much of the width the names on the left take, in points."""


def reach(factor: float, values: Iterable[float]) -> float:
    """Give the end of an axis beyond all values, rounded: no order of adding up shows in it.

    >>> reach(1.7, [0.5, 0.30355699448712])
    0.85
    """
    return float(f"{factor * max(values):.4g}")


def chart(rows: Iterable[Row]) -> alt.Chart:
    """Begin a chart of some rows.

    Altair copies and checks what a chart holds at every step. So the rows travel as one text, in
    the name of the data, and `_settled` puts them where Vega-Lite looks for them.
    """
    return alt.Chart(
        alt.NamedData(name=json.dumps([dict(row) for row in rows], ensure_ascii=False))
    )


def _settled(spec: dict[str, Any]) -> dict[str, Any]:
    """Give a specification with the rows of its charts in `datasets`, equal ones once."""
    names: dict[str, str] = {}
    _rename(spec, names)
    spec["datasets"] = {short: json.loads(text) for text, short in names.items()}
    return spec


def _rename(part: Any, names: dict[str, str]) -> None:
    if isinstance(part, list):
        for each in part:
            _rename(each, names)
    elif isinstance(part, dict):
        for key, each in part.items():
            if key == "data":
                each["name"] = names.setdefault(each["name"], f"rows{len(names) + 1}")
            else:
                _rename(each, names)


def q(name: str) -> str:
    """Say that a column of ours holds numbers."""
    return f"{name}:Q"


def n(name: str) -> str:
    """Say that a column of ours holds names."""
    return f"{name}:N"


def signs(words: Mapping[str, str], orient: Any = "top") -> dict[str, Any]:
    """Give the colour and shape of verdicts, with a legend; `words` says each verdict shown.

    Rows hold the word, not the verdict, in the column `status`.
    """
    colours, shapes = zip(*(STATUS[verdict] for verdict in words), strict=True)
    domain = list(words.values())
    legend = alt.Legend(title=None, orient=orient, direction="horizontal")
    return {
        "color": alt.Color(n("status"), legend=legend).scale(domain=domain, range=list(colours)),
        "shape": alt.Shape(n("status"), legend=legend).scale(domain=domain, range=list(shapes)),
    }


def level_signs(words: Mapping[str, str]) -> dict[str, Any]:
    """Give the colour and shape of levels, with a legend; rows hold the word in `level`."""
    colours, shapes, _ = zip(*(LEVELS.get(name, LEVELS["primary"]) for name in words), strict=True)
    domain = list(words.values())
    legend = alt.Legend(title=None, orient="top", direction="horizontal")
    return {
        "color": alt.Color(n("level"), legend=legend).scale(domain=domain, range=list(colours)),
        "shape": alt.Shape(n("level"), legend=legend).scale(domain=domain, range=list(shapes)),
    }


def level_dashes(words: Mapping[str, str], legend: alt.Legend | None) -> alt.StrokeDash:
    """Give the dash of each level; rows hold the word in `level`."""
    dashes = [LEVELS.get(name, LEVELS["primary"])[2] for name in words]
    return alt.StrokeDash(n("level"), legend=legend).scale(
        domain=list(words.values()), range=dashes
    )


def folded(most: float) -> dict[str, Any]:
    """Give an axis whose names, folded by `fold`, stand in several lines; without a title."""
    return {"title": None, "labelExpr": "split(datum.label, '\\n')", "labelLimit": 12 * most + 8}


def fold(name: str, most: float) -> str:
    """Break a name into lines of at most `most` Chinese characters."""
    return "\n".join(line.strip() for line in wrap(name, most))


def step(names: Iterable[str], least: float) -> alt.Step:
    """Give the room of each of several folded names, so that none meets the next."""
    lines = max((name.count("\n") + 1 for name in names), default=1)
    return alt.Step(max(least, 15 * lines + 5))


def picture(bundle: Bundle, head: Head, drawn: Any) -> Picture:
    """Put the question above, the notes and the source below, and give the specification."""
    said = Said(bundle)
    where = said.where(bundle)
    below = [*head.notes, *said.source(bundle)]
    return finish(head, where, below, drawn)


def finish(head: Head, where: str, below: Sequence[str], drawn: Any) -> Picture:
    """Make a picture of its parts, whichever counties it shows."""
    lines = [line for text in below for line in wrap(text, WIDTH / 11.5)]
    foot = chart([{"line": line, "at": at} for at, line in enumerate(lines)]).mark_text(
        align="left", baseline="top", fontSize=11, color=PALE
    ).encode(
        x=alt.value(-head.left),
        y=alt.Y(q("at")).axis(None).scale(domain=[0, len(lines)], reverse=True, nice=False),
        text=n("line"),
    ).properties(width=WIDTH - head.left, height=15 * len(lines))  # fmt: skip
    title = alt.TitleParams(
        text=wrap(head.title, WIDTH / 20),
        subtitle=[*wrap(head.answer, WIDTH / 13.5), *wrap(where, WIDTH / 13.5)],
    )
    whole = alt.vconcat(drawn, foot, title=title, spacing=14).resolve_scale(
        color="independent", shape="independent", strokeDash="independent", size="independent"
    )
    spec = _settled(whole.configure(**_config()).to_dict())
    return Picture(head.id, head.title, head.answer, spec)


def _config() -> dict[str, Any]:
    found = fonts()
    plain: dict[str, Any] = {"labelFontWeight": "normal", "titleFontWeight": "normal"}
    return {
        "background": "white",
        "padding": 14,
        "font": f"{found.sans}, sans-serif",
        "view": alt.ViewConfig(stroke=None),
        "title": alt.TitleConfig(
            anchor="start", frame="bounds", fontSize=19, fontWeight="normal", color=INK,
            subtitleFontSize=13, subtitleColor=PALE, subtitlePadding=6, offset=14, lineHeight=25,
            subtitleLineHeight=18,
        ),
        "axis": alt.AxisConfig(
            labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=PALE, gridColor=RULE,
            domainColor=PALE, tickColor=PALE, labelLimit=300, titleLimit=600, **plain,
        ),
        "legend": alt.LegendConfig(
            labelFontSize=12, symbolSize=90, labelLimit=300, labelColor=INK, columnPadding=18,
            symbolStrokeWidth=1.5, **plain,
        ),
        "header": alt.HeaderConfig(
            labelFontSize=13, labelColor=INK, labelLimit=400, labelFontWeight="normal",
        ),
        "text": alt.MarkConfig(fontSize=12, color=INK),
    }  # fmt: skip


def breadth(text: str) -> float:
    """Say how broad a text is, in widths of a Chinese character.

    >>> breadth("均衡"), breadth("CV")
    (2.0, 1.1)
    """
    wide = sum(unicodedata.east_asian_width(c) in _WIDE for c in text)
    return wide + 0.55 * (len(text) - wide)


def wrap(text: str, most: float) -> list[str]:
    """Break a text into lines of at most `most` Chinese characters; Latin words stay whole.

    >>> wrap("均衡 balance", 5)
    ['均衡 ', 'balance']
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and breadth(line + piece) > most:
            lines.append(line)
            line = ""
        line += piece
    return [*lines, line] if line else lines


def _pieces(text: str) -> Iterable[str]:
    """Give what may not be broken: a Chinese character with the stop after it, a Latin word."""
    word = ""
    for c in text:
        wide = unicodedata.east_asian_width(c) in _WIDE
        stop = c in "，。；：、）！？”》"
        if word and not stop and (wide or word[-1] == " " or _is_wide(word)):
            yield word
            word = ""
        word += c
    if word:
        yield word


def _is_wide(word: str) -> bool:
    return unicodedata.east_asian_width(word[-1]) in _WIDE and word[-1] not in "（“《"


def shorten(text: str, most: float) -> str:
    """Keep a name to `most` Chinese characters, its beginning and its end, with … between.

    >>> shorten("模拟稻香第57九年一贯制学校", 8)
    '模拟稻香…制学校'
    """
    if breadth(text) <= most:
        return text
    end = len(text) - (3 if breadth(text[-1]) >= 1 else 10)
    begin = len(text)
    while begin > 1 and breadth(text[:begin]) > most - 1 - breadth(text[end:]):
        begin -= 1
    return f"{text[:begin]}…{text[end:]}"
