"""What a made-up data set is asked to hold."""

from __future__ import annotations

from dataclasses import dataclass

from junheng.demo.counties import MOST_COUNTIES, code, shape
from junheng.errors import WrongUse

_CSV_AT_MOST = 5
_DETAIL_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many counties, which years, from which seed; the same wishes give the same bytes.

    `detail` says whether every class and every special room has its row, which a nation has by
    the million; left open, that is so for up to 50 counties × years.
    """

    counties: int = 1
    years: range = range(2025, 2026)
    seed: int = 2025
    detail: bool | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.counties <= MOST_COUNTIES:
            raise WrongUse("demo.counties", found=self.counties, most=MOST_COUNTIES)
        first, last = shape()["years"]
        if not self.years or not first <= min(self.years) <= max(self.years) <= last:
            raise WrongUse("demo.years", first=first, last=last)

    @property
    def cases(self) -> list[tuple[int, str]]:
        """List every year and county."""
        codes = [code(number) for number in range(self.counties)]
        return [(year, county) for year in self.years for county in codes]

    @property
    def suffix(self) -> str:
        """Say as which kind of file the tables are written: what Excel opens, while it can."""
        return "csv" if len(self.cases) <= _CSV_AT_MOST else "parquet"

    @property
    def in_detail(self) -> bool:
        """Say whether classes and rooms are written."""
        return len(self.cases) <= _DETAIL_AT_MOST if self.detail is None else self.detail
