"""What a service refuses, as a sentence in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise


class WebRefusal(Exception):  # it reads well: a step was refused
    """A request that cannot be carried out; `sentence` says what, where and what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.sentence)
