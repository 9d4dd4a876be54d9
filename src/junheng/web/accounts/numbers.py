"""Numbers that pages send as text: what a database can hold, or nothing."""

from __future__ import annotations

MOST_DIGITS = 18


def number_in(text: str) -> int | None:
    """Read the key or number of a row; None for what cannot be one.

    >>> number_in("17"), number_in("²"), number_in("-1"), number_in("9" * 30)
    (17, None, None, None)
    """
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def numbers_in(texts: list[str]) -> list[int]:
    """Read keys or numbers of rows, passing over what cannot be one."""
    return [number for text in texts if (number := number_in(text)) is not None]
