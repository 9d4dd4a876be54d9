"""The kinds of documents that can be made of a bundle, each loaded when it is asked for.

A new kind is a line here and a function that takes a bundle and a folder that exists, writes its
files there, and gives their paths: the same bytes for the same bundle, and no file but its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.errors import WrongUse
from junheng.model.reference import Label

if TYPE_CHECKING:
    from junheng.report.bundle import Bundle

Maker = Callable[["Bundle", Path], Sequence[Path]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: what it is called, and the function that makes it."""

    label: Label
    module: str
    function: str = "write"
    years: bool = False
    """Whether it looks at the earlier years, so that they have to be judged too."""
    chinese: bool = False
    """Whether it is a paper of Chinese offices, in Chinese whatever language is asked for."""
    indicators: bool = False
    """Whether it shows indicators and nothing else, so that a standard without any has none of it."""
    layout: bool = False
    """Whether it takes a layout that belongs to the standard, or one of the user's own."""

    def maker(self) -> Maker:
        """Load the function; WrongUse when a package that it needs is not installed."""
        try:
            make: Maker = getattr(import_module(self.module), self.function)
        except ModuleNotFoundError as error:
            if error.name and error.name.startswith("junheng"):
                raise
            raise WrongUse("report.extra_missing", found=error.name) from error
        return make


_SCHOOLS = "junheng.report.letters.schools"


def _letter(label: Label, function: str, *, years: bool = False) -> Kind:
    return Kind(label, "junheng.report.letters", function, years, chinese=True)


KINDS: Mapping[str, Kind] = {
    "form": Kind(
        Label("申报表", "application form"),
        "junheng.report.forms.writing",
        chinese=True,
        layout=True,
    ),
    "workings": Kind(
        Label("差异系数计算过程", "workings"), "junheng.report.workings", indicators=True
    ),
    "ledgers": Kind(Label("台账", "ledgers"), "junheng.report.ledgers"),
    "pictures": Kind(
        Label("图", "pictures"), "junheng.report.pictures", years=True, indicators=True
    ),
    "self-evaluation": _letter(Label("自评报告", "self-evaluation report"), "self_evaluation"),
    "review": _letter(Label("复核报告", "review report"), "review"),
    "feedback": _letter(Label("反馈意见", "feedback letter"), "feedback"),
    "rectification": _letter(Label("整改通知书", "rectification notice"), "rectification"),
    "monitoring": _letter(
        Label("年度监测报告", "yearly monitoring report"), "monitoring", years=True
    ),
    "seven-chapters": _letter(
        Label("七章评估报告", "report in seven chapters"), "seven_chapters", years=True
    ),
    "school-page": Kind(Label("一校一册", "school pages"), _SCHOOLS, "pages"),
    "school-card": Kind(Label("校长看板", "school cards"), _SCHOOLS, "cards"),
}
