"""Text that can be kept: what no database, page or workbook can hold is refused before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_ILLEGIBLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""NUL and other controls, halves of characters, what is none."""


def is_legible(content: Any) -> bool:
    """Tell whether all text in a piece of JSON, names included, can be kept.

    >>> is_legible({"值": ["一", 1, None]}), is_legible({"a": ["b", {"c": "d\\0"}]})
    (True, False)
    """
    return not any(map(_ILLEGIBLE.search, _texts(content)))


def _texts(content: Any) -> Iterator[str]:
    waiting = [content]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += (*each, *each.values())
        elif isinstance(each, list):
            waiting += each
