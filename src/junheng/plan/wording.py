"""Say a limit, a way out or a choice in a language: levels, indicators and columns by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from junheng.errors import say
from junheng.model.standard import Standard
from junheng.plan.costs import Costs
from junheng.plan.design import MONEY


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the plan with its blanks: `level`, `indicator`, `cell` and yuan by machine name."""

    code: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def words(self, language: str, standard: Standard, costs: Costs) -> str:
        """Say it."""
        given = dict(self.fields)
        if "level" in given:
            given["level"] = level(given["level"], language)
        if "indicator" in given:
            given["indicator"] = standard.indicator(given["indicator"]).label.say(language)
        if "cell" in given:
            given["label"] = label(given.pop("cell"), costs, language)
        if "of" in given:
            given["limit"] = given.pop("of").words(language, standard, costs)
        if "less" in given:
            given["less"] = money(given["less"], language)
        if "yuan" in given:
            given["money"] = money(given.pop("yuan"), language)
        return say(f"plan.{self.code}", language, **given)


def level(name: str, language: str) -> str:
    """Name a level."""
    return say(f"plan.level_{name}", language)


def label(cell: str, costs: Costs, language: str) -> str:
    """Name what a column or a move stands for, as the file of costs calls it."""
    cost = costs.costs.get(cell)
    return cost.label.say(language) if cost else cell


def money(yuan: float, language: str) -> str:
    """Say an amount of money."""
    return say("plan.million", language, v=yuan / MONEY)
