"""Words over and beside cells: made alike, put into paths, and looked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from junheng.model.statistics import Path_, Word

TOTALS = frozenset(("合计", "总计", "计", "小计"))
_NEUTRAL = TOTALS | {"数量", "数值", "人数", "填报值"}
"""Last steps that say nothing of what is counted."""
_NUMBERING = re.compile(
    r"^(#|[一二三四五六七八九十]+、|\([一二三四五六七八九十0-9]+\)|[0-9]+[.、](?![0-9]))"
)
_AMONG = re.compile(r"^(其中|#)[::、]?(?=.)")
_UNIT = re.compile(r"\((单位:)?(万元|元|平方米|m2|㎡|人|所|间|台|套|册|个|班)\)$")
_LEVELS = {"primary": ("小学",), "junior": ("初中", "普通初中"), "senior": ("高中", "普通高中")}
_FIGURE = re.compile(r"^[0-9]+(\.[0-9]+)?$")
Paths = Mapping[int, tuple[str, ...]]
"""By row or column of a sheet: what stands beside or over it, step by step."""


@cache
def alike(text: str) -> str:
    """Write a heading in one way: no spaces, no numbering, no unit, half-width signs.

    >>> alike(" 一、运动场地面积（平方米）"), alike("其中：女")
    ('运动场地面积', '女')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for pattern in (_NUMBERING, _AMONG, _UNIT):
        plain = pattern.sub("", plain)
    return plain


def level_of(step: str) -> str | None:
    """Say of which level a heading speaks, if it begins with the name of one."""
    found = (level for level, words in _LEVELS.items() if step.startswith(words))
    return next(found, None)


def paths(rows: Sequence[Sequence[str]], width: int) -> dict[int, tuple[str, ...]]:
    """Read merged headings: only the first cell of a merged range is filled.

    A heading holds until the next in its row, and never past where one above it ends.
    """
    steps: list[list[str]] = [[] for _ in range(width)]
    starts: set[int] = set()
    for row in rows:
        current = ""
        for place in range(width):
            cell = alike(row[place]) if place < len(row) else ""
            if cell:
                current = cell
            elif place in starts:
                current = ""
            if current and steps[place][-1:] != [current]:
                steps[place].append(current)
            if cell:
                starts.add(place)
    return {place: tuple(step) for place, step in enumerate(steps) if step}


class Several(Exception):  # not an error of the program
    """More than one place fits, so none is taken."""


def find(among: Paths, specs: Iterable[Path_]) -> int | None:
    """Find the one place whose heading fits; of several readings the first that fits anything.

    Raises Several when a reading fits more than one place.
    """
    for spec in specs:
        hits = [place for place, path in among.items() if _fits(spec, path)]
        if not hits and not _is_total(spec):
            hits = [place for place, path in among.items() if _fits(spec, _without_total(path))]
        if len(hits) > 1 and _is_total(spec):
            hits = _shortest(hits, among)
        if len(hits) > 1:
            raise Several
        if hits:
            return hits[0]
    return None


def admitted(among: Paths, never: Word, level: str | None) -> Paths:
    """Leave out what speaks of a part of the people, or of another level."""
    return {
        place: path
        for place, path in among.items()
        if not any(step in never or _of_other(step, level) for step in path)
    }


def is_figure(text: str) -> bool:
    """Say whether a cell holds a plain figure."""
    return bool(_FIGURE.match(text))


def _of_other(step: str, level: str | None) -> bool:
    found = level_of(step)
    return level is not None and found not in (None, level)


def _fits(spec: Path_, path: Sequence[str]) -> bool:
    if not path or not _is(spec[-1], path[-1]):
        return False
    above = iter(path[:-1])
    return all(any(_is(word, step) for step in above) for word in spec[:-1])


def _is(word: Word, step: str) -> bool:
    for each in word:
        wanted = alike(each.rstrip("*"))
        if step == wanted or (each.endswith("*") and step.startswith(wanted)):
            return True
    return False


def _is_total(spec: Path_) -> bool:
    return len(spec) == 1 and TOTALS.issuperset(spec[0])


def _without_total(path: Sequence[str]) -> Sequence[str]:
    return path[:-1] if path and path[-1] in _NEUTRAL else path


def _shortest(hits: Sequence[int], among: Paths) -> list[int]:
    least = min(len(among[place]) for place in hits)
    return [place for place in hits if len(among[place]) == least]
