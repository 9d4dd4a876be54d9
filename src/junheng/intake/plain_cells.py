"""Cells written the plain way, as nearly all are: recognised many at a time, and taken out.

What they may say is all here, so a parser need not see them. A run of them gives way to a space:
elements that are whole leave the rest as well formed as it was, and nothing grows together.
"""

from __future__ import annotations

import re
from functools import cache

from junheng.intake.limits import Limits

LEAVES = b" "
_TEXT = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]"
_FORMULA = rb'(?:<f(?: aca="false")?>[^<&|\x00-\x1f]++</f>)?'
_SPACE = rb'(?: xml:space="preserve")?'


@cache
def plain_run(strings: int, limits: Limits) -> re.Pattern[bytes]:
    """Match runs of plain cells within the limits, with so many shared strings to point at."""
    style = rb'(?: s="[0-9]{1,5}")?'
    place = _columns(limits.columns) + below(limits.rows + 1, 1)
    shared = rb' t="s"><v>' + below(strings, 0) + rb"</v></c>" if strings else rb"(?!)"
    kinds = (
        rb'(?: t="n")?>' + _FORMULA + rb"<v>[-+0-9.eE]{1,32}</v></c>",
        shared,
        rb' t="str">' + _FORMULA + rb"<v>" + _TEXT + rb"++</v></c>",
        rb' t="inlineStr"><is><t' + _SPACE + rb">" + _TEXT + rb"++</t></is></c>",
    )
    full = rb'<c r="' + place + rb'"' + style + rb"(?:" + rb"|".join(kinds) + rb")"
    empty = rb'<c r="[A-Z]{1,3}[0-9]{1,7}"' + style + rb"/>"
    string = rb"<si><t" + _SPACE + rb">" + _TEXT + rb"*+</t></si>"
    return re.compile(rb"(?:" + full + rb"|" + empty + rb"|" + string + rb")++")


def below(limit: int, low: int) -> bytes:
    """Match the numbers from `low` (0 or 1) up to a limit, itself left out, without zeros before.

    >>> pattern = re.compile(below(1203, 0))
    >>> sum(bool(pattern.fullmatch(b"%d" % each)) for each in range(20000))
    1203
    """
    digits = str(limit - 1)
    whole = rb"[1-9][0-9]{0,%d}" % (len(digits) - 2) if len(digits) > 1 else rb"(?!)"
    kinds = [rb"0"] if low == 0 else []
    kinds += [whole]
    for at, digit in enumerate(digits):
        least = 1 if at == 0 else 0
        if int(digit) > least:
            rest = len(digits) - at - 1
            kinds.append(
                rb"%b[%d-%d][0-9]{%d}" % (digits[:at].encode(), least, int(digit) - 1, rest)
            )
    kinds.append(digits.encode())
    kinds = [kind for kind in kinds if not (low and kind == b"0")]
    return rb"(?:" + rb"|".join(reversed(kinds)) + rb")(?![0-9])"


def letters(column: int) -> str:
    """Name a column counted from 1: 1 is A, 27 is AA.

    >>> letters(500)
    'SF'
    """
    name = ""
    while column:
        column, last = divmod(column - 1, 26)
        name = chr(ord("A") + last) + name
    return name


def column(name: str) -> int:
    """Count a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _columns(limit: int) -> bytes:
    """Match the names of columns up to a limit, of no more than two letters."""
    last = letters(limit)
    if len(last) != 2:  # noqa: PLR2004
        return rb"[A-Z]" if len(last) > 2 else rb"[A-%b]" % last.encode()  # noqa: PLR2004
    first, second = last.encode()[:1], last.encode()[1:]
    before = rb"|[A-%b][A-Z]" % bytes([first[0] - 1]) if first > b"A" else b""
    return rb"(?:%b[A-%b]%b|[A-Z])" % (first, second, before)
