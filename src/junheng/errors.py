"""Every error that junheng raises on purpose: a stable code, fields, a sentence a language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import ClassVar

LANGUAGES = ("zh", "en")


@cache
def sentences(language: str, area: str) -> dict[str, str]:
    """Give the sentences of one area (the part of a code before its dot) in one language."""
    import yaml

    text = resources.files("junheng.messages").joinpath(language, f"{area}.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    catalogue: dict[str, str] = yaml.load(text, Loader=loader)  # noqa: S506  # a safe loader, in C
    return catalogue


def say(code: str, language: str, /, **fields: object) -> str:
    """Say the sentence with this code ("area.name") in a language, its blanks filled in."""
    area, name = code.split(".", 1)
    return sentences(language, area)[name].format(**fields)


class JunhengError(Exception):
    """A stable code for programs, fields for templates, a sentence for people."""

    code: ClassVar[str]

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """Say what was found, where, and what to do, in a language of the reader's."""
        return say(self.code, language, **self.fields)


class Problem(JunhengError):
    """One thing wrong with what was handed in. The code tells which."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code  # type: ignore[misc]  # one class for all problems, told apart by code
        super().__init__(**fields)


class Problems(JunhengError):
    """Everything that is wrong, all together, never just the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        Exception.__init__(self, self.say("en"))

    def say(self, language: str) -> str:
        """Say every problem, one a line."""
        return "\n".join(problem.say(language) for problem in self.problems)


class DataNeedsMending(Problems):
    """A data set that cannot be judged until it is mended."""


class StandardNeedsMending(Problems):
    """A standard that cannot be applied until it is mended."""


class WrongUse(Problem):
    """A request that cannot be carried out as it was made."""
