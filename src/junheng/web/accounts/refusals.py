"""What a service refuses, as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.functional import Promise


class WebRefusal(Exception):  # it reads well: a step was refused
    """A request that cannot be carried out; `sentence` says what, where and what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.sentence)


def refuse_invalid(validator: Callable[[str], None], value: str) -> None:
    """Turn what a validator finds into a refusal."""
    try:
        validator(value)
    except ValidationError as error:
        raise WebRefusal("".join(error.messages)) from error
