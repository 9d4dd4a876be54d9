"""What the guard says no with, before it is known which file a person calls it."""

from __future__ import annotations


class Refused(Exception):
    """The name of a sentence, and what it tells besides the name of the file."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(code)
