"""The words and signs that people type behind numbers, and how many of the column's unit each is."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, ...]] = {
    "person": ("人", "名", "位"),
    "m²": ("平方米", "m2", "平米"),
    "yuan": ("元", "圆", "元整"),
    "set": ("台", "套", "台套", "台(套)"),
    "volume": ("册", "本"),
    "room": ("间", "个", "所"),
    "class": ("个", "班", "个班"),
    "grade": ("个", "年级", "个年级"),
    "form": ("份", "张"),
    "year": ("年",),
    "°": ("°", "度"),
}
_TIMES: Mapping[str, float] = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 1e4, "亿": 1e8}
_COUNTED = ("person", "m²", "yuan", "set", "volume", "form")
"""Units of which people speak in thousands and more."""
_SHARES: Mapping[str, Mapping[str, float]] = {
    "percent": {"%": 1},
    "%": {"%": 1},
    "ratio": {"%": 0.01},
    "share": {"%": 0.01},
}


def factors(unit: str) -> dict[str, float]:
    """Give what may stand behind a number of this unit, and what to multiply it by then."""
    words = ("", *_WORDS.get(unit, (unit,)))
    times = _TIMES if unit in _COUNTED else {"": 1.0}
    found = {f"{many}{word}": float(by) for many, by in times.items() for word in words}
    if unit == "m²":
        found["公顷"] = 1e4
    return found | dict(_SHARES.get(unit, {}))


def is_unit(word: str, unit: str) -> bool:
    """Say whether a word behind a heading is just the unit of its column."""
    return bool(word) and factors(unit).get(word) == 1
