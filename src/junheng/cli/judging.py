"""What the judging commands share: options, reading the data, choosing counties, years and rules."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from junheng.cli.engine import Place
from junheng.errors import WrongUse, say

if TYPE_CHECKING:
    from junheng.evaluate.regimes import Regime
    from junheng.intake import Dataset
    from junheng.model.standard import Standard

_SHOWN = 8
_SELDOM = 100_000
"""New objects before Python looks for rings among them: a command keeps what it loads and builds to
its end, and looking for what to let go of took a tenth of judging a county."""
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Choice:
    """What the options of a judging command ask for."""

    data: Path | str
    standard: str
    counties: tuple[str, ...] = ()
    year: int | None = None
    as_of: dt.date | None = None
    overlays: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A data set that was read and found in order, and the rules that hold for it."""

    dataset: Dataset
    tables: dict[str, Any]
    standard: Standard
    regimes: tuple[Regime, ...]
    years: tuple[int, ...]
    counties: tuple[str, ...]


def options(command: F) -> F:
    """Add the options by which data, rules, counties and years are chosen."""
    for add in reversed(
        [
            click.argument("data", type=Place()),
            click.option("--standard", required=True, help="标准编号或文件夹 Id or folder of a standard."),
            click.option("--county", "counties", multiple=True, help="县代码，可重复 County code."),
            click.option("--year", type=int, help="学年起始年 First calendar year of the school year."),
            click.option(
                "--as-of",
                type=click.DateTime(["%Y-%m-%d"]),
                help="按哪一天有效的规定 Day whose rules hold [default: 1 September of the year].",
            ),
            click.option("--overlay", "overlays", multiple=True, help="省级规定 Provincial overlay."),
            click.option("--option", "options", multiple=True, metavar="NAME=READING",
                         help="未定规则的读法 Reading of an open rule."),
        ]
    ):  # fmt: skip
        command = add(command)
    return command


def chosen(asked: dict[str, Any]) -> Choice:
    """Take the options above out of a command's arguments."""
    as_of = asked.pop("as_of")
    names = ("data", "standard", "counties", "year", "overlays", "options")
    return Choice(**{name: asked.pop(name) for name in names}, as_of=as_of and as_of.date())


def ready(choice: Choice, read: Callable[[Path | str], Dataset] | None = None) -> Ready:
    """Read the data, as an engine does, and the rules; raise with everything that is wrong."""
    gc.set_threshold(_SELDOM)
    from junheng.cli.engine import Polars
    from junheng.evaluate.regimes import regimes
    from junheng.model.load import load_standard, with_options
    from junheng.model.overlay import load_overlay

    standard = with_options(load_standard(choice.standard), **_pairs(choice.options))
    overlays = [load_overlay(name, choice.standard) for name in choice.overlays]
    dataset = (read or Polars().read)(choice.data)
    years, counties = _present(dataset, choice)
    found = regimes(standard, years, overlays=overlays, as_of=choice.as_of)
    tables = _cut(dataset.tables, counties if choice.counties else (), years)
    return Ready(dataset, tables, standard, found, years, counties)


def _pairs(options: Sequence[str]) -> dict[str, str]:
    pairs = [option.partition("=") for option in options]
    return {name: reading for name, _, reading in pairs}


def _present(dataset: Dataset, choice: Choice) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Give the years and counties to judge; WrongUse when one asked for is not in the data."""
    import narwhals as nw

    from junheng.inmemory import ENGINE

    schools = nw.from_native(dataset.tables["schools"]).lazy()
    pairs = schools.select("year", "county").unique().collect("polars", engine=ENGINE).rows()
    years, counties = (tuple(sorted(set(cells))) for cells in zip(*pairs, strict=True))
    missing = [code for code in choice.counties if code not in counties]
    if missing:
        raise WrongUse("cli.no_such_county", found=", ".join(missing), allowed=_some(counties))
    if choice.year is not None and choice.year not in years:
        raise WrongUse("cli.no_such_year", found=choice.year, allowed=_some(years))
    return ((choice.year,) if choice.year is not None else years), (choice.counties or counties)


def _some(names: Sequence[object]) -> str:
    shown = ", ".join(str(name) for name in names[:_SHOWN])
    return shown + (" …" if len(names) > _SHOWN else "")


def _cut(
    tables: dict[str, Any], counties: tuple[str, ...], years: tuple[int, ...]
) -> dict[str, Any]:
    """Keep the rows of the counties asked for (of all tables that name one) and of the years."""
    import narwhals as nw

    cut = {}
    for name, native in tables.items():
        frame = nw.from_native(native).lazy().filter(nw.col("year").is_in(years))
        if counties and "county" in frame.collect_schema().names():
            frame = frame.filter(nw.col("county").is_in(counties))
        cut[name] = frame.to_native()
    return cut


@contextmanager
def progress(ready: Ready, language: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many rows are judged, and how long the rest will take."""
    from junheng.cli.progress import rows_bar

    @cache
    def rows() -> tuple[int, ...]:
        """Count the sections that are judged after each year of each regime, in order of years."""
        import narwhals as nw

        sections = nw.from_native(ready.tables["sections"]).lazy()
        counted = sections.group_by("year").agg(nw.len().alias("rows")).collect("polars").rows()
        of_year = {year: int(number) for year, number in counted}
        years = sorted(year for regime in ready.regimes for year in regime.days)
        return tuple(accumulate((of_year.get(y, 0) // years.count(y) for y in years), initial=0))

    with rows_bar(language, rows) as told:
        yield told


def tell(dataset: Dataset, found: tuple[Regime, ...], language: str) -> None:
    """Say on stderr what was noticed while reading, and where rules were not yet in force."""
    for notice in dataset.notices:
        click.echo(notice.say(language), err=True)
    for regime in found:
        early = sorted(year for year, day in regime.days.items() if day > dt.date(year, 9, 1))
        if early and regime.standard.since.year >= early[0]:
            years = ", ".join(str(year) for year in early)
            since = regime.standard.since
            click.echo(say("cli.before_in_force", language, years=years, since=since), err=True)
