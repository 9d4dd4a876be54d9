"""What the two standards measure and ask for, written down once more for the oracle."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

Number = Fraction | None
"""Exact, or None: not known."""

WEIGHTS = {"primary": Fraction(1), "junior": Fraction("1.1"), "senior": Fraction("1.32")}
JUDGED = ("primary", "junior")


@dataclass(frozen=True)
class Measured:
    """One indicator: columns added and taken away, whether a campus shares them, and limits."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    shared: bool = True
    per: int = 1
    primary: Number = None
    junior: Number = None

    def limit(self, level: str) -> Number:
        return self.primary if level == "primary" else self.junior


def _limits(primary: str, junior: str) -> dict[str, Fraction]:
    return {"primary": Fraction(primary), "junior": Fraction(junior)}


SPORTS = ("indoor_sports_area", "sports_ground_area")
INDOOR = ("indoor_sports_area",)
QUALITY = {
    "above_degree_teachers": Measured(
        ("above_degree",), shared=False, per=100, **_limits("4.2", "5.3")
    ),
    "backbone_teachers": Measured(("backbone",), shared=False, per=100, **_limits("1", "1")),
    "pe_arts_teachers": Measured(("pe_arts",), shared=False, per=100, **_limits("0.9", "0.9")),
    "teaching_area": Measured(("teaching_area",), INDOOR, **_limits("4.5", "5.8")),
    "sports_area": Measured(SPORTS, **_limits("7.5", "10.2")),
    "equipment_value": Measured(("equipment_value",), **_limits("2000", "2500")),
    "multimedia_rooms": Measured(("multimedia_rooms",), per=100, **_limits("2.3", "2.4")),
}
BASIC = {
    "teaching_area": Measured(("teaching_area",), INDOOR),
    "sports_area": Measured(SPORTS),
    "equipment_value": Measured(("equipment_value",)),
    "computers": Measured(("computers",), per=100),
    "books": Measured(("books",)),
    "teachers": Measured(("teachers",), shared=False),
    "above_degree_teachers": Measured(("above_degree",), shared=False),
    "mid_title_teachers": Measured(("mid_title",), shared=False),
}
INDICATORS = {"cn-quality-2017": QUALITY, "cn-basic-2012": BASIC}
MOST_CV = {"cn-quality-2017": _limits("0.5", "0.45"), "cn-basic-2012": _limits("0.65", "0.55")}
FLOOR = Fraction("0.85")
VISITING = (dt.date(2019, 10, 12), dt.date(2022, 10, 11))
