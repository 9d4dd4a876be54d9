"""Strings and numbers that belong to one organisation alone, and the search for them in any bytes."""

from __future__ import annotations

import io
import re
import zipfile

import pikepdf

_WORD = re.compile(r"cnr([0-9a-z-]+?)(name|data)z")
_NUMBER = re.compile(r"831,?770,?([0-9]{3})")
_FIRST = 831_770_000


class Canaries:
    """Gives each organisation its own words and numbers, and tells whose are in an answer."""

    def __init__(self) -> None:
        self.numbers: list[str] = []

    def number(self, code: str) -> int:
        """Give a number with rare digits that is this organisation's alone."""
        self.numbers.append(code)
        return _FIRST + len(self.numbers) - 1

    def found(self, content: bytes) -> set[tuple[str, str]]:
        """Give whose words and numbers these bytes hold, inside packed files too."""
        found: set[tuple[str, str]] = set()
        for part in opened(content):
            text = part.decode("utf-8", "replace")
            found |= {(code, kind) for code, kind in _WORD.findall(text)}
            places = (int(digits) for digits in _NUMBER.findall(text))
            found |= {(self.numbers[n], "data") for n in places if n < len(self.numbers)}
        return found


def name(code: str) -> str:
    """Give the word in the name of an organisation and its people: those below it may read it."""
    return f"cnr{code}namez"


def data(code: str) -> str:
    """Give the word in the data of an organisation: it is for this organisation and those above."""
    return f"cnr{code}dataz"


def opened(content: bytes) -> list[bytes]:
    """Unpack what is packed: workbooks and other zips, member by member, and the streams of PDFs."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = "\n".join(packed.namelist()).encode()
            return [names, *(part for n in packed.namelist() for part in opened(packed.read(n)))]
    if content.startswith(b"%PDF"):
        plain = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as document:
            generalized = pikepdf.StreamDecodeLevel.generalized
            document.save(plain, compress_streams=False, stream_decode_level=generalized)
        return [plain.getvalue()]
    return [content]
